// SPDX-License-Identifier: GPL-2.0
/* The command line: one table of options drives getopt and the help. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "say.h"

/* Room for the names of all verbs. */
#define VERB_NAMES_MAX 256

static const struct description {
	char letter;
	const char *name;
	const char *argument;
	const char *help;
} descriptions[] = {
	{ 'J', "json", NULL, "use JSON, with all columns unless --output is given" },
	{ 'P', "pairs", NULL, "use key=\"value\", with all columns unless --output is given" },
	{ 'n', "noheadings", NULL, "don't print headings" },
	{ 'o', "output", "[+]COLUMNS", "columns to show, comma-separated; +: besides the default" },
	{ 0, "input", "DIR", "read a saved copy of /proc/tcpfsm" },
	{ 'h', "help", NULL, "display this help, with the verb's columns" },
	{ 'V', "version", NULL, "display version" },
};

/* For options that have no letter. */
#define LONG_ONLY 256

static void getopt_tables(char *letters, struct option *longs)
{
	for (size_t i = 0; i < ARRAY_SIZE(descriptions); i++) {
		const struct description *at = &descriptions[i];

		longs[i] = (struct option){
			.name = at->name,
			.has_arg = at->argument ? required_argument : no_argument,
			.val = at->letter ? at->letter : LONG_ONLY + (int)i,
		};
		if (at->letter)
			*letters++ = at->letter;
		if (at->letter && at->argument)
			*letters++ = ':';
	}
	*letters = '\0';
}

static void help_options(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(descriptions); i++) {
		const struct description *at = &descriptions[i];
		char names[64];

		snprintf(names, sizeof(names), "--%s %s", at->name,
			 at->argument ? at->argument : "");
		if (at->letter)
			printf(" -%c, %-21s %s\n", at->letter, names, at->help);
		else
			printf("     %-21s %s\n", names, at->help);
	}
}

static void __attribute__((__noreturn__)) help(const struct verb *chosen)
{
	printf("\nUsage:\n %s [VERB] [options]\n\n", program_invocation_short_name);
	puts("Show the TCP states that the kernel module tcpfsm tracks.\n\nVerbs:");
	for (const struct verb *verb = verbs; verb->name; verb++)
		printf(" %c %-12s %s\n", verb == verbs ? '*' : ' ', verb->name, verb->help);
	puts("\nOptions:");
	help_options();
	printf("\nColumns of %s:\n", chosen->name);
	columns_help(chosen->layout, stdout);
	puts("\n*: the default");
	exit(say_end());
}

static void __attribute__((__noreturn__)) version(void)
{
	printf("%s %s\n", program_invocation_short_name, TCPFSM_TOOL_VERSION);
	exit(say_end());
}

static void __attribute__((__noreturn__)) unknown_verb(const char *name)
{
	char names[VERB_NAMES_MAX] = "";

	for (const struct verb *verb = verbs; verb->name; verb++)
		strcat(strcat(names, verb == verbs ? "" : ", "), verb->name);
	say_usage("there is no verb '%s'; the verbs are: %s", say_quoted(name), names);
}

static void set_format(struct options *options, enum output_format format)
{
	if (options->format != OUTPUT_TABLE && options->format != format)
		say_usage("--json and --pairs exclude each other");
	options->format = format;
}

static void set_option(struct options *options, int option)
{
	switch (option) {
	case 'J':
		set_format(options, OUTPUT_JSON);
		return;
	case 'P':
		set_format(options, OUTPUT_PAIRS);
		return;
	case 'n':
		options->headings = false;
		return;
	case 'o':
		options->columns = optarg;
		return;
	case 'h':
		options->help = true;
		return;
	case 'V':
		version();
	case '?':
		/* getopt has said what is wrong. */
		say_try_help();
		exit(EXIT_USAGE);
	default:
		options->input = optarg;
	}
}

static void set_verb(struct options *options, int words, char **word)
{
	options->verb = verb_find(words ? word[0] : NULL);
	if (!options->verb)
		unknown_verb(word[0]);
	if (words > 1)
		say_usage("expected one verb, found '%s' after '%s'", say_quoted(word[1]), word[0]);
}

void options_parse(int argc, char **argv, struct options *options)
{
	char letters[2 * ARRAY_SIZE(descriptions) + 1];
	struct option longs[ARRAY_SIZE(descriptions) + 1] = { 0 };
	int option;

	*options = (struct options){ .format = OUTPUT_TABLE, .headings = true };
	getopt_tables(letters, longs);
	while ((option = getopt_long(argc, argv, letters, longs, NULL)) != -1)
		set_option(options, option);
	set_verb(options, argc - optind, argv + optind);
	if (options->help)
		help(options->verb);
}
