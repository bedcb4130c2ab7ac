// SPDX-License-Identifier: GPL-2.0
/* The file listeners. */
#include "listeners.h"
#include "verb.h"

#define OF_STATE(name, ...) \
	[LISTENER_BY_STATE + TCPFSM_##name] = { #name, COLUMN_COUNT, "endpoints in " #name },

static const struct column columns[LISTENER_COLUMNS] = {
	[LISTENER_LISTENER] = { "listener", COLUMN_ADDRESS, "the bound address and port" },
	[LISTENER_UID] = { "uid", COLUMN_COUNT, "the socket's owner" },
	[LISTENER_CGROUP] = { "cgroup", COLUMN_COUNT, "id of the cgroup at the socket's creation" },
	TCPFSM_STATES(OF_STATE)
	[LISTENER_OPENED] = { "opened", COLUMN_COUNT, "connections opened" },
	[LISTENER_CLOSED_FIRST_LOCAL] = { "closed_first_local", COLUMN_COUNT, "closed by this side first" },
	[LISTENER_CLOSED_FIRST_REMOTE] = { "closed_first_remote", COLUMN_COUNT, "closed by the other side first" },
	[LISTENER_RESET] = { "reset", COLUMN_COUNT, "ended by a reset" },
	[LISTENER_SYN_COLLISIONS] = { "syn_collisions", COLUMN_COUNT, "SYNs for a tuple still in CLOSE_WAIT", STYLE_BAD },
	[LISTENER_CLOSE_WAIT_LEAKED] = { "close_wait_leaked", COLUMN_COUNT, "in CLOSE_WAIT for too long", STYLE_BAD },
	[LISTENER_SOCKETS] = { "sockets", COLUMN_COUNT, "that listen so (SO_REUSEPORT)" },
	[LISTENER_DEVICE] = { "device", COLUMN_COUNT, "they are bound to, as ip link numbers it; 0: any" },
};

const struct layout listeners_layout = {
	.file = "listeners",
	.columns = columns,
	.count = LISTENER_COLUMNS,
	.defaults = "listener,established,close_wait,time_wait,opened,reset,close_wait_leaked",
};
