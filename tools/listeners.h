/* SPDX-License-Identifier: GPL-2.0 */
/* The columns of the file listeners, in its layout's order. */
#ifndef TOOLS_LISTENERS_H
#define TOOLS_LISTENERS_H

#include "states.h"

enum listener_column {
	LISTENER_LISTENER, LISTENER_UID, LISTENER_CGROUP,
	LISTENER_BY_STATE,	/* the first, CLOSED; as many as there are states */
	LISTENER_OPENED = LISTENER_BY_STATE + TCPFSM_NR_STATES,
	LISTENER_CLOSED_FIRST_LOCAL, LISTENER_CLOSED_FIRST_REMOTE, LISTENER_RESET,
	LISTENER_SYN_COLLISIONS, LISTENER_CLOSE_WAIT_LEAKED,
	LISTENER_COLUMNS
};

#endif
