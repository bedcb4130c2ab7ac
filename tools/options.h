/* SPDX-License-Identifier: GPL-2.0 */
/* The command line. */
#ifndef TOOLS_OPTIONS_H
#define TOOLS_OPTIONS_H

#include "output.h"

/* The options, in the order in which the help has them. X(NAME, letter, argument, help) */
#define OPTIONS(X)									\
	X(JSON, 'J', NULL, "use JSON, with all columns unless --output is given")	\
	X(PAIRS, 'P', NULL, "use key=\"value\", with all columns unless --output is given") \
	X(NOHEADINGS, 'n', NULL, "don't print headings")				\
	X(OUTPUT, 'o', "[+]COLUMNS", "columns to show, comma-separated; +: besides the default") \
	X(SORT, 0, "[-]COLUMN", "sort by that column; -: the greatest first")		\
	X(STATE, 0, "STATES", "those in one of these states, comma-separated")		\
	X(LOCAL, 0, "ADDRESS", "those there: ADDRESS[/BITS][:PORT], or :PORT")		\
	X(REMOTE, 0, "ADDRESS", "those whose other end is there")			\
	X(OLDER_THAN, 0, "TIME", "those in their state for so long: 90, 90s, 5m, 2h, 1d") \
	X(PROCESS, 0, "NAME|PID", "those that the process holds")			\
	X(WARNING, 'w', "NAME=RANGE", "warn outside of that range; may be repeated")	\
	X(CRITICAL, 'c', "NAME=RANGE", "be critical outside of it")			\
	X(TEXTFILE, 0, "FILE", "write it there, whole or not at all")			\
	X(INTERVAL, 0, "SECONDS", "between two pictures: 0.1 to 3600; 1 if not given")	\
	X(COUNT, 0, "N", "end after so many pictures")					\
	X(SVG, 0, "FILE", "draw it there, for documents")				\
	X(DOT, 0, NULL, "print it for Graphviz")					\
	X(INPUT, 0, "DIR", "read a saved copy of /proc/tcpfsm")				\
	X(HELP, 'h', NULL, "display this help, with the verb's columns")		\
	X(VERSION, 'V', NULL, "display version")

#define OPTION_ENUM(name, ...) OPTION_##name,
enum option_id {
	OPTIONS(OPTION_ENUM)
	OPTIONS_COUNT
};

#define OPTION_BIT(name) (1UL << OPTION_##name)

/* So many options with a value are taken. */
#define OPTIONS_GIVEN_MAX 64

struct verb;

struct options {
	const struct verb *verb;
	const char *argument;			/* the verb's, if it has one */
	unsigned long given;			/* OPTION_BIT() of each */
	const char *value[OPTIONS_COUNT];	/* of those that have an argument, or NULL */
	/* All values, in order: for options that may be repeated. */
	size_t count;
	struct {
		enum option_id id;
		const char *value;
	} all[OPTIONS_GIVEN_MAX];
};

/* Ends the program itself on --version, --help and a usage error. */
void options_parse(int argc, char **argv, struct options *options);

bool options_have(const struct options *options, enum option_id id);
enum output_format options_format(const struct options *options);

#endif
