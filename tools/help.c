// SPDX-License-Identifier: GPL-2.0
/* What --help prints. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "help.h"
#include "say.h"

static void show_verbs(void)
{
	puts("Show the TCP states that the kernel module tcpfsm tracks.\n\nVerbs:");
	for (const struct verb *verb = verbs; verb->name; verb++)
		printf(" %c %-12s %s\n", verb == verbs ? '*' : ' ', verb->name, verb->help);
}

static void show_options(const struct verb *verb)
{
	char name[OPTIONS_NAME_MAX];
	char names[2 * OPTIONS_NAME_MAX];

	puts("\nOptions:");
	for (int i = 0; i < OPTIONS_COUNT; i++) {
		const struct option_description *at = &options_descriptions[i];

		if (!options_accepted(verb, (enum option_id)i))
			continue;
		options_name((enum option_id)i, name);
		snprintf(names, sizeof(names), "--%s %s", name, at->argument ? at->argument : "");
		if (at->letter)
			printf(" -%c, %-21s %s\n", at->letter, names, at->help);
		else
			printf("     %-21s %s\n", names, at->help);
	}
}

void help_show(const struct verb *verb, bool named)
{
	const char *program = program_invocation_short_name;

	if (!named)
		printf("\nUsage:\n %s [VERB] [options]\n\n", program);
	else if (verb->argument)
		printf("\nUsage:\n %s %s [options] %s\n\n", program, verb->name, verb->argument);
	else
		printf("\nUsage:\n %s %s [options]\n\n", program, verb->name);
	if (named)
		printf("%s: %s.\n", verb->name, verb->help);
	else
		show_verbs();
	show_options(verb);
	if (verb->layout) {
		printf("\nColumns of %s:\n", verb->name);
		columns_help(verb->name, verb->layout, stdout);
	}
	if (verb->explain)
		verb->explain(stdout);
	if (!named || verb->layout)
		puts("\n*: the default");
	if (!named)
		printf("\n%s VERB --help says which options and columns a verb has.\n", program);
	exit(say_end());
}
