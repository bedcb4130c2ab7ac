// SPDX-License-Identifier: GPL-2.0
/*
 * Connections that are older than we: the end of a socket is adopted with the socket's state
 * and numbers, its peer is inferred; what comes next on the wire must find both in order.
 */
#include <kunit/test.h>

#include "../module/fsm.h"
#include "../module/fsm_quiet.h"
#include "../module/segment.h"

#define SND_NXT	0xfffffff8u
#define RCV_NXT	0x80000004u
#define SINCE	0x123456789ULL

struct adoption {
	const char *claim;
	u8 state;
	bool fin_sent;
	u8 peer;
	/* the next segment, sent by the socket's end or its peer, and the states after it */
	bool by_peer;
	u8 flags;
	s8 seq;		/* relative to the sender's next number */
	s8 ack;		/* relative to the receiver's */
	u8 then;
	u8 then_peer;
};

#define ADOPT(claim, state, fin_sent, peer, by_peer, flags, seq, ack, then, then_peer)	\
	{ #state ": " claim, TCPFSM_##state, fin_sent, TCPFSM_##peer, by_peer, flags,	\
	  seq, ack, TCPFSM_##then, TCPFSM_##then_peer }
#define FIN	(TCPFSM_FIN | TCPFSM_ACK)

static const struct adoption adoptions[] = {
	ADOPT("the SYN-ACK comes", SYN_SENT, false, LISTEN, true,
	      TCPFSM_SYN | TCPFSM_ACK, 0, 0, ESTABLISHED, SYN_RECEIVED),
	ADOPT("a SYN-ACK for another SYN comes", SYN_SENT, false, LISTEN, true,
	      TCPFSM_SYN | TCPFSM_ACK, 0, -1, SYN_SENT, LISTEN),
	ADOPT("the ACK comes", SYN_RECEIVED, false, SYN_SENT, true,
	      TCPFSM_ACK, 0, 0, ESTABLISHED, ESTABLISHED),
	ADOPT("an ACK comes that does not cover the SYN", SYN_RECEIVED, false, SYN_SENT, true,
	      TCPFSM_ACK, 0, -1, SYN_RECEIVED, ESTABLISHED),
	ADOPT("the peer closes", ESTABLISHED, false, ESTABLISHED, true,
	      FIN, 0, 0, CLOSE_WAIT, FIN_WAIT_1),
	ADOPT("the program closes", ESTABLISHED, false, ESTABLISHED, false,
	      FIN, 0, 0, FIN_WAIT_1, ESTABLISHED),
	ADOPT("the peer acknowledges the FIN", FIN_WAIT_1, true, ESTABLISHED, true,
	      TCPFSM_ACK, 0, 0, FIN_WAIT_2, CLOSE_WAIT),
	ADOPT("the peer acknowledges less", FIN_WAIT_1, true, ESTABLISHED, true,
	      TCPFSM_ACK, 0, -1, FIN_WAIT_1, ESTABLISHED),
	ADOPT("the FIN waits behind data: an ACK of all that was sent", FIN_WAIT_1, false,
	      ESTABLISHED, true, TCPFSM_ACK, 0, 0, FIN_WAIT_1, ESTABLISHED),
	ADOPT("the peer closes", FIN_WAIT_2, true, CLOSE_WAIT, true,
	      FIN, 0, 0, TIME_WAIT, LAST_ACK),
	ADOPT("the program closes at last", CLOSE_WAIT, false, FIN_WAIT_2, false,
	      FIN, 0, 0, LAST_ACK, FIN_WAIT_2),
	ADOPT("the peer retransmits its FIN", CLOSE_WAIT, false, FIN_WAIT_2, true,
	      FIN, -1, 0, CLOSE_WAIT, FIN_WAIT_2),
	ADOPT("the last ACK", CLOSING, true, CLOSING, true,
	      TCPFSM_ACK, 0, 0, TIME_WAIT, CLOSING),
	ADOPT("its ACK of the peer's FIN", CLOSING, true, CLOSING, false,
	      TCPFSM_ACK, 0, 0, CLOSING, TIME_WAIT),
	ADOPT("the last ACK", LAST_ACK, true, FIN_WAIT_2, true,
	      TCPFSM_ACK, 0, 0, CLOSED, TIME_WAIT),
	ADOPT("an ACK of less", LAST_ACK, true, FIN_WAIT_2, true,
	      TCPFSM_ACK, 0, -1, LAST_ACK, FIN_WAIT_2),
	ADOPT("the peer's reset", TIME_WAIT, true, CLOSED, true,
	      TCPFSM_RST, 0, 0, CLOSED, CLOSED),
};

static void adoption_desc(const struct adoption *adoption, char *desc)
{
	strscpy(desc, adoption->claim, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(adoption, adoptions, adoption_desc);

static void adopt(struct tcpfsm_pair *p, unsigned int end, u8 state, bool fin_sent,
		  bool infer_peer)
{
	struct tcpfsm_origin origin = {
		.since_ms = SINCE,
		.snd_nxt = SND_NXT,
		.rcv_nxt = RCV_NXT,
		.state = state,
		.fin_sent = fin_sent,
	};

	tcpfsm_fsm_adopt(p, end, &origin, infer_peer);
}

static void what_comes_next(struct kunit *test)
{
	const struct adoption *a = test->param_value;
	struct tcpfsm_segment seg = {
		.seq = (a->by_peer ? RCV_NXT : SND_NXT) + a->seq,
		.ack = (a->by_peer ? SND_NXT : RCV_NXT) + a->ack,
		.window = 1000,
		.flags = a->flags,
	};
	struct tcpfsm_sighting at = {
		.now_ms = SINCE + 10,
		.sender = a->by_peer ? TCPFSM_WITNESS_INFERRED : TCPFSM_WITNESS_SURE,
		.receiver = a->by_peer ? TCPFSM_WITNESS_SURE : TCPFSM_WITNESS_INFERRED,
	};
	struct tcpfsm_result res;
	struct tcpfsm_pair p;
	unsigned int end;

	for (end = 0; end < 2; end++) {
		tcpfsm_fsm_init(&p, 1);
		adopt(&p, end, a->state, a->fin_sent, true);
		KUNIT_EXPECT_EQ(test, (int)p.end[end].state, (int)a->state);
		KUNIT_EXPECT_EQ(test, (int)p.end[!end].state, (int)a->peer);
		KUNIT_EXPECT_EQ(test, tcpfsm_end_since(&p.end[end]), SINCE);
		at.from = a->by_peer ? !end : end;
		KUNIT_EXPECT_FALSE(test, tcpfsm_fsm_quiet(&p, &seg, &at));
		tcpfsm_fsm_step(&p, &seg, &at, &res);
		KUNIT_EXPECT_EQ(test, (int)p.end[end].state, (int)a->then);
		KUNIT_EXPECT_EQ(test, (int)p.end[!end].state, (int)a->then_peer);
	}
}

/* Both ends of a loopback connection are sockets: each says where it is itself. */
static void a_known_peer_is_left_alone(struct kunit *test)
{
	struct tcpfsm_pair p, before;

	tcpfsm_fsm_init(&p, 1);
	adopt(&p, 1, TCPFSM_FIN_WAIT_2, true, true);
	before = p;
	adopt(&p, 0, TCPFSM_CLOSE_WAIT, false, false);
	KUNIT_EXPECT_EQ(test, memcmp(&p.end[1], &before.end[1], sizeof(p.end[1])), 0);
	KUNIT_EXPECT_EQ(test, (int)p.end[0].state, TCPFSM_CLOSE_WAIT);
}

/* What scale was agreed on is not known: the largest, for both. */
static void windows_are_scaled_by_the_largest(struct kunit *test)
{
	struct tcpfsm_segment ack = { .flags = TCPFSM_ACK, .window = 1 };
	struct tcpfsm_sighting at = {
		.now_ms = SINCE,
		.sender = TCPFSM_WITNESS_INFERRED,
		.receiver = TCPFSM_WITNESS_INFERRED,
	};
	struct tcpfsm_result res;
	struct tcpfsm_pair p;
	unsigned int i;

	tcpfsm_fsm_init(&p, 1);
	adopt(&p, 0, TCPFSM_ESTABLISHED, false, true);
	for (i = 0; i < 4; i++) {
		at.from = i & 1;
		/* Both speak; then each sends at the other's right edge. */
		ack.seq = (at.from ? RCV_NXT : SND_NXT) + (i < 2 ? 0 : 16384);
		ack.ack = at.from ? SND_NXT : RCV_NXT;
		tcpfsm_fsm_step(&p, &ack, &at, &res);
		KUNIT_EXPECT_FALSE(test, res.out_of_window);
		if (i < 2)
			continue;
		ack.seq++;
		tcpfsm_fsm_step(&p, &ack, &at, &res);
		KUNIT_EXPECT_TRUE(test, res.out_of_window);
	}
}

/*
 * tcp_v4_syn_recv_sock(): the accept queue is full, a good ACK was not taken, and the socket says
 * so; the next one counts.
 */
static void back_in_syn_received(struct kunit *test)
{
	static const struct tcpfsm_segment syn = { .seq = 99, .flags = TCPFSM_SYN, .window = 100 };
	static const struct tcpfsm_segment synack = {
		.seq = 0xffffffff, .ack = 100, .flags = TCPFSM_SYN | TCPFSM_ACK, .window = 100,
	};
	static const struct tcpfsm_segment ack = {
		.seq = 100, .ack = 0, .flags = TCPFSM_ACK, .window = 100,
	};
	struct tcpfsm_sighting in = {
		.now_ms = 5,
		.sender = TCPFSM_WITNESS_INFERRED,
		.receiver = TCPFSM_WITNESS_SURE,
	};
	struct tcpfsm_sighting out = {
		.now_ms = 5,
		.from = 1,
		.sender = TCPFSM_WITNESS_SURE,
		.receiver = TCPFSM_WITNESS_INFERRED,
	};
	struct tcpfsm_result res;
	struct tcpfsm_pair p;

	tcpfsm_fsm_init(&p, 1);
	tcpfsm_fsm_step(&p, &syn, &in, &res);
	tcpfsm_fsm_step(&p, &synack, &out, &res);
	tcpfsm_fsm_step(&p, &ack, &in, &res);
	KUNIT_ASSERT_EQ(test, (int)p.end[1].state, TCPFSM_ESTABLISHED);
	tcpfsm_fsm_follow(&p, 1, TCPFSM_SYN_RECEIVED, 6, &res);
	KUNIT_EXPECT_EQ(test, (int)p.end[1].state, TCPFSM_SYN_RECEIVED);
	KUNIT_EXPECT_FALSE(test, tcpfsm_fsm_new_life(&p, &synack, &out));
	tcpfsm_fsm_step(&p, &synack, &out, &res);
	KUNIT_EXPECT_EQ(test, (int)p.end[1].state, TCPFSM_SYN_RECEIVED);
	tcpfsm_fsm_step(&p, &ack, &in, &res);
	KUNIT_EXPECT_EQ(test, (int)p.end[1].state, TCPFSM_ESTABLISHED);
}

/*
 * The FIN was in fragments, or brought a cookie back: the socket tells of it. Whatever the peer
 * says behind it, it is in FIN_WAIT_2 as soon as all has been acknowledged, and not before.
 */
static void a_fin_that_nobody_saw(struct kunit *test)
{
	struct tcpfsm_segment said = {
		.seq = RCV_NXT + 1, .ack = SND_NXT, .flags = TCPFSM_ACK, .window = 100,
	};
	struct tcpfsm_segment ack = {
		.seq = SND_NXT, .ack = RCV_NXT, .flags = TCPFSM_ACK, .window = 100,
	};
	struct tcpfsm_sighting in = {
		.now_ms = SINCE + 1,
		.from = 1,
		.sender = TCPFSM_WITNESS_INFERRED,
		.receiver = TCPFSM_WITNESS_SURE,
	};
	struct tcpfsm_sighting out = {
		.now_ms = SINCE + 1,
		.sender = TCPFSM_WITNESS_SURE,
		.receiver = TCPFSM_WITNESS_INFERRED,
	};
	struct tcpfsm_pair p, later;
	struct tcpfsm_result res;

	tcpfsm_fsm_init(&p, 1);
	adopt(&p, 0, TCPFSM_ESTABLISHED, false, true);
	tcpfsm_fsm_step(&p, &ack, &out, &res);
	tcpfsm_fsm_step(&p, &said, &in, &res);
	tcpfsm_fsm_follow(&p, 0, TCPFSM_CLOSE_WAIT, SINCE + 2, &res);
	KUNIT_ASSERT_EQ(test, (int)p.end[1].state, TCPFSM_ESTABLISHED);

	later = p;
	tcpfsm_fsm_infer_fin(&p, 0, SINCE + 2, &res);
	KUNIT_EXPECT_EQ(test, (int)p.end[1].state, TCPFSM_FIN_WAIT_2);

	p = later;
	KUNIT_EXPECT_FALSE(test, tcpfsm_fsm_quiet(&p, &ack, &out));
	tcpfsm_fsm_step(&p, &ack, &out, &res);
	KUNIT_EXPECT_EQ(test, (int)p.end[1].state, TCPFSM_ESTABLISHED);
	ack.ack++;
	later = p;
	KUNIT_EXPECT_FALSE(test, tcpfsm_fsm_quiet(&p, &ack, &out));
	tcpfsm_fsm_step(&p, &ack, &out, &res);
	KUNIT_EXPECT_EQ(test, (int)p.end[1].state, TCPFSM_FIN_WAIT_2);
	KUNIT_EXPECT_TRUE(test, tcpfsm_fsm_quiet(&p, &ack, &out));

	/* Nor was its ACK of the SYN-ACK seen. */
	p = later;
	p.end[1].state = TCPFSM_SYN_SENT;
	tcpfsm_fsm_step(&p, &ack, &out, &res);
	KUNIT_EXPECT_EQ(test, (int)p.end[1].state, TCPFSM_FIN_WAIT_2);
}

/* Of the state it is found in nobody knows since when; of the next one we do. */
static void found_in_one_state_only(struct kunit *test)
{
	struct tcpfsm_result res;
	struct tcpfsm_pair p;

	tcpfsm_fsm_init(&p, 1);
	adopt(&p, 0, TCPFSM_CLOSE_WAIT, false, true);
	tcpfsm_fsm_follow(&p, 0, TCPFSM_LAST_ACK, SINCE + 7, &res);
	KUNIT_ASSERT_EQ(test, (int)res.n, 1);
	KUNIT_EXPECT_TRUE(test, res.move[0].found);
	KUNIT_EXPECT_EQ(test, res.move[0].since_ms, (u64)SINCE);
	KUNIT_EXPECT_EQ(test, res.move[0].held_ms, 7ULL);
	tcpfsm_fsm_follow(&p, 0, TCPFSM_CLOSED, SINCE + 9, &res);
	KUNIT_ASSERT_EQ(test, (int)res.n, 1);
	KUNIT_EXPECT_FALSE(test, res.move[0].found);
	KUNIT_EXPECT_EQ(test, res.move[0].since_ms, (u64)SINCE + 7);
}

static struct kunit_case adopt_tests[] = {
	KUNIT_CASE_PARAM(what_comes_next, adoption_gen_params),
	KUNIT_CASE(a_known_peer_is_left_alone),
	KUNIT_CASE(windows_are_scaled_by_the_largest),
	KUNIT_CASE(back_in_syn_received),
	KUNIT_CASE(a_fin_that_nobody_saw),
	KUNIT_CASE(found_in_one_state_only),
	{}
};

static struct kunit_suite adopt_suite = {
	.name = "tcpfsm_fsm_adopt",
	.test_cases = adopt_tests,
};

kunit_test_suite(adopt_suite);
