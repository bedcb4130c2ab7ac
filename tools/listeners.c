// SPDX-License-Identifier: GPL-2.0
/* The file listeners. */
#include "verb.h"

static const struct column columns[] = {
	{ "listener", COLUMN_ADDRESS, "the bound address and port" },
	{ "uid", COLUMN_COUNT, "the socket's owner" },
	{ "cgroup", COLUMN_COUNT, "id of the cgroup at the socket's creation" },
	TCPFSM_STATES(COLUMNS_OF_STATE)
	{ "opened", COLUMN_COUNT, "connections opened" },
	{ "closed_first_local", COLUMN_COUNT, "closed by this side first" },
	{ "closed_first_remote", COLUMN_COUNT, "closed by the other side first" },
	{ "reset", COLUMN_COUNT, "ended by a reset" },
	{ "syn_collisions", COLUMN_COUNT, "SYNs for a tuple still in CLOSE_WAIT" },
	{ "close_wait_leaked", COLUMN_COUNT, "in CLOSE_WAIT for too long" },
};

const struct layout listeners_layout = {
	.file = "listeners",
	.columns = columns,
	.count = ARRAY_SIZE(columns),
	.defaults = "listener,established,close_wait,time_wait,opened,reset,close_wait_leaked",
};
