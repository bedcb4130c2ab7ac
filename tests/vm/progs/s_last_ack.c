// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: local ends that stay in LAST_ACK for peer_leak_ms are shown as their peers' fault, by the peer's
 * address and port, with count and age (± 1 s), whoever opened, and whether or not a program still has
 * them; it ends with them: by a reset, or when the kernel gives an orphan up.
 *
 * Left to s_leak.c: FIN_WAIT_1 and FIN_WAIT_2.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "anomaly.h"
#include "compare.h"
#include "module.h"
#include "ns.h"
#include "scenarios.h"
#include "sock.h"
#include "sstable.h"
#include "start.h"

#define LEAKS		3
#define MOST		16	/* anomalies, those of the other ends included */
#define CLIENT_PORT	20000
#define LAST_ACK_MS	30000
#define ORPHAN_MS	300000	/* an orphan whose FIN nobody acknowledges is given up long before */

/* The line of a side about LAST_ACKs towards somebody: its count, -1: there is none. */
static int last_acks(struct test *t, enum side side, const char *who, long long since)
{
	struct anomaly a[MOST];
	int n, i;

	ns_enter(t, side);
	n = anomalies(a, ARRAY_SIZE(a));
	check(n <= (int)ARRAY_SIZE(a), "%d anomalies", n);
	for (i = 0; i < n; i++) {
		if (strcmp(a[i].verdict, "LAST_ACK") || strcmp(a[i].who, who))
			continue;
		check(!strcmp(a[i].kind, "peer_leak"), "%s", a[i].kind);
		check(!a[i].count || llabs(a[i].oldest_ms - (now_ms() - since)) <= SLACK_MS,
		      "oldest_ms=%lld, not %lld", a[i].oldest_ms, now_ms() - since);
		return a[i].count;
	}
	return -1;
}

static void wants_last_acks(struct test *t, int at_client, int at_server, long long since)
{
	char who[160];
	int n;

	strcpy(who, anomaly_who(t, "remote", SERVER, PORT));
	n = last_acks(t, CLIENT, who, since);
	check(n == at_client, "towards %s: %d, not %d", who, n, at_client);
	strcpy(who, anomaly_who(t, "remote", CLIENT, CLIENT_PORT));
	n = last_acks(t, SERVER, who, since);
	check(n == at_server, "towards %s: %d, not %d", who, n, at_server);
}

/* How often of LAST_ACKs the tracepoint has told that. */
static int told(struct test *t, const char *what)
{
	struct anomaly_event e[2 * MOST];
	char *text = anomaly_trace();
	int n = anomaly_events(t, text, e, ARRAY_SIZE(e)), i, count = 0;

	free(text);
	check(n <= (int)ARRAY_SIZE(e), "%d events", n);
	for (i = 0; i < n; i++)
		count += !strcmp(e[i].state, "LAST_ACK") && !strcmp(e[i].what, what);
	return count;
}

/* Those that no program waits for, says the kernel. Over loopback the server's is in that table, too. */
static int orphans(struct test *t)
{
	int table[STATES];

	ns_enter(t, CLIENT);
	sstable_read(table);
	return table[LAST_ACK] - (ns_count(t) == 1);
}

/* Clients' programs that have closed, and a server's that waits: nobody acknowledges their FINs. */
static void last_ack(struct test *t)
{
	int listener, other, i, seen[2];
	struct pair pairs[LEAKS], own;
	long long since;

	module_reload("close_wait_leak_ms=86400000 peer_leak_ms=30000");
	listener = sock_listen(t, SERVER, PORT, 16);
	other = sock_listen(t, SERVER, PORT + 1, 16);
	anomaly_trace_start();
	for (i = 0; i < LEAKS; i++) {
		pairs[i] = sock_pair(t, listener, PORT);
		sock_shut(pairs[i].server);
		sock_eof(pairs[i].client);
	}
	own.client = sock_new(t, CLIENT, CLIENT_PORT);
	sock_start(t, own.client, SERVER, PORT + 1);
	own.server = sock_accept(other);
	sock_shut(own.client);
	sock_eof(own.server);
	sleep_ms(SETTLE_MS);
	ns_filter(t, SERVER, "tcp dport 5000 tcp flags & fin == fin drop", NULL);
	ns_filter(t, CLIENT, "tcp sport 5001 tcp flags & fin == fin drop", NULL);
	since = now_ms();
	for (i = 0; i < LEAKS; i++)
		close(pairs[i].client);
	sock_shut(own.server);
	reach_both(t, LAST_ACK, LEAKS, 1);
	sleep_ms(since + LAST_ACK_MS - 2 * SLACK_MS - now_ms());
	wants_last_acks(t, -1, -1, since);
	sleep_ms(3 * SLACK_MS);
	wants_last_acks(t, LEAKS, 1, since);
	/* One ends by its peer's reset, the others are given up; the program that waits waits on. */
	sock_reset(pairs[0].server);
	sleep_ms(SETTLE_MS);
	wants_last_acks(t, LEAKS - 1, 1, since);
	while (orphans(t) == LEAKS - 1) {
		wants_last_acks(t, LEAKS - 1, 1, since);
		sleep_ms(2 * SLACK_MS);
		check(now_ms() < since + ORPHAN_MS, "the kernel does not give up");
	}
	note("given up after %lld s", (now_ms() - since) / 1000);
	sleep_ms(SLACK_MS);
	wants_last_acks(t, 0, 1, since);
	sleep_ms(LINGER_MS + SLACK_MS);
	wants_last_acks(t, -1, 1, since);
	sock_reset(own.client);
	sleep_ms(SETTLE_MS);
	wants_last_acks(t, -1, 0, since);
	sleep_ms(LINGER_MS + 2 * SLACK_MS);
	wants_last_acks(t, -1, -1, since);
	seen[0] = told(t, "begin");
	seen[1] = told(t, "end");
	check(seen[0] == 2 && seen[1] == 2, "%d begin, %d end", seen[0], seen[1]);
	anomaly_trace_stop();
	ns_filter(t, SERVER, NULL, NULL);
	ns_filter(t, CLIENT, NULL, NULL);
	for (i = 1; i < LEAKS; i++)
		close(pairs[i].server);
	close(own.server);
	close(listener);
	close(other);
	compare_ended(t);
}

const struct scenario last_ack_scenarios[] = {
	{ "anomaly_last_ack", ON_BOTH | IN_EXACT, last_ack },
	{ 0 }
};
