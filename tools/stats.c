// SPDX-License-Identifier: GPL-2.0
/*
 * The file stats: a line for each state, and lines of other kinds, each with its own keys.
 * The table and the pairs show the states. JSON has all of it:
 *   { "stats": { "states": [ { "state": "CLOSED", ... }, ... ], "close_wait": { ... }, ... } }
 * The first word of each other line is a key; --output chooses among the states' columns only.
 */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "json.h"
#include "record.h"
#include "say.h"
#include "sections.h"
#include "source.h"
#include "verb.h"

static const struct column columns[] = {
	{ "state", COLUMN_STATE, "RFC 9293's state" },
	{ "local", COLUMN_COUNT, "endpoints that are sockets here" },
	{ "remote", COLUMN_COUNT, "their other ends, as inferred" },
	{ "transit", COLUMN_COUNT, "both ends of forwarded flows" },
	{ "entered", COLUMN_COUNT, "how often a local endpoint has entered the state" },
};

const struct layout stats_layout = {
	.file = "stats",
	.columns = columns,
	.count = ARRAY_SIZE(columns),
	.words = 1,
};

/* A line that is kept: the file's order need not be the screen's. */
struct row {
	char *line;
	const char *cells[COLUMNS_MAX];
};

struct stats {
	struct row states[TCPFSM_NR_STATES];
	struct row sections[SECTIONS_COUNT];
};

/* Which row a line fills, and how it is laid out; NULL: a kind of a later version. */
static struct row *row_of(struct stats *stats, const char *line, const struct layout **layout)
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

static void keep(struct stats *stats, const struct lines *lines, const char *line)
{
	const struct layout *layout;
	struct row *row = row_of(stats, line, &layout);

	if (!row)
		return;
	if (row->line) {
		say_bad_line(lines->path, lines->number, "expected one line for each first word,"
			     " found a second for '%s'", say_quoted(row->line));
		return;
	}
	row->line = alloc_copy(line);
	if (!record_split(layout, lines, row->line, row->cells)) {
		/* The line stays, so that it isn't reported as missing too. */
		memset(row->cells, 0, sizeof(row->cells));
	}
}

static void report_missing(const struct stats *stats, const struct lines *lines)
{
	for (int i = 0; i < TCPFSM_NR_STATES; i++)
		if (!stats->states[i].line)
			say_bad_line(lines->path, lines->number + 1,
				     "expected a line for %s before the file's end",
				     states_names[i]);
}

static void show_states(struct stats *stats, const struct options *options,
			const struct selection *selection)
{
	struct output output;

	output_open(&output, options_format(options),
		    !options_have(options, OPTION_NOHEADINGS), &stats_layout, selection);
	for (int i = 0; i < TCPFSM_NR_STATES; i++) {
		stats->states[i].cells[0] = states_names[i];
		output_row(&output, stats->states[i].cells);
	}
	output_close(&output);
}

static void show_section(const struct row *row, const struct layout *layout)
{
	struct selection all = { 0 };
	struct output output;

	/* Its first word is the key that the object has. */
	for (size_t i = layout->words; i < layout->count; i++)
		all.index[all.count++] = i;
	output_open(&output, OUTPUT_JSON, false, layout, &all);
	output.key = layout->columns[0].key;
	output_row(&output, row->cells);
	output_close(&output);
}

static void show_json(struct stats *stats, const struct options *options,
		      const struct selection *selection)
{
	json_open(NULL, '{');
	json_open(options->verb->name, '{');
	json_open("states", '[');
	show_states(stats, options, selection);
	json_close(']');
	for (int i = 0; i < SECTIONS_COUNT; i++)
		if (stats->sections[i].line)
			show_section(&stats->sections[i], &sections[i]);
	json_close('}');
	json_close('}');
}

static void forget(struct stats *stats)
{
	for (int i = 0; i < TCPFSM_NR_STATES; i++)
		free(stats->states[i].line);
	for (int i = 0; i < SECTIONS_COUNT; i++)
		free(stats->sections[i].line);
}

void stats_run(const struct options *options, const struct selection *selection)
{
	struct stats stats = { 0 };
	char path[SOURCE_PATH_MAX];
	struct lines lines;
	char *line;

	if (!source_open(options->value[OPTION_INPUT], stats_layout.file, path, &lines))
		return;
	while ((line = lines_next(&lines)))
		keep(&stats, &lines, line);
	report_missing(&stats, &lines);
	if (options_format(options) == OUTPUT_JSON)
		show_json(&stats, options, selection);
	else
		show_states(&stats, options, selection);
	forget(&stats);
	lines_close(&lines);
}
