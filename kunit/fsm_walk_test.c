// SPDX-License-Identifier: GPL-2.0
/*
 * Exhaustively: both ends in every state, every combination of flags, a sequence number below,
 * at both edges of, in and above the window, an ACK below, at, and above what was sent, every
 * witness, with FINs that are out or not. Whatever comes, a step stays in the enum and on the list.
 */
#include <kunit/test.h>

#include "../module/fsm.h"
#include "../module/fsm_quiet.h"
#include "../module/segment.h"
#include "../module/transition.h"

/* What is left to vary once both states, the first parameters of the walk, are fixed. */
#define NXT_S	0xfffffff8u	/* the sender's next number: in the middle of what wraps */
#define NXT_R	0x80000010u
#define WINDOW	100
#define BORN_MS	0xfffffff0ULL
#define NOW_MS	0x100000010ULL

#define ALLOWED(from, to, reason) \
	[TCPFSM_##from][TCPFSM_##to] = true,
static const bool allowed[TCPFSM_NR_STATES][TCPFSM_NR_STATES] = { TCPFSM_TRANSITIONS(ALLOWED) };

/* Below, just below, left edge, in, last in, right edge, above. */
static const u32 seqs[] = {
	NXT_S - 50, NXT_S - 1, NXT_S, NXT_S + 10, NXT_S + WINDOW - 1, NXT_S + WINDOW,
	NXT_S + WINDOW + 1,
};

/* Below, una, snd_nxt, above. */
static const u32 acks[] = { NXT_R - 20, NXT_R - 5, NXT_R, NXT_R + 1 };
static const u32 lens[] = { 0, 10 };

static const u8 witnesses[][2] = {
	{ TCPFSM_WITNESS_SURE, TCPFSM_WITNESS_INFERRED },
	{ TCPFSM_WITNESS_INFERRED, TCPFSM_WITNESS_SURE },
	{ TCPFSM_WITNESS_INFERRED, TCPFSM_WITNESS_INFERRED },
	{ TCPFSM_WITNESS_SURE, TCPFSM_WITNESS_NONE },
	{ TCPFSM_WITNESS_NONE, TCPFSM_WITNESS_SURE },
	{ TCPFSM_WITNESS_NONE, TCPFSM_WITNESS_NONE },
};

/* Of the sender, of the receiver. */
static const u8 end_flags[][2] = {
	{ TCPFSM_END_ACKS, TCPFSM_END_ACKS },
	{ TCPFSM_END_ACKS | TCPFSM_END_FIN_SENT, TCPFSM_END_ACKS },
	{ TCPFSM_END_ACKS, TCPFSM_END_ACKS | TCPFSM_END_FIN_SENT },
	{ TCPFSM_END_ACKS | TCPFSM_END_FIN_SENT, TCPFSM_END_ACKS | TCPFSM_END_FIN_SENT },
	{ 0, 0 },
};

static bool reached[TCPFSM_NR_STATES][TCPFSM_NR_STATES];

/* All numbers agree: each end has sent up to its next number, the other knows of it. */
static void set_up(struct tcpfsm_pair *p, u8 from, unsigned int s_state, unsigned int r_state,
		   const u8 *flags)
{
	struct tcpfsm_end *s = &p->end[from], *r = &p->end[!from];

	tcpfsm_fsm_init(p, BORN_MS);
	s->state = s_state;
	r->state = r_state;
	s->snd_nxt = NXT_S;
	r->snd_nxt = NXT_R;
	s->ack_sent = NXT_R;
	r->ack_sent = NXT_S;
	s->rcv_nxt = NXT_R;
	r->rcv_nxt = NXT_S;
	if (s_state == TCPFSM_SYN_SENT || s_state == TCPFSM_SYN_RECEIVED)
		s->iss = NXT_S - 1;
	if (r_state == TCPFSM_SYN_SENT || r_state == TCPFSM_SYN_RECEIVED)
		r->iss = NXT_R - 10;
	s->window = s_state == TCPFSM_TIME_WAIT ? 0 : WINDOW;
	r->window = r_state == TCPFSM_TIME_WAIT ? 0 : WINDOW;
	s->flags = flags[0];
	r->flags = flags[1];
}

/* Return: what is wrong with the moves, or NULL. */
static const char *moves_fault(const struct tcpfsm_pair *before, const struct tcpfsm_pair *after,
			       const struct tcpfsm_result *res)
{
	u8 state[2] = { before->end[0].state, before->end[1].state };
	u64 since[2] = { BORN_MS, BORN_MS };
	const struct tcpfsm_move *m;

	if (res->n > TCPFSM_MAX_MOVES)
		return "too many moves";
	for (m = res->move; m < res->move + res->n; m++) {
		if (m->end > 1 || m->from >= TCPFSM_NR_STATES || m->to >= TCPFSM_NR_STATES)
			return "out of the enum";
		/* That it listened was an assumption: who sends a SYN opens actively. */
		if (state[m->end] == TCPFSM_LISTEN && m->to == TCPFSM_SYN_SENT) {
			state[m->end] = TCPFSM_CLOSED;
			since[m->end] = NOW_MS;
		}
		if (m->from != state[m->end])
			return "the moves do not chain";
		if (!allowed[m->from][m->to])
			return "not on the list";
		if (m->held_ms != NOW_MS - since[m->end])
			return "held_ms";
		state[m->end] = m->to;
		since[m->end] = NOW_MS;
		reached[m->from][m->to] = true;
	}
	if (after->end[0].state != state[0] || after->end[1].state != state[1])
		return "the moves do not lead to the states";
	if (tcpfsm_end_since(&after->end[0]) != since[0] ||
	    tcpfsm_end_since(&after->end[1]) != since[1])
		return "since";
	return NULL;
}

static const char *quiet_fault(const struct tcpfsm_pair *before, const struct tcpfsm_pair *stepped,
			       const struct tcpfsm_result *res, const struct tcpfsm_segment *seg,
			       const struct tcpfsm_sighting *at)
{
	struct tcpfsm_pair quiet = *before;

	if (!tcpfsm_fsm_quiet(&quiet, seg, at))
		return memcmp(&quiet, before, sizeof(quiet)) ? "not quiet, and written" : NULL;
	if (res->n || res->rearm || res->out_of_window)
		return "quiet, and the step does something";
	return memcmp(&quiet, stepped, sizeof(quiet)) ? "quiet and step differ" : NULL;
}

static const char *segment_fault(const struct tcpfsm_pair *before,
				 const struct tcpfsm_segment *seg,
				 const struct tcpfsm_sighting *at)
{
	struct tcpfsm_pair p = *before;
	struct tcpfsm_result res;
	const char *fault;

	/* What the step leaves as it was must show. */
	memset(&res, 0xaa, sizeof(res));
	tcpfsm_fsm_step(&p, seg, at, &res);
	fault = moves_fault(before, &p, &res);
	if (!fault && !at->sender && p.end[at->from].state != before->end[at->from].state)
		fault = "the sender moved without a witness";
	if (!fault && !at->receiver && p.end[!at->from].state != before->end[!at->from].state)
		fault = "the receiver moved without a witness";
	if (!fault && tcpfsm_fsm_new_life(before, seg, at) && !(seg->flags & TCPFSM_SYN))
		fault = "a new life without SYN";
	if (!fault && tcpfsm_fsm_new_life(before, seg, at) && !at->sender)
		fault = "a new life without a witness";
	return fault ?: quiet_fault(before, &p, &res, seg, at);
}

/* All sightings of one segment by a pair. Return: how many have a fault. */
static unsigned int walk_sightings(struct kunit *test, const struct tcpfsm_pair *p, u8 from,
				   const struct tcpfsm_segment *seg)
{
	unsigned int i, faults = 0;

	for (i = 0; i < ARRAY_SIZE(witnesses); i++) {
		struct tcpfsm_sighting at = {
			.now_ms = NOW_MS,
			.from = from,
			.sender = witnesses[i][0],
			.receiver = witnesses[i][1],
		};
		const char *fault = segment_fault(p, seg, &at);

		if (!fault)
			continue;
		faults++;
		KUNIT_FAIL(test, "%s: states %u %u, end flags %x %x, from %u, witness %u %u",
			   fault, p->end[0].state, p->end[1].state, p->end[0].flags,
			   p->end[1].flags, from, at.sender, at.receiver);
		KUNIT_FAIL(test, "of flags %x, seq %x, ack %x, len %u", seg->flags, seg->seq,
			   seg->ack, seg->len);
	}
	return faults;
}

/* All segments to one pair. A fault of one is told, of the others the same would be. */
static bool walk_pair(struct kunit *test, const struct tcpfsm_pair *p, u8 from)
{
	struct tcpfsm_segment seg = { .window = WINDOW };
	unsigned int i, j, k;

	for (i = 0; i < ARRAY_SIZE(seqs); i++)
		for (j = 0; j < ARRAY_SIZE(acks); j++)
			for (k = 0; k < 64 * ARRAY_SIZE(lens); k++) {
				seg.seq = seqs[i];
				seg.ack = acks[j];
				seg.flags = k & 63;
				seg.len = lens[k / 64];
				if (walk_sightings(test, p, from, &seg))
					return false;
			}
	return true;
}

#define STATE_NAME(name, section) #name,

static const char * const state_names[] = { TCPFSM_STATES(STATE_NAME) };

static void state_desc(const char * const *name, char *desc)
{
	strscpy(desc, *name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(state, state_names, state_desc);

static void whatever_comes_the_step_stays_on_the_list(struct kunit *test)
{
	unsigned int s_state = (const char * const *)test->param_value - state_names;
	unsigned int r_state, i;
	struct tcpfsm_pair p;

	for (r_state = 0; r_state < TCPFSM_NR_STATES; r_state++)
		for (i = 0; i < ARRAY_SIZE(end_flags); i++) {
			set_up(&p, i & 1, s_state, r_state, end_flags[i]);
			if (!walk_pair(test, &p, i & 1))
				return;
		}
}

static void timeouts_stay_on_the_list(struct kunit *test)
{
	unsigned int a, b, end;
	struct tcpfsm_pair p, before;
	struct tcpfsm_result res;
	const char *fault;

	for (a = 0; a < TCPFSM_NR_STATES; a++)
		for (b = 0; b < TCPFSM_NR_STATES; b++)
			for (end = 0; end < 2; end++) {
				set_up(&p, 0, a, b, end_flags[0]);
				before = p;
				memset(&res, 0xaa, sizeof(res));
				tcpfsm_fsm_timeout(&p, end, NOW_MS, &res);
				fault = moves_fault(&before, &p, &res);
				KUNIT_EXPECT_TRUE_MSG(test, !fault, "%s: states %u %u",
						      fault ?: "", a, b);
				KUNIT_EXPECT_EQ(test, (int)p.end[!end].state,
						(int)before.end[!end].state);
			}
}

/*
 * After the walk: every pair that the wire or a timer can show was shown. Only sockets show
 * those of listeners; in LISTEN a SYN, being active, makes the end CLOSED first.
 */
static void all_of_the_list_was_reached(struct kunit *test)
{
	static const u8 by_sockets_alone[][2] = {
		{ TCPFSM_CLOSED, TCPFSM_LISTEN },
		{ TCPFSM_LISTEN, TCPFSM_SYN_SENT },
		{ TCPFSM_LISTEN, TCPFSM_ESTABLISHED },
		{ TCPFSM_SYN_RECEIVED, TCPFSM_LISTEN },
	};
	unsigned int from, to, i;

	for (i = 0; i < ARRAY_SIZE(by_sockets_alone); i++) {
		KUNIT_EXPECT_FALSE(test, reached[by_sockets_alone[i][0]][by_sockets_alone[i][1]]);
		reached[by_sockets_alone[i][0]][by_sockets_alone[i][1]] = true;
	}
	for (from = 0; from < TCPFSM_NR_STATES; from++)
		for (to = 0; to < TCPFSM_NR_STATES; to++)
			KUNIT_EXPECT_EQ_MSG(test, reached[from][to], allowed[from][to],
					    "%s to %s", state_names[from], state_names[to]);
	memset(reached, 0, sizeof(reached));
}

static struct kunit_case walk_tests[] = {
	KUNIT_CASE_PARAM(whatever_comes_the_step_stays_on_the_list, state_gen_params),
	KUNIT_CASE(timeouts_stay_on_the_list),
	KUNIT_CASE(all_of_the_list_was_reached),
	{}
};

static struct kunit_suite walk_suite = {
	.name = "tcpfsm_fsm_walk",
	.test_cases = walk_tests,
};

kunit_test_suite(walk_suite);
