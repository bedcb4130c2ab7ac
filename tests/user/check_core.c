// SPDX-License-Identifier: GPL-2.0
/* What holds for every step of the core. */
#include <string.h>

#include "check.h"
#include "fsm_quiet.h"
#include "transition.h"

#define ALLOWED(from, to, reason) \
	[TCPFSM_##from][TCPFSM_##to] = true,
static const bool allowed[TCPFSM_NR_STATES][TCPFSM_NR_STATES] = { TCPFSM_TRANSITIONS(ALLOWED) };
#undef ALLOWED

static struct tcpfsm_sighting sighting(const struct flow *flow, unsigned int from, enum hook hook)
{
	static const u8 witness[NR_HOOKS][2] = {
		[HOOK_OUT] = { TCPFSM_WITNESS_SURE, TCPFSM_WITNESS_INFERRED },
		[HOOK_IN] = { TCPFSM_WITNESS_INFERRED, TCPFSM_WITNESS_SURE },
		[HOOK_FORWARD] = { TCPFSM_WITNESS_INFERRED, TCPFSM_WITNESS_INFERRED },
		[HOOK_LOOPBACK_OUT] = { TCPFSM_WITNESS_SURE, TCPFSM_WITNESS_NONE },
		[HOOK_LOOPBACK_IN] = { TCPFSM_WITNESS_NONE, TCPFSM_WITNESS_SURE },
	};
	struct tcpfsm_sighting at = {
		.now_ms = flow->now_ms,
		.from = from,
		.sender = witness[hook][0],
		.receiver = witness[hook][1],
		.rfc1337 = flow->now_ms & 1,
		.passed = hook == HOOK_LOOPBACK_IN && (flow->now_ms & 2),
	};

	return at;
}

/* The moves lead from one pair of states to the other, step by step. */
static void check_moves(const struct tcpfsm_pair *before, const struct tcpfsm_pair *after,
			const struct tcpfsm_result *res)
{
	u8 state[2] = { before->end[0].state, before->end[1].state };
	unsigned int i;

	CHECK(res->n <= TCPFSM_MAX_MOVES);
	for (i = 0; i < res->n; i++) {
		const struct tcpfsm_move *move = &res->move[i];

		CHECK(move->end < 2);
		/* That an end listened was an assumption: its SYN says that it opens actively. */
		if (state[move->end] == TCPFSM_LISTEN && move->from == TCPFSM_CLOSED &&
		    move->to == TCPFSM_SYN_SENT)
			state[move->end] = TCPFSM_CLOSED;
		CHECK(move->from == state[move->end]);
		CHECK(move->to < TCPFSM_NR_STATES);
		CHECK(move->to != move->from);
		state[move->end] = move->to;
	}
	CHECK(after->end[0].state == state[0]);
	CHECK(after->end[1].state == state[1]);
}

static void check_allowed(struct flow *flow, const struct tcpfsm_result *res)
{
	unsigned int i;

	for (i = 0; i < res->n; i++) {
		CHECK(allowed[res->move[i].from][res->move[i].to]);
		flow->seen[res->move[i].from] |= 1 << res->move[i].to;
	}
}

static void check_result_equal(const struct tcpfsm_result *a, const struct tcpfsm_result *b)
{
	CHECK(a->n == b->n && a->rearm == b->rearm && a->out_of_window == b->out_of_window);
	CHECK(!memcmp(a->move, b->move, a->n * sizeof(a->move[0])));
}

void check_flow_init(struct flow *flow)
{
	memset(flow, 0, sizeof(*flow));
	flow->now_ms = 1;
	tcpfsm_fsm_init(&flow->pair, flow->now_ms);
	CHECK(tcpfsm_end_over(&flow->pair.end[0]) && tcpfsm_end_over(&flow->pair.end[1]));
}

/* The path without the lock does what the step would have done, and nobody has moved. */
static void check_quiet(const struct tcpfsm_pair *before, const struct tcpfsm_pair *quiet,
			const struct tcpfsm_segment *seg, const struct tcpfsm_sighting *at)
{
	struct tcpfsm_pair stepped = *before;
	struct tcpfsm_result res;
	unsigned int i;

	tcpfsm_fsm_step(&stepped, seg, at, &res);
	CHECK(!res.n);
	CHECK(!res.out_of_window);
	for (i = 0; i < 2; i++) {
		CHECK(quiet->end[i].state == before->end[i].state);
		CHECK(quiet->end[i].flags == before->end[i].flags);
		CHECK(tcpfsm_end_since(&quiet->end[i]) == tcpfsm_end_since(&before->end[i]));
		CHECK(quiet->end[i].snd_nxt == stepped.end[i].snd_nxt);
		CHECK(quiet->end[i].ack_sent == stepped.end[i].ack_sent);
		CHECK(quiet->end[i].rcv_nxt == stepped.end[i].rcv_nxt);
		CHECK(quiet->end[i].window == stepped.end[i].window);
	}
}

void check_segment(struct flow *flow, const struct tcpfsm_segment *seg, unsigned int from,
		   enum hook hook)
{
	struct tcpfsm_sighting at = sighting(flow, from, hook);
	struct tcpfsm_pair *p = &flow->pair;
	struct tcpfsm_pair before, again;
	struct tcpfsm_result res, res_again;

	if (tcpfsm_fsm_new_life(p, seg, &at)) {
		CHECK(seg->flags & TCPFSM_SYN);
		tcpfsm_fsm_init(p, flow->now_ms);
	} else if (tcpfsm_end_over(&p->end[0]) && tcpfsm_end_over(&p->end[1])) {
		tcpfsm_fsm_init(p, flow->now_ms);
		if ((seg->flags & (TCPFSM_SYN | TCPFSM_RST | TCPFSM_ACK)) == TCPFSM_ACK)
			tcpfsm_fsm_pick_up(p, seg, &at);
	}

	before = *p;
	if (tcpfsm_fsm_quiet(p, seg, &at)) {
		check_quiet(&before, p, seg, &at);
		return;
	}
	/* A segment that the quick path declines, it leaves untouched. */
	CHECK(!memcmp(p, &before, sizeof(before)));

	again = before;
	memset(&res, 0xaa, sizeof(res));
	memset(&res_again, 0xaa, sizeof(res_again));
	tcpfsm_fsm_step(p, seg, &at, &res);
	tcpfsm_fsm_step(&again, seg, &at, &res_again);
	CHECK(!memcmp(p, &again, sizeof(again)));
	check_result_equal(&res, &res_again);
	check_moves(&before, p, &res);
	check_allowed(flow, &res);
}

void check_timeout(struct flow *flow, unsigned int end)
{
	struct tcpfsm_pair before = flow->pair;
	struct tcpfsm_result res;

	tcpfsm_fsm_timeout(&flow->pair, end, flow->now_ms, &res);
	check_moves(&before, &flow->pair, &res);
	check_allowed(flow, &res);
	CHECK(flow->pair.end[!end].state == before.end[!end].state);
}

/* The socket may be anywhere: it is believed, off the list as well. */
void check_follow(struct flow *flow, unsigned int end, enum tcpfsm_state state)
{
	struct tcpfsm_pair before = flow->pair;
	struct tcpfsm_result res;

	tcpfsm_fsm_follow(&flow->pair, end, state, flow->now_ms, &res);
	check_moves(&before, &flow->pair, &res);
	CHECK(flow->pair.end[end].state == state);
	CHECK(flow->pair.end[!end].state == before.end[!end].state);
}
