/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The column tables. A file's lines are described once, as an array of columns; reading,
 * the table, JSON, pairs, --output and --help all follow that array.
 */
#ifndef TOOLS_COLUMNS_H
#define TOOLS_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "states.h"
#include "style.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* No file has more columns than this; the layouts are checked when one is chosen from. */
#define COLUMNS_MAX 32
#define COLUMNS_NAME_MAX 32

enum column_type {
	COLUMN_COUNT,	/* a decimal number, never negative */
	COLUMN_INTEGER,	/* one that may be */
	COLUMN_TEXT,	/* a word */
	COLUMN_STATE,	/* one of the eleven */
	COLUMN_ADDRESS,	/* 10.0.0.1:443 or [2001:db8::1]:443 */
};

struct column {
	const char *key;	/* as in the file; its upper case is the column's name */
	enum column_type type;
	const char *help;
	enum style style;	/* of a cell that says something: see columns_style() */
	size_t sort_by;		/* the column whose order it has; 0: its own */
};

/* One kind of line. */
struct layout {
	const char *file;
	const struct column *columns;
	size_t count;
	size_t words;		/* so many columns, the first, are bare words; then come key=value */
	size_t made;		/* so many columns, the last, are not the file's: the verb fills them */
	const char *defaults;	/* as for --output; NULL: all */
};

/* Which columns of a layout to show, in which order, and the rows' order. */
struct selection {
	size_t count;
	size_t index[COLUMNS_MAX];
	bool sorted, descending;
	size_t sort_column;
};

void columns_name(const struct column *column, char name[COLUMNS_NAME_MAX]);
bool columns_is_number(const struct column *column);

/* A number's cell; 0 where the file doesn't have it. */
unsigned long long columns_number(const char *cell);

/*
 * How a terminal shows a cell. A column's own style is for a number that is not 0, for CLOSE_WAIT among the
 * states (only the program ends it), and for any text; a 0 steps back.
 */
enum style columns_style(const struct column *column, const char *cell);

/* The order of two cells of that column; a cell that is not there comes first. */
int columns_compare(const struct column *column, const char *a, const char *b);
bool columns_selected(const struct selection *selection, size_t column);
/* Shown, or sorted by; of a selection whose order is known, too. */
bool columns_needed(const struct selection *selection, size_t column);

/*
 * Selects the columns of a comma-separated list, "+" before it: after the default ones.
 * Without a list: the default ones, or all. Names are in any case; an unknown one ends the program
 * with EXIT_USAGE, which says that the verb has no such column.
 */
void columns_select(const char *verb, const struct layout *layout, const char *list, bool all,
		    struct selection *selection);

/* Selects the column to sort by, "-" before it: the greatest first. Likewise. */
void columns_sort(const char *verb, const struct layout *layout, const char *by,
		  struct selection *selection);

/* Names and help of each of the verb's, with a mark before the default ones. */
void columns_help(const char *verb, const struct layout *layout, FILE *to);

#endif
