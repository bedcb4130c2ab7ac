/* SPDX-License-Identifier: GPL-2.0 */
/* What goes to stderr, and what the tool's exit code becomes of it. */
#ifndef TOOLS_SAY_H
#define TOOLS_SAY_H

#include <stdbool.h>

#define EXIT_USAGE 2
#define EXIT_UNWRITTEN 3	/* what comes out is not where it should be */

#define SAY_FORMAT(string, args) __attribute__((__format__(__printf__, string, args)))

/* The program's name, the message, a line end. */
void say_error(const char *format, ...) SAY_FORMAT(1, 2);

/* Likewise, and the output is not where it should be. */
void say_unwritten(const char *format, ...) SAY_FORMAT(1, 2);

/* Likewise, but nothing has failed. */
void say_note(const char *format, ...) SAY_FORMAT(1, 2);

/* A line of a file that is not what it should be; only the first of them are shown. */
void say_bad_line(const char *path, unsigned long line, const char *format, ...) SAY_FORMAT(3, 4);

/* The command line is wrong: the message, how to get help; exits with EXIT_USAGE. */
void say_usage(const char *format, ...) SAY_FORMAT(1, 2) __attribute__((__noreturn__));

/* The same, after getopt has said what is wrong. */
void say_end_usage(void) __attribute__((__noreturn__));

/*
 * A text out of a file, made fit for a terminal: control characters become '?', a long
 * text is cut. Up to four results are valid at a time.
 */
const char *say_quoted(const char *text);

/* The same of a text of our own, in its place and whole. */
void say_printable(char *text);

/* Ends the program after an error that leaves nothing to do. */
void say_fatal(const char *format, ...) SAY_FORMAT(1, 2) __attribute__((__noreturn__));

/* The exit codes of the monitoring plugins' conventions. */
enum plugin_status {
	PLUGIN_OK,
	PLUGIN_WARNING,
	PLUGIN_CRITICAL,
	PLUGIN_UNKNOWN,
};

/*
 * From now on by these conventions: what goes wrong is kept, to be the one line on stdout; the
 * exit code is what say_status() set, and UNKNOWN for wrong usage.
 */
void say_as_plugin(void);

/* Begins that line, "TCPFSM OK - "; the exit code is set. */
void say_status(enum plugin_status status);

/* The first thing that went wrong; NULL: nothing has. */
const char *say_captured(void);

/* Has anything gone wrong? */
bool say_failed(void);

/* Called before a message is printed. */
void say_before(void (*before)(void));

/*
 * Closes stdout; returns the exit code: EXIT_UNWRITTEN if the output could not be written, EXIT_FAILURE if
 * anything else has gone wrong.
 */
int say_end(void);

#endif
