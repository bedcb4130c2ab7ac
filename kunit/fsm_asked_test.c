// SPDX-License-Identifier: GPL-2.0
/*
 * Where the receiver's socket is asked, nothing that comes ends it before that has said so: TCP may
 * not take the segment. What does not end it moves it as ever, unless the socket has not taken the
 * last that seemed good: then it alone moves the end. And of an end that is merely inferred, what
 * it goes on to say tells that a reset did not end it.
 */
#include <kunit/test.h>

#include "../module/fsm.h"
#include "../module/segment.h"

/* A's host: A is end 0, its ISS is 1000, its peer's 5000. */
static void step(struct tcpfsm_pair *p, unsigned int from, u8 flags, u32 seq, u32 ack,
		 struct tcpfsm_result *res)
{
	struct tcpfsm_segment seg = {
		.seq = seq + (from ? 5000 : 1000),
		.ack = ack + (from ? 1000 : 5000),
		.window = 1000,
		.flags = flags,
	};
	struct tcpfsm_sighting at = {
		.now_ms = 100,
		.from = from,
		.sender = from ? TCPFSM_WITNESS_INFERRED : TCPFSM_WITNESS_SURE,
		.receiver = from ? TCPFSM_WITNESS_SURE : TCPFSM_WITNESS_INFERRED,
		.asked = from,
	};

	tcpfsm_fsm_step(p, &seg, &at, res);
}

static void play_open(struct tcpfsm_pair *p, struct tcpfsm_result *res)
{
	tcpfsm_fsm_init(p, 1);
	step(p, 0, TCPFSM_SYN, 0, 0, res);
	step(p, 1, TCPFSM_SYN | TCPFSM_ACK, 0, 1, res);
	step(p, 0, TCPFSM_ACK, 1, 1, res);
}

static void expect_doomed(struct kunit *test, const struct tcpfsm_pair *p,
			  const struct tcpfsm_result *res, enum tcpfsm_state state)
{
	KUNIT_EXPECT_EQ(test, (int)p->end[0].state, (int)state);
	KUNIT_EXPECT_TRUE(test, p->end[0].flags & TCPFSM_END_DOOMED);
	KUNIT_EXPECT_TRUE(test, res->rearm);
}

static void a_reset_dooms(struct kunit *test)
{
	struct tcpfsm_result res;
	struct tcpfsm_pair p;

	play_open(&p, &res);
	step(&p, 1, TCPFSM_RST, 2, 0, &res);
	KUNIT_EXPECT_FALSE(test, p.end[0].flags & TCPFSM_END_DOOMED);
	step(&p, 1, TCPFSM_RST, 1, 0, &res);
	expect_doomed(test, &p, &res, TCPFSM_ESTABLISHED);
	KUNIT_EXPECT_EQ(test, (int)p.end[1].state, TCPFSM_CLOSED);
}

static void a_last_ack_dooms(struct kunit *test)
{
	struct tcpfsm_result res;
	struct tcpfsm_pair p;

	play_open(&p, &res);
	step(&p, 1, TCPFSM_FIN | TCPFSM_ACK, 1, 1, &res);
	KUNIT_EXPECT_EQ(test, (int)p.end[0].state, TCPFSM_CLOSE_WAIT);
	step(&p, 0, TCPFSM_FIN | TCPFSM_ACK, 1, 2, &res);
	step(&p, 1, TCPFSM_ACK, 2, 2, &res);
	expect_doomed(test, &p, &res, TCPFSM_LAST_ACK);
	/* The socket agrees. */
	tcpfsm_fsm_follow(&p, 0, TCPFSM_CLOSED, 101, &res);
	KUNIT_EXPECT_FALSE(test, p.end[0].flags & TCPFSM_END_DOOMED);
}

static void it_moves_on(struct kunit *test)
{
	struct tcpfsm_result res;
	struct tcpfsm_pair p;

	play_open(&p, &res);
	step(&p, 0, TCPFSM_FIN | TCPFSM_ACK, 1, 1, &res);
	step(&p, 1, TCPFSM_RST, 1, 0, &res);
	expect_doomed(test, &p, &res, TCPFSM_FIN_WAIT_1);
	/* TCP has not taken it: the connection goes on. */
	step(&p, 1, TCPFSM_ACK, 1, 2, &res);
	KUNIT_EXPECT_EQ(test, (int)p.end[0].state, TCPFSM_FIN_WAIT_2);
	KUNIT_EXPECT_FALSE(test, p.end[0].flags & TCPFSM_END_DOOMED);
	step(&p, 1, TCPFSM_FIN | TCPFSM_ACK, 1, 2, &res);
	KUNIT_EXPECT_EQ(test, (int)p.end[0].state, TCPFSM_TIME_WAIT);
}

/* The socket has not taken what came: the same again moves nobody, and asks for a look. */
static void it_is_deaf(struct kunit *test)
{
	struct tcpfsm_result res;
	struct tcpfsm_pair p;

	play_open(&p, &res);
	step(&p, 1, TCPFSM_FIN | TCPFSM_ACK, 1, 1, &res);
	KUNIT_EXPECT_EQ(test, (int)p.end[0].state, TCPFSM_CLOSE_WAIT);
	tcpfsm_fsm_follow(&p, 0, TCPFSM_ESTABLISHED, 200, &res);
	step(&p, 1, TCPFSM_FIN | TCPFSM_ACK, 1, 1, &res);
	KUNIT_EXPECT_EQ(test, (int)p.end[0].state, TCPFSM_ESTABLISHED);
	KUNIT_EXPECT_TRUE(test, res.rearm);
	/* A reset is no other. */
	step(&p, 1, TCPFSM_RST, 1, 0, &res);
	expect_doomed(test, &p, &res, TCPFSM_ESTABLISHED);
	/* What it sends, it has sent; and it has taken what it acknowledges. */
	step(&p, 0, TCPFSM_FIN | TCPFSM_ACK, 1, 1, &res);
	KUNIT_EXPECT_EQ(test, (int)p.end[0].state, TCPFSM_FIN_WAIT_1);
	step(&p, 0, TCPFSM_ACK, 2, 2, &res);
	KUNIT_EXPECT_EQ(test, (int)p.end[0].state, TCPFSM_CLOSING);
	/* Still deaf, until its socket has moved. */
	step(&p, 1, TCPFSM_ACK, 2, 2, &res);
	KUNIT_EXPECT_EQ(test, (int)p.end[0].state, TCPFSM_CLOSING);
	tcpfsm_fsm_follow(&p, 0, TCPFSM_TIME_WAIT, 300, &res);
	KUNIT_EXPECT_FALSE(test, p.end[0].flags & TCPFSM_END_DEAF);
}

/* Without its socket to be asked, an end hears what comes. */
static void nobody_is_deaf_unasked(struct kunit *test)
{
	struct tcpfsm_sighting at = {
		.now_ms = 300, .from = 1,
		.sender = TCPFSM_WITNESS_INFERRED, .receiver = TCPFSM_WITNESS_SURE,
	};
	struct tcpfsm_segment fin = {
		.seq = 5001, .ack = 1001, .window = 1000, .flags = TCPFSM_FIN | TCPFSM_ACK,
	};
	struct tcpfsm_result res;
	struct tcpfsm_pair p;

	play_open(&p, &res);
	step(&p, 1, TCPFSM_FIN | TCPFSM_ACK, 1, 1, &res);
	tcpfsm_fsm_follow(&p, 0, TCPFSM_ESTABLISHED, 200, &res);
	tcpfsm_fsm_step(&p, &fin, &at, &res);
	KUNIT_EXPECT_EQ(test, (int)p.end[0].state, TCPFSM_CLOSE_WAIT);
}

/* At A's host, what B has sent, of which it was thought that it is gone since 100. */
static bool revive(struct tcpfsm_pair *p, u8 flags, u32 seq, u64 now_ms, struct tcpfsm_result *res)
{
	struct tcpfsm_sighting at = {
		.now_ms = now_ms, .from = 1, .asked = true,
		.sender = TCPFSM_WITNESS_INFERRED, .receiver = TCPFSM_WITNESS_SURE,
	};
	struct tcpfsm_segment seg = {
		.seq = 5000 + seq, .ack = 1001, .window = 1000, .flags = flags,
	};

	return tcpfsm_fsm_revive(p, &seg, &at, res);
}

/* B's reset has come, or what seemed one; A's socket has not taken it. */
static void play_reset_in_vain(struct tcpfsm_pair *p, struct tcpfsm_result *res)
{
	play_open(p, res);
	step(p, 1, TCPFSM_RST, 1, 0, res);
	tcpfsm_fsm_follow(p, 0, TCPFSM_ESTABLISHED, 200, res);
}

static void what_speaks_is_not_gone(struct kunit *test)
{
	struct tcpfsm_result res;
	struct tcpfsm_pair p;

	play_reset_in_vain(&p, &res);
	KUNIT_EXPECT_EQ(test, (int)p.end[1].state, TCPFSM_CLOSED);
	/* That was on its way. A reset is no sign of life, nor is what A does not take. */
	KUNIT_EXPECT_FALSE(test, revive(&p, TCPFSM_ACK, 1, 1099, &res));
	KUNIT_EXPECT_FALSE(test, revive(&p, TCPFSM_RST | TCPFSM_ACK, 1, 1100, &res));
	KUNIT_EXPECT_FALSE(test, revive(&p, TCPFSM_ACK, 5000, 1100, &res));
	KUNIT_EXPECT_FALSE(test, revive(&p, 0, 1, 1100, &res));
	KUNIT_EXPECT_TRUE(test, revive(&p, TCPFSM_ACK, 1, 1100, &res));
	KUNIT_EXPECT_EQ(test, (int)p.end[1].state, TCPFSM_ESTABLISHED);
	KUNIT_EXPECT_EQ(test, (int)res.n, 1);
	KUNIT_EXPECT_FALSE(test, revive(&p, TCPFSM_ACK, 1, 2200, &res));
}

static void it_is_where_its_peer_lets_it_be(struct kunit *test)
{
	struct tcpfsm_result res;
	struct tcpfsm_pair p;

	play_reset_in_vain(&p, &res);
	tcpfsm_fsm_follow(&p, 0, TCPFSM_FIN_WAIT_2, 300, &res);
	KUNIT_EXPECT_TRUE(test, revive(&p, TCPFSM_ACK, 1, 1100, &res));
	KUNIT_EXPECT_EQ(test, (int)p.end[1].state, TCPFSM_CLOSE_WAIT);
	play_reset_in_vain(&p, &res);
	tcpfsm_fsm_follow(&p, 0, TCPFSM_TIME_WAIT, 300, &res);
	KUNIT_EXPECT_FALSE(test, revive(&p, TCPFSM_FIN | TCPFSM_ACK, 1, 1100, &res));
}

/* Its SYN-ACK comes again: it has not opened. Another SYN-ACK is none of this connection. */
static void a_request_is_not_gone(struct kunit *test)
{
	struct tcpfsm_result res;
	struct tcpfsm_pair p;

	play_reset_in_vain(&p, &res);
	KUNIT_EXPECT_FALSE(test, revive(&p, TCPFSM_SYN | TCPFSM_ACK, 7, 1100, &res));
	KUNIT_EXPECT_TRUE(test, revive(&p, TCPFSM_SYN | TCPFSM_ACK, 0, 1100, &res));
	KUNIT_EXPECT_EQ(test, (int)p.end[1].state, TCPFSM_SYN_RECEIVED);
	step(&p, 0, TCPFSM_ACK, 1, 1, &res);
	KUNIT_EXPECT_EQ(test, (int)p.end[1].state, TCPFSM_ESTABLISHED);
}

static struct kunit_case asked_cases[] = {
	KUNIT_CASE(a_reset_dooms),
	KUNIT_CASE(a_last_ack_dooms),
	KUNIT_CASE(it_moves_on),
	KUNIT_CASE(it_is_deaf),
	KUNIT_CASE(nobody_is_deaf_unasked),
	KUNIT_CASE(what_speaks_is_not_gone),
	KUNIT_CASE(it_is_where_its_peer_lets_it_be),
	KUNIT_CASE(a_request_is_not_gone),
	{}
};

static struct kunit_suite asked_suite = {
	.name = "tcpfsm_fsm_asked",
	.test_cases = asked_cases,
};

kunit_test_suite(asked_suite);
