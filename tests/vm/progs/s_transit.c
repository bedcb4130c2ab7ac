// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: a router sees the connections that it forwards as `transit`, both ends inferred, in the
 * states that the two sockets are in; with transit=0 it sees none, and forwards all the same. What is
 * established and silent for transit_idle_s goes, what talks stays; a new value counts for those that
 * are there.
 */
#include <unistd.h>

#include "compare.h"
#include "module.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"
#include "sstable.h"

#define FLOWS 5

static struct pair pairs[FLOWS];
static int listener;

static void open_pairs(struct test *t)
{
	int i;

	listener = sock_listen(t, SERVER, PORT, 16);
	for (i = 0; i < FLOWS; i++) {
		pairs[i] = sock_pair(t, listener, PORT);
		sock_send(pairs[i].client, 50000);
		sock_recv(pairs[i].server, 50000);
	}
}

/* compare(), and what the router infers against the two ends' own tables. */
static void compare_router(struct test *t, bool observed)
{
	int client[STATES], server[STATES], s, differ = 0;
	struct stats stats;

	compare(t);
	ns_enter(t, CLIENT);
	sstable_read(client);
	ns_enter(t, SERVER);
	sstable_read(server);
	ns_enter(t, ROUTER);
	procfs_stats(&stats);
	for (s = SYN_SENT; s < TIME_WAIT; s++) {
		int want = observed ? client[s] + server[s] : 0;

		if (stats.state[s].transit != want) {
			note("router: %s: transit=%lld, the two ends have %d", state_names[s],
			     stats.state[s].transit, want);
			differ++;
		}
		check(!stats.state[s].local && !stats.state[s].remote,
		      "router: %s: local=%lld remote=%lld", state_names[s],
		      stats.state[s].local, stats.state[s].remote);
	}
	check(observed || !stats.flows_current, "flows current=%lld", stats.flows_current);
	check(!differ, "%d differences", differ);
}

static void life(struct test *t, bool observed)
{
	int i, fd;

	open_pairs(t);
	compare_router(t, observed);
	sock_shut(pairs[0].client);
	sock_shut(pairs[1].server);
	sock_shut(pairs[2].server);
	sleep_ms(100);
	compare_router(t, observed);
	sock_reset(pairs[3].client);
	close(pairs[3].server);
	fd = sock_new(t, CLIENT, 0);
	sock_start(t, fd, SERVER, PORT + 1);	/* refused */
	sleep_ms(100);
	close(fd);
	compare_router(t, observed);
	for (i = 0; i < FLOWS; i++) {
		if (i == 3)
			continue;
		close(pairs[i].client);
		close(pairs[i].server);
	}
	close(listener);
}

static void forwarded(struct test *t)
{
	struct stats stats;
	int s;

	life(t, true);
	compare_ended(t);
	sleep_ms(240000);
	ns_enter(t, ROUTER);
	procfs_stats(&stats);
	for (s = 0; s < STATES; s++)
		check(!stats.state[s].transit, "all has ended long ago, but %s transit=%lld",
		      state_names[s], stats.state[s].transit);
	check(!stats.flows_current, "flows current=%lld", stats.flows_current);
}

static void transit_off(struct test *t)
{
	module_reload("transit=0");
	life(t, false);
	compare_ended(t);
}

static struct pair idle, talking;

static void talk(const struct pair *p)
{
	sock_send(p->client, 100);
	sock_recv(p->server, 100);
}

static void talk_for(unsigned int ms, unsigned int step_ms)
{
	long long end = now_ms() + ms;

	while (now_ms() < end) {
		talk(&talking);
		sleep_ms(step_ms);
	}
}

static void open_two(struct test *t)
{
	listener = sock_listen(t, SERVER, PORT, 16);
	idle = sock_pair(t, listener, PORT);
	talking = sock_pair(t, listener, PORT);
	talk(&idle);
	talk(&talking);
}

/* So many established flows are left, and so many have expired. */
static void wants_flows(struct test *t, int left, int expired)
{
	struct stats s;

	ns_enter(t, ROUTER);
	procfs_stats(&s);
	check(s.flows_current == left && s.state[ESTABLISHED].transit == 2 * left &&
	      s.flows_expired == expired,
	      "current=%lld ESTABLISHED transit=%lld expired=%lld; wanted %d, %d, %d",
	      s.flows_current, s.state[ESTABLISHED].transit, s.flows_expired, left, 2 * left,
	      expired);
}

static void close_two(struct test *t)
{
	compare(t);
	sock_reset(idle.client);
	close(idle.server);
	sock_reset(talking.client);
	close(talking.server);
	close(listener);
	compare_ended(t);
}

#define IDLE_MS 1000		/* the least that transit_idle_s may be */
#define LATE_MS 1500		/* a flow is heard of once a second, and the wheel has its slots */

/* The one that has gone is picked up again, when it talks. */
static void expired(struct test *t)
{
	module_reload("transit_idle_s=1");
	open_two(t);
	wants_flows(t, 2, 0);
	talk_for(IDLE_MS + LATE_MS, IDLE_MS / 5);
	wants_flows(t, 1, 1);
	talk_for(10 * IDLE_MS, IDLE_MS / 5);
	wants_flows(t, 1, 1);
	talk(&idle);
	talk(&talking);
	wants_flows(t, 2, 1);
	close_two(t);
}

#define NOTICED_MS 60000	/* so late, at most, is a flow that is older than a new time */
#define STEP_MS 2000

static void idle_lowered(struct test *t)
{
	module_reload("transit_idle_s=86400");
	open_two(t);
	sleep_ms(1000);
	check(!module_parameter("transit_idle_s", "100"), "transit_idle_s=100");
	talk_for(100000 - 10000, STEP_MS);
	wants_flows(t, 2, 0);
	talk_for(10000 + NOTICED_MS, STEP_MS);
	wants_flows(t, 1, 1);
	close_two(t);
}

/* Silent for longer than the time before, and shorter than the new one: it stays. */
static void idle_raised(struct test *t)
{
	alarm(3600);
	module_reload("transit_idle_s=100");
	open_two(t);
	talk_for(50000, STEP_MS);
	wants_flows(t, 2, 0);
	check(!module_parameter("transit_idle_s", "1000"), "transit_idle_s=1000");
	talk_for(900000, STEP_MS);
	wants_flows(t, 2, 0);
	talk_for(50000 + STEP_MS + NOTICED_MS, STEP_MS);
	wants_flows(t, 1, 1);
	close_two(t);
}

/*
 * A forwarded flow that is silent keeps the module's wheel asleep for as long as it sleeps at most:
 * what ends in silence in the last moments of that is noticed in time, too.
 */
static void after_a_nap(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), fd;
	struct pair p;

	ns_drop(t, SERVER, "tcp dport 5001");
	p = sock_pair(t, listener, PORT);
	fd = sock_new(t, CLIENT, 0);
	sock_start(t, fd, SERVER, PORT + 1);
	reach(t, CLIENT, SYN_SENT, 1);
	sleep_ms(25300);
	close(fd);
	reach(t, CLIENT, SYN_SENT, 0);
	compare(t);
	close(p.client);
	close(p.server);
	close(listener);
	compare_ended(t);
}

const struct scenario transit_scenarios[] = {
	{ "forwarded", ON_ROUTER | IN_EXACT, forwarded },
	{ "transit_off", ON_ROUTER | IN_EXACT, transit_off },
	{ "transit_expired", ON_ROUTER | IN_EXACT, expired },
	{ "transit_idle_lowered", ON_ROUTER | IN_EXACT, idle_lowered },
	{ "transit_idle_raised", ON_ROUTER | IN_EXACT, idle_raised },
	{ "after_a_nap", ON_ROUTER | IN_EXACT, after_a_nap },
	{ 0 }
};
