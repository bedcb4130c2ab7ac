// SPDX-License-Identifier: GPL-2.0
/*
 * The file stats: a line for each state, and lines of other kinds, each with its own keys.
 * The table and the pairs show the states. JSON has all of it:
 *   { "stats": { "states": [ { "state": "CLOSED", ... }, ... ], "close_wait": { ... }, ... } }
 * The first word of each other line is a key; --output chooses among the states' columns only.
 */
#include "json.h"
#include "stats_file.h"
#include "verb.h"

static const struct column columns[STATS_COLUMNS] = {
	[STATS_STATE] = { "state", COLUMN_STATE, "RFC 9293's state" },
	[STATS_LOCAL] = { "local", COLUMN_COUNT, "endpoints that are sockets here", STYLE_BOLD },
	[STATS_REMOTE] = { "remote", COLUMN_COUNT, "their other ends, as inferred" },
	[STATS_TRANSIT] = { "transit", COLUMN_COUNT, "both ends of forwarded flows" },
	[STATS_ENTERED] = { "entered", COLUMN_COUNT, "how often a local endpoint has entered the state" },
};

const struct layout stats_layout = {
	.file = "stats",
	.columns = columns,
	.count = STATS_COLUMNS,
	.words = 1,
};

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

static void show_section(const struct stats_line *row, const struct layout *layout)
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

void stats_run(const struct options *options, const struct selection *selection)
{
	struct stats stats;

	if (!stats_read(options->value[OPTION_INPUT], &stats))
		return;
	if (options_format(options) == OUTPUT_JSON)
		show_json(&stats, options, selection);
	else
		show_states(&stats, options, selection);
	stats_forget(&stats);
}
