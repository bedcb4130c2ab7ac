// SPDX-License-Identifier: GPL-2.0
/* The file namespaces. */
#include "verb.h"

static const struct column columns[] = {
	{ "netns", COLUMN_COUNT, "the network namespace, as lsns -t net prints it" },
	TCPFSM_STATES(COLUMNS_OF_STATE)
	{ "close_wait_leaked", COLUMN_COUNT, "in CLOSE_WAIT for too long" },
	{ "anomalies", COLUMN_COUNT, "anomalies that hold now" },
	{ "flows", COLUMN_COUNT, "flows tracked" },
};

/* What fits into 80 columns. */
const struct layout namespaces_layout = {
	.file = "namespaces",
	.columns = columns,
	.count = ARRAY_SIZE(columns),
	.words = 1,
	.defaults = "netns,established,close_wait,time_wait,close_wait_leaked,anomalies,flows",
};
