// SPDX-License-Identifier: GPL-2.0
/*
 * One JSON document out of several of libsmartcols' tables.
 *
 * libsmartcols writes each object: names, types, escapes. But it writes a document a table,
 * and a table keeps all its lines. So each batch of rows is a table of its own, of which the
 * part between the brackets is taken; only the frame around the objects is made here, and its
 * keys are the program's own words.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libsmartcols.h>

#include "alloc.h"
#include "json.h"

/* libsmartcols' own, and how deep its rows' members are. */
#define INDENT 3
#define ROW_DEPTH 2

static int depth;
static bool first = true;

static void begin_member(const char *key)
{
	if (!first)
		putchar(',');
	/* As libsmartcols has it: the next object of a list starts where the last one ends. */
	if (depth && (first || key))
		printf("\n%*s", depth * INDENT, "");
	if (key)
		printf("\"%s\": ", key);
	first = false;
}

/* Rows that stand deeper in the document than in their own are moved to the right. */
static void print_rows(const char *rows, const char *end)
{
	int deeper = (depth - ROW_DEPTH) * INDENT;

	while (deeper > 0 && rows < end) {
		const char *line = memchr(rows, '\n', (size_t)(end - rows));

		if (!line)
			break;
		line++;
		fwrite(rows, 1, (size_t)(line - rows), stdout);
		printf("%*s", deeper, "");
		rows = line;
	}
	fwrite(rows, 1, (size_t)(end - rows), stdout);
}

void json_open(const char *key, char bracket)
{
	begin_member(key);
	putchar(bracket);
	depth++;
	first = true;
}

void json_close(char bracket)
{
	depth--;
	printf("\n%*s%c", depth * INDENT, "", bracket);
	if (!depth)
		putchar('\n');
	first = false;
}

void json_rows(const char *key, struct libscols_table *table)
{
	char *document;
	char *start;
	char *end;

	if (scols_print_table_to_string(table, &document))
		alloc_failed();
	start = strchr(document, '[');
	end = strrchr(document, ']');
	if (start && end) {
		start += strspn(start, "[ \n");
		while (end > start && strchr(" \n", end[-1]))
			end--;
		begin_member(key);
		print_rows(start, end);
	}
	free(document);
}
