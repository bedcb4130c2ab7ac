// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: a million live flows, of real sockets, TIME_WAITs and forwarded connections, are made, kept,
 * closed and let go with exact gauges; none is missed; and where the module looks through all of them,
 * lets go of all of them, or is unloaded from under them, it holds the CPU for a millisecond at most.
 *
 *   client ──── router ──── server: each connection is a flow at each of the three
 *
 * VMTEST_MILLION makes it smaller: so many flows.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "compare.h"
#include "flood.h"
#include "module.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"
#include "stall.h"

#define PORTS 4			/* of the server; for each there are 60,000 of the client's */
#define NOBODY (PORT + 99)	/* what is forwarded to there is dropped behind the router */
#define FORWARDED_MS 300000	/* when they go: nobody answers, so they are half-open */
#define HORIZON_MS 30000	/* the wheel's: nobody is looked at more rarely */
#define STALL_US 1000

static const struct flood forwarded = {
	.flags = { FLOOD_ACK }, .n_flags = 1, .dport = NOBODY, .distinct = true,
};

static struct {
	int listener[PORTS];
	struct pair *live;
	int connections, waits, forwarded;
} m;

static void sizes(void)
{
	const char *text = getenv("VMTEST_MILLION");
	int flows = text ? atoi(text) : 1000000;
	struct rlimit limit = { .rlim_cur = flows, .rlim_max = flows };

	check(flows >= 1000 && flows <= 1000000, "VMTEST_MILLION=%s: 1000 to 1000000", text);
	check(!setrlimit(RLIMIT_NOFILE, &limit), "RLIMIT_NOFILE: %s", strerror(errno));
	m.connections = m.waits = flows * 6 / 100;
	m.forwarded = flows - 3 * m.connections - 2 * m.waits;
	m.live = calloc(m.connections, sizeof(*m.live));
	check(m.live, "no memory");
}

static void set_up(struct test *t)
{
	int i;

	/*
	 * The page allocator takes pages back by the thousand at once, a millisecond's and more: that
	 * is not the module's doing, and kept short.
	 */
	ns_sysctl(t, ROUTER, "vm/percpu_pagelist_high_fraction", "100000");
	/* These three have half of it. */
	module_reload("max_flows=2500000");
	flood_open(t);
	ns_drop(t, SERVER, "tcp dport 5099");
	ns_sysctl(t, CLIENT, "net/ipv4/ip_local_port_range", "1024 65535");
	ns_sysctl(t, CLIENT, "net/ipv4/tcp_max_tw_buckets", "1000000");
	for (i = 0; i < PORTS; i++)
		m.listener[i] = sock_listen(t, SERVER, PORT + i, 64);
}

static struct pair connection(struct test *t, int i)
{
	return sock_pair(t, m.listener[i % PORTS], PORT + i % PORTS);
}

static void end(struct pair p)
{
	close(p.client);
	sock_eof(p.server);
	close(p.server);
}

/* Return: how many flows the namespaces have together; none of them has missed one. */
static long long flows(struct test *t)
{
	long long sum = 0;
	struct stats s;
	int side;

	for (side = 0; side < ns_count(t); side++) {
		ns_enter(t, side);
		procfs_stats(&s);
		check(s.exact && !s.flows_untracked, "exact=%lld untracked=%lld", s.exact,
		      s.flows_untracked);
		sum += s.flows_current;
	}
	return sum;
}

static long long at_router(struct test *t)
{
	struct stats s;

	ns_enter(t, ROUTER);
	procfs_stats(&s);
	return s.flows_current;
}

static void no_stall(const char *meanwhile)
{
	long worst = stall_worst_us();

	note("%s: the CPU was held for %ld us at most", meanwhile, worst);
	check(worst <= STALL_US, "%s: the CPU was held for %ld us", meanwhile, worst);
}

static void let_go(struct test *t)
{
	long long until;

	/* As long as it takes to end the others, some may have gone, or all. */
	flood_send(t, &forwarded, m.forwarded - at_router(t));
	check(at_router(t) == m.forwarded, "%lld of %d forwarded flows", at_router(t), m.forwarded);
	until = now_ms() + FORWARDED_MS + 2 * HORIZON_MS;
	stall_watch();
	while (at_router(t)) {
		check(now_ms() < until, "%lld forwarded flows are still there", at_router(t));
		sleep_ms(1000);
	}
	no_stall("forwarded flows let go");
}

static void unload(struct test *t)
{
	int error;

	flood_send(t, &forwarded, m.forwarded);
	check(at_router(t) == m.forwarded, "%lld of %d forwarded flows", at_router(t), m.forwarded);
	stall_watch();
	error = module_unload();
	check(!error, "rmmod: %s", strerror(error));
	no_stall("unloading");
}

static void million(struct test *t)
{
	long long most;
	int i;

	sizes();
	set_up(t);
	for (i = 0; i < m.connections; i++)
		m.live[i] = connection(t, i);
	note("%d connections", m.connections);
	flood_send(t, &forwarded, m.forwarded);
	for (i = 0; i < m.waits; i++)
		end(connection(t, i));
	most = flows(t);
	note("%lld flows", most);
	check(most >= 3 * m.connections + 2 * m.waits + m.forwarded, "only %lld flows", most);
	compare(t);
	sleep_ms(70000);
	compare(t);
	stall_watch();
	sleep_ms(HORIZON_MS);
	no_stall("sweeps");
	for (i = 0; i < m.connections; i++)
		end(m.live[i]);
	for (i = 0; i < PORTS; i++)
		close(m.listener[i]);
	compare(t);
	compare_ended(t);
	let_go(t);
	unload(t);
}

const struct scenario million_scenarios[] = {
	{ "million", ON_ROUTER | IN_SOAK, million },
	{ 0 }
};
