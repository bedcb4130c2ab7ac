// SPDX-License-Identifier: GPL-2.0
/* The file flows. */
#include "flows.h"
#include "verb.h"

static const struct column columns[FLOW_COLUMNS] = {
	[FLOW_SCOPE] = { "scope", COLUMN_TEXT, "local: an endpoint here; transit: a forwarded flow" },
	[FLOW_FAMILY] = { "family", COLUMN_TEXT, "ipv4 or ipv6" },
	[FLOW_LOCAL] = { "local", COLUMN_ADDRESS, "address and port here; in transit, of the originator" },
	[FLOW_REMOTE] = { "remote", COLUMN_ADDRESS, "address and port of the other end" },
	[FLOW_STATE] = { "state", COLUMN_STATE, "of the local endpoint", STYLE_WARN },
	[FLOW_REMOTE_STATE] = { "remote_state", COLUMN_STATE, "of the other end, as inferred" },
	[FLOW_IN_STATE_MS] = { "in_state_ms", COLUMN_COUNT, "milliseconds in this state" },
	[FLOW_AGE_MS] = { "age_ms", COLUMN_COUNT, "milliseconds since the flow began" },
	[FLOW_OPENED] = { "opened", COLUMN_TEXT, "active: by the local end; passive: by the other" },
	[FLOW_ADOPTED] = { "adopted", COLUMN_COUNT, "1: older than the module, ages are lower bounds" },
	[FLOW_ACCEPTED] = { "accepted", COLUMN_COUNT, "1: a process has accepted it" },
	[FLOW_UID] = { "uid", COLUMN_COUNT, "the socket's owner" },
	[FLOW_INODE] = { "inode", COLUMN_COUNT, "the socket's; 0: not accepted, or no socket any more" },
	[FLOW_CGROUP] = { "cgroup", COLUMN_COUNT, "id of the cgroup at the socket's creation" },
	[FLOW_DEVICE] = { "device", COLUMN_COUNT, "it is bound to, of a forwarded flow its VRF; 0: none" },
};

const struct layout flows_layout = {
	.file = "flows",
	.columns = columns,
	.count = FLOW_COLUMNS,
	.words = 4,
	.defaults = "scope,local,remote,state,remote_state,in_state_ms",
};
