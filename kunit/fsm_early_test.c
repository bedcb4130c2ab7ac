// SPDX-License-Identifier: GPL-2.0
/*
 * Where socket and wire differ, the socket was merely early if the program has made a step whose
 * segment waits; in every other case the wire had it wrong, or could not know.
 */
#include <kunit/test.h>

#include "../module/fsm.h"

struct step {
	const char *claim;
	u8 wire;
	u8 socket;
};

#define STEP(claim, wire, socket) \
	{ #wire ", " #socket ": " claim, TCPFSM_##wire, TCPFSM_##socket }

static const struct step early[] = {
	STEP("a Fast Open's SYN waits for its data", CLOSED, SYN_SENT),
	STEP("a Fast Open's child was closed", SYN_RECEIVED, FIN_WAIT_1),
	STEP("the FIN waits behind data, or before a closed window", ESTABLISHED, FIN_WAIT_1),
	STEP("likewise, the peer having closed first", CLOSE_WAIT, LAST_ACK),
};

static const struct step corrected[] = {
	STEP("connect() gave up in silence", SYN_SENT, CLOSED),
	STEP("no SYN-ACK retry is left", SYN_RECEIVED, CLOSED),
	STEP("a good ACK was ignored", ESTABLISHED, SYN_RECEIVED),
	STEP("a SYN cookie came back", LISTEN, ESTABLISHED),
	STEP("a FIN died behind our hook", CLOSE_WAIT, ESTABLISHED),
	STEP("a FIN came that we could not read", ESTABLISHED, CLOSE_WAIT),
	STEP("two steps, of which the wire had shown none", ESTABLISHED, LAST_ACK),
	STEP("the ACK of the FIN came that we could not read", FIN_WAIT_1, FIN_WAIT_2),
	STEP("retransmissions gave up", FIN_WAIT_1, CLOSED),
	STEP("there are tcp_max_tw_buckets", TIME_WAIT, CLOSED),
};

static void step_name(const struct step *s, char *name)
{
	strscpy(name, s->claim, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(early, early, step_name);
KUNIT_ARRAY_PARAM(corrected, corrected, step_name);

static void the_socket_was_merely_first(struct kunit *test)
{
	const struct step *s = test->param_value;

	KUNIT_EXPECT_TRUE(test, tcpfsm_fsm_early(s->wire, s->socket));
}

static void the_wire_alone_had_it_wrong(struct kunit *test)
{
	const struct step *s = test->param_value;

	KUNIT_EXPECT_FALSE(test, tcpfsm_fsm_early(s->wire, s->socket));
}

/* What leads from the one to the other is one segment that the end itself sends. */
static void a_segment_would_have_shown_it(struct kunit *test)
{
	unsigned int wire, socket, n = 0;

	for (wire = 0; wire < TCPFSM_NR_STATES; wire++)
		for (socket = 0; socket < TCPFSM_NR_STATES; socket++) {
			if (!tcpfsm_fsm_early(wire, socket))
				continue;
			n++;
			KUNIT_EXPECT_NE(test, wire, socket);
			KUNIT_EXPECT_TRUE(test,
					  tcpfsm_fsm_table[wire][TCPFSM_SENT_SYN] == socket ||
					  tcpfsm_fsm_table[wire][TCPFSM_SENT_FIN] == socket);
		}
	KUNIT_EXPECT_EQ(test, n, (unsigned int)ARRAY_SIZE(early));
}

static struct kunit_case fsm_early_cases[] = {
	KUNIT_CASE_PARAM(the_socket_was_merely_first, early_gen_params),
	KUNIT_CASE_PARAM(the_wire_alone_had_it_wrong, corrected_gen_params),
	KUNIT_CASE(a_segment_would_have_shown_it),
	{}
};

static struct kunit_suite fsm_early_suite = {
	.name = "tcpfsm_fsm_early",
	.test_cases = fsm_early_cases,
};

kunit_test_suite(fsm_early_suite);
