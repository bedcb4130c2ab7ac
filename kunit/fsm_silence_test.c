// SPDX-License-Identifier: GPL-2.0
/* When an end that says nothing is known to be gone: by the timers that Linux would repeat by. */
#include <kunit/test.h>

#include "../module/fsm_silence.h"
#include "../module/segment.h"

#define ISS	1000
#define PEER	5000
#define NEVER	0

static void sent(struct tcpfsm_silence *s, u8 flags, u32 seq, u32 len, u64 now_ms)
{
	struct tcpfsm_segment seg = {
		.seq = ISS + seq, .ack = PEER, .len = len, .flags = flags,
	};

	tcpfsm_silence_sent(s, &seg, now_ms);
}

static void heard(struct tcpfsm_silence *s, u32 ack, u64 now_ms)
{
	struct tcpfsm_segment seg = { .seq = PEER, .ack = ISS + ack, .flags = TCPFSM_ACK };

	tcpfsm_silence_heard(s, &seg, now_ms);
}

static u64 due(const struct tcpfsm_silence *s, u64 now_ms)
{
	u64 since_ms;
	u32 pause_ms;

	return tcpfsm_silence_due(s, now_ms, &since_ms, &pause_ms) ? since_ms + pause_ms : NEVER;
}

static void opened(struct tcpfsm_silence *s, u64 now_ms)
{
	struct tcpfsm_segment synack = {
		.seq = PEER - 1, .ack = ISS + 1, .flags = TCPFSM_SYN | TCPFSM_ACK,
	};

	memset(s, 0, sizeof(*s));
	sent(s, TCPFSM_SYN, 0, 0, now_ms);
	tcpfsm_silence_heard(s, &synack, now_ms + 10);
	sent(s, TCPFSM_ACK, 1, 0, now_ms + 10);
}

/* The first repetition may be left out, while the neighbour is looked for. */
static void a_syn_is_repeated(struct kunit *test)
{
	struct tcpfsm_silence s = {};

	KUNIT_EXPECT_EQ(test, due(&s, 100), (u64)NEVER);
	sent(&s, TCPFSM_SYN, 0, 0, 100);
	KUNIT_EXPECT_EQ(test, due(&s, 500), (u64)100 + 3000);
	sent(&s, TCPFSM_SYN, 0, 0, 1110);
	KUNIT_EXPECT_EQ(test, due(&s, 1110), (u64)1110 + 2000);
	sent(&s, TCPFSM_SYN, 0, 0, 3130);
	KUNIT_EXPECT_EQ(test, due(&s, 60000), (u64)3130 + 4000);
	heard(&s, 1, 3200);
	KUNIT_EXPECT_EQ(test, due(&s, 3200), (u64)NEVER);
	/* Another connection of the same tuple. */
	sent(&s, TCPFSM_SYN, 7000, 0, 4000);
	KUNIT_EXPECT_EQ(test, due(&s, 4000), (u64)4000 + 3000);
	sent(&s, TCPFSM_SYN, 7000, 0, 7080);
	KUNIT_EXPECT_EQ(test, due(&s, 7080), (u64)7080 + 4000);
}

/* A SYN that comes again is answered at once, in between: that makes no pause shorter. */
static void a_synack_is_repeated(struct kunit *test)
{
	struct tcpfsm_silence s = {};

	sent(&s, TCPFSM_SYN | TCPFSM_ACK, 0, 0, 100);
	sent(&s, TCPFSM_SYN | TCPFSM_ACK, 0, 0, 1100);
	sent(&s, TCPFSM_SYN | TCPFSM_ACK, 0, 0, 1400);
	KUNIT_EXPECT_EQ(test, due(&s, 1400), (u64)1400 + 2000);
}

/* The accept queue was full: the ACK was none. */
static void an_ack_of_the_synack_was_none(struct kunit *test)
{
	struct tcpfsm_silence s = {};

	sent(&s, TCPFSM_SYN | TCPFSM_ACK, 0, 0, 100);
	heard(&s, 1, 110);
	KUNIT_EXPECT_EQ(test, due(&s, 110), (u64)NEVER);
	sent(&s, TCPFSM_SYN | TCPFSM_ACK, 0, 0, 1100);
	KUNIT_EXPECT_EQ(test, due(&s, 1100), (u64)1100 + 2000);
}

static void data_is_repeated(struct kunit *test)
{
	struct tcpfsm_silence s;

	opened(&s, 100);
	KUNIT_EXPECT_EQ(test, due(&s, 200), (u64)NEVER);
	sent(&s, TCPFSM_ACK, 1, 100, 1000);
	KUNIT_EXPECT_EQ(test, due(&s, 1000), (u64)1000 + 3000);
	/* A tail loss probe, then the timer: only what doubles is taken for it. */
	sent(&s, TCPFSM_ACK, 1, 100, 1020);
	KUNIT_EXPECT_EQ(test, due(&s, 1020), (u64)1020 + 3000);
	sent(&s, TCPFSM_ACK, 1, 100, 1220);
	KUNIT_EXPECT_EQ(test, due(&s, 1220), (u64)1220 + 3000);
	sent(&s, TCPFSM_ACK, 1, 100, 1620);
	KUNIT_EXPECT_EQ(test, due(&s, 1620), (u64)1620 + 800);
	sent(&s, TCPFSM_ACK, 1, 100, 2420);
	KUNIT_EXPECT_EQ(test, due(&s, 2420), (u64)2420 + 1600);
	/* A part is acknowledged: from the beginning. */
	heard(&s, 51, 2500);
	KUNIT_EXPECT_EQ(test, due(&s, 2500), (u64)2500 + 3000);
	heard(&s, 101, 2600);
	KUNIT_EXPECT_EQ(test, due(&s, 2600), (u64)NEVER);
}

/* More data starts no timer anew that has fired; what was doubled stays, without a sample. */
static void a_timer_goes_on(struct kunit *test)
{
	struct tcpfsm_silence s;

	opened(&s, 100);
	sent(&s, TCPFSM_ACK, 1, 100, 1000);
	sent(&s, TCPFSM_ACK, 101, 100, 1100);
	KUNIT_EXPECT_EQ(test, due(&s, 1100), (u64)1100 + 3000);
	sent(&s, TCPFSM_ACK, 1, 100, 2100);
	sent(&s, TCPFSM_ACK, 1, 100, 4100);
	sent(&s, TCPFSM_FIN | TCPFSM_ACK, 201, 0, 7000);
	KUNIT_EXPECT_EQ(test, due(&s, 7000), (u64)4100 + 4000);
	sent(&s, TCPFSM_ACK, 1, 100, 8100);
	KUNIT_EXPECT_EQ(test, due(&s, 8100), (u64)8100 + 8000);
	heard(&s, 101, 8200);
	KUNIT_EXPECT_EQ(test, due(&s, 8200), (u64)8200 + 8000);
}

static void a_fin_is_repeated(struct kunit *test)
{
	struct tcpfsm_silence s;

	opened(&s, 100);
	sent(&s, TCPFSM_FIN | TCPFSM_ACK, 1, 0, 1000);
	KUNIT_EXPECT_EQ(test, due(&s, 1000), (u64)1000 + 3000);
	/* An ACK of less, and of what was never sent, are none. */
	heard(&s, 1, 1100);
	heard(&s, 3, 1100);
	KUNIT_EXPECT_EQ(test, due(&s, 1100), (u64)1000 + 3000);
	heard(&s, 2, 1200);
	KUNIT_EXPECT_EQ(test, due(&s, 1200), (u64)NEVER);
}

/* On a long way the first pause is long. */
static void a_slow_answer_is_awaited(struct kunit *test)
{
	struct tcpfsm_silence s;

	opened(&s, 100);
	sent(&s, TCPFSM_ACK, 1, 100, 1000);
	heard(&s, 101, 3000);
	sent(&s, TCPFSM_ACK, 101, 100, 4000);
	KUNIT_EXPECT_EQ(test, due(&s, 4000), (u64)4000 + 10000);
}

static void no_pause_is_longer_than_linux_allows(struct kunit *test)
{
	struct tcpfsm_silence s;

	opened(&s, 100);
	sent(&s, TCPFSM_ACK, 1, 100, 1000);
	sent(&s, TCPFSM_ACK, 1, 100, 101000);
	KUNIT_EXPECT_EQ(test, due(&s, 101000), (u64)101000 + 120000);
}

static void closed(struct tcpfsm_silence *s, u16 window, u64 now_ms)
{
	struct tcpfsm_segment seg = {
		.seq = PEER, .ack = ISS + 1, .window = window, .flags = TCPFSM_ACK,
	};

	tcpfsm_silence_heard(s, &seg, now_ms);
}

static void probes_are_repeated(struct kunit *test)
{
	struct tcpfsm_silence s;

	opened(&s, 100);
	sent(&s, TCPFSM_ACK, 0, 0, 1000);
	/* It may be a keep-alive's, the next an hour away. */
	KUNIT_EXPECT_EQ(test, due(&s, 1000), (u64)NEVER);
	sent(&s, TCPFSM_ACK, 0, 0, 1400);
	KUNIT_EXPECT_EQ(test, due(&s, 1400), (u64)1400 + 800);
	/* An answer that leaves the window closed: it has to ask again, if it is there. */
	closed(&s, 0, 1500);
	KUNIT_EXPECT_EQ(test, due(&s, 1500), (u64)1400 + 800);
	closed(&s, 100, 1600);
	KUNIT_EXPECT_EQ(test, due(&s, 1600), (u64)NEVER);
	/* The pause is remembered for as long as nothing new is sent. */
	sent(&s, TCPFSM_ACK, 0, 0, 2200);
	KUNIT_EXPECT_EQ(test, due(&s, 2200), (u64)2200 + 1600);
	sent(&s, TCPFSM_ACK, 1, 10, 2300);
	KUNIT_EXPECT_EQ(test, due(&s, 2300), (u64)2300 + 3000);
}

/* What has come to an end that has said nothing since its SYN-ACK. */
static void given(struct tcpfsm_silence *s, u8 flags, u32 len, u64 now_ms)
{
	struct tcpfsm_segment seg = {
		.seq = PEER, .ack = ISS + 1, .len = len, .window = 100, .flags = flags,
	};

	tcpfsm_silence_heard(s, &seg, now_ms);
}

static void data_is_not_taken(struct kunit *test)
{
	struct tcpfsm_silence s = {};

	sent(&s, TCPFSM_SYN | TCPFSM_ACK, 0, 0, 100);
	given(&s, TCPFSM_ACK, 0, 110);
	KUNIT_EXPECT_EQ(test, due(&s, 110), (u64)NEVER);
	given(&s, TCPFSM_ACK, 10, 120);
	given(&s, TCPFSM_ACK, 10, 300);
	KUNIT_EXPECT_EQ(test, due(&s, 300), (u64)120 + 200);
	KUNIT_EXPECT_EQ(test, (int)tcpfsm_silence_proves(&s), (int)TCPFSM_SYN_RECEIVED);
	KUNIT_EXPECT_TRUE(test, s.flags & TCPFSM_SILENCE_DEAF);
	/* It is a request sock still, and repeats its SYN-ACK, or not. */
	KUNIT_EXPECT_EQ(test, due(&s, 320), (u64)100 + 1000);
	KUNIT_EXPECT_EQ(test, (int)tcpfsm_silence_proves(&s), (int)TCPFSM_CLOSED);
	/* When at last it speaks, it has taken it. */
	sent(&s, TCPFSM_ACK, 1, 0, 400);
	KUNIT_EXPECT_FALSE(test, s.flags & TCPFSM_SILENCE_DEAF);
}

static void a_fin_is_taken(struct kunit *test)
{
	struct tcpfsm_silence s = {};

	sent(&s, TCPFSM_SYN | TCPFSM_ACK, 0, 0, 100);
	given(&s, TCPFSM_FIN | TCPFSM_ACK, 0, 120);
	KUNIT_EXPECT_EQ(test, due(&s, 120), (u64)120 + 200);
	sent(&s, TCPFSM_ACK, 1, 0, 130);
	KUNIT_EXPECT_EQ(test, due(&s, 130), (u64)NEVER);
	/* From then on it owes nothing that silence could prove. */
	given(&s, TCPFSM_ACK, 10, 140);
	KUNIT_EXPECT_EQ(test, due(&s, 140), (u64)NEVER);
}

static void a_cookie_is_not_taken(struct kunit *test)
{
	struct tcpfsm_silence s = { .flags = TCPFSM_SILENCE_COOKIE };

	given(&s, TCPFSM_ACK, 0, 100);
	KUNIT_EXPECT_EQ(test, due(&s, 100), (u64)NEVER);
	given(&s, TCPFSM_ACK, 10, 120);
	KUNIT_EXPECT_EQ(test, due(&s, 120), (u64)120 + 200);
	KUNIT_EXPECT_EQ(test, (int)tcpfsm_silence_proves(&s), (int)TCPFSM_CLOSED);
}

/* Once may be TCP_DEFER_ACCEPT, which takes the next ACK; twice is a full queue. */
static void the_second_synack_in_vain(struct kunit *test)
{
	struct tcpfsm_silence s = {};

	sent(&s, TCPFSM_SYN | TCPFSM_ACK, 0, 0, 100);
	given(&s, TCPFSM_ACK, 0, 110);
	sent(&s, TCPFSM_SYN | TCPFSM_ACK, 0, 0, 1100);
	KUNIT_EXPECT_FALSE(test, s.flags & TCPFSM_SILENCE_DEAF);
	given(&s, TCPFSM_ACK, 0, 1110);
	sent(&s, TCPFSM_SYN | TCPFSM_ACK, 0, 0, 3100);
	KUNIT_EXPECT_TRUE(test, s.flags & TCPFSM_SILENCE_DEAF);
}

/* tcp_fin_time(): three and a half times the RTO, which a lost FIN has doubled. */
static void an_orphan_waits_longer(struct kunit *test)
{
	struct tcpfsm_segment stamped = {
		.seq = PEER, .ack = ISS + 2, .flags = TCPFSM_ACK, .options = TCPFSM_OPT_TS,
	};
	struct tcpfsm_silence s;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		opened(&s, 100);
		sent(&s, TCPFSM_FIN | TCPFSM_ACK, 1, 0, 1000);
		sent(&s, TCPFSM_FIN | TCPFSM_ACK, 1, 0, 1200);
		sent(&s, TCPFSM_FIN | TCPFSM_ACK, 1, 0, 1600);
		if (i)
			tcpfsm_silence_heard(&s, &stamped, 1610);
		else
			heard(&s, 2, 1610);
		KUNIT_EXPECT_EQ(test, tcpfsm_silence_fin_time(&s), i ? 2835U : 2800U);
	}
}

/* calc_wheel_index(): exact for 62 jiffies, then rounded up to 8, to 64, to 512. */
static void timers_are_late(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, tcpfsm_silence_timer(1000, 62), 1063U);
	KUNIT_EXPECT_EQ(test, tcpfsm_silence_timer(1000, 63), 1064U);
	KUNIT_EXPECT_EQ(test, tcpfsm_silence_timer(1001, 63), 1072U);
	KUNIT_EXPECT_EQ(test, tcpfsm_silence_timer(0, 503), 504U);
	KUNIT_EXPECT_EQ(test, tcpfsm_silence_timer(0, 504), 512U);
	KUNIT_EXPECT_EQ(test, tcpfsm_silence_timer(8, 504), 576U);
	KUNIT_EXPECT_EQ(test, tcpfsm_silence_timer(0, 15000), 15360U);
	KUNIT_EXPECT_EQ(test, tcpfsm_silence_timer(0xfffffff0, 62), 47U);
}

static void the_middle_of_a_connection_will_do(struct kunit *test)
{
	struct tcpfsm_silence s = {};

	heard(&s, 700, 100);
	KUNIT_EXPECT_EQ(test, due(&s, 100), (u64)NEVER);
	sent(&s, TCPFSM_ACK, 700, 100, 200);
	KUNIT_EXPECT_EQ(test, due(&s, 200), (u64)200 + 3000);
	heard(&s, 800, 300);
	KUNIT_EXPECT_EQ(test, due(&s, 300), (u64)NEVER);
	sent(&s, TCPFSM_RST | TCPFSM_ACK, 800, 0, 400);
	KUNIT_EXPECT_EQ(test, due(&s, 400), (u64)NEVER);
}

static void the_clock_is_kept_in_32_bits(struct kunit *test)
{
	u64 late = 0x1fffffff0ULL;
	struct tcpfsm_silence s = {};

	sent(&s, TCPFSM_SYN, 0, 0, late);
	KUNIT_EXPECT_EQ(test, due(&s, late + 100), (u64)late + 3000);
	sent(&s, TCPFSM_SYN, 0, 0, late + 1000);
	KUNIT_EXPECT_EQ(test, due(&s, late + 1000), (u64)late + 1000 + 2000);
}

static struct kunit_case silence_cases[] = {
	KUNIT_CASE(a_syn_is_repeated),
	KUNIT_CASE(a_synack_is_repeated),
	KUNIT_CASE(an_ack_of_the_synack_was_none),
	KUNIT_CASE(data_is_repeated),
	KUNIT_CASE(a_timer_goes_on),
	KUNIT_CASE(a_fin_is_repeated),
	KUNIT_CASE(a_slow_answer_is_awaited),
	KUNIT_CASE(no_pause_is_longer_than_linux_allows),
	KUNIT_CASE(probes_are_repeated),
	KUNIT_CASE(data_is_not_taken),
	KUNIT_CASE(a_fin_is_taken),
	KUNIT_CASE(a_cookie_is_not_taken),
	KUNIT_CASE(the_second_synack_in_vain),
	KUNIT_CASE(an_orphan_waits_longer),
	KUNIT_CASE(timers_are_late),
	KUNIT_CASE(the_middle_of_a_connection_will_do),
	KUNIT_CASE(the_clock_is_kept_in_32_bits),
	{}
};

static struct kunit_suite silence_suite = {
	.name = "tcpfsm_fsm_silence",
	.test_cases = silence_cases,
};

kunit_test_suite(silence_suite);
