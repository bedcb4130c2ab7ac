/* SPDX-License-Identifier: GPL-2.0 */
/* The eleven states, in the order of the interface; kept apart from the module's own list. */
#ifndef STATE_H
#define STATE_H

enum state {
	CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT,
	CLOSING, LAST_ACK, TIME_WAIT, STATES
};

extern const char *const state_names[STATES];

/* -1: no state has this name. */
int state_by_name(const char *name, size_t len);

#endif
