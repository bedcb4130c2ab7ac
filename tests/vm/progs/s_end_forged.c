// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: whatever comes for a connection, whatever its state, `stats` says what the kernel makes
 * of it: resets, SYNs, FINs and ACKs with the right numbers, near ones and far ones, old
 * timestamps, damaged checksums. What TCP does not take changes nothing, and what it takes without
 * an answer does.
 */
#include <stddef.h>

#include "compare.h"
#include "held.h"
#include "scenarios.h"
#include "wire.h"

static const struct forged forged[] = {
	/* First, what leaves most of them alone. */
	{ .flags = RST, .damaged = true },
	{ .flags = RST | ACK, .damaged = true },
	{ .flags = ACK, .damaged = true },
	{ .flags = FIN | ACK, .damaged = true },
	{ .flags = SYN | ACK, .seq = -1, .damaged = true },
	{ .flags = ACK | PSH, .len = 100, .damaged = true },
	{ .flags = RST, .seq = 100000000 },
	{ .flags = RST, .seq = -100000000 },
	{ .flags = RST, .seq = 1 },
	{ .flags = RST | ACK, .seq = -1, .ack = 1 },
	{ .flags = ACK, .seq = -1 },
	{ .flags = ACK, .ack = 1000 },
	{ .flags = ACK, .ack = -1 },
	{ .flags = ACK, .ts = -100000 },
	{ .flags = FIN | ACK, .ts = -100000 },
	{ .flags = FIN | ACK, .seq = 1 },
	{ .flags = FIN | ACK, .seq = 100000000 },
	{ .flags = FIN | ACK, .ack = 1000 },
	{ .flags = FIN },
	{ .flags = SYN, .seq = -1000 },
	{ .flags = SYN, .seq = -1, .ts = -100000 },
	{ .flags = SYN, .seq = -1 },
	{ .flags = SYN | ACK, .seq = 1000 },
	{ .flags = 0 },
	{ .flags = ACK | PSH, .seq = 100000000, .len = 100 },
	/* Then, what moves them. */
	{ .flags = RST, .ts = -100000 },
	{ .flags = SYN | ACK, .seq = -1 },
	{ .flags = SYN, .seq = 100000 },
	{ .flags = ACK },
	{ .flags = ACK | PSH, .len = 100 },
	{ .flags = FIN | ACK },
	{ .flags = FIN | ACK | PSH, .len = 100 },
	{ .flags = RST },
	{ .flags = RST | ACK },
	{ .flags = RST, .seq = -1 },
};

#define KINDS ((int)ARRAY_SIZE(forged))
#define QUIET 25	/* the first that moves somebody */
#define SETS (1 + KINDS - QUIET)

static struct held held[SETS];
static struct talk talks[SETS][HOLDS];

static void hear(struct test *t, int set)
{
	int i;

	/* A TIME_WAIT has no socket any more to ask; it has a test of its own. */
	for (i = 0; i < HELD_TIME_WAIT; i++)
		wire_talk(t, held[set].pair[i].client, HELD_PORT(i), &talks[set][i]);
}

static void forge_all(struct test *t, int set, int kind)
{
	int i;

	for (i = 0; i < HELD_TIME_WAIT; i++) {
		wire_forge(t, &talks[set][i], CLIENT, &forged[kind]);
		wire_forge(t, &talks[set][i], SERVER, &forged[kind]);
	}
	compare_after("forged[%d]", kind);
	compare(t);
}

static void forged_for_all(struct test *t)
{
	int set, kind;

	wire_open(t);
	held_open(t, held, SETS);
	held_black_hole(t);
	for (set = 0; set < SETS; set++)
		hear(t, set);
	compare(t);
	for (kind = 0; kind < QUIET; kind++)
		forge_all(t, 0, kind);
	for (set = 1; set < SETS; set++)
		forge_all(t, set, QUIET + set - 1);
	held_close(held, SETS);
	held_let_through(t);
	/* Retransmissions were backed off, and restart TIME_WAITs. */
	compare_for(t, 180000, 10000);
	compare_ended(t);
}

const struct scenario end_forged_scenarios[] = {
	{ "end_forged", ON_VETH | IN_EXACT, forged_for_all },
	{ 0 }
};
