// SPDX-License-Identifier: GPL-2.0
/*
 * Claims about begin and end, of each kind of anomaly: the tracepoint tcpfsm_anomaly tells each of them
 * once, with what the interface says; `begun`, `ended` and `generation` move with it, and rest while
 * nothing changes. What comes and goes around the threshold is one anomaly. `generation` moves
 * with each number of a line.
 *
 * Left to s_leak.c: who is to blame, verdicts and ages.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "anomaly.h"
#include "collide.h"
#include "compare.h"
#include "module.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"

#define MOST		8	/* connections of one anomaly */
#define LEAKS		3
#define USER		33	/* whose program leaks */
#define LEAK_MS		2000
#define LEAK_SOON	"close_wait_leak_ms=2000 peer_leak_ms=86400000"
#define PEER_SOON	"close_wait_leak_ms=86400000 peer_leak_ms=2000"
#define NO_LEAK		"close_wait_leak_ms=86400000 peer_leak_ms=86400000"

static struct pair pairs[MOST];
static int listener;

/* An event, but for whether it begins or ends. */
struct wanted {
	enum side side;		/* in whose namespace */
	const char *kind, *state;
	enum side local, remote;	/* whose address; SIDES: zeros */
	unsigned int sport, dport;
	long long uid;
};

static struct anomaly_event events[64];

/* How many events there were, since the tracepoint is on. */
static int told(struct test *t)
{
	char *text = anomaly_trace();
	int n = anomaly_events(t, text, events, ARRAY_SIZE(events));

	free(text);
	check(n <= (int)ARRAY_SIZE(events), "%d events", n);
	return n;
}

static const char *address(const struct test *t, enum side side)
{
	if (side == SIDES)
		return t->family == AF_INET ? "0.0.0.0" : "::";
	return ns_address(t, side);
}

/* The last event is that. */
static void wants_event(struct test *t, const struct wanted *w, const char *what, int n)
{
	const struct anomaly_event *e = &events[n - 1];
	struct stat st;

	check(told(t) == n, "%d events, not %d; the last: %s %s", told(t), n,
	      events[0].kind, events[0].what);
	ns_enter(t, w->side);
	check(!stat("/proc/self/ns/net", &st), "ns/net: %s", strerror(errno));
	check(!strcmp(e->kind, w->kind) && !strcmp(e->what, what) && !strcmp(e->state, w->state),
	      "told: %s %s state=%s; wanted %s %s state=%s", e->kind, e->what, e->state, w->kind,
	      what, w->state);
	check(e->netns == st.st_ino, "netns=%u, it is %lu", e->netns, st.st_ino);
	check(!strcmp(e->saddr, address(t, w->local)) && e->sport == w->sport &&
	      !strcmp(e->daddr, address(t, w->remote)) && e->dport == w->dport,
	      "here %s %u, there %s %u; wanted %s %u, %s %u", e->saddr, e->sport, e->daddr,
	      e->dport, address(t, w->local), w->sport, address(t, w->remote), w->dport);
	check(e->uid == w->uid && !e->device, "uid=%lld device=%d", e->uid, e->device);
}

static void wants_stats(struct test *t, enum side side, const struct leak_stats *before,
			int begun, int ended, bool moved)
{
	struct leak_stats s;

	ns_enter(t, side);
	leak_stats(&s);
	check(s.begun == before->begun + begun && s.ended == before->ended + ended &&
	      s.current == before->current + begun - ended,
	      "begun=%lld ended=%lld current=%lld; before %lld %lld %lld, wanted %d %d more",
	      s.begun, s.ended, s.current, before->begun, before->ended, before->current, begun,
	      ended);
	check((s.generation != before->generation) == moved, "generation=%lld, before %lld",
	      s.generation, before->generation);
}

/* An anomaly from its begin to its end. The module is as new, and nothing else goes on. */
static void tell(struct test *t, const char *parameters, const struct wanted *w,
		 void (*cause)(struct test *t), void (*cure)(struct test *t))
{
	struct leak_stats before;
	struct anomaly a;
	bool leak = !strcmp(w->kind, "close_wait_leak");
	/* The SYNs that have come remain. */
	bool counts = strcmp(w->kind, "syn_into_close_wait");

	module_reload(parameters);
	ns_enter(t, w->side);
	leak_stats(&before);
	check(!before.generation, "generation=%lld before anything", before.generation);
	anomaly_trace_start();
	cause(t);
	sleep_ms(LEAK_MS + SLACK_MS + SETTLE_MS);
	wants_stats(t, w->side, &before, 1, 0, true);
	wants_event(t, w, "begin", 1);
	check(anomalies(&a, leak) == 1, "%d anomalies", anomalies(&a, 0));
	check(!leak || a.cgroup == events[0].cgroup, "cgroup=%lld, told %lld", a.cgroup,
	      events[0].cgroup);
	/* It holds; nothing is told of that. */
	leak_stats(&before);
	sleep_ms(LINGER_MS);
	wants_stats(t, w->side, &before, 0, 0, false);
	check(told(t) == 1, "%d events while it holds", told(t));
	cure(t);
	sleep_ms(LINGER_MS - SLACK_MS);
	wants_stats(t, w->side, &before, 0, 0, counts);
	check(told(t) == 1, "%d events while it lingers", told(t));
	ns_enter(t, w->side);
	leak_stats(&before);
	sleep_ms(4 * SLACK_MS);
	wants_stats(t, w->side, &before, 0, 1, true);
	wants_event(t, w, "end", 2);
	sleep_ms(LINGER_MS);
	check(told(t) == 2, "%d events after the end", told(t));
	anomaly_trace_stop();
	close(listener);
	compare_ended(t);
}

static void be(int uid)
{
	check(!seteuid(uid), "seteuid: %s", strerror(errno));
}

static void leak_of_server(struct test *t)
{
	int i;

	listener = sock_listen(t, SERVER, PORT, 16);
	for (i = 0; i < LEAKS; i++) {
		pairs[i].client = sock_new(t, CLIENT, 0);
		sock_start(t, pairs[i].client, SERVER, PORT);
		be(USER);
		pairs[i].server = sock_accept(listener);
		be(0);
		sock_shut(pairs[i].client);
		sock_eof(pairs[i].server);
	}
}

static void leak_of_client(struct test *t)
{
	int i;

	listener = sock_listen(t, SERVER, PORT, 16);
	for (i = 0; i < LEAKS; i++) {
		pairs[i] = sock_pair(t, listener, PORT);
		sock_shut(pairs[i].server);
		sock_eof(pairs[i].client);
	}
}

static void close_pairs(struct test *t)
{
	int i;

	(void)t;
	for (i = 0; i < LEAKS; i++) {
		close(pairs[i].server);
		close(pairs[i].client);
	}
}

static void traced_leak(struct test *t)
{
	static const struct wanted passive = {
		SERVER, "close_wait_leak", "CLOSE_WAIT", SERVER, SIDES, PORT, 0, USER
	}, active = {
		CLIENT, "close_wait_leak", "CLOSE_WAIT", SIDES, SERVER, 0, PORT, 0
	};

	tell(t, LEAK_SOON, &passive, leak_of_server, close_pairs);
	tell(t, LEAK_SOON, &active, leak_of_client, close_pairs);
}

static void traced_peer(struct test *t)
{
	static const struct wanted w = {
		CLIENT, "peer_leak", "FIN_WAIT_2", SIDES, SERVER, 0, PORT, 0
	};

	tell(t, PEER_SOON, &w, leak_of_server, close_pairs);
}

/* Eight of ten ports. */
static void hold_ports(struct test *t)
{
	int i;

	ns_sysctl(t, CLIENT, "net/ipv4/ip_local_port_range", "40000 40009");
	listener = sock_listen(t, SERVER, PORT, 16);
	for (i = 0; i < MOST; i++)
		pairs[i] = sock_pair(t, listener, PORT);
}

/* The server closes first: no TIME_WAIT holds the port. */
static void free_port(struct pair *p)
{
	close(p->server);
	sock_eof(p->client);
	close(p->client);
}

static void free_ports(struct test *t)
{
	int i;

	(void)t;
	for (i = 0; i < MOST; i++)
		free_port(&pairs[i]);
}

static void traced_ports(struct test *t)
{
	static const struct wanted w = {
		CLIENT, "port_pressure", "CLOSED", CLIENT, SERVER, 0, PORT, 0
	};

	tell(t, NO_LEAK, &w, hold_ports, free_ports);
}

/* It does not hear the challenge, so it does not reset; and it asks but once. */
static void collide(struct test *t)
{
	struct leaked l = collide_leak(t);

	listener = l.listener;
	pairs[0].server = l.server;
	pairs[0].client = collide_again(t, true);
	sleep_ms(SETTLE_MS);
	close(pairs[0].client);
}

static void close_collided(struct test *t)
{
	close(pairs[0].server);
	sleep_ms(SETTLE_MS);
	ns_undrop(t, CLIENT);
}

static void traced_collision(struct test *t)
{
	static const struct wanted w = {
		SERVER, "syn_into_close_wait", "CLOSED", SERVER, SIDES, PORT, 0, 0
	};

	tell(t, NO_LEAK, &w, collide, close_collided);
}

/* For two thirds of the time there is no leak; never for as long as an anomaly lingers. */
static void leaks_that_come_and_go(struct test *t)
{
	int rounds = 6, i;
	struct anomaly a;
	struct pair p;

	module_reload(LEAK_SOON);
	listener = sock_listen(t, SERVER, PORT, 16);
	anomaly_trace_start();
	for (i = 0; i < rounds; i++) {
		p = sock_pair(t, listener, PORT);
		sock_shut(p.client);
		sock_eof(p.server);
		sleep_ms(LEAK_MS + SLACK_MS + SETTLE_MS);
		ns_enter(t, SERVER);
		check(anomalies(&a, 1) == 1 && a.count == 1, "round %d: count=%lld", i, a.count);
		close(p.server);
		close(p.client);
		sleep_ms(SLACK_MS);
		ns_enter(t, SERVER);
		check(anomalies(&a, 1) == 1 && !a.count, "round %d: closed, count=%lld", i, a.count);
	}
	check(told(t) == 1, "%d rounds, %d events", rounds, told(t));
	sleep_ms(LINGER_MS + SLACK_MS);
	check(told(t) == 2 && !strcmp(events[1].what, "end"), "%d events at last", told(t));
	anomaly_trace_stop();
	close(listener);
	compare_ended(t);
}

static long long generation(struct test *t)
{
	struct leak_stats s;

	ns_enter(t, CLIENT);
	leak_stats(&s);
	return s.generation;
}

/* One port less than the threshold is not the end, for however long. */
static void ports_around_the_threshold(struct test *t)
{
	long long before;
	int i;

	module_reload(NO_LEAK);
	anomaly_trace_start();
	hold_ports(t);
	for (i = 0; i < 3; i++) {
		free_port(&pairs[0]);
		sleep_ms(LINGER_MS + 3 * SLACK_MS);
		before = generation(t);
		pairs[0] = sock_pair(t, listener, PORT);
		check(generation(t) != before, "8 ports: the same generation as with 7");
	}
	check(told(t) == 1 && !strcmp(events[0].what, "begin"), "%d events", told(t));
	free_port(&pairs[0]);
	free_port(&pairs[1]);
	sleep_ms(LINGER_MS + 2 * SLACK_MS);
	check(told(t) == 2 && !strcmp(events[1].what, "end"), "%d events at last", told(t));
	anomaly_trace_stop();
	for (i = 2; i < MOST; i++)
		free_port(&pairs[i]);
	close(listener);
	compare_ended(t);
}

/* Who polls `generation` misses no number of the line, though a sysctl or time has changed it. */
static void every_number_moves_generation(struct test *t)
{
	long long before;

	module_reload(NO_LEAK);
	ns_sysctl(t, CLIENT, "net/ipv4/tcp_tw_reuse", "0");
	hold_ports(t);
	before = generation(t);
	close(pairs[0].client);
	sock_eof(pairs[0].server);
	close(pairs[0].server);
	reach(t, CLIENT, TIME_WAIT, 1);
	sleep_ms(SETTLE_MS);
	check(generation(t) != before, "time_wait=1: the same generation");
	before = generation(t);
	sleep_ms(3 * SLACK_MS);
	check(generation(t) == before, "nothing has changed but the generation");
	ns_sysctl(t, CLIENT, "net/ipv4/tcp_tw_reuse", "1");
	sleep_ms(2 * SLACK_MS);
	check(generation(t) != before, "reusable=1: the same generation");
	before = generation(t);
	ns_sysctl(t, CLIENT, "net/ipv4/ip_local_reserved_ports", "40009");
	sleep_ms(3 * SLACK_MS);
	check(generation(t) != before, "available=9: the same generation");
	pairs[0] = sock_pair(t, listener, PORT);
	free_ports(t);
	close(listener);
	compare_ended(t);
}

const struct scenario anomaly_scenarios[] = {
	{ "anomaly_traced_leak", ON_BOTH | IN_EXACT, traced_leak },
	{ "anomaly_traced_peer", ON_BOTH | IN_EXACT, traced_peer },
	{ "anomaly_traced_ports", ON_BOTH | IN_EXACT, traced_ports },
	{ "anomaly_traced_collision", ON_BOTH | IN_EXACT, traced_collision },
	{ "anomaly_comes_and_goes", ON_VETH | IN_EXACT, leaks_that_come_and_go },
	{ "anomaly_around_threshold", ON_BOTH | IN_EXACT, ports_around_the_threshold },
	{ "anomaly_generation", ON_BOTH | IN_EXACT, every_number_moves_generation },
	{ 0 }
};
