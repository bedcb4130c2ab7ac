// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "compare.h"
#include "ns.h"
#include "procfs.h"
#include "sock.h"
#include "sstable.h"

/* A timer may end the rest once or twice, hardly for ever. */
#define REST_TRIES 50

/* TIME_WAIT's minute, and what the kernel's and the module's timers may be late. */
#define TIME_WAIT_MS (60000 + 5000)

static const char *const side_names[SIDES] = { "client", "server", "router" };

static const char *where(const struct test *t, int side)
{
	return ns_count(t) == 1 ? "loopback" : side_names[side];
}

void reach(struct test *t, enum side side, enum state state, int count)
{
	int table[STATES];
	long long end = now_ms() + WAIT_MS;

	ns_enter(t, side);
	do {
		sstable_read(table);
		if (table[state] == count)
			return;
		sleep_ms(20);
	} while (now_ms() < end);
	fail("%s: the kernel has %d sockets in %s; the test meant to have %d", where(t, side),
	     table[state], state_names[state], count);
}

static char doing[128];

void compare_after(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(doing, sizeof(doing), fmt, args);
	va_end(args);
}

/* The table before and after is the same one: what is between was read at rest. */
static void read_at_rest(int table[STATES], struct stats *stats, struct flow_counts *flows)
{
	int after[STATES], tries;

	for (tries = 0; tries < 50; tries++) {
		sstable_read(table);
		procfs_stats(stats);
		procfs_flows(flows);
		sstable_read(after);
		if (!memcmp(table, after, sizeof(after)))
			return;
		sleep_ms(10);
	}
	fail("the kernel's socket table does not come to rest");
}

/* What the reader of a failed test would ask for next. */
static void print_lines(const char *path)
{
	char *text = procfs_slurp(path), *line, *save;
	int n = 0;

	for (line = strtok_r(text, "\n", &save); line && n < 40; line = strtok_r(NULL, "\n", &save))
		note("  %s", line), n++;
	free(text);
}

bool exact_promised(void)
{
	char *witness = procfs_slurp("/sys/module/tcpfsm/parameters/witness");
	bool asks = *witness == 'Y';
	struct utsname kernel;

	free(witness);
	uname(&kernel);
	return asks && !strstr(kernel.version, "PREEMPT_RT") &&
	       !access("/sys/kernel/tracing/events/sock/inet_sock_set_state", F_OK);
}

/* Nothing is judged where a socket's timer has ended the rest meanwhile. */
static bool compare_namespace(struct test *t, int side, const int rest[STATES], int *differences)
{
	int table[STATES], differ = 0, s;
	struct flow_counts flows;
	struct stats stats;

	ns_enter(t, side);
	read_at_rest(table, &stats, &flows);
	if (memcmp(table, rest, sizeof(table)))
		return false;
	/* A socket without a connection is in no state of a connection. */
	table[CLOSED] = 0;
	for (s = 0; s < STATES; s++) {
		if (stats.state[s].local != table[s]) {
			note("%s: %s: stats says local=%lld, the kernel has %d (%+lld)",
			     where(t, side), state_names[s], stats.state[s].local, table[s],
			     stats.state[s].local - table[s]);
			differ++;
		}
		/* Listeners are no flows. */
		if (s != LISTEN && flows.local[s] != stats.state[s].local) {
			note("%s: %s: stats says local=%lld, flows has %d lines", where(t, side),
			     state_names[s], stats.state[s].local, flows.local[s]);
			differ++;
		}
		if (flows.transit[s] != stats.state[s].transit) {
			note("%s: %s: stats says transit=%lld, flows has %d ends", where(t, side),
			     state_names[s], stats.state[s].transit, flows.transit[s]);
			differ++;
		}
		/*
		 * Both ends of a loopback flow are sockets of this namespace; but where a SYN got
		 * nowhere, its other end is nobody's, in CLOSED or LISTEN.
		 */
		if (ns_count(t) == 1 && s > LISTEN && stats.state[s].remote) {
			note("loopback: %s: remote=%lld", state_names[s], stats.state[s].remote);
			differ++;
		}
	}
	if (stats.exact != exact_promised()) {
		note("%s: stats says exact=%lld, flows untracked=%lld", where(t, side),
		     stats.exact, stats.flows_untracked);
		differ++;
	}
	if (differ) {
		if (*doing)
			note("after %s:", doing);
		print_lines(PROCFS "/flows");
		print_lines(t->family == AF_INET ? "/proc/net/tcp" : "/proc/net/tcp6");
	}
	*differences += differ;
	return true;
}

static void read_tables(struct test *t, int tables[SIDES][STATES])
{
	int side;

	for (side = 0; side < ns_count(t); side++) {
		ns_enter(t, side);
		sstable_read(tables[side]);
	}
}

/* False if the tables were not at rest for SETTLE_MS: then nothing was judged, or not all. */
static bool compare_at_rest(struct test *t, int *differences)
{
	int before[SIDES][STATES], after[SIDES][STATES], side;

	memset(before, 0, sizeof(before));
	memset(after, 0, sizeof(after));
	read_tables(t, before);
	sleep_ms(SETTLE_MS);
	read_tables(t, after);
	if (memcmp(before, after, sizeof(after)))
		return false;
	for (side = 0; side < ns_count(t); side++)
		if (!compare_namespace(t, side, after[side], differences))
			return false;
	return true;
}

void compare(struct test *t)
{
	int differ = 0, tries;

	for (tries = 0; tries < REST_TRIES; tries++) {
		bool rested = compare_at_rest(t, &differ);

		check(!differ, "%d differences", differ);
		if (rested)
			return;
	}
	fail("the socket tables were never at rest for %d ms", SETTLE_MS);
}

int compare_for(struct test *t, unsigned int ms, unsigned int step_ms)
{
	long long start = now_ms();
	int differ = 0, n = 0;

	do {
		n += compare_at_rest(t, &differ);
		check(!differ, "%d differences, after %lld ms", differ, now_ms() - start);
		sleep_ms(step_ms);
	} while (now_ms() < start + ms);
	check(n, "the socket tables were never at rest for %d ms", SETTLE_MS);
	return n;
}

void compare_ended(struct test *t)
{
	struct flow_counts flows;
	struct stats stats;
	int side, s;

	compare(t);
	sleep_ms(TIME_WAIT_MS);
	compare(t);
	for (side = 0; side < ns_count(t); side++) {
		ns_enter(t, side);
		procfs_stats(&stats);
		procfs_flows(&flows);
		for (s = 0; s < STATES; s++)
			check(!stats.state[s].local && !stats.state[s].remote,
			      "%s: all has ended, but %s local=%lld remote=%lld", where(t, side),
			      state_names[s], stats.state[s].local, stats.state[s].remote);
		/* A router learns of an end from the wire alone; its flows may stay longer. */
		if (t->place != ON_ROUTER)
			check(!stats.flows_current && !flows.lines,
			      "%s: all has ended, but flows current=%lld, %d lines", where(t, side),
			      stats.flows_current, flows.lines);
	}
}

void client_waits_for_fin(struct test *t)
{
	struct stats s;

	ns_enter(t, SERVER);
	procfs_stats(&s);
	check(ns_count(t) == 1 || s.state[FIN_WAIT_2].remote == 1,
	      "server: remote FIN_WAIT_2 %lld, ESTABLISHED %lld", s.state[FIN_WAIT_2].remote,
	      s.state[ESTABLISHED].remote);
}
