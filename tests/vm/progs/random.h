/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The random test: from a seed, sockets of two namespaces live through random operations and
 * faults; in between all comes to rest, and every endpoint is compared with the kernel's table.
 * Each operation has random numbers of its own, so that leaving one out does not change the others.
 */
#ifndef RANDOM_H
#define RANDOM_H

#include <netinet/in.h>
#include <stdint.h>
#include <sys/types.h>

#include "state.h"
#include "test.h"

#define RND_SIDES	2
#define RND_SLOTS	320	/* sockets that this process holds at most */
#define RND_LISTENERS	4	/* the first slots of each side */
#define RND_OWNERS	12	/* other processes that hold sockets */
#define RND_ROWS	4096	/* endpoints of one namespace at most */

struct rng {
	uint64_t x;
};

/* Numbers that depend on nothing but the seed, a purpose and a number. */
struct rng rng_at(unsigned int seed, unsigned int purpose, unsigned int n);
uint64_t rng_next(struct rng *r);
unsigned int rng_below(struct rng *r, unsigned int n);
bool rng_chance(struct rng *r, unsigned int percent);

enum rnd_purpose { RND_OP, RND_FAULT, RND_SYSCTL, RND_PAUSE };

/* An endpoint: a line of the kernel's table, or of `flows`. */
struct row {
	uint8_t v6;
	uint8_t local[16], remote[16];
	uint16_t lport, rport;
	enum state state, remote_state;	/* the latter: of `flows` */
	unsigned int timer;		/* the kernel's `tr`: 1 retransmit, 2, 3 minisock, 4 probe */
	long long when_ms;		/* until that timer's end */
	unsigned int unsent, unread;
};

struct table {
	int n, listening;
	struct row row[RND_ROWS];
};

struct slot {
	int fd;				/* -1: free */
	int side;
	uint16_t lport, rport;
	bool mapped;			/* IPv4 through an IPv6 socket */
};

/* What all seeds of a run have come to; in memory that their processes share. */
struct rnd_totals {
	long long snapshots, at_timer, restless, endpoints, wrong, late, remote, remote_wrong;
	long long ways[STATES][STATES][3];	/* segment, timer, socket */
	long long missed[STATES][STATES];	/* the kernel's state, ours */
};

struct rnd {
	struct test *t;
	unsigned int seed;
	int phases, skip_from, skip_to;
	bool witness;
	long long begin_ms;
	unsigned int op;		/* the next operation's number */
	struct slot slot[RND_SLOTS];
	pid_t owner[RND_OWNERS];
	struct rnd_totals *total;
	struct rnd_totals mine;
};

/* random_run.c: one seed, in a process of its own, in namespaces that are set up. */
void rnd_run(struct rnd *w);

/* random_op.c: the next operation. */
void rnd_operation(struct rnd *w);
void rnd_close_all(struct rnd *w);

/* random_owner.c: other processes. */
void owner_take(struct rnd *w, struct rng *r);
void owner_connect(struct rnd *w, struct rng *r);
void owner_kill(struct rnd *w, struct rng *r);
void owner_kill_all(struct rnd *w);

/* random_fault.c: what disturbs the traffic; the namespaces' settings. */
void fault_sysctls(struct rnd *w);
void fault_change(struct rnd *w, unsigned int n);
void fault_end(struct rnd *w);

/* random_table.c */
void table_open(struct rnd *w);
void table_kernel(int side, struct table *table);
void table_flows(int side, struct table *table);
long long table_packets(void);
int row_order(const void *a, const void *b);
bool row_reverse(const struct table *table, const struct row *row, struct row *found);
const char *row_text(const struct row *row);

/* random_snap.c: settle, take a snapshot, compare. */
void snap_take(struct rnd *w, unsigned int n);

/* random_log.c: the last operations, to be shown with what went wrong. */
void log_open(void);
void log_op(struct rnd *w, int side, unsigned int lport, unsigned int rport, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
void log_show(const struct row *row);

union rnd_address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* random_sock.c */
uint16_t rnd_port(const union rnd_address *a);

/* random_trace.c: likewise, how socket and flow moved; if asked for before the first seed, TCP's segments too. */
void trace_begin(void);
bool trace_wanted(void);
void trace_seed(void);
void trace_show(const struct row *row);

#endif
