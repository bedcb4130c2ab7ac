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
	return column->type == COLUMN_COUNT;
}

static bool selected(const struct selection *selection, size_t column)
{
	for (size_t i = 0; i < selection->count; i++)
		if (selection->index[i] == column)
			return true;
	return false;
}

/* A column that is asked for twice is shown once: a JSON object has no two equal keys. */
static void add(struct selection *selection, size_t column)
{
	if (!selected(selection, column))
		selection->index[selection->count++] = column;
}

static void __attribute__((__noreturn__)) unknown(const struct layout *layout, const char *name,
						  size_t length)
{
	char names[NAMES_MAX] = "";
	char one[COLUMNS_NAME_MAX];

	for (size_t i = 0; i < layout->count; i++) {
		columns_name(&layout->columns[i], one);
		strcat(strcat(names, i ? ", " : ""), one);
	}
	snprintf(one, sizeof(one), "%.*s", (int)length, name);
	say_usage("%s has no column '%s'; its columns are: %s", layout->file, say_quoted(one),
		  names);
}

static void add_list(const struct layout *layout, const char *list, struct selection *selection)
{
	for (;;) {
		size_t length = strcspn(list, ",");
		size_t i;

		for (i = 0; i < layout->count; i++) {
			const char *key = layout->columns[i].key;

			if (strlen(key) == length && !strncasecmp(key, list, length))
				break;
		}
		if (i == layout->count)
			unknown(layout, list, length);
		add(selection, i);
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

void columns_select(const struct layout *layout, const char *list, bool all,
		    struct selection *selection)
{
	assert(layout->count <= COLUMNS_MAX);
	selection->count = 0;
	if (!list || *list == '+') {
		if (all || !layout->defaults)
			add_all(layout, selection);
		else
			add_list(layout, layout->defaults, selection);
	}
	if (list)
		add_list(layout, *list == '+' ? list + 1 : list, selection);
}

void columns_help(const struct layout *layout, FILE *to)
{
	struct selection defaults;
	char name[COLUMNS_NAME_MAX];

	columns_select(layout, NULL, false, &defaults);
	for (size_t i = 0; i < layout->count; i++) {
		columns_name(&layout->columns[i], name);
		fprintf(to, " %c %-19s %s\n", selected(&defaults, i) ? '*' : ' ', name,
			layout->columns[i].help);
	}
}
