/* SPDX-License-Identifier: GPL-2.0 */
/* Is what tcpfsm says what the kernel's socket table says? */
#ifndef COMPARE_H
#define COMPARE_H

#include "state.h"
#include "test.h"

/* How long there must be no traffic before the two agree. */
#define SETTLE_MS 200

/* Waits until the kernel itself has this many sockets of a state at one end. */
void reach(struct test *t, enum side side, enum state state, int count);

/* What the test has just done: printed with the differences of later comparisons. */
void compare_after(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Settles, and compares all states in all of the test's namespaces; prints every difference. */
void compare(struct test *t);

/*
 * For so long compares every now and then, wherever the kernel's table has been the same for
 * SETTLE_MS. Returns how often; never is a failure.
 */
int compare_for(struct test *t, unsigned int ms, unsigned int step_ms);

/*
 * Is exact=1 promised, which compare() wants then, and else exact=0? Not with witness=0, nor where the
 * kernel lacks the tracepoint or is PREEMPT_RT. A table that is full has exact=0 as well: a scenario
 * compares when there is room again.
 */
bool exact_promised(void);

/* After everything was closed: waits for TIME_WAITs to end, and wants nothing left anywhere. */
void compare_ended(struct test *t);

/* The server infers of its one client that it has closed; over loopback nobody is inferred. */
void client_waits_for_fin(struct test *t);

#endif
