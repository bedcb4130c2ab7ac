// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: floods of SYNs, of ACKs, of resets and FINs at a listener, at a closed port, at the
 * tuples of live connections, and through a router, cost no more memory than max_flows allows
 * (flows that await RCU included) and leave the log quiet; connections that were there are there
 * afterwards, and true. Half-open forwarded flows are given up first, then closing ones, then idle
 * ones, a local endpoint never; and no other namespace takes the first one's share.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "compare.h"
#include "flood.h"
#include "memory.h"
#include "module.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"

#define LIMIT 4096
#define LIVE 50
#define LIVE_PORT 7000
#define CLOSED_PORT 7001
#define CHUNK 2000		/* segments between two looks at memory */
#define LOG_LINES 3

static struct pair live[LIVE];
static long most;		/* flow objects ever seen */

static void live_open(struct test *t, int n)
{
	int listener = sock_listen(t, SERVER, LIVE_PORT, LIVE), i;

	for (i = 0; i < n; i++)
		live[i] = sock_pair(t, listener, LIVE_PORT);
}

static void live_use(int n)
{
	int i;

	for (i = 0; i < n; i++) {
		sock_send(live[i].client, 1000);
		sock_recv(live[i].server, 1000);
		sock_send(live[i].server, 1000);
		sock_recv(live[i].client, 1000);
	}
}

static void load_small(int limit)
{
	char text[32];

	snprintf(text, sizeof(text), "max_flows=%d", limit);
	module_reload(text);
}

static void look_at_memory(int limit)
{
	long now = memory_flows();

	if (now > most)
		most = now;
	check(now > 0 && now <= limit + SLAB_SLACK, "%ld flow objects, max_flows=%d", now, limit);
}

static void flood(struct test *t, const struct flood *f, int count, int limit)
{
	while (count > 0) {
		flood_send(t, f, count < CHUNK ? count : CHUNK);
		count -= CHUNK;
		look_at_memory(limit);
	}
}

static void log_quiet(int klog)
{
	char record[4096];
	int lines = 0;
	ssize_t n;

	while ((n = read(klog, record, sizeof(record) - 1)) > 0 || errno == EPIPE) {
		if (n <= 0)
			continue;
		record[n] = 0;
		if (strstr(record, "tcpfsm"))
			note("log %d: %s", ++lines, strtok(record, "\n"));
	}
	check(lines <= LOG_LINES, "%d lines in the log", lines);
	close(klog);
}

static int established(struct test *t, enum side side)
{
	struct flow_counts flows;

	ns_enter(t, side);
	procfs_flows(&flows);
	return t->place == ON_ROUTER && side == ROUTER ? flows.transit[ESTABLISHED] / 2 :
							 flows.local[ESTABLISHED];
}

static int scale(const struct test *t, int count)
{
	return t->race || t->family == AF_INET6 ? count / 20 : count;
}

static void flood_local(struct test *t, const struct flood *kinds, int n, int count)
{
	long long begin = now_ms();
	struct stats stats;
	int klog, i;

	load_small(LIMIT);
	flood_open(t);
	sock_listen(t, SERVER, PORT, 256);
	live_open(t, LIVE);
	klog = klog_open();
	for (i = 0; i < n; i++)
		flood(t, &kinds[i], count / n, LIMIT);
	live_use(LIVE);
	ns_enter(t, SERVER);
	procfs_stats(&stats);
	note("%d segments, %lld ms: seen=%lld untracked=%lld, flow objects %ld at most", count,
	     now_ms() - begin, stats.seen, stats.flows_untracked, most);
	/* A backlog may overflow; most must have come. */
	check(stats.seen > count * 9LL / 10, "of %d only %lld were seen", count, stats.seen);
	check(established(t, CLIENT) == LIVE && established(t, SERVER) == LIVE,
	      "%d and %d of %d connections are shown", established(t, CLIENT),
	      established(t, SERVER), LIVE);
	/* What has half opened gives up in its own time; then all rests. */
	reach(t, SERVER, ESTABLISHED, LIVE);
	sleep_ms(t->race ? 0 : 130000);
	if (!t->race)
		compare(t);
	log_quiet(klog);
}

static void syns_flood(struct test *t, int count)
{
	static const struct flood kinds[] = {
		{ .flags = { FLOOD_SYN }, .n_flags = 1, .dport = PORT },
		{ .flags = { FLOOD_SYN }, .n_flags = 1, .dport = CLOSED_PORT },
	};

	flood_local(t, kinds, 2, count);
}

static void syn_flood(struct test *t)
{
	syns_flood(t, scale(t, 200000));
}

static void syn_flood_million(struct test *t)
{
	syns_flood(t, 1000000);
}

static void ack_flood(struct test *t)
{
	static const struct flood kinds[] = {
		{ .flags = { FLOOD_ACK }, .n_flags = 1, .dport = PORT },
		{ .flags = { FLOOD_ACK | FLOOD_FIN, FLOOD_RST, FLOOD_SYN | FLOOD_ACK }, .n_flags = 3,
		  .dport = PORT },
	};

	flood_local(t, kinds, 2, scale(t, 200000));
}

/* Resets and FINs with numbers of their own, at connections that are there. */
static void injection(struct test *t)
{
	struct flood f = {
		.flags = { FLOOD_RST, FLOOD_RST | FLOOD_ACK, FLOOD_FIN | FLOOD_ACK, FLOOD_SYN },
		.n_flags = 4, .dport = LIVE_PORT,
	};
	int klog, i, fd, listener;

	load_small(LIMIT);
	flood_open(t);
	listener = sock_listen(t, SERVER, LIVE_PORT, LIVE);
	for (i = 0; i < LIVE; i++) {
		fd = sock_new(t, CLIENT, 30000 + i);
		sock_connect(t, fd, LIVE_PORT);
		live[i] = (struct pair) { fd, sock_accept(listener) };
	}
	klog = klog_open();
	for (i = 0; i < LIVE; i++) {
		f.sport = 30000 + i;
		flood(t, &f, scale(t, 40000) / 10, LIMIT);
	}
	live_use(LIVE);
	check(established(t, CLIENT) == LIVE && established(t, SERVER) == LIVE,
	      "%d and %d of %d connections are shown", established(t, CLIENT),
	      established(t, SERVER), LIVE);
	compare(t);
	log_quiet(klog);
}

/*
 * A router's table is full of half-open flows, again and again: those that are idle or closing
 * stay, in their states, and so do the connections of the two ends.
 */
static void router_flood(struct test *t)
{
	static const struct flood syns = { .flags = { FLOOD_SYN }, .n_flags = 1, .dport = PORT };
	static const struct flood acks = { .flags = { FLOOD_ACK }, .n_flags = 1, .dport = PORT };
	int klog, i, closing = LIVE / 2;
	struct flow_counts flows;
	struct stats stats;

	load_small(1024);
	live_open(t, LIVE);
	live_use(LIVE);
	for (i = 0; i < closing; i++) {
		sock_shut(live[i].client);
		sock_eof(live[i].server);
	}
	compare(t);
	flood_open(t);
	/* Nobody answers. */
	ns_drop(t, SERVER, "tcp dport 5000");
	klog = klog_open();
	flood(t, &syns, scale(t, 100000), 1024);
	ns_enter(t, ROUTER);
	procfs_stats(&stats);
	procfs_flows(&flows);
	note("flow objects %ld at most; evicted=%lld untracked=%lld; ESTABLISHED %d, FIN_WAIT_2 %d",
	     most, stats.flows_evicted, stats.flows_untracked, flows.transit[ESTABLISHED],
	     flows.transit[FIN_WAIT_2]);
	check(stats.flows_evicted > 0, "evicted=%lld", stats.flows_evicted);
	check(flows.transit[FIN_WAIT_2] == closing && flows.transit[CLOSE_WAIT] == closing,
	      "closing flows were given up for half-open ones: %d of %d are left",
	      flows.transit[FIN_WAIT_2], closing);
	check(flows.transit[ESTABLISHED] == 2 * (LIVE - closing),
	      "idle flows were given up for half-open ones: %d of %d ends are left",
	      flows.transit[ESTABLISHED], 2 * (LIVE - closing));
	flood(t, &acks, scale(t, 50000), 1024);
	/* The two ends lie in the same share, and have sockets. */
	check(established(t, CLIENT) == LIVE - closing && established(t, SERVER) == LIVE - closing,
	      "%d and %d of %d connections are shown", established(t, CLIENT),
	      established(t, SERVER), LIVE - closing);
	log_quiet(klog);
}

/* Full of what other namespaces opened, the first one's share is free. */
static void guests(struct test *t)
{
	static const struct flood syns = { .flags = { FLOOD_SYN }, .n_flags = 1, .dport = PORT };
	struct test home = { .name = t->name, .place = ON_LOOPBACK, .family = t->family };
	struct stats stats;
	int klog, i, listener;
	struct pair p[100];
	long long untracked;

	load_small(512);
	home.ns[0] = open("/proc/1/ns/net", O_RDONLY | O_CLOEXEC);
	flood_open(t);
	ns_drop(t, SERVER, "tcp dport 5000");
	klog = klog_open();
	flood(t, &syns, scale(t, 20000), 512);
	ns_enter(&home, CLIENT);
	procfs_stats(&stats);
	untracked = stats.flows_untracked;
	listener = sock_listen(&home, SERVER, PORT + 77, 100);
	for (i = 0; i < 100; i++) {
		p[i] = sock_pair(&home, listener, PORT + 77);
		if (i % 20 == 0)
			flood(t, &syns, 1000, 512);
	}
	sleep_ms(SETTLE_MS);
	ns_enter(&home, CLIENT);
	procfs_stats(&stats);
	check(stats.state[ESTABLISHED].local >= 200 && stats.flows_untracked == untracked,
	      "the first namespace sees %lld of 200 ends, untracked=%lld",
	      stats.state[ESTABLISHED].local, stats.flows_untracked - untracked);
	for (i = 0; i < 100; i++) {
		sock_reset(p[i].client);
		close(p[i].server);
	}
	close(listener);
	log_quiet(klog);
}

const struct scenario bounds_scenarios[] = {
	{ "syn_flood", ON_VETH | IN_EXACT | IN_RACE, syn_flood },
	{ "syn_flood_million", ON_VETH | IN_SOAK, syn_flood_million },
	{ "ack_flood", ON_VETH | IN_EXACT | IN_RACE, ack_flood },
	{ "injection", ON_VETH | IN_EXACT | IN_RACE, injection },
	{ "router_flood", ON_ROUTER | IN_EXACT | IN_RACE, router_flood },
	{ "guests", ON_ROUTER | IN_EXACT | IN_RACE, guests },
	{ 0 }
};
