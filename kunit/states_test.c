// SPDX-License-Identifier: GPL-2.0
/*
 * states.h against INTERFACE: eleven states, RFC 9293's names with underscores, in the order in
 * which `stats` shows them. Scripts rely on both.
 */
#include <kunit/test.h>

#include "../module/states.h"

/* Written out a second time on purpose: a test that used the list could not see it change. */
static const char * const expected_names[] = {
	"CLOSED",
	"LISTEN",
	"SYN_SENT",
	"SYN_RECEIVED",
	"ESTABLISHED",
	"FIN_WAIT_1",
	"FIN_WAIT_2",
	"CLOSE_WAIT",
	"CLOSING",
	"LAST_ACK",
	"TIME_WAIT",
};

struct state {
	const char *name;
	const char *section;
	int value;
};

#define STATE(state, rfc_section) { #state, rfc_section, TCPFSM_##state },
static const struct state states[] = { TCPFSM_STATES(STATE) };
#undef STATE

static void state_desc(const struct state *state, char *desc)
{
	strscpy(desc, state->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(state, states, state_desc);

static void there_are_eleven_states(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, TCPFSM_NR_STATES, 11);
	KUNIT_EXPECT_EQ(test, ARRAY_SIZE(states), ARRAY_SIZE(expected_names));
}

/* The enum counts from 0 in the order of the list: arrays are indexed by it. */
static void name_and_place(struct kunit *test)
{
	const struct state *state = test->param_value;

	KUNIT_EXPECT_PTR_EQ(test, state, &states[state->value]);
	KUNIT_ASSERT_LT(test, state->value, ARRAY_SIZE(expected_names));
	KUNIT_EXPECT_STREQ(test, state->name, expected_names[state->value]);
}

/* CLOSED is no more than the absence of a connection: zeroed memory must mean that. */
static void zero_is_closed(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, TCPFSM_CLOSED, 0);
}

/* "3.10.7.1": every state says where RFC 9293, whose section 3 is the machine, has it. */
static void section_is_in_the_rfc(struct kunit *test)
{
	const struct state *state = test->param_value;

	KUNIT_EXPECT_EQ(test, strncmp(state->section, "3.", 2), 0);
	KUNIT_EXPECT_EQ(test, strspn(state->section, "0123456789."), strlen(state->section));
}

static struct kunit_case states_cases[] = {
	KUNIT_CASE(there_are_eleven_states),
	KUNIT_CASE(zero_is_closed),
	KUNIT_CASE_PARAM(name_and_place, state_gen_params),
	KUNIT_CASE_PARAM(section_is_in_the_rfc, state_gen_params),
	{}
};

static struct kunit_suite states_suite = {
	.name = "tcpfsm_states",
	.test_cases = states_cases,
};

kunit_test_suite(states_suite);
