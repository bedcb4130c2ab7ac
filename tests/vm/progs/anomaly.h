/* SPDX-License-Identifier: GPL-2.0 */
/* A strict reader of /proc/tcpfsm/anomalies, and of what `stats` says of CLOSE_WAITs and anomalies. */
#ifndef ANOMALY_H
#define ANOMALY_H

#include <stdbool.h>

#include "test.h"

#define LINGER_MS	5000	/* how long an anomaly is gone before it has ended */
#define SLACK_MS	1000	/* of ages, and of all that happens once a second */

struct anomaly {
	char kind[32];
	char who[160];		/* "listener=[::1]:443", "remote=10.0.0.1:80" */
	char verdict[32];	/* or the state of a peer_leak */
	bool passive;
	long long uid, cgroup, count, eof_read, unaccepted, unread_bytes, new_1h, oldest_ms;
	long long device;
};

/* The lines that this namespace has, as many as there is room for. Returns how many there are. */
int anomalies(struct anomaly *a, int room);

struct leak_stats {
	long long le_1m, le_5m, le_1h, le_1d, count, oldest_ms, leaked, unaccepted;
	long long current, begun, ended, generation, ungrouped;
};

void leak_stats(struct leak_stats *s);

/* "listener=" or "remote=", with the address of one side and a port, as the file has it. */
const char *anomaly_who(struct test *t, const char *key, enum side side, int port);

/* Waits until there are so many anomalies, for so long at most. */
void anomalies_become(int n, unsigned int ms);

/* The tracepoint tcpfsm_anomaly, from now on; what it has told so far, to be freed. */
void anomaly_trace_start(void);
char *anomaly_trace(void);
void anomaly_trace_stop(void);

struct anomaly_event {
	unsigned int netns, sport, dport;
	char kind[32], what[8];		/* "begin", "end" */
	char saddr[64], daddr[64], state[32];
	long long uid, cgroup;
	int device;
};

/* The events of a text of anomaly_trace(), as many as there is room for. Returns how many there are. */
int anomaly_events(const struct test *t, const char *trace, struct anomaly_event *e, int room);

#endif
