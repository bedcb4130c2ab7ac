// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: after a million short connections, ended in four ways, after a flood of a million SYNs,
 * and during an hour of light, disturbed traffic with connections of all ages, every gauge is what
 * the kernel's table says; at the end of it nothing is left.
 *
 * VMTEST_SOAK="CONNECTIONS SYNS SECONDS" makes it shorter or longer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "compare.h"
#include "flood.h"
#include "module.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"

#define CHUNK 50000		/* connections, or SYNs, between two comparisons */
#define OLD 24			/* connections that live through all of it */
#define OLD_PORT (PORT + 1)

static struct pair old[OLD];

static void end(struct pair p, int how)
{
	switch (how % 4) {
	case 0:
		close(p.client);
		sock_eof(p.server);
		close(p.server);
		break;
	case 1:
		sock_shut(p.server);
		sock_eof(p.client);
		close(p.client);
		sock_eof(p.server);
		close(p.server);
		break;
	case 2:
		close(p.client);
		close(p.server);
		break;
	case 3:
		sock_reset(p.client);
		close(p.server);
		break;
	}
}

/* A third idle, a third left in CLOSE_WAIT by the server, a third in use. */
static void old_open(struct test *t)
{
	int listener = sock_listen(t, SERVER, OLD_PORT, OLD), i;

	for (i = 0; i < OLD; i++) {
		old[i] = sock_pair(t, listener, OLD_PORT);
		if (i % 3 == 1)
			sock_shut(old[i].client);
	}
	close(listener);
}

static void old_use(void)
{
	int i;

	for (i = 2; i < OLD; i += 3) {
		sock_send(old[i].client, 100);
		sock_recv(old[i].server, 100);
		sock_send(old[i].server, 100);
		sock_recv(old[i].client, 100);
	}
}

static void nothing_missed(struct test *t)
{
	struct stats stats;
	int side;

	for (side = 0; side < ns_count(t); side++) {
		ns_enter(t, side);
		procfs_stats(&stats);
		check(!stats.flows_untracked, "untracked=%lld", stats.flows_untracked);
	}
}

static void connections(struct test *t, int listener, long count)
{
	long i;

	for (i = 1; i <= count; i++) {
		end(sock_pair(t, listener, PORT), i);
		if (i % CHUNK && i != count)
			continue;
		old_use();
		compare(t);
		note("%ld connections", i);
	}
}

static void syns(struct test *t, long count)
{
	static const struct flood kinds[] = {
		{ .flags = { FLOOD_SYN }, .n_flags = 1, .dport = PORT },
		{ .flags = { FLOOD_SYN }, .n_flags = 1, .dport = PORT + 99 },
	};
	long i;

	for (i = 0; i < count; i += CHUNK) {
		flood_send(t, &kinds[i / CHUNK % 2], CHUNK);
		old_use();
	}
	note("%ld SYNs", i);
	/* Until the last request sock has given up. */
	sleep_ms(130000);
	compare(t);
}

static void hour(struct test *t, int listener, long seconds)
{
	long long until = now_ms() + seconds * 1000, next = 0;
	int n = 0, compared = 0;

	ns_netem(t, CLIENT, "delay 3ms 2ms loss 1%");
	while (now_ms() < until) {
		end(sock_pair(t, listener, PORT), n++);
		sleep_ms(test_random() % 2000);
		if (now_ms() < next)
			continue;
		next = now_ms() + 60000;
		old_use();
		compared += compare_for(t, 2000, 500);
	}
	ns_netem(t, CLIENT, "");
	note("%ld s, %d connections, compared %d times", seconds, n, compared);
}

static void soak(struct test *t)
{
	const char *text = getenv("VMTEST_SOAK");
	long count = 1000000, flood = 1000000, seconds = 3600;
	int listener, side, i;

	if (text)
		check(sscanf(text, "%ld %ld %ld", &count, &flood, &seconds) == 3,
		      "VMTEST_SOAK=%s: CONNECTIONS SYNS SECONDS", text);
	module_reload("");
	/* With no TIME_WAIT to spare, ports never run out; some are skipped, some taken again. */
	for (side = 0; side < ns_count(t); side++) {
		ns_sysctl(t, side, "net/ipv4/tcp_max_tw_buckets", "2000");
		ns_sysctl(t, side, "net/ipv4/tcp_tw_reuse", "1");
	}
	flood_open(t);
	listener = sock_listen(t, SERVER, PORT, 256);
	old_open(t);
	compare(t);
	connections(t, listener, count);
	syns(t, flood);
	hour(t, listener, seconds);
	old_use();
	for (i = 0; i < OLD; i++) {
		close(old[i].client);
		close(old[i].server);
	}
	close(listener);
	compare(t);
	compare_ended(t);
	nothing_missed(t);
}

const struct scenario soak_scenarios[] = {
	{ "soak", ON_VETH | IN_SOAK, soak },
	{ 0 }
};
