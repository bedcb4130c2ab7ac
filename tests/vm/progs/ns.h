/* SPDX-License-Identifier: GPL-2.0 */
/* The namespaces of a test, what joins them, and what disturbs the traffic between them. */
#ifndef NS_H
#define NS_H

#include "test.h"

/* Makes the namespaces, links and addresses that the test's place has. */
void ns_setup(struct test *t);

/* This process is in that namespace from now on. */
void ns_enter(struct test *t, enum side side);

/* The namespaces that differ: 1 on loopback, 2 on veth, 3 with a router. */
int ns_count(const struct test *t);

/* Runs a program there: words separated by blanks, no shell. Its failure is the test's. */
void ns_run(struct test *t, enum side side, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Writes a file below /proc/sys there. */
void ns_sysctl(struct test *t, enum side side, const char *path, const char *value);

/* The address of one end, as text; never the router's. */
const char *ns_address(const struct test *t, enum side side);

/* Segments that come to this end and match an nft expression vanish before TCP sees them. */
void ns_drop(struct test *t, enum side side, const char *match);
void ns_undrop(struct test *t, enum side side);

/* This end's nft rules for what comes in and what goes out, instead of those before; NULL: none. */
void ns_filter(struct test *t, enum side side, const char *input, const char *output);

/* The first namespace, where the module's list of all is. */
int ns_host(void);

/*
 * Ends one side for good: its links and minisocks go with it. The test's sockets there must be
 * closed; it is in the first namespace afterwards.
 */
void ns_end(struct test *t, enum side side);

/* On a veth: both ends know each other for good, so that nothing that is lost is a neighbour's answer. */
void ns_neighbours(struct test *t);

/* netem's words for what leaves this end ("delay 1s", "loss 10%"). "" ends it. */
void ns_netem(struct test *t, enum side side, const char *words);

#endif
