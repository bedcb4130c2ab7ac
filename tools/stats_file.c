// SPDX-License-Identifier: GPL-2.0
/* The file stats as a whole: a line for each state, and one for each section. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "record.h"
#include "say.h"
#include "source.h"
#include "stats_file.h"
#include "verb.h"

/* Which row a line fills, and how it is laid out; NULL: a kind of a later version. */
static struct stats_line *row_of(struct stats *stats, const char *line, const struct layout **layout)
{
	char name[COLUMNS_NAME_MAX];
	int found;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(line, " "), line);
	found = states_find(name);
	if (found >= 0) {
		*layout = &stats_layout;
		return &stats->states[found];
	}
	found = sections_find(name);
	if (found >= 0) {
		*layout = &sections[found];
		return &stats->sections[found];
	}
	return NULL;
}

static void keep(struct stats *stats, struct lines *lines, const char *line)
{
	const struct layout *layout;
	struct stats_line *row = row_of(stats, line, &layout);

	if (!row)
		return;
	if (row->line) {
		stats->whole = false;
		say_bad_line(lines->path, lines->number, "expected one line for each first word,"
			     " found a second for '%s'", say_quoted(row->line));
		return;
	}
	row->line = alloc_copy(line);
	/* The line stays, so that it isn't reported as missing too. */
	if (!record_split(layout, lines, row->line, row->cells))
		memset(row->cells, 0, sizeof(row->cells));
}

static void want_line(struct stats *stats, const struct lines *lines, const struct stats_line *row,
		      const char *name)
{
	if (row->line)
		return;
	stats->whole = false;
	say_bad_line(lines->path, lines->number + 1, "expected a line for %s before the file's end",
		     name);
}

static void want_all(struct stats *stats, const struct lines *lines)
{
	for (int i = 0; i < TCPFSM_NR_STATES; i++)
		want_line(stats, lines, &stats->states[i], states_names[i]);
	for (int i = 0; i < SECTIONS_COUNT; i++)
		want_line(stats, lines, &stats->sections[i], sections[i].columns[0].key);
}

void stats_forget(struct stats *stats)
{
	for (int i = 0; i < TCPFSM_NR_STATES; i++)
		free(stats->states[i].line);
	for (int i = 0; i < SECTIONS_COUNT; i++)
		free(stats->sections[i].line);
}

bool stats_read(const char *input, struct stats *stats)
{
	char path[SOURCE_PATH_MAX];
	struct lines lines;
	char *line;

	*stats = (struct stats){ .whole = true };
	if (!source_open(input, stats_layout.file, path, &lines))
		return false;
	while ((line = lines_next(&lines)))
		keep(stats, &lines, line);
	if (lines.bad)
		stats->whole = false;
	/* What could not be read is not missing. */
	if (!lines.unread)
		want_all(stats, &lines);
	lines_close(&lines);
	return true;
}

const char *stats_cell(const struct stats *stats, int state, enum stats_column column)
{
	return stats->states[state].cells[column];
}

const char *stats_key(const struct stats *stats, enum section section, const char *key)
{
	const struct layout *layout = &sections[section];

	for (size_t i = layout->words; i < layout->count; i++)
		if (!strcmp(layout->columns[i].key, key))
			return stats->sections[section].cells[i];
	return NULL;
}

static bool to_number(const char *cell, unsigned long long *number)
{
	if (cell)
		*number = strtoull(cell, NULL, 10);
	return cell;
}

bool stats_count(const struct stats *stats, int state, enum stats_column column,
		 unsigned long long *count)
{
	return to_number(stats_cell(stats, state, column), count);
}

bool stats_number(const struct stats *stats, enum section section, const char *key,
		  unsigned long long *number)
{
	return to_number(stats_key(stats, section, key), number);
}
