// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: what comes in fragments, of which IPv6's hooks see no whole segment, moves an end as its
 * socket does, in whatever state: data, FINs, resets, ACKs, SYNs.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "compare.h"
#include "held.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"
#include "wire.h"

/* Each to a set of connections in all states, of its own. */
static const struct forged forged[] = {
	{ .flags = ACK, .fragments = true },
	{ .flags = ACK | PSH, .len = 100, .fragments = true },
	{ .flags = FIN | ACK, .fragments = true },
	{ .flags = FIN | ACK | PSH, .len = 100, .fragments = true },
	{ .flags = FIN | ACK | PSH, .len = 100, .fragments = true, .damaged = true },
	{ .flags = RST, .fragments = true },
	{ .flags = RST | ACK, .fragments = true },
	{ .flags = SYN | ACK, .seq = -1, .fragments = true },
	{ .flags = SYN, .seq = 100000, .fragments = true },
};

#define SETS ((int)ARRAY_SIZE(forged))

static struct held held[SETS];

static void fragments(struct test *t)
{
	struct talk talks[HOLDS];
	struct stats s;
	int set, i;

	wire_open(t);
	held_open(t, held, SETS);
	held_black_hole(t);
	compare(t);
	for (set = 0; set < SETS; set++) {
		for (i = 0; i < HELD_TIME_WAIT; i++) {
			wire_talk(t, held[set].pair[i].client, HELD_PORT(i), &talks[i]);
			wire_forge(t, &talks[i], CLIENT, &forged[set]);
			wire_forge(t, &talks[i], SERVER, &forged[set]);
		}
		compare_after("forged[%d]", set);
		compare(t);
	}
	ns_enter(t, SERVER);
	procfs_stats(&s);
	check(t->family == AF_INET || s.fragments >= 2 * SETS, "fragments=%lld", s.fragments);
	held_close(held, SETS);
	held_let_through(t);
	compare_for(t, 180000, 10000);
	compare_ended(t);
}

/* From the first: a connection of which the server's hooks see no segment but their own. */
static void fragments_alone(struct test *t)
{
	/* All with data, so that there is something to divide. */
	static const struct forged syn = { .flags = SYN, .fragments = true, .len = 100 };
	static const struct forged ack = { .flags = ACK, .fragments = true, .len = 100 };
	static const struct forged fin = { .flags = FIN | ACK, .fragments = true, .len = 100 };
	int listener = sock_listen(t, SERVER, PORT, 8), server;
	struct talk talk = { .port = { 40000, PORT } };

	wire_open(t);
	/* The client is nobody: it would reset. */
	ns_filter(t, CLIENT, "tcp sport 5000 drop", NULL);
	wire_forge(t, &talk, SERVER, &syn);
	sleep_ms(10);
	compare(t);
	reach(t, SERVER, SYN_RECEIVED, 1);
	wire_hear(t, &talk);
	wire_forge(t, &talk, SERVER, &ack);
	server = sock_accept(listener);
	compare(t);
	wire_hear(t, &talk);
	wire_forge(t, &talk, SERVER, &fin);
	sock_recv(server, 200);
	sock_eof(server);
	compare(t);
	reach(t, SERVER, CLOSE_WAIT, 1);
	sock_shut(server);
	compare(t);
	wire_hear(t, &talk);
	wire_forge(t, &talk, SERVER, &ack);
	reach(t, SERVER, LAST_ACK, 0);
	close(server);
	close(listener);
	compare_ended(t);
}

const struct scenario fragment_scenarios[] = {
	{ "fragments", ON_VETH | IN_EXACT, fragments },
	{ "fragments_alone", ON_VETH | IN_EXACT, fragments_alone },
	{ 0 }
};
