// SPDX-License-Identifier: GPL-2.0
/* A JSON document, written as it grows; laid out as util-linux does it. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>

#include "json.h"

#define INDENT 3

static int depth;
static bool first = true;	/* nothing stands yet inside what was opened last */

static void new_line(void)
{
	putchar_unlocked('\n');
	for (int i = depth * INDENT; i; i--)
		putchar_unlocked(' ');
}

static void begin_member(const char *key)
{
	if (!first)
		putchar_unlocked(',');
	/* The next object of a list starts where the last one ends. */
	if (depth && (first || key))
		new_line();
	if (key) {
		putchar_unlocked('"');
		for (; *key; key++)
			putchar_unlocked(tolower((unsigned char)*key));
		fputs_unlocked("\": ", stdout);
	}
	first = false;
}

void json_open(const char *key, char bracket)
{
	begin_member(key);
	putchar_unlocked(bracket);
	depth++;
	first = true;
}

void json_close(char bracket)
{
	depth--;
	new_line();
	putchar_unlocked(bracket);
	if (!depth)
		putchar_unlocked('\n');
	first = false;
}

void json_number(const char *key, const char *digits)
{
	begin_member(key);
	if (*digits == '-')
		putchar_unlocked(*digits++);
	/* JSON has no 007. */
	while (*digits == '0' && digits[1])
		digits++;
	fputs_unlocked(digits, stdout);
}

void json_text(const char *key, const char *text)
{
	begin_member(key);
	putchar_unlocked('"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < ' ') {
			printf("\\u%04x", c);
			continue;
		}
		if (c == '"' || c == '\\')
			putchar_unlocked('\\');
		putchar_unlocked(c);
	}
	putchar_unlocked('"');
}

void json_null(const char *key)
{
	begin_member(key);
	fputs_unlocked("null", stdout);
}
