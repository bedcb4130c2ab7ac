/* SPDX-License-Identifier: GPL-2.0 */
/* Strict readers of /proc/tcpfsm: anything that the interface doesn't say fails the test. */
#ifndef PROCFS_H
#define PROCFS_H

#include <stdbool.h>
#include <stddef.h>

#include "state.h"

#ifndef PROCFS			/* tests/vm/strict has it elsewhere */
#define PROCFS "/proc/tcpfsm"
#endif

struct endpoint_counts {
	long long local, remote, transit, entered;
};

struct stats {
	struct endpoint_counts state[STATES];
	long long netns, loaded_ms;
	long long flows_current, flows_max, flows_untracked, flows_evicted, flows_expired;
	long long seen, stateless, malformed, fragments, out_of_window;
	long long exact, checked, agreed, early, corrected;
	long long syn_collisions;
	long long created, expired, reused, reopened, assassinated, overflowed;
	long long destinations, pressured, worst_used, worst_available;
};

/* The whole file, NUL-terminated; to be freed. */
char *procfs_slurp(const char *path);

void procfs_stats(struct stats *s);

/* Counts of `flows` lines by state; hides the same sums as the gauges of `stats`. */
struct flow_counts {
	int local[STATES], transit[STATES], lines;
};

void procfs_flows(struct flow_counts *c);

/* One line of `flows` with its newline gone: NULL, or what is wrong with it. */
struct flow_line {
	bool local;
	char key[160];		/* "ipv4 address:port address:port" */
	int port[2];		/* here, there */
	enum state state, remote_state;
	long long in_state_ms, age_ms;
	bool active, adopted;
	/* `local` only: */
	bool accepted;
	long long uid, inode, cgroup;
	int device;
};

const char *procfs_flow_line(const char *line, struct flow_line *f);

/* All of them, as many as there is room for. Returns how many there are. */
int procfs_flow_lines(struct flow_line *f, int room);

/* How often a socket was found elsewhere than the wire had shown: by wire's state, then socket's. */
struct differences {
	long long early[STATES][STATES], corrected[STATES][STATES];
	long long sum_early, sum_corrected;
};

void procfs_witness(struct differences *d);

/* A line of `listeners`. */
struct listener_line {
	long long uid, cgroup, connections[STATES];
	long long opened, closed_first_local, closed_first_remote, reset, syn_collisions;
	long long close_wait_leaked, sockets, device;
};

/* That of this address ("10.0.0.1:80", "[::]:80"). Returns false if there is none. */
bool procfs_listener(const char *address, struct listener_line *l);

/* How many lines `listeners` has. */
int procfs_listeners(void);

void procfs_transitions(void);
void procfs_namespaces(long long wanted_netns, bool *found);

/* All that `transitions` has: from, to; by segment, by timer, by the socket. */
void procfs_ways(long long ways[STATES][STATES][3]);

/* How often this namespace's local endpoints went from one state to another, by any cause. */
long long procfs_transition(enum state from, enum state to);

#endif
