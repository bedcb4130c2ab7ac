// SPDX-License-Identifier: GPL-2.0
/* What goes to stderr, and what the tool's exit code becomes of it. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"

/* A million bad lines need not be a million messages. */
#define BAD_LINES_SHOWN 20

#define QUOTED_MAX 48
#define QUOTED_SLOTS 4

static bool failed;
static bool unwritten;
static void (*before_message)(void);
static unsigned long bad_lines;

/* For a monitoring system. */
#define CAPTURED_MAX 1024

static bool plugin;
static enum plugin_status plugin_status = PLUGIN_UNKNOWN;
static char captured[CAPTURED_MAX];

static void capture(const char *format, va_list args)
{
	size_t length = strlen(captured);

	vsnprintf(captured + length, sizeof(captured) - length, format, args);
	/* What follows this sign is performance data. */
	for (char *at = captured + length; *at; at++)
		if (*at == '|' || *at == '\n')
			*at = ' ';
}

/* What belongs before the message on the screen must be there before it. */
static void say_begin(void)
{
	if (before_message)
		before_message();
	fflush(stdout);
	fprintf(stderr, "%s: ", program_invocation_short_name);
}

static void say(const char *format, va_list args)
{
	if (plugin) {
		if (!*captured)
			capture(format, args);
		return;
	}
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

void say_unwritten(const char *format, ...)
{
	va_list args;

	failed = true;
	unwritten = true;
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
	char text[CAPTURED_MAX];
	va_list args;

	failed = true;
	if (bad_lines++ >= BAD_LINES_SHOWN)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	say_error("%s:%lu: %s", path, line, text);
}

/* The one line of a plugin that cannot go on. */
static void __attribute__((__noreturn__)) end(int code)
{
	if (plugin) {
		say_status(PLUGIN_UNKNOWN);
		puts(*captured ? captured : "wrong usage");
		fflush(stdout);
		code = PLUGIN_UNKNOWN;
	}
	exit(code);
}

void say_end_usage(void)
{
	if (!plugin)
		fprintf(stderr, "Try '%s --help' for more information.\n",
			program_invocation_short_name);
	end(EXIT_USAGE);
}

void say_usage(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	say_end_usage();
}

void say_fatal(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	end(EXIT_FAILURE);
}

const char *say_quoted(const char *text)
{
	static char slots[QUOTED_SLOTS][QUOTED_MAX + sizeof("...")];
	static unsigned int used;
	char *slot = slots[used++ % QUOTED_SLOTS];
	size_t length = strnlen(text, QUOTED_MAX);

	memcpy(slot, text, length);
	strcpy(slot + length, text[length] ? "..." : "");
	say_printable(slot);
	return slot;
}

void say_printable(char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

void say_as_plugin(void)
{
	plugin = true;
}

void say_status(enum plugin_status status)
{
	static const char *const names[] = {
		[PLUGIN_OK] = "OK",
		[PLUGIN_WARNING] = "WARNING",
		[PLUGIN_CRITICAL] = "CRITICAL",
		[PLUGIN_UNKNOWN] = "UNKNOWN",
	};

	plugin_status = status;
	printf("TCPFSM %s - ", names[status]);
}

const char *say_captured(void)
{
	return *captured ? captured : NULL;
}

bool say_failed(void)
{
	return failed;
}

void say_before(void (*before)(void))
{
	before_message = before;
}

int say_end(void)
{
	bool full = ferror(stdout);

	/* A full disk shows itself as late as here. */
	if (fclose(stdout) || full) {
		fprintf(stderr, "%s: cannot write the output: %s\n",
			program_invocation_short_name, strerror(errno));
		unwritten = true;
		plugin_status = PLUGIN_UNKNOWN;
	}
	if (plugin)
		return plugin_status;
	if (bad_lines > BAD_LINES_SHOWN)
		fprintf(stderr, "%s: %lu more bad lines are not shown\n",
			program_invocation_short_name, bad_lines - BAD_LINES_SHOWN);
	if (unwritten)
		return EXIT_UNWRITTEN;
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
