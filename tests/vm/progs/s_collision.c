// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: a client that has forgotten its connection comes again from the same port while the
 * server's end is leaked in CLOSE_WAIT. Each of its SYNs is counted, in `stats`, with its listener, and
 * as syn_into_close_wait of that listener alone; the leak keeps its age. It ends when the CLOSE_WAIT
 * does, by its program or by the client's reset, or five minutes after the last SYN.
 */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "anomaly.h"
#include "collide.h"
#include "compare.h"
#include "module.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"

#define LEAK_MS		5000
#define RECENT_MS	300000	/* how long a SYN is held against the listener */
#define PARAMETERS	"close_wait_leak_ms=5000 peer_leak_ms=86400000"

static long long counted_with(const char *listener)
{
	struct listener_line l;
	const char *address = strchr(listener, '=') + 1;

	check(procfs_listener(address, &l), "listeners: no line for %s", address);
	return l.syn_collisions;
}

/* All that tells of it says the same: so many SYNs. Returns the lines that there are. */
static int wants_collision(struct test *t, struct anomaly a[2], int syns)
{
	struct stats s;
	int n;

	ns_enter(t, SERVER);
	n = anomalies(a, 2);
	procfs_stats(&s);
	check(n && !strcmp(a[0].kind, "syn_into_close_wait") &&
	      !strcmp(a[0].who, anomaly_who(t, "listener", SERVER, PORT)) && a[0].count == syns,
	      "%d anomalies, %s %s count=%lld; %d SYNs", n, a[0].kind, a[0].who, a[0].count, syns);
	check(s.syn_collisions == syns, "syn_collisions=%lld, %d SYNs", s.syn_collisions, syns);
	check(counted_with(a[0].who) == syns, "the listener's: %lld, %d SYNs",
	      counted_with(a[0].who), syns);
	return n;
}

/* The kind of the one line that there is, or "". */
static const char *remains(struct test *t)
{
	static struct anomaly a;
	int n;

	ns_enter(t, SERVER);
	n = anomalies(&a, 1);
	check(n <= 1, "%d anomalies", n);
	return n ? a.kind : "";
}

/* After the last SYN five minutes pass; the leak stays. */
static void ends_by_time(struct test *t)
{
	struct leaked l = collide_leak(t);
	int other = sock_listen(t, SERVER, PORT + 1, 8), client;
	struct pair healthy = sock_pair(t, other, PORT + 1);
	struct leak_stats s;
	struct anomaly a[2];
	long long last;

	client = collide_again(t, true);
	sleep_ms(SETTLE_MS);
	check(wants_collision(t, a, 1) == 1, "a leak before its time");
	compare(t);
	/* Its SYN goes again after 1, 3 and 7 seconds. */
	sleep_ms(8000);
	last = now_ms() - SETTLE_MS - 8000 + 7000;
	check(wants_collision(t, a, 4) == 2, "no leak beside it");
	check(!strcmp(a[1].kind, "close_wait_leak") && !strcmp(a[1].verdict, "fd_leak") &&
	      !strcmp(a[1].who, a[0].who) && a[1].count == 1, "%s %s verdict=%s count=%lld",
	      a[1].kind, a[1].who, a[1].verdict, a[1].count);
	check(llabs(a[1].oldest_ms - (now_ms() - l.since)) <= SLACK_MS,
	      "the leak's age is %lld, not %lld", a[1].oldest_ms, now_ms() - l.since);
	leak_stats(&s);
	check(s.current == 2 && s.begun == 2 && !s.ended, "current=%lld begun=%lld ended=%lld",
	      s.current, s.begun, s.ended);
	close(client);
	sleep_ms(last + RECENT_MS + LINGER_MS - 2 * SLACK_MS - now_ms());
	check(wants_collision(t, a, 4) == 2, "it has ended too soon");
	sleep_ms(5 * SLACK_MS);
	check(!strcmp(remains(t), "close_wait_leak"), "five minutes later there is '%s'", remains(t));
	leak_stats(&s);
	check(s.current == 1 && s.begun == 2 && s.ended == 1, "current=%lld begun=%lld ended=%lld",
	      s.current, s.begun, s.ended);
	compare(t);
	ns_undrop(t, CLIENT);
	close(l.server);
	close(l.listener);
	close(healthy.client);
	close(healthy.server);
	close(other);
	compare_ended(t);
}

/* The program closes what it has leaked: nobody hangs any more. */
static void ends_by_close(struct test *t)
{
	struct leaked l = collide_leak(t);
	int client = collide_again(t, true);
	struct anomaly a[2];

	sleep_ms(SETTLE_MS);
	close(client);
	sleep_ms(LEAK_MS);
	check(wants_collision(t, a, 1) == 2, "no leak beside it");
	close(l.server);
	sleep_ms(LINGER_MS - 2 * SLACK_MS);
	check(wants_collision(t, a, 1) == 2, "it flaps");
	sleep_ms(5 * SLACK_MS);
	check(!*remains(t), "its CLOSE_WAIT has ended, but there is '%s'", remains(t));
	ns_undrop(t, CLIENT);
	close(l.listener);
	compare_ended(t);
}

/* The client hears the challenge and resets what is in its way: its next SYN gets through. */
static void ends_by_reset(struct test *t)
{
	struct leaked l = collide_leak(t);
	int client = collide_again(t, false), server;
	struct anomaly a[2];

	check(!sock_finish(client), "connect");
	server = sock_accept(l.listener);
	check(wants_collision(t, a, 1) == 1, "a leak, but it was reset");
	compare(t);
	sleep_ms(LINGER_MS + 2 * SLACK_MS);
	check(!*remains(t), "its CLOSE_WAIT was reset, but there is '%s'", remains(t));
	close(l.server);
	close(client);
	close(server);
	close(l.listener);
	compare_ended(t);
}

static void by_time(struct test *t)
{
	module_reload(PARAMETERS);
	ends_by_time(t);
}

static void by_close(struct test *t)
{
	module_reload(PARAMETERS);
	ends_by_close(t);
}

static void by_reset(struct test *t)
{
	module_reload(PARAMETERS);
	ends_by_reset(t);
}

static void by_reset_wire_alone(struct test *t)
{
	module_reload(PARAMETERS " witness=0");
	ends_by_reset(t);
}

const struct scenario collision_scenarios[] = {
	{ "collision_ends_by_time", ON_BOTH | IN_EXACT, by_time },
	{ "collision_ends_by_close", ON_BOTH | IN_EXACT, by_close },
	{ "collision_ends_by_reset", ON_BOTH | IN_EXACT, by_reset },
	{ "collision_ends_by_reset_wire_alone", ON_VETH | IN_EXACT, by_reset_wire_alone },
	{ 0 }
};
