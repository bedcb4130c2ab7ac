// SPDX-License-Identifier: GPL-2.0
/*
 * The path without the lock: what it takes upon itself, what it leaves to the step, what it
 * writes. That it does what the step would do is seen to in fsm_script.h and fsm_walk_test.c.
 * And how a TIME_WAIT remembers when it was restarted.
 */
#include <kunit/test.h>

#include "../module/fsm.h"
#include "../module/fsm_quiet.h"
#include "../module/segment.h"

#define ISS_A	0xfffffff0u
#define ISS_B	0x7ffffff0u
#define FAR	(3u << 30)	/* so much further on */

static const struct tcpfsm_sighting a_sends = {
	.now_ms = 100,
	.from = 0,
	.sender = TCPFSM_WITNESS_SURE,
	.receiver = TCPFSM_WITNESS_INFERRED,
};

static const struct tcpfsm_sighting b_sends = {
	.now_ms = 100,
	.from = 1,
	.sender = TCPFSM_WITNESS_INFERRED,
	.receiver = TCPFSM_WITNESS_SURE,
};

/* Numbers are relative to the ISS of their ends. */
static struct tcpfsm_segment segment(u8 from, u8 flags, u32 seq, u32 ack, u32 len)
{
	struct tcpfsm_segment seg = {
		.seq = seq + (from ? ISS_B : ISS_A),
		.ack = ack + (from ? ISS_A : ISS_B),
		.len = len,
		.window = 1000,
		.flags = flags,
		.options = TCPFSM_OPT_TS,
		.tsval = 50,
	};

	return seg;
}

static void play(struct tcpfsm_pair *p, u8 from, u8 flags, u32 seq, u32 ack, u32 len)
{
	struct tcpfsm_segment seg = segment(from, flags, seq, ack, len);
	struct tcpfsm_result res;

	tcpfsm_fsm_step(p, &seg, from ? &b_sends : &a_sends, &res);
}

/* Open, and both have sent an ACK without SYN. */
static void play_open(struct tcpfsm_pair *p)
{
	tcpfsm_fsm_init(p, 1);
	play(p, 0, TCPFSM_SYN, 0, 0, 0);
	play(p, 1, TCPFSM_SYN | TCPFSM_ACK, 0, 1, 0);
	play(p, 0, TCPFSM_ACK, 1, 1, 0);
	play(p, 1, TCPFSM_ACK, 1, 1, 0);
}

static void play_half(struct tcpfsm_pair *p)
{
	play_open(p);
	play(p, 0, TCPFSM_FIN | TCPFSM_ACK, 1, 1, 0);
	play(p, 1, TCPFSM_ACK, 1, 2, 0);
}

static bool quiet(struct tcpfsm_pair *p, u8 from, u8 flags, u32 seq, u32 ack, u32 len)
{
	struct tcpfsm_segment seg = segment(from, flags, seq, ack, len);

	return tcpfsm_fsm_quiet(p, &seg, from ? &b_sends : &a_sends);
}

/* Nearly all segments are these: the step would cost each of them a lock. */
static void data_and_acks_of_an_open_connection_are_quiet(struct kunit *test)
{
	struct tcpfsm_pair p;

	play_open(&p);
	KUNIT_EXPECT_TRUE(test, quiet(&p, 0, TCPFSM_ACK, 1, 1, 0));
	KUNIT_EXPECT_TRUE(test, quiet(&p, 0, TCPFSM_ACK | TCPFSM_PSH, 1, 1, 100));
	KUNIT_EXPECT_TRUE(test, quiet(&p, 1, TCPFSM_ACK, 1, 101, 0));
	KUNIT_EXPECT_TRUE(test, quiet(&p, 1, TCPFSM_ACK | TCPFSM_URG, 1, 101, 50));
	KUNIT_EXPECT_TRUE(test, quiet(&p, 0, TCPFSM_ACK, 101, 51, 0));
	KUNIT_EXPECT_TRUE(test, quiet(&p, 0, TCPFSM_ACK, 1, 51, 100));
}

static void the_open_half_of_a_half_closed_connection_is_quiet(struct kunit *test)
{
	struct tcpfsm_pair p;

	play_half(&p);
	KUNIT_ASSERT_EQ(test, (int)p.end[0].state, TCPFSM_FIN_WAIT_2);
	KUNIT_ASSERT_EQ(test, (int)p.end[1].state, TCPFSM_CLOSE_WAIT);
	KUNIT_EXPECT_TRUE(test, quiet(&p, 1, TCPFSM_ACK, 1, 2, 100));
	KUNIT_EXPECT_TRUE(test, quiet(&p, 0, TCPFSM_ACK, 2, 101, 0));
}

static void what_may_move_an_end_is_not_quiet(struct kunit *test)
{
	struct tcpfsm_pair p;

	play_open(&p);
	KUNIT_EXPECT_FALSE(test, quiet(&p, 0, TCPFSM_FIN | TCPFSM_ACK, 1, 1, 0));
	KUNIT_EXPECT_FALSE(test, quiet(&p, 0, TCPFSM_RST | TCPFSM_ACK, 1, 1, 0));
	KUNIT_EXPECT_FALSE(test, quiet(&p, 0, TCPFSM_SYN | TCPFSM_ACK, 1, 1, 0));
	KUNIT_EXPECT_FALSE(test, quiet(&p, 0, TCPFSM_SYN, 1, 0, 0));
	KUNIT_EXPECT_FALSE(test, quiet(&p, 0, 0, 1, 0, 10));
}

/* They are counted, which the step does. */
static void what_is_ignored_is_not_quiet(struct kunit *test)
{
	struct tcpfsm_pair p;

	play_open(&p);
	KUNIT_EXPECT_FALSE(test, quiet(&p, 0, TCPFSM_ACK, 1002, 1, 0));
	KUNIT_EXPECT_FALSE(test, quiet(&p, 0, TCPFSM_ACK, 0, 1, 0));
	KUNIT_EXPECT_FALSE(test, quiet(&p, 0, TCPFSM_ACK, 1, 2, 0));
}

/* The FIN is out; the next ACK may be the proof that it came. */
static void an_ack_after_the_peers_fin_is_not_quiet(struct kunit *test)
{
	struct tcpfsm_pair p;

	play_open(&p);
	play(&p, 0, TCPFSM_FIN | TCPFSM_ACK, 1, 1, 0);
	KUNIT_EXPECT_FALSE(test, quiet(&p, 1, TCPFSM_ACK, 1, 2, 0));
}

static void an_open_that_is_not_complete_is_not_quiet(struct kunit *test)
{
	struct tcpfsm_pair p;

	tcpfsm_fsm_init(&p, 1);
	play(&p, 0, TCPFSM_SYN, 0, 0, 0);
	play(&p, 1, TCPFSM_SYN | TCPFSM_ACK, 0, 1, 0);
	KUNIT_EXPECT_FALSE(test, quiet(&p, 0, TCPFSM_ACK, 1, 1, 0));
	play(&p, 0, TCPFSM_ACK, 1, 1, 0);
	/* Its first window without scale is followed by one with. */
	KUNIT_EXPECT_FALSE(test, quiet(&p, 1, TCPFSM_ACK, 1, 1, 0));
}

static void an_end_that_was_picked_up_speaks_first(struct kunit *test)
{
	struct tcpfsm_segment seg = segment(0, TCPFSM_ACK, 1, 1, 0);
	struct tcpfsm_pair p;

	tcpfsm_fsm_pick_up(&p, &seg, &a_sends);
	KUNIT_EXPECT_FALSE(test, quiet(&p, 0, TCPFSM_ACK, 1, 1, 0));
	play(&p, 0, TCPFSM_ACK, 1, 1, 0);
	KUNIT_EXPECT_FALSE(test, quiet(&p, 0, TCPFSM_ACK, 1, 1, 0));
	play(&p, 1, TCPFSM_ACK, 1, 1, 0);
	KUNIT_EXPECT_TRUE(test, quiet(&p, 0, TCPFSM_ACK, 1, 1, 0));
}

/* Each field has one writing direction: two CPUs may be in here with a segment each. */
static void a_segment_writes_its_own_fields(struct kunit *test)
{
	struct tcpfsm_segment seg = segment(0, TCPFSM_ACK, 1, 1, 100);
	struct tcpfsm_pair p, before;

	play_open(&p);
	play(&p, 1, TCPFSM_ACK, 1, 1, 30);
	before = p;
	seg.ack += 30;
	seg.window = 77;
	seg.tsval = 60;
	KUNIT_ASSERT_TRUE(test, tcpfsm_fsm_quiet(&p, &seg, &a_sends));
	KUNIT_EXPECT_EQ(test, p.end[0].snd_nxt, ISS_A + 101);
	KUNIT_EXPECT_EQ(test, p.end[0].ack_sent, ISS_B + 31);
	KUNIT_EXPECT_EQ(test, (int)p.end[0].window, 77);
	KUNIT_EXPECT_EQ(test, p.end[1].rcv_nxt, ISS_A + 101);
	KUNIT_EXPECT_EQ(test, p.end[1].ts_recent, 60U);
	KUNIT_EXPECT_EQ(test, p.end[0].rcv_nxt, before.end[0].rcv_nxt);
	KUNIT_EXPECT_EQ(test, p.end[0].ts_recent, before.end[0].ts_recent);
	KUNIT_EXPECT_EQ(test, p.end[1].snd_nxt, before.end[1].snd_nxt);
	KUNIT_EXPECT_EQ(test, p.end[1].ack_sent, before.end[1].ack_sent);
	KUNIT_EXPECT_EQ(test, (int)p.end[1].window, (int)before.end[1].window);
}

/* On loopback each of the two sightings is evidence of one end. */
static void no_witness_no_word(struct kunit *test)
{
	struct tcpfsm_segment seg = segment(0, TCPFSM_ACK, 1, 1, 100);
	struct tcpfsm_sighting at = a_sends;
	struct tcpfsm_pair p, before;

	play_open(&p);
	before = p;
	at.sender = TCPFSM_WITNESS_NONE;
	at.receiver = TCPFSM_WITNESS_SURE;
	KUNIT_ASSERT_TRUE(test, tcpfsm_fsm_quiet(&p, &seg, &at));
	KUNIT_EXPECT_EQ(test, memcmp(&p.end[0], &before.end[0], sizeof(p.end[0])), 0);
	KUNIT_EXPECT_EQ(test, p.end[1].rcv_nxt, ISS_A + 101);

	play_open(&p);
	before = p;
	at.sender = TCPFSM_WITNESS_SURE;
	at.receiver = TCPFSM_WITNESS_NONE;
	KUNIT_ASSERT_TRUE(test, tcpfsm_fsm_quiet(&p, &seg, &at));
	KUNIT_EXPECT_EQ(test, memcmp(&p.end[1], &before.end[1], sizeof(p.end[1])), 0);
	KUNIT_EXPECT_EQ(test, p.end[0].snd_nxt, ISS_A + 101);
}

/* Rounded up to 64 ms: to look late is to look once more, early would be wrong; then it stops. */
static void a_restarted_time_wait_remembers_when(struct kunit *test)
{
	static const struct {
		u64 ms;
		u16 units;
	} restarts[] = {
		{ 0, 0 }, { 1, 1 }, { 63, 1 }, { 64, 1 }, { 65, 2 }, { 60000, 938 },
		{ 64 * 0xfffeULL - 63, 0xfffe }, { 64 * 0xfffeULL, 0xfffe },
		{ 64 * 0xfffeULL + 1, 0xffff }, { 0x100000000ULL, 0xffff },
	};
	struct tcpfsm_segment seg = segment(1, TCPFSM_FIN | TCPFSM_ACK, 1, 2, 0);
	struct tcpfsm_sighting at = b_sends;
	struct tcpfsm_result res;
	struct tcpfsm_pair p;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(restarts); i++) {
		play_half(&p);
		play(&p, 1, TCPFSM_FIN | TCPFSM_ACK, 1, 2, 0);
		play(&p, 0, TCPFSM_ACK, 2, 2, 0);
		KUNIT_ASSERT_EQ(test, (int)p.end[0].state, TCPFSM_TIME_WAIT);
		KUNIT_ASSERT_EQ(test, (int)p.end[0].restarted, 0);
		at.now_ms = b_sends.now_ms + restarts[i].ms;
		tcpfsm_fsm_step(&p, &seg, &at, &res);
		KUNIT_EXPECT_TRUE(test, res.rearm);
		KUNIT_EXPECT_EQ(test, (int)res.n, 0);
		KUNIT_EXPECT_EQ(test, (int)p.end[0].restarted, (int)restarts[i].units);
		KUNIT_EXPECT_EQ(test, tcpfsm_end_since(&p.end[0]), b_sends.now_ms);
		/* What it sends advertises a window; TIME_WAIT has none to remember. */
		play(&p, 0, TCPFSM_ACK, 2, 2, 0);
		KUNIT_EXPECT_EQ(test, (int)p.end[0].restarted, (int)restarts[i].units);
	}
}

/* Of A's own hook, nobody has looked at this. */
static const struct tcpfsm_sighting a_passed = {
	.now_ms = 100,
	.from = 0,
	.sender = TCPFSM_WITNESS_NONE,
	.receiver = TCPFSM_WITNESS_SURE,
	.passed = true,
};

static void what_passed_its_sender_unseen_is_learnt_where_it_arrives(struct kunit *test)
{
	struct tcpfsm_segment seg = segment(0, TCPFSM_ACK, 1, 1, 100);
	struct tcpfsm_segment fin = segment(1, TCPFSM_FIN | TCPFSM_ACK, 1, 101, 0);
	struct tcpfsm_result res;
	struct tcpfsm_pair p;

	seg.window = 77;
	play_open(&p);
	KUNIT_EXPECT_TRUE(test, tcpfsm_fsm_quiet(&p, &seg, &a_passed));
	KUNIT_EXPECT_EQ(test, p.end[0].snd_nxt, ISS_A + 101);
	KUNIT_EXPECT_EQ(test, (int)p.end[0].window, 77);
	KUNIT_EXPECT_EQ(test, p.end[1].rcv_nxt, ISS_A + 101);
	/* The peer acknowledges it, and with that closes: nothing wrong with that. */
	tcpfsm_fsm_step(&p, &fin, &b_sends, &res);
	KUNIT_EXPECT_FALSE(test, res.out_of_window);

	/* Its peer has closed meanwhile, so that the step has the word. */
	play_open(&p);
	play(&p, 1, TCPFSM_FIN | TCPFSM_ACK, 1, 1, 0);
	p.end[0].state = TCPFSM_ESTABLISHED;
	KUNIT_EXPECT_FALSE(test, tcpfsm_fsm_quiet(&p, &seg, &a_passed));
	tcpfsm_fsm_step(&p, &seg, &a_passed, &res);
	KUNIT_EXPECT_EQ(test, (int)res.n, 0);
	KUNIT_EXPECT_EQ(test, p.end[0].snd_nxt, ISS_A + 101);
	KUNIT_EXPECT_EQ(test, (int)p.end[0].window, 77);

	/* What is not acceptable may be anybody's. */
	seg.seq += 0x40000000;
	tcpfsm_fsm_step(&p, &seg, &a_passed, &res);
	KUNIT_EXPECT_TRUE(test, res.out_of_window);
	KUNIT_EXPECT_EQ(test, p.end[0].snd_nxt, ISS_A + 101);
}

static void an_end_catches_up_by_its_sockets_word(struct kunit *test)
{
	struct tcpfsm_word word = {
		.snd_nxt = ISS_A + 5001,
		.ack_sent = ISS_B + 1,
		.room = 3 << 7 | 5,
		.rcv_nxt = ISS_B + 1,
		.wscale = 7,
	};
	struct tcpfsm_segment fin = segment(1, TCPFSM_FIN | TCPFSM_ACK, 1, 5001, 0);
	struct tcpfsm_pair p, behind;
	struct tcpfsm_result res;

	play_open(&p);
	p.end[0].wscale = TCPFSM_WSCALE_MAX;
	KUNIT_ASSERT_TRUE(test, tcpfsm_end_behind(&p.end[0]));
	behind = p;
	tcpfsm_fsm_step(&behind, &fin, &b_sends, &res);
	KUNIT_EXPECT_TRUE(test, res.out_of_window);
	tcpfsm_fsm_catch_up(&p, 0, &word);
	KUNIT_EXPECT_EQ(test, (int)p.end[0].window, 3);
	KUNIT_EXPECT_EQ(test, (int)p.end[0].wscale, 7);
	tcpfsm_fsm_step(&p, &fin, &b_sends, &res);
	KUNIT_EXPECT_FALSE(test, res.out_of_window);
	KUNIT_EXPECT_EQ(test, (int)p.end[0].state, TCPFSM_CLOSE_WAIT);

	/* What our hook has seen may wait for its socket, which is busy. */
	play_open(&p);
	play(&p, 1, TCPFSM_ACK, 1, 1, 100);
	tcpfsm_fsm_catch_up(&p, 0, &word);
	KUNIT_EXPECT_EQ(test, p.end[0].rcv_nxt, ISS_B + 101);

	/* From its FIN on the wire has told all. */
	play(&p, 0, TCPFSM_FIN | TCPFSM_ACK, 5001, 2, 0);
	KUNIT_EXPECT_FALSE(test, tcpfsm_end_behind(&p.end[0]));
}

/* Numbers wrap; and a timestamp is from before after 24 days. */
static void the_word_may_be_gigabytes_and_weeks_ahead(struct kunit *test)
{
	struct tcpfsm_segment fin = segment(1, TCPFSM_FIN | TCPFSM_ACK, 1 + FAR, 1 + FAR, 0);
	struct tcpfsm_word word = {
		.snd_nxt = ISS_A + 1 + FAR,
		.ack_sent = ISS_B + 1 + FAR,
		.room = 1000,
		.rcv_nxt = ISS_B + 1 + FAR,
		.ts_recent = 0xc0000007,
	};
	struct tcpfsm_result res;
	struct tcpfsm_pair p;

	play_open(&p);
	p.end[0].flags |= TCPFSM_END_TS;
	p.end[0].ts_recent = 7;
	fin.options |= TCPFSM_OPT_TS;
	fin.tsval = 0xc0000008;
	tcpfsm_fsm_catch_up(&p, 0, &word);
	tcpfsm_fsm_step(&p, &fin, &b_sends, &res);
	KUNIT_EXPECT_FALSE(test, res.out_of_window);
	KUNIT_EXPECT_EQ(test, (int)p.end[0].state, TCPFSM_CLOSE_WAIT);
	KUNIT_EXPECT_EQ(test, p.end[0].rcv_nxt, ISS_B + 2 + FAR);
}

static void a_pair_in_peace_is_open_at_both_ends_and_has_said_so(struct kunit *test)
{
	struct tcpfsm_pair p;
	unsigned int end;

	for (end = 0; end < 2; end++) {
		struct tcpfsm_end *s = &p.end[end], *r = &p.end[!end];

		play_open(&p);
		play(&p, 1, TCPFSM_ACK, 1, 1, 0);
		KUNIT_EXPECT_TRUE(test, tcpfsm_quiet_pair(s, r));
		s->flags |= TCPFSM_END_NOBODY;
		KUNIT_EXPECT_FALSE(test, tcpfsm_quiet_pair(s, r));
		KUNIT_EXPECT_FALSE(test, tcpfsm_quiet_pair(r, s));
		s->flags &= ~TCPFSM_END_NOBODY;
		s->flags |= TCPFSM_END_WINDOW_RAW;
		KUNIT_EXPECT_FALSE(test, tcpfsm_quiet_pair(s, r));
		s->flags &= ~(TCPFSM_END_WINDOW_RAW | TCPFSM_END_ACKS);
		KUNIT_EXPECT_FALSE(test, tcpfsm_quiet_pair(s, r));
		KUNIT_EXPECT_FALSE(test, tcpfsm_quiet_pair(r, s));
		s->flags |= TCPFSM_END_ACKS;
		KUNIT_EXPECT_TRUE(test, tcpfsm_quiet_pair(s, r));
		/* Its FIN is out: the ACK of it moves somebody. */
		play(&p, end, TCPFSM_FIN | TCPFSM_ACK, 1, 1, 0);
		KUNIT_EXPECT_FALSE(test, tcpfsm_quiet_pair(s, r));
		KUNIT_EXPECT_FALSE(test, tcpfsm_quiet_pair(r, s));
		s->state = TCPFSM_ESTABLISHED;
		r->state = TCPFSM_ESTABLISHED;
		KUNIT_EXPECT_FALSE(test, tcpfsm_quiet_pair(s, r));
		KUNIT_EXPECT_FALSE(test, tcpfsm_quiet_pair(r, s));
	}
}

static void the_sockets_word_goes_before_what_was_seen(struct kunit *test)
{
	struct tcpfsm_limits word = {
		.ack_sent = ISS_B + 1,
		.edge = ISS_B + 1001,
		.snd_nxt = ISS_A + 5001,
	};
	struct tcpfsm_segment seg = segment(1, TCPFSM_ACK, 1, 5001, 100);
	struct tcpfsm_pair p;

	play_open(&p);
	KUNIT_EXPECT_FALSE(test, tcpfsm_fsm_quiet(&p, &seg, &b_sends));
	KUNIT_EXPECT_TRUE(test, tcpfsm_quiet_within(&p.end[1], &p.end[0], &seg, true, true, word));
	KUNIT_EXPECT_EQ(test, p.end[0].rcv_nxt, ISS_B + 101);
	KUNIT_EXPECT_EQ(test, p.end[1].ack_sent, ISS_A + 5001);
	/* Its own numbers are its hook's to write. */
	KUNIT_EXPECT_EQ(test, p.end[0].snd_nxt, ISS_A + 1);
	/* A closed window takes nothing in. */
	seg.seq += 100;
	word.ack_sent = seg.seq;
	word.edge = seg.seq;
	KUNIT_EXPECT_TRUE(test, tcpfsm_quiet_within(&p.end[1], &p.end[0], &seg, true, true, word));
	KUNIT_EXPECT_EQ(test, p.end[0].rcv_nxt, ISS_B + 101);
}

/* Seen at both places, or only where it arrives: it comes to the same. */
static void expect_no_loss(struct kunit *test, const struct tcpfsm_pair *p,
			   const struct tcpfsm_segment *seg)
{
	const struct tcpfsm_sighting out = {
		.now_ms = 100,
		.sender = TCPFSM_WITNESS_SURE,
	}, in = {
		.now_ms = 100,
		.receiver = TCPFSM_WITNESS_SURE,
		.passed = true,
		.asked = true,
	};
	struct tcpfsm_pair both = *p, once = *p;
	struct tcpfsm_result res;

	tcpfsm_fsm_step(&both, seg, &out, &res);
	KUNIT_EXPECT_EQ(test, res.n, 0);
	tcpfsm_fsm_step(&both, seg, &in, &res);
	tcpfsm_fsm_step(&once, seg, &in, &res);
	KUNIT_EXPECT_EQ(test, memcmp(&both, &once, sizeof(both)), 0);
}

/* Over loopback it is seen again: its sender's numbers are learnt there, and nobody moves here. */
static void an_ack_that_shows_no_fin_can_wait(struct kunit *test)
{
	const u32 received = TCPFSM_BIT(TCPFSM_CLOSE_WAIT) | TCPFSM_BIT(TCPFSM_LAST_ACK) |
			     TCPFSM_BIT(TCPFSM_CLOSING) | TCPFSM_BIT(TCPFSM_TIME_WAIT);
	const u32 open = TCPFSM_BIT(TCPFSM_ESTABLISHED) | TCPFSM_BIT(TCPFSM_FIN_WAIT_2);
	struct tcpfsm_segment seg;
	struct tcpfsm_pair p;
	unsigned int state, fin;

	for (state = 0; state < TCPFSM_NR_STATES; state++) {
		for (fin = 0; fin < 2; fin++) {
			play_open(&p);
			p.end[0].state = state;
			p.end[1].snd_nxt += fin;
			p.end[1].flags |= fin ? TCPFSM_END_FIN_SENT : 0;
			seg = segment(0, TCPFSM_ACK, 1, 1 + fin, 10);
			KUNIT_EXPECT_EQ(test, tcpfsm_fsm_can_wait(&p, &seg, 0),
					!!(TCPFSM_BIT(state) & (fin ? received : received | open)));
			if (tcpfsm_fsm_can_wait(&p, &seg, 0))
				expect_no_loss(test, &p, &seg);
			seg.flags |= TCPFSM_FIN;
			KUNIT_EXPECT_FALSE(test, tcpfsm_fsm_can_wait(&p, &seg, 0));
		}
	}
}

static struct kunit_case quiet_tests[] = {
	KUNIT_CASE(data_and_acks_of_an_open_connection_are_quiet),
	KUNIT_CASE(the_open_half_of_a_half_closed_connection_is_quiet),
	KUNIT_CASE(what_may_move_an_end_is_not_quiet),
	KUNIT_CASE(what_is_ignored_is_not_quiet),
	KUNIT_CASE(an_ack_after_the_peers_fin_is_not_quiet),
	KUNIT_CASE(an_open_that_is_not_complete_is_not_quiet),
	KUNIT_CASE(an_end_that_was_picked_up_speaks_first),
	KUNIT_CASE(a_segment_writes_its_own_fields),
	KUNIT_CASE(no_witness_no_word),
	KUNIT_CASE(what_passed_its_sender_unseen_is_learnt_where_it_arrives),
	KUNIT_CASE(an_ack_that_shows_no_fin_can_wait),
	KUNIT_CASE(an_end_catches_up_by_its_sockets_word),
	KUNIT_CASE(the_word_may_be_gigabytes_and_weeks_ahead),
	KUNIT_CASE(a_pair_in_peace_is_open_at_both_ends_and_has_said_so),
	KUNIT_CASE(the_sockets_word_goes_before_what_was_seen),
	KUNIT_CASE(a_restarted_time_wait_remembers_when),
	{}
};

static struct kunit_suite quiet_suite = {
	.name = "tcpfsm_fsm_quiet",
	.test_cases = quiet_tests,
};

kunit_test_suite(quiet_suite);
