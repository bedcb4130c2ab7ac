/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Conversations of two ends, A and B, written as the RFC draws them, and played to the core as
 * each observer sees them: A's host, B's host, a router between them, a host that is both.
 *
 * Numbers in a script are relative to the ISS of the end that they belong to. Each script is
 * played with several pairs of ISS, so that numbers wrap at another place each time, and with the
 * ends' indices both ways round. After each line the two states are compared; on the way the
 * path without the lock is compared with the step, and each move with what led to it.
 */
#ifndef TCPFSM_KUNIT_FSM_SCRIPT_H
#define TCPFSM_KUNIT_FSM_SCRIPT_H

#include <kunit/test.h>

#include "../module/fsm.h"
#include "../module/fsm_quiet.h"
#include "../module/segment.h"
#include "../module/transition.h"

/* Kinds of segments, the first argument of A() and B(). */
enum {
	FSM_NONE	= 0,
	FSM_SYN		= TCPFSM_SYN,
	FSM_SYNACK	= TCPFSM_SYN | TCPFSM_ACK,
	FSM_ACK		= TCPFSM_ACK,
	FSM_FIN		= TCPFSM_FIN | TCPFSM_ACK,
	FSM_BARE_FIN	= TCPFSM_FIN,
	FSM_RST		= TCPFSM_RST,
	FSM_RSTACK	= TCPFSM_RST | TCPFSM_ACK,
	FSM_SYNFIN	= TCPFSM_SYN | TCPFSM_FIN,
	FSM_SYNRST	= TCPFSM_SYN | TCPFSM_RST,
};

enum fsm_op { FSM_END, FSM_SEGMENT, FSM_TIMEOUT, FSM_FOLLOW };

/* fsm_line.seen: who sees a segment */
enum {
	EVERYBODY,
	SENT,	/* the sender's host and the router: it is lost, or arrives with a later line */
	CAME,	/* the receiver's host */
};

/* Observers: bits of fsm_case.views and fsm_line.new_life. */
#define HOST_A		0x1
#define HOST_B		0x2
#define ROUTER		0x4
#define LOOPBACK	0x8
#define HOSTS		(HOST_A | HOST_B | LOOPBACK)
#define ALL		(HOSTS | ROUTER)

#define NO_WINDOW	0x10000	/* a window of 0; 0 itself stands for the usual one */
#define USUAL_WINDOW	1000
#define EITHER		2	/* fsm_line.out: as it may be */
#define TCPFSM_ANY	0xff	/* a state that depends on the observer */
#define FSM_MAX_LINES	16

/* A state as its own host knows it, and as others infer it. */
struct fsm_expect {
	u8 known;
	u8 inferred;
};

/**
 * struct fsm_line - one segment, or what happens without one
 * @is: the ends' states afterwards
 * @out: the receiver ignores it: out_of_window
 * @rearm: it starts a TIME_WAIT anew
 * @new_life: the observers to whom it begins another connection
 * @picked_up: the first that anybody has seen of the connection
 * @absolute: @seq is not relative
 */
struct fsm_line {
	u32 seq, ack, len, tsval, window;
	u16 wait_ms;
	u8 op, from, flags, options, wscale, seen, state;
	struct fsm_expect is[2];
	u8 out, rearm, new_life, picked_up, rfc1337, absolute;
};

/* Names are pasted at once: some are the macros of other headers. */
#define SEGMENT(end, kind, s, k, l)						\
	.op = FSM_SEGMENT, .from = end, .flags = kind, .seq = s, .ack = k, .len = l
#define A(kind, seq, ack, len)	SEGMENT(0, FSM_##kind, seq, ack, len)
#define B(kind, seq, ack, len)	SEGMENT(1, FSM_##kind, seq, ack, len)
#define A_TIMEOUT		.op = FSM_TIMEOUT, .from = 0
#define B_TIMEOUT		.op = FSM_TIMEOUT, .from = 1
#define A_FOLLOWS(s)		.op = FSM_FOLLOW, .from = 0, .state = TCPFSM_##s
#define B_FOLLOWS(s)		.op = FSM_FOLLOW, .from = 1, .state = TCPFSM_##s
#define WSCALE(shift)		.options = TCPFSM_OPT_WSCALE, .wscale = shift
#define TS(value)		.options = TCPFSM_OPT_TS, .tsval = value

/* States of A and B; LAG: the second of a pair is what others infer. */
#define AB_LAG(a, a_inferred, b, b_inferred)					\
	.is = { { TCPFSM_##a, TCPFSM_##a_inferred }, { TCPFSM_##b, TCPFSM_##b_inferred } }
#define A_LAG(a, a_inferred, b)							\
	.is = { { TCPFSM_##a, TCPFSM_##a_inferred }, { TCPFSM_##b, TCPFSM_##b } }
#define B_LAG(a, b, b_inferred)							\
	.is = { { TCPFSM_##a, TCPFSM_##a }, { TCPFSM_##b, TCPFSM_##b_inferred } }
#define AB(a, b)								\
	.is = { { TCPFSM_##a, TCPFSM_##a }, { TCPFSM_##b, TCPFSM_##b } }

/* What a script begins after. */
enum fsm_prelude {
	FSM_FRESH,	/* nothing */
	FSM_OPEN,	/* A has opened; next are 1 and 1 */
	FSM_HALF,	/* and has closed its half; next are 2 and 1 */
	FSM_CLOSED_BY_A, /* B has followed: TIME_WAIT and CLOSED; next are 2 and 2 */
	FSM_NR_PRELUDES
};

static const struct fsm_line fsm_preludes[FSM_NR_PRELUDES][4] = {
	[FSM_OPEN] = {
		{ A(SYN, 0, 0, 0), AB(SYN_SENT, LISTEN) },
		{ B(SYNACK, 0, 1, 0), A_LAG(ESTABLISHED, SYN_SENT, SYN_RECEIVED) },
		{ A(ACK, 1, 1, 0), AB(ESTABLISHED, ESTABLISHED) },
	},
	[FSM_HALF] = {
		{ A(FIN, 1, 1, 0), B_LAG(FIN_WAIT_1, CLOSE_WAIT, ESTABLISHED) },
		{ B(ACK, 1, 2, 0), AB(FIN_WAIT_2, CLOSE_WAIT) },
	},
	[FSM_CLOSED_BY_A] = {
		{ B(FIN, 1, 2, 0), A_LAG(TIME_WAIT, FIN_WAIT_2, LAST_ACK) },
		{ A(ACK, 2, 2, 0), AB(TIME_WAIT, CLOSED) },
	},
};

struct fsm_case {
	const char *claim;	/* the specification's sentence, or the kernel's function */
	u8 after;		/* enum fsm_prelude */
	u8 views;		/* who observes; 0: all */
	struct fsm_line line[FSM_MAX_LINES];
};

static inline void fsm_case_desc(const struct fsm_case *c, char *desc)
{
	strscpy(desc, c->claim, KUNIT_PARAM_DESC_SIZE);
}

#define FSM_ALLOWED(from, to, reason) \
	[TCPFSM_##from][TCPFSM_##to] = true,
static const bool fsm_allowed[TCPFSM_NR_STATES][TCPFSM_NR_STATES] = {
	TCPFSM_TRANSITIONS(FSM_ALLOWED)
};

/* One performance of a script. */
struct fsm_play {
	struct kunit *test;
	const struct fsm_case *c;
	struct tcpfsm_pair pair;
	u64 now_ms;
	u64 since[2];		/* when the end with that index entered its state */
	u32 iss[2];		/* of A, of B */
	u8 view;
	u8 a;			/* A's index */
	const struct fsm_line *line;
	unsigned int number;	/* of the line in its table, from 1 */
	u8 out, rearm, new_life;
};

#define FSM_PLAY_SAYS	"%s: line %u, view %x, iss %x %x, A is end %u"
#define FSM_PLAY_ARGS(p) \
	(p)->c->claim, (p)->number, (p)->view, (p)->iss[0], (p)->iss[1], (p)->a
#define FSM_CHECK(p, left, right) \
	KUNIT_EXPECT_EQ_MSG((p)->test, (int)(left), (int)(right), FSM_PLAY_SAYS, FSM_PLAY_ARGS(p))

static inline void fsm_since_now(struct fsm_play *p)
{
	p->since[0] = p->now_ms;
	p->since[1] = p->now_ms;
}

/* The moves lead from the states before to those after, by allowed ways, and tell how long. */
static inline void fsm_check_moves(struct fsm_play *p, const struct tcpfsm_pair *before,
				   const struct tcpfsm_result *res, bool listed)
{
	u8 state[2] = { before->end[0].state, before->end[1].state };
	const struct tcpfsm_move *m;

	KUNIT_ASSERT_LE(p->test, (unsigned int)res->n, (unsigned int)TCPFSM_MAX_MOVES);
	for (m = res->move; m < res->move + res->n; m++) {
		KUNIT_ASSERT_LT(p->test, (unsigned int)m->end, 2U);
		KUNIT_ASSERT_LT(p->test, (unsigned int)m->to, (unsigned int)TCPFSM_NR_STATES);
		/* That it listened was an assumption: who sends a SYN opens actively. */
		if (state[m->end] == TCPFSM_LISTEN && m->to == TCPFSM_SYN_SENT) {
			state[m->end] = TCPFSM_CLOSED;
			p->since[m->end] = p->now_ms;
		}
		FSM_CHECK(p, m->from, state[m->end]);
		FSM_CHECK(p, !listed || fsm_allowed[m->from][m->to], true);
		FSM_CHECK(p, m->held_ms, p->now_ms - p->since[m->end]);
		state[m->end] = m->to;
		p->since[m->end] = p->now_ms;
	}
	FSM_CHECK(p, p->pair.end[0].state, state[0]);
	FSM_CHECK(p, p->pair.end[1].state, state[1]);
}

/* What the path without the lock says it has done is what the step does. */
static inline void fsm_check_quiet(struct fsm_play *p, const struct tcpfsm_segment *seg,
				   const struct tcpfsm_sighting *at)
{
	struct tcpfsm_pair quiet = p->pair, stepped = p->pair;
	struct tcpfsm_result res;
	unsigned int i;

	if (!tcpfsm_fsm_quiet(&quiet, seg, at)) {
		FSM_CHECK(p, memcmp(&quiet, &p->pair, sizeof(quiet)), 0);
		return;
	}
	tcpfsm_fsm_step(&stepped, seg, at, &res);
	FSM_CHECK(p, res.n || res.rearm || res.out_of_window, false);
	for (i = 0; i < 2; i++) {
		FSM_CHECK(p, quiet.end[i].snd_nxt, stepped.end[i].snd_nxt);
		FSM_CHECK(p, quiet.end[i].ack_sent, stepped.end[i].ack_sent);
		FSM_CHECK(p, quiet.end[i].rcv_nxt, stepped.end[i].rcv_nxt);
		FSM_CHECK(p, quiet.end[i].window, stepped.end[i].window);
		FSM_CHECK(p, quiet.end[i].ts_recent, stepped.end[i].ts_recent);
		FSM_CHECK(p, quiet.end[i].flags, stepped.end[i].flags);
		FSM_CHECK(p, quiet.end[i].state, stepped.end[i].state);
	}
}

/* The segment of this line at one hook, as observe.c would have it. */
static inline void fsm_sight(struct fsm_play *p, u8 sender, u8 receiver)
{
	const struct fsm_line *line = p->line;
	struct tcpfsm_segment seg = {
		.seq = line->seq + (line->absolute ? 0 : p->iss[line->from]),
		.ack = line->flags & TCPFSM_ACK ? line->ack + p->iss[!line->from] : 0,
		.len = line->len,
		.tsval = line->tsval,
		.window = line->window ? (u16)line->window : USUAL_WINDOW,
		.flags = line->flags,
		.options = line->options,
		.wscale = line->wscale,
	};
	struct tcpfsm_sighting at = {
		.now_ms = p->now_ms,
		.from = line->from ^ p->a,
		.sender = sender,
		.receiver = receiver,
		.rfc1337 = line->rfc1337,
	};
	struct tcpfsm_result res = { .n = 0 };
	struct tcpfsm_pair before;

	if (tcpfsm_fsm_new_life(&p->pair, &seg, &at)) {
		tcpfsm_fsm_init(&p->pair, p->now_ms);
		fsm_since_now(p);
		p->new_life |= p->view;
	}
	if (line->picked_up && sender) {
		tcpfsm_fsm_pick_up(&p->pair, &seg, &at);
		fsm_since_now(p);
	}
	fsm_check_quiet(p, &seg, &at);
	before = p->pair;
	tcpfsm_fsm_step(&p->pair, &seg, &at, &res);
	fsm_check_moves(p, &before, &res, true);
	p->out += res.out_of_window;
	p->rearm |= res.rearm;
}

/* Return: this observer has seen it. */
static inline bool fsm_play_segment(struct fsm_play *p)
{
	bool by_a = !p->line->from, sent = p->line->seen != CAME, came = p->line->seen != SENT;

	switch (p->view) {
	case ROUTER:
		if (sent)
			fsm_sight(p, TCPFSM_WITNESS_INFERRED, TCPFSM_WITNESS_INFERRED);
		return sent;
	case LOOPBACK:
		if (sent)
			fsm_sight(p, TCPFSM_WITNESS_SURE, TCPFSM_WITNESS_NONE);
		if (came)
			fsm_sight(p, TCPFSM_WITNESS_NONE, TCPFSM_WITNESS_SURE);
		return true;
	}
	if (p->view == (by_a ? HOST_A : HOST_B)) {
		if (sent)
			fsm_sight(p, TCPFSM_WITNESS_SURE, TCPFSM_WITNESS_INFERRED);
		return sent;
	}
	if (came)
		fsm_sight(p, TCPFSM_WITNESS_INFERRED, TCPFSM_WITNESS_SURE);
	return came;
}

static inline void fsm_check_state(struct fsm_play *p, unsigned int end, bool known)
{
	struct fsm_expect is = p->line->is[end];
	u8 expected = known ? is.known : is.inferred;

	if (expected != TCPFSM_ANY)
		KUNIT_EXPECT_EQ_MSG(p->test, (int)p->pair.end[end ^ p->a].state, (int)expected,
				    FSM_PLAY_SAYS ", state of %c", FSM_PLAY_ARGS(p), "AB"[end]);
}

static inline void fsm_play_line(struct fsm_play *p, const struct fsm_line *line)
{
	struct tcpfsm_pair before = p->pair;
	struct tcpfsm_result res;

	p->line = line;
	p->out = 0;
	p->rearm = 0;
	p->new_life = 0;
	p->now_ms += 1 + line->wait_ms;
	switch (line->op) {
	case FSM_SEGMENT:
		if (!fsm_play_segment(p))
			return;
		break;
	case FSM_TIMEOUT:
		tcpfsm_fsm_timeout(&p->pair, line->from ^ p->a, p->now_ms, &res);
		fsm_check_moves(p, &before, &res, true);
		break;
	case FSM_FOLLOW:
		tcpfsm_fsm_follow(&p->pair, line->from ^ p->a, line->state, p->now_ms, &res);
		fsm_check_moves(p, &before, &res, false);
		break;
	}
	if (line->out != EITHER)
		FSM_CHECK(p, p->out, line->out);
	FSM_CHECK(p, p->rearm, line->rearm);
	FSM_CHECK(p, p->new_life, line->new_life & p->view);
	fsm_check_state(p, 0, p->view & (HOST_A | LOOPBACK));
	fsm_check_state(p, 1, p->view & (HOST_B | LOOPBACK));
}

static inline void fsm_play_once(struct fsm_play *p)
{
	unsigned int prelude;
	size_t i;

	/* The clock's lower half wraps on the way. */
	p->now_ms = 0x5fffffffcULL;
	fsm_since_now(p);
	tcpfsm_fsm_init(&p->pair, p->now_ms);
	for (prelude = 0; prelude <= p->c->after; prelude++)
		for (i = 0; i < ARRAY_SIZE(fsm_preludes[0]) && fsm_preludes[prelude][i].op; i++) {
			p->number = 0;
			fsm_play_line(p, &fsm_preludes[prelude][i]);
		}
	for (i = 0; i < FSM_MAX_LINES && p->c->line[i].op; i++) {
		p->number = i + 1;
		fsm_play_line(p, &p->c->line[i]);
	}
}

/* A test's body: the case that is its parameter, in all its performances. */
static inline void fsm_play(struct kunit *test)
{
	/* All between here and the end of a script may lie at a wrap, and at the sign's change. */
	static const u32 iss[][2] = {
		{ 0x01000000, 0x20000000 },
		{ 0xffffffff, 0xfffffffe },
		{ 0x7ffffffe, 0x7fffffff },
		{ 0xfffffff0, 0x80000000 },
		{ 0x90000000, 0xfffffc18 },
		{ 0x00000000, 0xfffffff8 },
	};
	struct fsm_play *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);
	unsigned int i, view;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, p);
	p->test = test;
	p->c = test->param_value;
	for (i = 0; i < 2 * ARRAY_SIZE(iss); i++) {
		p->iss[0] = iss[i / 2][0];
		p->iss[1] = iss[i / 2][1];
		p->a = i & 1;
		for (view = HOST_A; view <= LOOPBACK; view <<= 1) {
			p->view = view;
			if ((p->c->views ?: ALL) & view)
				fsm_play_once(p);
		}
	}
}

#define FSM_SUITE(topic)							\
	KUNIT_ARRAY_PARAM(topic, topic##_cases, fsm_case_desc);			\
	static struct kunit_case topic##_tests[] = {				\
		KUNIT_CASE_PARAM(fsm_play, topic##_gen_params),			\
		{}								\
	}

#endif /* TCPFSM_KUNIT_FSM_SCRIPT_H */
