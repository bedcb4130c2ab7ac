// SPDX-License-Identifier: GPL-2.0
/* The file durations. */
#include "verb.h"

static const struct column columns[] = {
	{ "state", COLUMN_STATE, "the state that was left" },
	{ "le_1ms", COLUMN_COUNT, "after a millisecond at most" },
	{ "le_10ms", COLUMN_COUNT, "after 10 milliseconds at most, the former included" },
	{ "le_100ms", COLUMN_COUNT, "after 100 milliseconds at most" },
	{ "le_1s", COLUMN_COUNT, "after a second at most" },
	{ "le_10s", COLUMN_COUNT, "after 10 seconds at most" },
	{ "le_1m", COLUMN_COUNT, "after a minute at most" },
	{ "le_10m", COLUMN_COUNT, "after 10 minutes at most" },
	{ "le_1h", COLUMN_COUNT, "after an hour at most" },
	{ "le_1d", COLUMN_COUNT, "after a day at most" },
	{ "count", COLUMN_COUNT, "after any time" },
	{ "sum_ms", COLUMN_COUNT, "all these times together, in milliseconds" },
};

/* What fits into 80 columns. */
const struct layout durations_layout = {
	.file = "durations",
	.columns = columns,
	.count = ARRAY_SIZE(columns),
	.words = 1,
	.defaults = "state,le_10ms,le_1s,le_10s,le_1m,le_10m,le_1h,le_1d,count,sum_ms",
};
