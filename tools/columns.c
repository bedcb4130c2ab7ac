// SPDX-License-Identifier: GPL-2.0
/* The column tables: names, selections, help. */
#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "columns.h"
#include "say.h"

/* Enough for COLUMNS_MAX names and what stands between them. */
#define NAMES_MAX (COLUMNS_MAX * (COLUMNS_NAME_MAX + 2))

void columns_name(const struct column *column, char name[COLUMNS_NAME_MAX])
{
	size_t i;

	for (i = 0; i < COLUMNS_NAME_MAX - 1 && column->key[i]; i++)
		name[i] = (char)toupper((unsigned char)column->key[i]);
	name[i] = '\0';
}

bool columns_is_number(const struct column *column)
{
	return column->type == COLUMN_COUNT || column->type == COLUMN_INTEGER;
}

unsigned long long columns_number(const char *cell)
{
	return cell ? strtoull(cell, NULL, 10) : 0;
}

enum style columns_style(const struct column *column, const char *cell)
{
	if (!cell)
		return STYLE_PLAIN;
	if (columns_is_number(column) && !strcmp(cell, "0"))
		return STYLE_DIM;
	if (column->type == COLUMN_STATE && strcmp(cell, states_names[TCPFSM_CLOSE_WAIT]))
		return STYLE_PLAIN;
	return column->style;
}

bool columns_selected(const struct selection *selection, size_t column)
{
	for (size_t i = 0; i < selection->count; i++)
		if (selection->index[i] == column)
			return true;
	return false;
}

bool columns_needed(const struct selection *selection, size_t column)
{
	return columns_selected(selection, column) ||
	       (selection->sorted && selection->sort_column == column);
}

/* A column that is asked for twice is shown once: a JSON object has no two equal keys. */
static void add(struct selection *selection, size_t column)
{
	if (!columns_selected(selection, column))
		selection->index[selection->count++] = column;
}

static void __attribute__((__noreturn__)) unknown(const char *verb, const struct layout *layout,
						  const char *name, size_t length)
{
	char names[NAMES_MAX] = "";
	char one[COLUMNS_NAME_MAX];

	for (size_t i = 0; i < layout->count; i++) {
		columns_name(&layout->columns[i], one);
		strcat(strcat(names, i ? ", " : ""), one);
	}
	snprintf(one, sizeof(one), "%.*s", (int)length, name);
	say_usage("%s has no column '%s'; its columns are: %s", verb, say_quoted(one), names);
}

static size_t find(const char *verb, const struct layout *layout, const char *name, size_t length)
{
	for (size_t i = 0; i < layout->count; i++) {
		const char *key = layout->columns[i].key;

		if (strlen(key) == length && !strncasecmp(key, name, length))
			return i;
	}
	unknown(verb, layout, name, length);
}

/* Numbers of any length, with leading zeros or without. */
static int compare_digits(const char *a, const char *b)
{
	size_t length_a, length_b;

	a += strspn(a, "0");
	b += strspn(b, "0");
	length_a = strlen(a);
	length_b = strlen(b);
	if (length_a != length_b)
		return length_a < length_b ? -1 : 1;
	return strcmp(a, b);
}

int columns_compare(const struct column *column, const char *a, const char *b)
{
	if (!a || !b)
		return !!a - !!b;
	switch (column->type) {
	case COLUMN_INTEGER:
		if (*a == '-' || *b == '-') {
			if (*a != *b)
				return *a == '-' ? -1 : 1;
			return compare_digits(b + 1, a + 1);
		}
		return compare_digits(a, b);
	case COLUMN_COUNT:
		return compare_digits(a, b);
	case COLUMN_STATE:
		return states_find(a) - states_find(b);
	case COLUMN_ADDRESS:
	case COLUMN_TEXT:
		break;
	}
	return strverscmp(a, b);
}

static void add_list(const char *verb, const struct layout *layout, const char *list,
		     struct selection *selection)
{
	for (;;) {
		size_t length = strcspn(list, ",");

		add(selection, find(verb, layout, list, length));
		if (!list[length])
			break;
		list += length + 1;
	}
}

static void add_all(const struct layout *layout, struct selection *selection)
{
	for (size_t i = 0; i < layout->count; i++)
		add(selection, i);
}

void columns_select(const char *verb, const struct layout *layout, const char *list, bool all,
		    struct selection *selection)
{
	assert(layout->count <= COLUMNS_MAX);
	selection->count = 0;
	if (!list || *list == '+') {
		if (all || !layout->defaults)
			add_all(layout, selection);
		else
			add_list(verb, layout, layout->defaults, selection);
	}
	if (list)
		add_list(verb, layout, *list == '+' ? list + 1 : list, selection);
}

void columns_sort(const char *verb, const struct layout *layout, const char *by,
		  struct selection *selection)
{
	size_t column, instead;

	selection->sorted = true;
	selection->descending = *by == '-';
	by += selection->descending;
	column = find(verb, layout, by, strlen(by));
	instead = layout->columns[column].sort_by;
	selection->sort_column = instead ? instead : column;
}

void columns_help(const char *verb, const struct layout *layout, FILE *to)
{
	struct selection defaults;
	char name[COLUMNS_NAME_MAX];

	columns_select(verb, layout, NULL, false, &defaults);
	for (size_t i = 0; i < layout->count; i++) {
		columns_name(&layout->columns[i], name);
		fprintf(to, " %c %-19s %s\n", columns_selected(&defaults, i) ? '*' : ' ', name,
			layout->columns[i].help);
	}
}
