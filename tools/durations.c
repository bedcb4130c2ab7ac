// SPDX-License-Identifier: GPL-2.0
/* The file durations. */
#include "durations.h"
#include "verb.h"

static const struct column columns[DURATION_COLUMNS] = {
	[DURATION_STATE] = { "state", COLUMN_STATE, "the state that was left" },
	[DURATION_LE_1MS] = { "le_1ms", COLUMN_COUNT, "after a millisecond at most" },
	[DURATION_LE_10MS] = { "le_10ms", COLUMN_COUNT, "after 10 milliseconds at most, the former included" },
	[DURATION_LE_100MS] = { "le_100ms", COLUMN_COUNT, "after 100 milliseconds at most" },
	[DURATION_LE_1S] = { "le_1s", COLUMN_COUNT, "after a second at most" },
	[DURATION_LE_10S] = { "le_10s", COLUMN_COUNT, "after 10 seconds at most" },
	[DURATION_LE_1M] = { "le_1m", COLUMN_COUNT, "after a minute at most" },
	[DURATION_LE_10M] = { "le_10m", COLUMN_COUNT, "after 10 minutes at most" },
	[DURATION_LE_1H] = { "le_1h", COLUMN_COUNT, "after an hour at most" },
	[DURATION_LE_1D] = { "le_1d", COLUMN_COUNT, "after a day at most" },
	[DURATION_COUNT] = { "count", COLUMN_COUNT, "after any time" },
	[DURATION_SUM_MS] = { "sum_ms", COLUMN_COUNT, "all these times together, in milliseconds" },
};

/* What fits into 80 columns. */
const struct layout durations_layout = {
	.file = "durations",
	.columns = columns,
	.count = DURATION_COLUMNS,
	.words = 1,
	.defaults = "state,le_10ms,le_1s,le_10s,le_1m,le_10m,le_1h,le_1d,count,sum_ms",
};
