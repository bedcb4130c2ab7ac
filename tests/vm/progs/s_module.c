// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: the module loads and unloads; loaded, it shows its files; unloaded, nothing of it is
 * left; it brings no connection tracking with it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "compare.h"
#include "module.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"

static bool loaded(const char *module)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/module/%s", module);
	return !access(path, F_OK);
}

static void load_unload(struct test *t)
{
	struct stats s;
	int i;

	(void)t;
	for (i = 0; i < 3; i++) {
		module_reload("");
		procfs_stats(&s);
		check(s.loaded_ms < 60000, "loaded_ms=%lld just after insmod", s.loaded_ms);
	}
	check(!module_unload(), "rmmod: %s", strerror(errno));
	check(access(PROCFS, F_OK) && access("/proc/self/net/tcpfsm", F_OK),
	      "files are left after rmmod");
	check(!module_load(""), "insmod");
}

/* DESIGN.md, invariant 7. */
static void no_conntrack(struct test *t)
{
	(void)t;
	check(module_loaded(), "the module is not loaded");
	check(!loaded("nf_conntrack") && !loaded("nf_defrag_ipv4") && !loaded("nf_defrag_ipv6"),
	      "connection tracking or defragmentation is loaded, too");
}

/* The smoke test: one connection, opened, used, closed; everything agrees in between. */
static void smoke(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8);
	struct pair p = sock_pair(t, listener, PORT);

	sock_send(p.client, 100);
	sock_recv(p.server, 100);
	compare(t);
	sock_shut(p.client);
	sock_eof(p.server);
	compare(t);
	close(p.server);
	sock_eof(p.client);
	close(p.client);
	close(listener);
	compare(t);
}

#define MOST 32

/* Each line's flow is older than the hooks, but for that of this port. Returns how many there are. */
static int wants_adopted(struct test *t, int fresh)
{
	int side, n, i, lines = 0;
	struct flow_line f[MOST];

	for (side = 0; side < ns_count(t); side++) {
		ns_enter(t, side);
		n = procfs_flow_lines(f, MOST);
		check(n <= MOST, "%d lines", n);
		for (i = 0; i < n; i++)
			check(f[i].adopted == (f[i].port[0] != fresh && f[i].port[1] != fresh),
			      "%s %s: adopted=%d", f[i].key, state_names[f[i].state], f[i].adopted);
		lines += n;
	}
	return lines;
}

/*
 * Connections in seven states, and a listener, are there before the module: it shows them at
 * once, as adopted; and again after enabled=0 has forgotten them.
 */
static void adopted(struct test *t)
{
	int listener, i, half, waiting, other, lines;
	struct pair p[4], fresh;

	check(!module_unload(), "rmmod: %s", strerror(errno));
	listener = sock_listen(t, SERVER, PORT, 8);
	for (i = 0; i < 4; i++)
		p[i] = sock_pair(t, listener, PORT);
	sock_shut(p[1].client);		/* FIN_WAIT_2, CLOSE_WAIT */
	sock_eof(p[1].server);
	close(p[2].client);		/* TIME_WAIT */
	sock_eof(p[2].server);
	close(p[2].server);
	close(p[3].client);		/* FIN_WAIT_2 without a program, CLOSE_WAIT */
	sock_eof(p[3].server);
	half = sock_new(t, CLIENT, 0);	/* ESTABLISHED, not accepted */
	sock_connect(t, half, PORT);
	sleep_ms(2000);
	check(!module_load(""), "insmod");
	compare(t);
	lines = wants_adopted(t, 0);
	check(lines == 9, "%d lines", lines);
	other = sock_listen(t, SERVER, PORT + 1, 8);
	fresh = sock_pair(t, other, PORT + 1);
	check(wants_adopted(t, sock_port(fresh.client)) == lines + 2, "not two lines more");
	sock_reset(fresh.client);
	close(fresh.server);
	close(other);
	check(!module_parameter("enabled", "0"), "enabled=0: %s", strerror(errno));
	sleep_ms(1000);
	check(!module_parameter("enabled", "1"), "enabled=1: %s", strerror(errno));
	compare(t);
	check(wants_adopted(t, 0) == lines, "not %d lines", lines);

	/* And they go on from there. */
	sock_send(p[0].client, 100);
	sock_recv(p[0].server, 100);
	waiting = sock_accept(listener);
	close(waiting);
	sock_eof(half);
	close(half);
	close(p[0].server);
	sock_eof(p[0].client);
	close(p[0].client);
	close(p[1].server);
	sock_eof(p[1].client);
	close(p[1].client);
	compare(t);
	close(p[3].server);
	close(listener);
	compare(t);
	compare_ended(t);
}

const struct scenario module_scenarios[] = {
	{ "smoke", ON_BOTH | IN_EXACT | IN_RACE, smoke },
	{ "load_unload", ON_HOST | IN_EXACT | IN_RACE, load_unload },
	{ "adopted", ON_BOTH | IN_EXACT, adopted },
	{ "no_conntrack", ON_HOST | IN_EXACT | IN_RACE, no_conntrack },
	{ 0 }
};
