// SPDX-License-Identifier: GPL-2.0
/* The files transitions and durations, for Prometheus. */
#include "durations.h"
#include "exposition.h"
#include "prometheus.h"
#include "reader.h"
#include "verb.h"

bool prometheus_transitions(FILE *to, const char *input)
{
	const struct layout *layout = &transitions_layout;
	const char *cells[COLUMNS_MAX];
	struct reader reader;

	if (!reader_open(&reader, input, layout, NULL))
		return false;
	exposition_family(to, "tcpfsm_transitions_total", "counter",
			  "How often a state followed another, by what showed it.");
	while (reader_next(&reader, cells))
		for (size_t i = layout->words; i < layout->count; i++)
			if (cells[i])
				exposition_text(to, "tcpfsm_transitions_total",
						LABELS("from", cells[0], "to", cells[1],
						       "cause", layout->columns[i].key), cells[i]);
	reader_close(&reader);
	return true;
}

/* The buckets' bounds, in seconds, by the files' columns. */
static const char *const bounds[DURATION_COLUMNS] = {
	[DURATION_LE_1MS] = "0.001", [DURATION_LE_10MS] = "0.01", [DURATION_LE_100MS] = "0.1",
	[DURATION_LE_1S] = "1", [DURATION_LE_10S] = "10", [DURATION_LE_1M] = "60",
	[DURATION_LE_10M] = "600", [DURATION_LE_1H] = "3600", [DURATION_LE_1D] = "86400",
	[DURATION_COUNT] = "+Inf",
};

bool prometheus_durations(FILE *to, const char *input)
{
	const char *cells[COLUMNS_MAX];
	struct reader reader;

	if (!reader_open(&reader, input, &durations_layout, NULL))
		return false;
	exposition_family(to, "tcpfsm_state_duration_seconds", "histogram",
			  "How long local endpoints stayed in a state before they left it.");
	while (reader_next(&reader, cells)) {
		const char *state = cells[DURATION_STATE];

		if (!cells[DURATION_COUNT] || !cells[DURATION_SUM_MS])
			continue;
		for (int i = 0; i < DURATION_COLUMNS; i++)
			if (bounds[i] && cells[i])
				exposition_text(to, "tcpfsm_state_duration_seconds_bucket",
						LABELS("state", state, "le", bounds[i]), cells[i]);
		exposition_ms(to, "tcpfsm_state_duration_seconds_sum", LABELS("state", state),
			      cells[DURATION_SUM_MS]);
		exposition_text(to, "tcpfsm_state_duration_seconds_count", LABELS("state", state),
				cells[DURATION_COUNT]);
	}
	reader_close(&reader);
	return true;
}
