// SPDX-License-Identifier: GPL-2.0
/* The files transitions and durations, for Prometheus. */
#include "durations.h"
#include "exposition.h"
#include "prometheus.h"
#include "reader.h"
#include "verb.h"

/* The family's head, and each row, if the file is whole. */
static bool print_rows(FILE *to, const char *input, const struct layout *layout,
		       void (*print_head)(FILE *to),
		       void (*print_row)(FILE *to, const char *const cells[COLUMNS_MAX]))
{
	struct rows rows;
	bool whole = reader_rows(&rows, input, layout);

	if (whole) {
		print_head(to);
		for (size_t i = 0; i < rows.count; i++)
			print_row(to, rows.row[i]->cells);
	}
	rows_close(&rows);
	return whole;
}

static void print_transitions_head(FILE *to)
{
	exposition_family(to, "tcpfsm_transitions_total", "counter",
			  "How often a state followed another, by what showed it.");
}

static void print_transition(FILE *to, const char *const cells[COLUMNS_MAX])
{
	const struct layout *layout = &transitions_layout;

	for (size_t i = layout->words; i < layout->count; i++)
		if (cells[i])
			exposition_text(to, "tcpfsm_transitions_total",
					LABELS("from", cells[0], "to", cells[1],
					       "cause", layout->columns[i].key), cells[i]);
}

bool prometheus_transitions(FILE *to, const char *input)
{
	return print_rows(to, input, &transitions_layout, print_transitions_head, print_transition);
}

/* The buckets' bounds, in seconds, by the files' columns. */
static const char *const bounds[DURATION_COLUMNS] = {
	[DURATION_LE_1MS] = "0.001", [DURATION_LE_10MS] = "0.01", [DURATION_LE_100MS] = "0.1",
	[DURATION_LE_1S] = "1", [DURATION_LE_10S] = "10", [DURATION_LE_1M] = "60",
	[DURATION_LE_10M] = "600", [DURATION_LE_1H] = "3600", [DURATION_LE_1D] = "86400",
	[DURATION_COUNT] = "+Inf",
};

static void print_durations_head(FILE *to)
{
	exposition_family(to, "tcpfsm_state_duration_seconds", "histogram",
			  "How long local endpoints stayed in a state before they left it.");
}

static void print_duration(FILE *to, const char *const cells[COLUMNS_MAX])
{
	const char *state = cells[DURATION_STATE];

	if (!cells[DURATION_COUNT] || !cells[DURATION_SUM_MS])
		return;
	for (int i = 0; i < DURATION_COLUMNS; i++)
		if (bounds[i] && cells[i])
			exposition_text(to, "tcpfsm_state_duration_seconds_bucket",
					LABELS("state", state, "le", bounds[i]), cells[i]);
	exposition_ms(to, "tcpfsm_state_duration_seconds_sum", LABELS("state", state),
		      cells[DURATION_SUM_MS]);
	exposition_text(to, "tcpfsm_state_duration_seconds_count", LABELS("state", state),
			cells[DURATION_COUNT]);
}

bool prometheus_durations(FILE *to, const char *input)
{
	return print_rows(to, input, &durations_layout, print_durations_head, print_duration);
}
