// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: whose namespace has no room for hooks (its root may have set up netfilter's thousand) keeps
 * nobody from watching the others: the module loads, counts it among those it does not observe, says
 * exact=0 there, and watches it, too, when it is enabled anew and there is room.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "compare.h"
#include "module.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "start.h"

#define HOOKS_MOST 1024	/* of one kind: MAX_HOOK_COUNT */

static void crowd(struct test *t, enum side side)
{
	const char *name = "/crowd.nft";
	FILE *f = fopen(name, "w");
	int i;

	check(!!f, "%s", name);
	fprintf(f, "table %s crowd {\n", t->family == AF_INET ? "ip" : "ip6");
	for (i = 0; i < HOOKS_MOST; i++)
		fprintf(f, "chain c%d { type filter hook input priority %d; }\n", i, i);
	fprintf(f, "}\n");
	check(!fclose(f), "%s", name);
	ns_run(t, side, "nft -f %s", name);
	unlink(name);
}

static void want_unobserved(int count)
{
	char *text = procfs_slurp("/sys/module/tcpfsm/parameters/unobserved");

	check(atoi(text) == count, "unobserved=%s, not %d", text, count);
	free(text);
}

static void want(struct test *t, int exact_at_server, int unobserved)
{
	struct stats s;

	want_unobserved(unobserved);
	ns_enter(t, SERVER);
	procfs_stats(&s);
	check(s.exact == exact_at_server, "the server's exact=%lld", s.exact);
	ns_enter(t, CLIENT);
	procfs_stats(&s);
	check(s.exact == 1, "the client's exact=%lld", s.exact);
}

static void no_room(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8);
	struct stats s;
	struct pair p;

	check(!module_unload(), "unload");
	crowd(t, SERVER);
	check(!module_load(""), "load beside a namespace without room");
	want(t, 0, 1);
	p = sock_pair(t, listener, PORT);
	sleep_ms(300);
	ns_enter(t, CLIENT);
	procfs_stats(&s);
	check(s.state[ESTABLISHED].local == 1, "the client's ESTABLISHED local=%lld",
	      s.state[ESTABLISHED].local);
	check(!module_parameter("enabled", "0"), "disable");
	want_unobserved(0);
	check(!module_parameter("enabled", "1"), "enable");
	want(t, 0, 1);
	ns_run(t, SERVER, "nft flush ruleset");
	check(!module_parameter("enabled", "0") && !module_parameter("enabled", "1"), "enable anew");
	want(t, 1, 0);
	compare(t);
	pair_talk(&p);
	close(p.client);
	close(p.server);
	close(listener);
	compare_ended(t);
	/* Its end takes it out of the count. */
	check(!module_parameter("enabled", "0"), "disable");
	crowd(t, SERVER);
	check(!module_parameter("enabled", "1"), "enable");
	want(t, 0, 1);
	ns_end(t, SERVER);
	sleep_ms(1000);
	want_unobserved(0);
}

const struct scenario hooks_scenarios[] = {
	{ "no_room_for_hooks", ON_VETH | IN_EXACT, no_room },
	{ 0 }
};
