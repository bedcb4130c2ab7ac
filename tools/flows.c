// SPDX-License-Identifier: GPL-2.0
/* The file flows. */
#include "verb.h"

static const struct column columns[] = {
	{ "scope", COLUMN_TEXT, "local: an endpoint here; transit: a forwarded flow" },
	{ "family", COLUMN_TEXT, "ipv4 or ipv6" },
	{ "local", COLUMN_ADDRESS, "address and port here; in transit, of the originator" },
	{ "remote", COLUMN_ADDRESS, "address and port of the other end" },
	{ "state", COLUMN_STATE, "of the local endpoint" },
	{ "remote_state", COLUMN_STATE, "of the other end, as inferred" },
	{ "in_state_ms", COLUMN_COUNT, "milliseconds in this state" },
	{ "age_ms", COLUMN_COUNT, "milliseconds since the flow began" },
	{ "opened", COLUMN_TEXT, "active: by the local end; passive: by the other" },
	{ "adopted", COLUMN_COUNT, "1: older than the module, ages are lower bounds" },
	{ "accepted", COLUMN_COUNT, "1: a process has accepted it" },
	{ "uid", COLUMN_COUNT, "the socket's owner" },
	{ "inode", COLUMN_COUNT, "the socket's; 0: not accepted, or no socket any more" },
	{ "cgroup", COLUMN_COUNT, "id of the cgroup at the socket's creation" },
};

const struct layout flows_layout = {
	.file = "flows",
	.columns = columns,
	.count = ARRAY_SIZE(columns),
	.words = 4,
	.defaults = "scope,local,remote,state,remote_state,in_state_ms",
};
