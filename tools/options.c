// SPDX-License-Identifier: GPL-2.0
/* The command line: one list of options drives getopt, the verbs' checks and the help. */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "help.h"
#include "say.h"
#include "verb.h"

/* Room for the names of all verbs, or of all options. */
#define NAMES_MAX 512

/* Those that every verb has. */
#define GENERAL (OPTION_BIT(HELP) | OPTION_BIT(VERSION))

/* A script's variable that is not set is no name. What else is empty its own check refuses. */
#define NAMED (OPTION_BIT(INPUT) | OPTION_BIT(TEXTFILE) | OPTION_BIT(SVG) | OPTION_BIT(PROCESS))

#define DESCRIBE(name, letter, argument, help) { letter, #name, argument, help },
const struct option_description options_descriptions[OPTIONS_COUNT] = { OPTIONS(DESCRIBE) };

void options_name(enum option_id id, char name[OPTIONS_NAME_MAX])
{
	const char *from = options_descriptions[id].name;
	size_t i;

	for (i = 0; i < OPTIONS_NAME_MAX - 1 && from[i]; i++)
		name[i] = from[i] == '_' ? '-' : (char)tolower((unsigned char)from[i]);
	name[i] = '\0';
}

bool options_accepted(const struct verb *verb, enum option_id id)
{
	return (verb->accepts | GENERAL) & (1UL << id);
}

bool options_have(const struct options *options, enum option_id id)
{
	return options->given & (1UL << id);
}

enum output_format options_format(const struct options *options)
{
	if (options_have(options, OPTION_JSON))
		return OUTPUT_JSON;
	return options_have(options, OPTION_PAIRS) ? OUTPUT_PAIRS : OUTPUT_TABLE;
}

/* How getopt_long() reads: in the command line's order, saying nothing; saying nothing; as ever. */
#define IN_ORDER "-:"
#define SILENTLY(letters) ((letters) + 1)
#define ALOUD(letters) ((letters) + 2)

/* What getopt_long() works with. An option's value is its id, for options without a letter. */
struct tables {
	char letters[sizeof(IN_ORDER) + 2 * OPTIONS_COUNT];
	char names[OPTIONS_COUNT][OPTIONS_NAME_MAX];
	struct option longs[OPTIONS_COUNT + 1];
};

#define LONG_ONLY 256

static void make_tables(struct tables *tables)
{
	char *letters = ALOUD(tables->letters);

	memcpy(tables->letters, IN_ORDER, strlen(IN_ORDER));
	for (int i = 0; i < OPTIONS_COUNT; i++) {
		const struct option_description *at = &options_descriptions[i];

		options_name((enum option_id)i, tables->names[i]);
		tables->longs[i] = (struct option){
			.name = tables->names[i],
			.has_arg = at->argument ? required_argument : no_argument,
			.val = LONG_ONLY + i,
		};
		if (at->letter)
			*letters++ = at->letter;
		if (at->letter && at->argument)
			*letters++ = ':';
	}
}

static int id_of(int option)
{
	if (option >= LONG_ONLY)
		return option - LONG_ONLY;
	for (int i = 0; i < OPTIONS_COUNT; i++)
		if (options_descriptions[i].letter == option)
			return i;
	return -1;
}

static void __attribute__((__noreturn__)) version(void)
{
	printf("%s %s\n", program_invocation_short_name, TCPFSM_TOOL_VERSION);
	exit(say_end());
}

static void __attribute__((__noreturn__)) unknown_verb(const char *name)
{
	char names[NAMES_MAX] = "";

	for (const struct verb *verb = verbs; verb->name; verb++)
		strcat(strcat(names, verb == verbs ? "" : ", "), verb->name);
	say_usage("there is no verb '%s'; the verbs are: %s", say_quoted(name), names);
}

static void __attribute__((__noreturn__)) not_accepted(const struct verb *verb, enum option_id id)
{
	char names[NAMES_MAX] = "";
	char name[OPTIONS_NAME_MAX];

	for (int i = 0; i < OPTIONS_COUNT; i++) {
		if (!options_accepted(verb, (enum option_id)i))
			continue;
		options_name((enum option_id)i, name);
		strcat(strcat(names, *names ? ", --" : "--"), name);
	}
	options_name(id, name);
	say_usage("%s has no option --%s; its options are: %s", verb->name, name, names);
}

static void check_accepted(const struct options *options)
{
	for (int i = 0; i < OPTIONS_COUNT; i++)
		if (options_have(options, (enum option_id)i) &&
		    !options_accepted(options->verb, (enum option_id)i))
			not_accepted(options->verb, (enum option_id)i);
	if (options_have(options, OPTION_JSON) && options_have(options, OPTION_PAIRS))
		say_usage("--json and --pairs exclude each other");
}

static void __attribute__((__noreturn__)) no_value(enum option_id id, const char *found)
{
	char name[OPTIONS_NAME_MAX];

	options_name(id, name);
	say_usage("option --%s needs an argument: %s%s", name, options_descriptions[id].argument,
		  found);
}

/* What getopt_long() would have said. */
static void __attribute__((__noreturn__)) bad_option(int option, const char *word)
{
	if (option != ':')
		say_usage("there is no option '%s'", say_quoted(word));
	no_value((enum option_id)id_of(optopt), "");
}

static void set_option(struct options *options, int option, const char *word)
{
	int id = id_of(option);

	if (id < 0 && opterr)
		say_end_usage();
	if (id < 0)
		bad_option(option, word);
	if (id == OPTION_VERSION)
		version();
	if (NAMED & 1UL << id && !*optarg)
		no_value((enum option_id)id, ", found ''");
	options->given |= 1UL << id;
	options->value[id] = optarg;
	if (!optarg)
		return;
	if (options->count == OPTIONS_GIVEN_MAX)
		say_usage("expected at most %d options with values", OPTIONS_GIVEN_MAX);
	options->all[options->count].id = (enum option_id)id;
	options->all[options->count++].value = optarg;
}

static void set_argument(struct options *options, int words, char **word)
{
	const struct verb *verb = options->verb;

	if (!verb->argument && words > 1)
		say_usage("expected one verb, found '%s' after '%s'", say_quoted(word[1]), word[0]);
	if (verb->argument && words < 2)
		say_usage("%s needs an argument: %s", verb->name, verb->argument);
	if (verb->argument && !*word[1])
		say_usage("%s needs an argument: %s, found ''", verb->name, verb->argument);
	if (words > 2)
		say_usage("%s has one argument, %s; found '%s' after it", verb->name,
			  verb->argument, say_quoted(word[2]));
	options->argument = words > 1 ? word[1] : NULL;
}

/*
 * A monitoring plugin's exit codes are special, those for wrong options, --help and --version,
 * too. Nothing is moved in @argv: a verb would become the argument of an option that has none.
 */
static bool is_plugin(int argc, char **argv, const struct tables *tables)
{
	const char *name = NULL;
	const struct verb *verb;
	int option;

	while ((option = getopt_long(argc, argv, tables->letters, tables->longs, NULL)) != -1)
		/* No option. */
		if (option == 1 && !name)
			name = optarg;
	if (!name && optind < argc)
		name = argv[optind];
	/* glibc: begin anew. */
	optind = 0;
	verb = verb_find(name);
	return verb && verb->plugin;
}

void options_parse(int argc, char **argv, struct options *options)
{
	struct tables tables = { 0 };
	const char *letters;
	int option;
	int words;

	*options = (struct options){ 0 };
	make_tables(&tables);
	opterr = !is_plugin(argc, argv, &tables);
	if (!opterr)
		say_as_plugin();
	letters = opterr ? ALOUD(tables.letters) : SILENTLY(tables.letters);
	while ((option = getopt_long(argc, argv, letters, tables.longs, NULL)) != -1)
		set_option(options, option, argv[optind > 0 ? optind - 1 : 0]);
	words = argc - optind;
	argv += optind;
	options->verb = verb_find(words ? argv[0] : NULL);
	if (!options->verb)
		unknown_verb(argv[0]);
	if (options_have(options, OPTION_HELP))
		help_show(options->verb, words > 0);
	check_accepted(options);
	set_argument(options, words, argv);
}
