// SPDX-License-Identifier: GPL-2.0
/* What goes to stderr, and what the tool's exit code becomes of it. */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"

/* A million bad lines need not be a million messages. */
#define BAD_LINES_SHOWN 20

#define QUOTED_MAX 48
#define QUOTED_SLOTS 4

static bool failed;
static unsigned long bad_lines;

/* What belongs before the message on the screen must be there before it. */
static void say_begin(void)
{
	fflush(stdout);
	fprintf(stderr, "%s: ", program_invocation_short_name);
}

static void say(const char *format, va_list args)
{
	say_begin();
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

void say_error(const char *format, ...)
{
	va_list args;

	failed = true;
	va_start(args, format);
	say(format, args);
	va_end(args);
}

void say_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}

void say_bad_line(const char *path, unsigned long line, const char *format, ...)
{
	va_list args;

	failed = true;
	if (bad_lines++ >= BAD_LINES_SHOWN)
		return;
	va_start(args, format);
	say_begin();
	fprintf(stderr, "%s:%lu: ", path, line);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
}

void say_try_help(void)
{
	fprintf(stderr, "Try '%s --help' for more information.\n",
		program_invocation_short_name);
}

void say_usage(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	say_try_help();
	exit(EXIT_USAGE);
}

const char *say_quoted(const char *text)
{
	static char slots[QUOTED_SLOTS][QUOTED_MAX + sizeof("...")];
	static unsigned int used;
	char *slot = slots[used++ % QUOTED_SLOTS];
	size_t i;

	for (i = 0; i < QUOTED_MAX && text[i]; i++)
		slot[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	strcpy(slot + i, text[i] ? "..." : "");
	return slot;
}

int say_end(void)
{
	bool full = ferror(stdout);

	/* A full disk shows itself as late as here. */
	if (fclose(stdout) || full) {
		fprintf(stderr, "%s: cannot write the output: %s\n",
			program_invocation_short_name, strerror(errno));
		failed = true;
	}
	if (bad_lines > BAD_LINES_SHOWN)
		fprintf(stderr, "%s: %lu more bad lines are not shown\n",
			program_invocation_short_name, bad_lines - BAD_LINES_SHOWN);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
