// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: hundreds of short connections, and traffic that is lost, doubled, or out of order on the
 * way, leave every gauge where the kernel's table is, and at 0 in the end.
 */
#include <unistd.h>

#include "compare.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"

/* What is on its way, or will be retransmitted, has arrived by then. */
#define DRAIN_MS 20000

static void exchange(struct pair p, size_t bytes)
{
	sock_send(p.client, bytes);
	sock_recv(p.server, bytes);
	sock_send(p.server, 64);
	sock_recv(p.client, 64);
}

static void end(struct pair p, int how)
{
	switch (how % 4) {
	case 0:
		close(p.client);
		sock_eof(p.server);
		close(p.server);
		break;
	case 1:
		close(p.server);
		sock_eof(p.client);
		close(p.client);
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

static void short_connections(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 64), i, n = t->race ? 300 : 400;
	struct stats s;

	for (i = 0; i < n; i++) {
		struct pair p = sock_pair(t, listener, PORT);

		exchange(p, 64);
		end(p, i);
	}
	close(listener);
	compare(t);
	ns_enter(t, SERVER);
	procfs_stats(&s);
	check(s.state[LISTEN].entered == n, "%d connections: LISTEN entered=%lld", n,
	      s.state[LISTEN].entered);
	if (!t->race)
		compare_ended(t);
}

/* The client speaks before it is accepted: six SYN-ACKs in a row may be in vain, but not its data as well. */
static struct pair disturbed_pair(struct test *t, int listener)
{
	struct pair p = { .client = sock_new(t, CLIENT, 0) };

	sock_connect(t, p.client, PORT);
	sock_send(p.client, 64);
	p.server = sock_accept(listener);
	sock_recv(p.server, 64);
	return p;
}

static void disturbed(struct test *t, const char *netem)
{
	int listener = sock_listen(t, SERVER, PORT, 64), i;
	struct pair p[24];

	if (t->place == ON_VETH)
		ns_neighbours(t);
	ns_netem(t, CLIENT, netem);
	if (t->place != ON_LOOPBACK)
		ns_netem(t, SERVER, netem);
	for (i = 0; i < 24; i++) {
		p[i] = disturbed_pair(t, listener);
		exchange(p[i], 20000);
	}
	/* FINs one after the other, or both under way at once. No resets: a lost one is silence. */
	for (i = 0; i < 24; i++)
		end(p[i], i % 3);
	ns_netem(t, CLIENT, "");
	if (t->place != ON_LOOPBACK)
		ns_netem(t, SERVER, "");
	close(listener);
	sleep_ms(DRAIN_MS);
	compare(t);
	compare_ended(t);
}

static void lost(struct test *t)
{
	disturbed(t, "delay 5ms loss 10%");
}

static void reordered(struct test *t)
{
	disturbed(t, "delay 20ms 15ms reorder 30%");
}

static void doubled(struct test *t)
{
	disturbed(t, "delay 5ms duplicate 30%");
}

const struct scenario many_scenarios[] = {
	{ "short_connections", ON_BOTH | IN_EXACT | IN_RACE, short_connections },
	{ "lost", ON_BOTH | IN_EXACT, lost },
	{ "reordered", ON_BOTH | IN_EXACT, reordered },
	{ "doubled", ON_BOTH | IN_EXACT, doubled },
	{ 0 }
};
