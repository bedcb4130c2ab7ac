// SPDX-License-Identifier: GPL-2.0
/*
 * A snapshot: all comes to rest, and every endpoint is compared with the kernel's table.
 *
 * Rest is: no interface has seen a packet for 250 ms, nor does while the tables are read. A socket may still
 * move in silence, so the table is read 200 ms before the first look as well: an endpoint that has been
 * the same since then must agree at once, one that has moved since then 200 ms after the first look.
 *
 * Of the other end, what one namespace infers is compared with what the other has, if the wire can
 * have told: neither kernel has anything unacknowledged (no octet, no SYN, no FIN waits for an ACK),
 * and the two are where two ends can be that have heard all of each other. Where one end was forgotten
 * (a reset that was lost, a minisock's end, a cookie that made another life of the same tuple), no
 * segment has told the other.
 */
#include <stdio.h>
#include <string.h>

#include "compare.h"
#include "ns.h"
#include "procfs.h"
#include "random.h"

#define POLL_MS		50
#define RESTLESS_MS	20000	/* no rest in this time: no snapshot */
#define NEAR_MS		1000
#define FAR_MS		150000	/* no timer later than this is waited for */
#define STARTS		10	/* how often a rest may be over before it has been looked at */
#define SHOWN		8	/* mismatches that are shown of one snapshot */

static struct view {
	struct table kernel, after, flows;
	struct stats stats;
} view[RND_SIDES];

static struct table rest[RND_SIDES];	/* the kernel's, when the rest began */

/* What differs, of this snapshot and the one before: is shown once for as long as it lasts. */
static struct seen {
	int n;
	struct row row[64];
	enum state kernel[64];
} seen[2];

static bool seen_before(const struct row *row, enum state kernel, enum state ours)
{
	struct seen *now = &seen[0], *last = &seen[1];
	int i;

	if (now->n < 64) {
		now->row[now->n] = *row;
		now->row[now->n].state = ours;
		now->kernel[now->n++] = kernel;
	}
	for (i = 0; i < last->n; i++)
		if (!row_order(&last->row[i], row) && last->row[i].state == ours &&
		    last->kernel[i] == kernel)
			return true;
	return false;
}

static bool stable(const struct table *a, const struct table *b)
{
	int i;

	if (a->n != b->n || a->listening != b->listening)
		return false;
	for (i = 0; i < a->n; i++)
		if (row_order(&a->row[i], &b->row[i]) || a->row[i].state != b->row[i].state)
			return false;
	return true;
}

/* @packets: that there were until then. Return: false: there was no rest. */
static bool settle(long long *packets)
{
	long long end = now_ms() + RESTLESS_MS, n;
	int side, quiet = 0;

	*packets = table_packets();
	while (quiet * POLL_MS <= SETTLE_MS) {
		if (now_ms() > end)
			return false;
		sleep_ms(POLL_MS);
		n = table_packets();
		quiet = n == *packets ? quiet + 1 : 0;
		*packets = n;
		for (side = 0; quiet == 1 && side < RND_SIDES; side++)
			table_kernel(side, &rest[side]);
	}
	return true;
}

/* Return: false: the kernel's table does not stay the same for long enough. */
static bool look(struct rnd *w)
{
	int side, tries, same;

	for (tries = 0; tries < 20; tries++) {
		for (side = 0; side < RND_SIDES; side++)
			table_kernel(side, &view[side].kernel);
		for (side = 0; side < RND_SIDES; side++) {
			table_flows(side, &view[side].flows);
			ns_enter(w->t, side);
			procfs_stats(&view[side].stats);
		}
		for (side = same = 0; side < RND_SIDES; side++) {
			table_kernel(side, &view[side].after);
			same += stable(&view[side].kernel, &view[side].after);
		}
		if (same == RND_SIDES)
			return true;
		sleep_ms(10);
	}
	return false;
}

/* The tables, of a rest that has lasted until they were read. Return: false: there was none. */
static bool look_at_rest(struct rnd *w, long long *packets)
{
	int tries;

	for (tries = 0; tries < STARTS; tries++) {
		if (!settle(packets) || !look(w))
			return false;
		if (table_packets() == *packets)
			return true;
	}
	return false;
}

static bool in_table(const struct table *table, const struct row *row, enum state state)
{
	int i;

	for (i = 0; i < table->n; i++)
		if (!row_order(&table->row[i], row) && table->row[i].state == state)
			return true;
	return false;
}

/*
 * What differs is wrong, and counted and shown by the first pass, if the kernel has been where it is
 * since the rest began. Otherwise it has moved in silence: then passes follow that merely look whether
 * all is well by now, and what differs in the last one is wrong, too.
 */
enum pass { FIRST, AGAIN, LAST };

struct verdict {
	struct rnd *w;
	enum pass pass;
	int moved, wrong, shown;
};

static void differs(struct verdict *v, int side, const struct row *row, enum state kernel,
		    enum state ours)
{
	bool moved;

	if (kernel == CLOSED)
		moved = in_table(&rest[side], row, ours);
	else
		moved = !in_table(&rest[side], row, kernel);
	v->moved += moved;
	if (v->pass == AGAIN || moved != (v->pass == LAST))
		return;
	v->wrong++;
	v->w->mine.missed[kernel][ours]++;
	if (seen_before(row, kernel, ours) || v->shown++ >= SHOWN ||
	    (!v->w->witness && !trace_wanted()))
		return;
	note("  side %d: %s: the kernel has %s, tcpfsm %s", side, row_text(row),
	     state_names[kernel], state_names[ours]);
	log_show(row);
}

/* Both are in order: what is in one of them only, and what is in both with another state. */
static void compare_rows(struct verdict *v, int side)
{
	const struct table *a = &view[side].kernel, *b = &view[side].flows;
	int i = 0, j = 0, order;

	while (i < a->n || j < b->n) {
		order = i == a->n ? 1 : j == b->n ? -1 : row_order(&a->row[i], &b->row[j]);
		if (order < 0)
			differs(v, side, &a->row[i], a->row[i].state, CLOSED);
		else if (order > 0)
			differs(v, side, &b->row[j], CLOSED, b->row[j].state);
		else if (a->row[i].state != b->row[j].state)
			differs(v, side, &a->row[i], a->row[i].state, b->row[j].state);
		i += order <= 0;
		j += order >= 0;
	}
}

/* The files are read one after the other: an end may move between them. */
static void gauge(struct verdict *v, int side, int state, const char *what, long long is, int should)
{
	if (is == should)
		return;
	v->moved++;
	if (v->pass != LAST)
		return;
	v->wrong++;
	if (v->shown++ < SHOWN)
		note("  side %d: stats: %s %s=%lld, but %d", side, state_names[state], what, is,
		     should);
}

/* Nobody is missed, or the kernel or witness=0 promises nothing. */
static void compare_exact(struct verdict *v, int side)
{
	if (view[side].stats.exact == exact_promised())
		return;
	v->moved++;
	if (v->pass != LAST)
		return;
	v->wrong++;
	note("  side %d: stats: exact=%lld, flows untracked=%lld", side, view[side].stats.exact,
	     view[side].stats.flows_untracked);
}

/* The gauges are the sums of `flows`, and LISTEN the kernel's. */
static void compare_gauges(struct verdict *v, int side)
{
	const struct view *s = &view[side];
	int local[STATES] = { 0 }, remote[STATES] = { 0 }, i;
	struct row other;

	local[LISTEN] = s->kernel.listening;
	for (i = 0; i < s->flows.n; i++) {
		local[s->flows.row[i].state]++;
		/* Of a loopback connection both ends are local, and nobody is inferred. */
		if (!row_reverse(&s->flows, &s->flows.row[i], &other) &&
		    s->flows.row[i].remote_state > LISTEN)
			remote[s->flows.row[i].remote_state]++;
	}
	for (i = 0; i < STATES; i++) {
		gauge(v, side, i, "local", s->stats.state[i].local, local[i]);
		gauge(v, side, i, "remote", s->stats.state[i].remote, remote[i]);
	}
}

/* Loopback's addresses are in both namespaces: what is there is another connection. */
static bool on_loopback(const struct row *row)
{
	static const uint8_t v6[16] = { [15] = 1 };

	return row->v6 ? !memcmp(row->local, v6, 16) : row->local[0] == 127;
}

static bool all_acknowledged(const struct row *row)
{
	return !row->unsent && row->timer != 1 && row->timer != 4;
}

static bool wire_can_know(const struct row *here, const struct row *there)
{
	static const enum state peer[STATES] = {
		[ESTABLISHED] = ESTABLISHED, [CLOSE_WAIT] = FIN_WAIT_2, [FIN_WAIT_2] = CLOSE_WAIT,
	};

	return all_acknowledged(here) && all_acknowledged(there) &&
	       peer[here->state] == there->state;
}

static void compare_remote(struct rnd *w, int side)
{
	const struct table *flows = &view[side].flows;
	struct row here, there;
	int i;

	for (i = 0; i < flows->n; i++) {
		const struct row *row = &flows->row[i];

		if (on_loopback(row) || !row_reverse(&view[!side].kernel, row, &there) ||
		    !row_reverse(&view[side].kernel, &there, &here) ||
		    !wire_can_know(&here, &there))
			continue;
		w->mine.remote++;
		if (row->remote_state == there.state)
			continue;
		w->mine.remote_wrong++;
		note("  side %d: %s: the other end is in %s, tcpfsm infers %s, here %s", side,
		     row_text(row), state_names[there.state], state_names[row->remote_state],
		     state_names[row->state]);
		log_show(row);
	}
}

static void compare_all(struct verdict *v, enum pass pass)
{
	int side;

	v->pass = pass;
	v->moved = 0;
	for (side = 0; side < RND_SIDES; side++) {
		compare_rows(v, side);
		compare_gauges(v, side);
		compare_exact(v, side);
	}
}

static long long judge(struct rnd *w, long long packets)
{
	long long end = now_ms() + SETTLE_MS, never = now_ms() + RESTLESS_MS, n;
	static struct table was[RND_SIDES];
	struct verdict v = { .w = w };

	seen[1] = seen[0];
	seen[0].n = 0;
	compare_all(&v, FIRST);
	if (!v.moved)
		return v.wrong;
	w->mine.late++;
	do {
		sleep_ms(20);
		was[0] = view[0].kernel;
		was[1] = view[1].kernel;
		if (!look(w))
			break;
		compare_all(&v, AGAIN);
		/* Its moment begins when the last one has moved, and the last packet was there. */
		n = table_packets();
		if (n != packets || !stable(&was[0], &view[0].kernel) ||
		    !stable(&was[1], &view[1].kernel))
			end = now_ms() + SETTLE_MS;
		packets = n;
	} while (v.moved && now_ms() < end && now_ms() < never);
	compare_all(&v, LAST);
	return v.wrong;
}

/* One of the timers that the kernel shows: when it ends; 0: there is none. */
static long long some_timer(struct rng *r)
{
	unsigned int n = 0, side, pass, pick = rng_next(r);
	long long now = now_ms();
	int i;

	for (side = 0; side < RND_SIDES; side++)
		table_kernel(side, &view[side].kernel);
	for (pass = 0; pass < 2; pass++) {
		unsigned int k = 0;

		for (side = 0; side < RND_SIDES; side++)
			for (i = 0; i < view[side].kernel.n; i++) {
				const struct row *row = &view[side].kernel.row[i];

				if (!row->timer || row->when_ms > FAR_MS)
					continue;
				if (pass && k++ == pick % n)
					return now + row->when_ms;
				n += !pass;
			}
		if (!n)
			return 0;
	}
	return 0;
}

void snap_take(struct rnd *w, unsigned int n)
{
	struct rng r = rng_at(w->seed, RND_PAUSE, n);
	long long timer = 0, at, wrong, packets;
	bool near = false;
	int side;

	if (rng_chance(&r, 60))
		timer = some_timer(&r);
	if (timer) {
		/* Settling takes its time, so a little earlier. */
		at = timer - SETTLE_MS - 700 + rng_below(&r, 1600) - now_ms();
		if (at > 0)
			sleep_ms(at);
	} else {
		sleep_ms(rng_below(&r, rng_chance(&r, 30) ? 20000 : 1500));
	}
	if (!look_at_rest(w, &packets)) {
		w->mine.restless++;
		return;
	}
	if (timer)
		near = now_ms() - timer < NEAR_MS && timer - now_ms() < NEAR_MS;
	w->mine.snapshots++;
	w->mine.at_timer += near;
	for (side = 0; side < RND_SIDES; side++)
		w->mine.endpoints += view[side].kernel.n;
	wrong = judge(w, packets);
	w->mine.wrong += wrong;
	if (w->witness)
		for (side = 0; side < RND_SIDES; side++)
			compare_remote(w, side);
	if (wrong && w->witness)
		note("  snapshot %u, after operation %u, at %lld ms: %lld differences", n, w->op,
		     now_ms() - w->begin_ms, wrong);
}
