/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A connection in each state, held there by dropping what would move it on: each has a server port
 * of its own, so that rules and programs can tell them apart.
 */
#ifndef HELD_H
#define HELD_H

#include "sock.h"
#include "test.h"

enum hold {
	HELD_SYN_SENT, HELD_SYN_RECEIVED,
	HELD_ESTABLISHED,
	HELD_FIN_WAIT_1,	/* the client; the server is ESTABLISHED */
	HELD_FIN_WAIT_2,	/* the client; the server is in CLOSE_WAIT */
	HELD_CLOSING,		/* the client; the server is in FIN_WAIT_2 */
	HELD_LAST_ACK,		/* the server; the client is in FIN_WAIT_2 */
	HELD_TIME_WAIT,		/* the client; the server has closed */
	HOLDS
};

#define HELD_PORT(hold) (PORT + (hold))
#define HELD_TO_SERVER "tcp dport 5000-5007"
#define HELD_TO_CLIENT "tcp sport 5000-5007"

/* -1: no such socket: that of a hold that nobody has accepted, or that has closed. */
struct held {
	int listener[HOLDS];
	struct pair pair[HOLDS];
};

/* Opens them all, n times; the kernel's own tables say that each is where it should be. */
void held_open(struct test *t, struct held *h, int n);

/* Nothing at all gets through any more but what wire_forge() makes; or, everything does. */
void held_black_hole(struct test *t);
void held_let_through(struct test *t);

/* The programs close all that they have. */
void held_close(struct held *h, int n);

/* Closes, lets everything through, and wants nothing left in the end. */
void held_end(struct test *t, struct held *h, int n);

#endif
