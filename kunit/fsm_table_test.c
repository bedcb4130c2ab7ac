// SPDX-License-Identifier: GPL-2.0
/*
 * The table by itself: every arrow of RFC 9293's figure 5 and every change that its section
 * 3.10 adds, written out a second time; everywhere else an end stays where it is. Then what
 * moves an end without any segment.
 */
#include <kunit/test.h>

#include "../module/fsm.h"
#include "../module/transition.h"

struct arrow {
	const char *claim;
	u8 from;
	u8 event;
	u8 to;
};

#define ARROW(from, event, to, claim) \
	{ #from ", " #event ": " claim, TCPFSM_##from, TCPFSM_##event, TCPFSM_##to }

static const struct arrow arrows[] = {
	ARROW(CLOSED, SENT_SYN, SYN_SENT, "active OPEN, snd SYN"),
	ARROW(LISTEN, SENT_SYN, SYN_SENT, "SEND, snd SYN"),
	ARROW(LISTEN, SENT_SYNACK, SYN_RECEIVED, "rcv SYN, snd SYN,ACK"),
	ARROW(LISTEN, TIMEOUT, CLOSED, "CLOSE, or nobody ever answered"),
	ARROW(SYN_SENT, SENT_SYNACK, SYN_RECEIVED, "rcv SYN, snd SYN,ACK"),
	ARROW(SYN_SENT, RCVD_SYN, SYN_RECEIVED, "rcv SYN, snd SYN,ACK"),
	ARROW(SYN_SENT, RCVD_SYNACK, ESTABLISHED, "rcv SYN,ACK, snd ACK"),
	ARROW(SYN_SENT, SENT_ACK, ESTABLISHED, "rcv SYN,ACK, snd ACK"),
	ARROW(SYN_SENT, RCVD_RST, CLOSED, "3.10.7.3 second: connection reset"),
	ARROW(SYN_SENT, SENT_RST, CLOSED, "3.10.5: ABORT after an inferred SYN,ACK"),
	ARROW(SYN_SENT, TIMEOUT, CLOSED, "CLOSE, or 3.8.3: R2 for a SYN"),
	ARROW(SYN_RECEIVED, RCVD_ACK_OF_SYN, ESTABLISHED, "rcv ACK of SYN"),
	ARROW(SYN_RECEIVED, RCVD_SYNACK, ESTABLISHED, "figure 7"),
	ARROW(SYN_RECEIVED, SENT_FIN, FIN_WAIT_1, "CLOSE, snd FIN"),
	ARROW(SYN_RECEIVED, RCVD_FIN, CLOSE_WAIT, "3.10.7.4 eighth"),
	ARROW(SYN_RECEIVED, RCVD_FIN_ACK, CLOSE_WAIT, "3.10.7.4 eighth"),
	ARROW(SYN_RECEIVED, SENT_RST, CLOSED, "3.10.5: ABORT"),
	ARROW(SYN_RECEIVED, RCVD_RST, CLOSED, "3.10.7.4 second"),
	ARROW(SYN_RECEIVED, TIMEOUT, CLOSED, "3.8.3: R2 for a SYN"),
	ARROW(ESTABLISHED, SENT_FIN, FIN_WAIT_1, "CLOSE, snd FIN"),
	ARROW(ESTABLISHED, RCVD_FIN, CLOSE_WAIT, "rcv FIN, snd ACK"),
	ARROW(ESTABLISHED, RCVD_FIN_ACK, CLOSE_WAIT, "rcv FIN, snd ACK"),
	ARROW(ESTABLISHED, SENT_RST, CLOSED, "3.10.5: ABORT"),
	ARROW(ESTABLISHED, RCVD_RST, CLOSED, "3.10.7.4 second"),
	ARROW(ESTABLISHED, TIMEOUT, CLOSED, "3.10.8: user time-out"),
	ARROW(FIN_WAIT_1, RCVD_ACK_OF_FIN, FIN_WAIT_2, "rcv ACK of FIN"),
	ARROW(FIN_WAIT_1, RCVD_FIN, CLOSING, "rcv FIN, snd ACK"),
	ARROW(FIN_WAIT_1, RCVD_FIN_ACK, TIME_WAIT, "note 2"),
	ARROW(FIN_WAIT_1, SENT_RST, CLOSED, "3.10.5: ABORT"),
	ARROW(FIN_WAIT_1, RCVD_RST, CLOSED, "3.10.7.4 second"),
	ARROW(FIN_WAIT_1, TIMEOUT, CLOSED, "3.10.8: user time-out"),
	ARROW(FIN_WAIT_2, RCVD_FIN, TIME_WAIT, "rcv FIN, snd ACK"),
	ARROW(FIN_WAIT_2, RCVD_FIN_ACK, TIME_WAIT, "rcv FIN, snd ACK"),
	ARROW(FIN_WAIT_2, SENT_RST, CLOSED, "3.10.5: ABORT"),
	ARROW(FIN_WAIT_2, RCVD_RST, CLOSED, "3.10.7.4 second"),
	ARROW(FIN_WAIT_2, TIMEOUT, CLOSED, "tcp_fin_timeout"),
	ARROW(CLOSE_WAIT, SENT_FIN, LAST_ACK, "CLOSE, snd FIN"),
	ARROW(CLOSE_WAIT, SENT_RST, CLOSED, "3.10.5: ABORT"),
	ARROW(CLOSE_WAIT, RCVD_RST, CLOSED, "3.10.7.4 second"),
	ARROW(CLOSING, RCVD_ACK_OF_FIN, TIME_WAIT, "rcv ACK of FIN"),
	ARROW(CLOSING, RCVD_FIN_ACK, TIME_WAIT, "rcv ACK of FIN, with their FIN again"),
	ARROW(CLOSING, SENT_RST, CLOSED, "3.10.5: ABORT"),
	ARROW(CLOSING, RCVD_RST, CLOSED, "3.10.7.4 second"),
	ARROW(CLOSING, TIMEOUT, CLOSED, "3.10.8: user time-out"),
	ARROW(LAST_ACK, RCVD_ACK_OF_FIN, CLOSED, "rcv ACK of FIN"),
	ARROW(LAST_ACK, RCVD_FIN_ACK, CLOSED, "rcv ACK of FIN, with their FIN again"),
	ARROW(LAST_ACK, SENT_RST, CLOSED, "3.10.5: ABORT"),
	ARROW(LAST_ACK, RCVD_RST, CLOSED, "3.10.7.4 second"),
	ARROW(LAST_ACK, TIMEOUT, CLOSED, "3.10.8: user time-out"),
	ARROW(TIME_WAIT, SENT_RST, CLOSED, "tcp_timewait_state_process: TCP_TW_RST"),
	ARROW(TIME_WAIT, RCVD_RST, CLOSED, "RFC 1337"),
	ARROW(TIME_WAIT, TIMEOUT, CLOSED, "timeout=2MSL, delete TCB"),
};

static void arrow_desc(const struct arrow *arrow, char *desc)
{
	strscpy(desc, arrow->claim, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(arrow, arrows, arrow_desc);

static void arrow(struct kunit *test)
{
	const struct arrow *arrow = test->param_value;

	KUNIT_EXPECT_EQ(test, (int)tcpfsm_fsm_table[arrow->from][arrow->event], (int)arrow->to);
}

static bool is_arrow(unsigned int from, unsigned int event)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(arrows); i++)
		if (arrows[i].from == from && arrows[i].event == event)
			return true;
	return false;
}

static void everything_else_changes_nothing(struct kunit *test)
{
	unsigned int from, event;

	for (from = 0; from < TCPFSM_NR_STATES; from++)
		for (event = 0; event < TCPFSM_NR_EVENTS; event++)
			if (!is_arrow(from, event))
				KUNIT_EXPECT_EQ_MSG(test, (int)tcpfsm_fsm_table[from][event],
						    (int)from, "state %u, event %u", from, event);
}

#define ALLOWED(from, to, reason) \
	[TCPFSM_##from * TCPFSM_NR_STATES + TCPFSM_##to] = 1,

static void every_arrow_is_on_the_list_of_transitions(struct kunit *test)
{
	static const u8 allowed[TCPFSM_NR_STATES * TCPFSM_NR_STATES] = {
		TCPFSM_TRANSITIONS(ALLOWED)
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(arrows); i++)
		KUNIT_EXPECT_TRUE_MSG(test,
				      allowed[arrows[i].from * TCPFSM_NR_STATES + arrows[i].to],
				      "%s", arrows[i].claim);
}

static void a_flow_begins_with_two_ends_in_listen(struct kunit *test)
{
	struct tcpfsm_pair p;
	unsigned int i;

	memset(&p, 0xaa, sizeof(p));
	tcpfsm_fsm_init(&p, 0xabcdef012345ULL);
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, (int)p.end[i].state, TCPFSM_LISTEN);
		KUNIT_EXPECT_EQ(test, (int)p.end[i].flags, 0);
		KUNIT_EXPECT_EQ(test, (int)p.end[i].wscale, TCPFSM_WSCALE_NONE);
		KUNIT_EXPECT_EQ(test, tcpfsm_end_since(&p.end[i]), 0xabcdef012345ULL);
		KUNIT_EXPECT_TRUE(test, tcpfsm_end_over(&p.end[i]));
	}
}

/* 48 bits of ms; a clock that seems to go back gives 0, no huge number. */
static void how_long_a_state_was_held(struct kunit *test)
{
	struct tcpfsm_result res;
	struct tcpfsm_pair p;

	tcpfsm_fsm_init(&p, 0xfffffff0ULL);
	tcpfsm_fsm_follow(&p, 1, TCPFSM_ESTABLISHED, 0x1fffffff0ULL, &res);
	KUNIT_ASSERT_EQ(test, (int)res.n, 1);
	KUNIT_EXPECT_EQ(test, res.move[0].held_ms, 0x100000000ULL);
	KUNIT_EXPECT_EQ(test, (int)res.move[0].end, 1);
	tcpfsm_fsm_follow(&p, 1, TCPFSM_CLOSE_WAIT, 0x1ffffffefULL, &res);
	KUNIT_ASSERT_EQ(test, (int)res.n, 1);
	KUNIT_EXPECT_EQ(test, res.move[0].held_ms, 0ULL);
}

/* The socket's word counts whatever the table says; the same state again is no move. */
static void a_socket_may_be_anywhere(struct kunit *test)
{
	unsigned int from, to, end;
	struct tcpfsm_result res;
	struct tcpfsm_pair p;

	for (from = 0; from < TCPFSM_NR_STATES; from++)
		for (to = 0; to < TCPFSM_NR_STATES; to++)
			for (end = 0; end < 2; end++) {
				tcpfsm_fsm_init(&p, 5);
				tcpfsm_fsm_follow(&p, end, from, 6, &res);
				tcpfsm_fsm_follow(&p, end, to, 7, &res);
				KUNIT_EXPECT_EQ(test, (int)p.end[end].state, (int)to);
				KUNIT_EXPECT_EQ(test, (int)p.end[!end].state, TCPFSM_LISTEN);
				KUNIT_EXPECT_EQ(test, (int)res.n, from != to);
				KUNIT_EXPECT_FALSE(test, res.rearm || res.out_of_window);
			}
}

static struct kunit_case table_tests[] = {
	KUNIT_CASE_PARAM(arrow, arrow_gen_params),
	KUNIT_CASE(everything_else_changes_nothing),
	KUNIT_CASE(every_arrow_is_on_the_list_of_transitions),
	KUNIT_CASE(a_flow_begins_with_two_ends_in_listen),
	KUNIT_CASE(how_long_a_state_was_held),
	KUNIT_CASE(a_socket_may_be_anywhere),
	{}
};

static struct kunit_suite table_suite = {
	.name = "tcpfsm_fsm_table",
	.test_cases = table_tests,
};

kunit_test_suite(table_suite);
