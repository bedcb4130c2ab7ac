// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: FINs and resets that come out of order count when TCP takes them, neither sooner nor later:
 * a FIN beyond a hole when the hole is filled, by a segment without FIN; a reset at the number that
 * TCP expects, or at the end of what it has of it, and not between. The wire alone shows that.
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

#define STEPS 4

/* What comes for one connection, one after the other; and where that leaves its server. */
static const struct disorder {
	const char *name;
	bool closing;		/* the server has closed before */
	struct forged step[STEPS];
	enum state end;
} disorders[] = {
	{ "a FIN beyond a hole, which stays", false,
	  { { .flags = FIN | ACK, .seq = 100 } }, ESTABLISHED },
	{ "a FIN beyond a hole, then what fills it", false,
	  { { .flags = FIN | ACK, .seq = 100 }, { .flags = ACK | PSH, .len = 100 } }, CLOSE_WAIT },
	{ "a FIN beyond a hole, which is filled in two parts", false,
	  { { .flags = FIN | ACK | PSH, .seq = 100, .len = 50 }, { .flags = ACK, .seq = 50, .len = 50 },
	    { .flags = ACK, .len = 50 } }, CLOSE_WAIT },
	{ "a FIN with data that has come in part", false,
	  { { .flags = ACK | PSH, .len = 100 }, { .flags = FIN | ACK, .seq = 50, .len = 100 } },
	  CLOSE_WAIT },
	{ "a FIN of data that has come already", false,
	  { { .flags = ACK | PSH, .len = 100 }, { .flags = FIN | ACK, .seq = 40, .len = 50 } },
	  ESTABLISHED },
	{ "a FIN beyond the window", false,
	  { { .flags = FIN | ACK, .seq = 100000000 } }, ESTABLISHED },
	{ "a FIN beyond a hole, then a reset at the hole", false,
	  { { .flags = FIN | ACK, .seq = 100 }, { .flags = RST } }, CLOSED },
	{ "a FIN beyond a hole, then a reset within it", false,
	  { { .flags = FIN | ACK, .seq = 100 }, { .flags = RST, .seq = 50 } }, ESTABLISHED },
	{ "data beyond a hole, then a reset behind the data", false,
	  { { .flags = ACK | PSH, .seq = 100, .len = 100 }, { .flags = RST, .seq = 200 } }, CLOSED },
	{ "data beyond a hole, then a reset within the data", false,
	  { { .flags = ACK | PSH, .seq = 100, .len = 100 }, { .flags = RST, .seq = 150 } },
	  ESTABLISHED },
	{ "a reset beyond the next number", false, { { .flags = RST, .seq = 1 } }, ESTABLISHED },
	{ "closed: a FIN beyond a hole, then what fills it", true,
	  { { .flags = FIN | ACK, .seq = 100 }, { .flags = ACK | PSH, .len = 100 } }, TIME_WAIT },
	{ "closed: a FIN beyond a hole that does not acknowledge, then what fills it", true,
	  { { .flags = FIN | ACK, .seq = 100, .ack = -1 }, { .flags = ACK | PSH, .len = 100, .ack = -1 } },
	  CLOSING },
	{ "closed: a FIN that does not acknowledge, then an ACK", true,
	  { { .flags = FIN | ACK, .ack = -1 }, { .flags = ACK, .seq = 1 } }, TIME_WAIT },
	{ "closed: an ACK, a FIN beyond a hole, and a reset at the hole", true,
	  { { .flags = ACK }, { .flags = FIN | ACK, .seq = 100 }, { .flags = RST } }, CLOSED },
};

#define DISORDERS ((int)ARRAY_SIZE(disorders))

static long long corrected(struct test *t)
{
	struct differences d;

	ns_enter(t, SERVER);
	procfs_witness(&d);
	return d.sum_corrected;
}

static void one(struct test *t, const struct disorder *d, const struct pair *p)
{
	struct talk talk;
	int i;

	/* All numbers are relative to where it was before. */
	wire_talk(t, p->client, PORT, &talk);
	for (i = 0; i < STEPS && d->step[i].flags; i++) {
		wire_forge(t, &talk, SERVER, &d->step[i]);
		sleep_ms(5);
	}
	compare_after("%s", d->name);
	compare(t);
}

static void disorder(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), i, counts[STATES] = { 0 }, s;
	struct pair p[DISORDERS];
	long long before;

	wire_open(t);
	for (i = 0; i < DISORDERS; i++) {
		p[i] = sock_pair(t, listener, PORT);
		counts[disorders[i].end]++;
	}
	held_black_hole(t);
	for (i = 0; i < DISORDERS; i++)
		if (disorders[i].closing)
			sock_shut(p[i].server);
	compare(t);
	before = corrected(t);
	for (i = 0; i < DISORDERS; i++)
		one(t, &disorders[i], &p[i]);
	for (s = SYN_SENT; s < STATES; s++)
		reach(t, SERVER, s, counts[s]);
	check(corrected(t) == before, "the wire was corrected %lld times", corrected(t) - before);
	for (i = 0; i < DISORDERS; i++) {
		close(p[i].client);
		close(p[i].server);
	}
	close(listener);
	held_let_through(t);
	compare_for(t, 180000, 10000);
	compare_ended(t);
}

const struct scenario disorder_scenarios[] = {
	{ "disorder", ON_VETH | IN_EXACT, disorder },
	{ 0 }
};
