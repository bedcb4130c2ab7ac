// SPDX-License-Identifier: GPL-2.0
/*
 * The accounts: gauges agree with the flows, whatever happens to these, and are nothing again
 * when the last has gone (invariant 2); the step from the shared array to the CPUs' own loses
 * nothing; every transition is written down once, in its place.
 */
#include <linux/workqueue.h>

#include "flow_env.h"

#define NR_FLOWS	12
#define NR_ROUNDS	4000

/* Whose ends a flow's are. */
static const u8 ownerships[] = {
	0, TCPFSM_FLOW_LOCAL0, TCPFSM_FLOW_LOCAL1, TCPFSM_FLOW_LOCAL,
	TCPFSM_FLOW_LOCAL0 | TCPFSM_FLOW_SELF,
};

/* The same numbers every time. */
static u32 next_random(u32 *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

#define MOVE(from, to, reason) { TCPFSM_##from, TCPFSM_##to },
static const u8 listed_moves[][2] = { TCPFSM_TRANSITIONS(MOVE) };

/* Index among TCPFSM_TRANSITIONS, or -1. */
static int listed(unsigned int from, unsigned int to)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(listed_moves); i++)
		if (listed_moves[i][0] == from && listed_moves[i][1] == to)
			return i;
	return -1;
}

/* What the gauges must be: a walk of the flows, by INTERFACE's words. */
static void walk_gauges(struct tcpfsm_flow **flow, s64 *gauge)
{
	unsigned int i, end, state;

	memset(gauge, 0, (TCPFSM_ACCT_FLOWS + 1) * sizeof(*gauge));
	for (i = 0; i < NR_FLOWS; i++) {
		if (!flow[i])
			continue;
		gauge[TCPFSM_ACCT_FLOWS]++;
		for (end = 0; end < 2; end++) {
			state = tcpfsm_flow_shown_state(flow[i], end);
			if (!(flow[i]->flags & TCPFSM_FLOW_LOCAL))
				gauge[TCPFSM_ACCT_TRANSIT + state]++;
			else if (state == TCPFSM_CLOSED)
				continue;
			else if (tcpfsm_flow_is_local(flow[i], end))
				gauge[TCPFSM_ACCT_LOCAL + state]++;
			else if (!(flow[i]->flags & TCPFSM_FLOW_SELF))
				gauge[TCPFSM_ACCT_REMOTE + state]++;
		}
	}
}

static void expect_gauges(struct kunit *test, struct tcpfsm_flow **flow)
{
	struct flow_env *env = test->priv;
	s64 gauge[TCPFSM_ACCT_FLOWS + 1];
	unsigned int slot;

	walk_gauges(flow, gauge);
	for (slot = 0; slot <= TCPFSM_ACCT_FLOWS; slot++)
		KUNIT_EXPECT_EQ_MSG(test, tcpfsm_account_read(&env->host.account, slot),
				    gauge[slot], "slot %u", slot);
}

/* A flow comes, goes, is learnt to be local, or one of its ends moves anywhere. */
static void random_event(struct kunit *test, struct tcpfsm_flow **flow, unsigned int i, u32 *random)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_result res;
	struct tcpfsm_key key;
	u32 r = next_random(random);

	if (!flow[i]) {
		key = nth_key(&env->host, i);
		flow[i] = add_flow(&key, ownerships[r % ARRAY_SIZE(ownerships)]);
		KUNIT_ASSERT_NOT_NULL(test, flow[i]);
		return;
	}
	if (!(r & 15)) {
		kill_flow(flow[i]);
		flow[i] = NULL;
		rcu_barrier();
		return;
	}
	spin_lock_bh(&flow[i]->lock);
	if ((r & 15) == 1 && !(flow[i]->flags & TCPFSM_FLOW_SELF)) {
		tcpfsm_account_flow(flow[i], -1);
		flow[i]->flags |= TCPFSM_FLOW_LOCAL0 << (r >> 4 & 1);
		tcpfsm_account_flow(flow[i], 1);
	} else {
		if ((r & 15) < 8)
			tcpfsm_fsm_timeout(&flow[i]->pair, r >> 4 & 1, 2000, &res);
		else
			tcpfsm_fsm_follow(&flow[i]->pair, r >> 4 & 1,
					  (r >> 5) % TCPFSM_NR_STATES, 2000, &res);
		tcpfsm_account_moves(flow[i], &res, (r >> 12) % TCPFSM_NR_CAUSES);
	}
	spin_unlock_bh(&flow[i]->lock);
}

static void gauges_agree_with_the_flows(struct kunit *test)
{
	struct tcpfsm_flow *flow[NR_FLOWS] = {};
	u32 random = 1;
	unsigned int i;

	for (i = 0; i < NR_ROUNDS; i++) {
		random_event(test, flow, next_random(&random) % NR_FLOWS, &random);
		if (i % 16 == 0)
			expect_gauges(test, flow);
	}
	for (i = 0; i < NR_FLOWS; i++) {
		if (flow[i])
			kill_flow(flow[i]);
		flow[i] = NULL;
	}
	expect_gauges(test, flow);
}

/* One transition of one end of a flow with these flags. */
static void move_once(struct kunit *test, u8 flags, unsigned int end, unsigned int from,
		      unsigned int to, enum tcpfsm_cause cause)
{
	struct tcpfsm_result res = {
		.move = { { .held_ms = 5, .end = end, .from = from, .to = to } },
		.n = 1,
	};
	struct flow_env *env = test->priv;
	struct tcpfsm_key key = nth_key(&env->host, 1);
	struct tcpfsm_flow *flow = tcpfsm_flow_create(&key, true, 1000);

	KUNIT_ASSERT_NOT_NULL(test, flow);
	flow->flags = flags;
	tcpfsm_account_moves(flow, &res, cause);
	flow->flags = 0;
	tcpfsm_flow_discard(flow);
}

static s64 counted(struct flow_env *env, int move, enum tcpfsm_cause cause)
{
	return tcpfsm_account_read(&env->host.account,
				   TCPFSM_ACCT_MOVES + move * TCPFSM_NR_CAUSES + cause);
}

/* INTERFACE, transitions: of local endpoints by what showed it, of forwarded flows in one. */
static void each_transition_has_a_place(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_account *acct = &env->host.account;
	unsigned int m, cause, other;

	for (m = 0; m < TCPFSM_NR_TRANSITIONS; m++)
		for (cause = 0; cause < TCPFSM_NR_CAUSES; cause++) {
			for (other = 0; other <= m + cause; other++)
				move_once(test, TCPFSM_FLOW_LOCAL1, 1, listed_moves[m][0],
					  listed_moves[m][1], cause);
			/* The other end of that flow is remote, and no transition of ours. */
			move_once(test, TCPFSM_FLOW_LOCAL1, 0, listed_moves[m][0],
				  listed_moves[m][1], cause);
			move_once(test, 0, 0, listed_moves[m][0], listed_moves[m][1], cause);
		}
	for (m = 0; m < TCPFSM_NR_TRANSITIONS; m++) {
		for (cause = 0; cause < TCPFSM_NR_CAUSES; cause++)
			KUNIT_EXPECT_EQ(test, counted(env, m, cause), (s64)m + cause + 1);
		KUNIT_EXPECT_EQ(test, tcpfsm_account_read(acct, TCPFSM_ACCT_TRANSIT_MOVES + m),
				(s64)TCPFSM_NR_CAUSES);
	}
}

/* What counted(), of a pair that is not among them. */
static s64 counted_beside(struct flow_env *env, unsigned int from, unsigned int to,
			  enum tcpfsm_cause cause)
{
	return tcpfsm_account_read_other(&env->host.account, from, to, cause);
}

/*
 * INTERFACE: then one line for each other pair seen. What a socket has not shown there is room for
 * where none is asked.
 */
static void each_other_pair_has_a_place(struct kunit *test)
{
	struct flow_env *env = test->priv;
	bool alone = tcpfsm_account_slots() == TCPFSM_NR_ACCOUNT_SLOTS;
	unsigned int from, to, cause, n;
	s64 wanted;

	for (from = 0; from < TCPFSM_NR_STATES; from++)
		for (to = 0; to < TCPFSM_NR_STATES; to++)
			for (cause = 0; cause < TCPFSM_NR_CAUSES; cause++)
				for (n = 0; listed(from, to) < 0 && n <= from + to + cause; n++)
					move_once(test, TCPFSM_FLOW_LOCAL1, 1, from, to, cause);
	for (from = 0; from < TCPFSM_NR_STATES; from++)
		for (to = 0; to < TCPFSM_NR_STATES; to++)
			for (cause = 0; cause < TCPFSM_NR_CAUSES; cause++) {
				if (listed(from, to) >= 0)
					continue;
				wanted = alone || cause == TCPFSM_CAUSE_SOCKET ?
					 from + to + cause + 1 : 0;
				KUNIT_EXPECT_EQ(test, counted_beside(env, from, to, cause), wanted);
			}
}

/* INTERFACE, entered: how often a local endpoint has entered the state. */
static void entered_is_the_sum_of_the_ways_in(struct kunit *test)
{
	struct flow_env *env = test->priv;
	s64 entered[TCPFSM_NR_STATES] = {};
	u32 random = 7;
	unsigned int i, from, to, state;

	for (i = 0; i < 500; i++) {
		from = next_random(&random) % TCPFSM_NR_STATES;
		to = next_random(&random) % TCPFSM_NR_STATES;
		if (listed(from, to) < 0 && tcpfsm_account_slots() < TCPFSM_NR_ACCOUNT_SLOTS)
			continue;
		move_once(test, TCPFSM_FLOW_LOCAL0, 0, from, to, i % TCPFSM_NR_CAUSES);
		/* For LISTEN: connections opened passively, which are born there and leave it. */
		if (to != TCPFSM_LISTEN)
			entered[to]++;
		if (from == TCPFSM_LISTEN && to != TCPFSM_CLOSED)
			entered[TCPFSM_LISTEN]++;
		move_once(test, 0, 0, from, to, TCPFSM_CAUSE_SEGMENT);
	}
	for (state = 0; state < TCPFSM_NR_STATES; state++)
		KUNIT_EXPECT_EQ_MSG(test, tcpfsm_account_read_entered(&env->host.account, state),
				    entered[state], "state %u", state);
}

/* INTERFACE, durations: le_. A time that equals a bound is within it. */
static void durations_have_inclusive_bounds(struct kunit *test)
{
#define DURATION_MS(key, ms) ms,
	static const u64 bounds[] = { TCPFSM_DURATIONS(DURATION_MS) };
#undef DURATION_MS
	unsigned int i;

	KUNIT_EXPECT_EQ(test, (int)tcpfsm_duration_bin(0), 0);
	for (i = 0; i < ARRAY_SIZE(bounds); i++) {
		KUNIT_EXPECT_EQ(test, (unsigned int)tcpfsm_duration_bin(bounds[i]), i);
		KUNIT_EXPECT_EQ(test, (unsigned int)tcpfsm_duration_bin(bounds[i] + 1), i + 1);
	}
	KUNIT_EXPECT_EQ(test, (unsigned int)tcpfsm_duration_bin(U64_MAX),
			(unsigned int)TCPFSM_DURATION_MORE);
}

static void hold_once(struct kunit *test, u8 flags, unsigned int end, u64 held_ms, bool found)
{
	struct tcpfsm_result res = {
		.move = { { .held_ms = held_ms, .end = end, .from = TCPFSM_CLOSE_WAIT,
			    .to = TCPFSM_LAST_ACK, .found = found } },
		.n = 1,
	};
	struct flow_env *env = test->priv;
	struct tcpfsm_key key = nth_key(&env->host, 1);
	struct tcpfsm_flow *flow = tcpfsm_flow_create(&key, true, 1000);

	KUNIT_ASSERT_NOT_NULL(test, flow);
	flow->flags = flags;
	tcpfsm_account_moves(flow, &res, TCPFSM_CAUSE_SEGMENT);
	flow->flags = 0;
	tcpfsm_flow_discard(flow);
}

/* Local ends alone; not those that were found there; 64 bits, before and after @percpu comes. */
static void durations_of_local_ends(struct kunit *test)
{
	static const u64 long_ms = 5000000000;
	struct flow_env *env = test->priv;
	struct tcpfsm_account *acct = &env->host.account;
	unsigned int round, slot = tcpfsm_account_duration(TCPFSM_CLOSE_WAIT, TCPFSM_DURATION_MORE);

	for (round = 1; round <= 2; round++) {
		hold_once(test, TCPFSM_FLOW_LOCAL0, 0, long_ms, false);
		hold_once(test, TCPFSM_FLOW_LOCAL0, 0, long_ms, true);
		hold_once(test, TCPFSM_FLOW_LOCAL0, 1, long_ms, false);
		hold_once(test, 0, 0, long_ms, false);
		KUNIT_EXPECT_EQ(test, tcpfsm_account_read(acct, slot), (s64)round);
		KUNIT_EXPECT_EQ(test, tcpfsm_account_read_held(acct, TCPFSM_CLOSE_WAIT),
				(s64)(round * long_ms));
		KUNIT_EXPECT_EQ(test, tcpfsm_account_read_held(acct, TCPFSM_LAST_ACK), 0LL);
		flush_delayed_work(&acct->grow);
		KUNIT_EXPECT_TRUE(test, acct->percpu);
	}
}

/*
 * INTERFACE, witness: the wire's state, the socket's, and how often. Of local ends alone, whatever
 * the pair, and only where the socket was followed.
 */
static void where_the_socket_was_followed(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_account *acct = &env->host.account;
	unsigned int from, to;

	for (from = 0; from < TCPFSM_NR_STATES; from++)
		for (to = 0; to < TCPFSM_NR_STATES; to++) {
			KUNIT_EXPECT_EQ(test, tcpfsm_account_listed(from, to),
					listed(from, to) >= 0);
			if (from == to)
				continue;
			move_once(test, TCPFSM_FLOW_LOCAL0, 0, from, to, TCPFSM_CAUSE_SOCKET);
			move_once(test, TCPFSM_FLOW_LOCAL, 1, from, to, TCPFSM_CAUSE_SOCKET);
			move_once(test, TCPFSM_FLOW_LOCAL0, 1, from, to, TCPFSM_CAUSE_SOCKET);
			move_once(test, TCPFSM_FLOW_LOCAL0, 0, from, to, TCPFSM_CAUSE_SEGMENT);
			move_once(test, TCPFSM_FLOW_LOCAL0, 0, from, to, TCPFSM_CAUSE_TIMER);
			move_once(test, 0, 1, from, to, TCPFSM_CAUSE_TIMER);
		}
	for (from = 0; from < TCPFSM_NR_STATES; from++)
		for (to = 0; to < TCPFSM_NR_STATES; to++)
			KUNIT_EXPECT_EQ_MSG(test, tcpfsm_account_read_followed(acct, from, to),
					    from == to ? 0LL : 2LL, "%u to %u", from, to);
}

static void time_wait_is_counted_beside(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_account *acct = &env->host.account;

	move_once(test, TCPFSM_FLOW_LOCAL0, 0, TCPFSM_FIN_WAIT_2, TCPFSM_TIME_WAIT,
		  TCPFSM_CAUSE_SEGMENT);
	move_once(test, TCPFSM_FLOW_LOCAL0, 0, TCPFSM_CLOSING, TCPFSM_TIME_WAIT,
		  TCPFSM_CAUSE_SOCKET);
	move_once(test, TCPFSM_FLOW_LOCAL0, 1, TCPFSM_CLOSING, TCPFSM_TIME_WAIT,
		  TCPFSM_CAUSE_SEGMENT);
	move_once(test, 0, 0, TCPFSM_FIN_WAIT_2, TCPFSM_TIME_WAIT, TCPFSM_CAUSE_SEGMENT);
	KUNIT_EXPECT_EQ(test, tcpfsm_account_read(acct, TCPFSM_ACCT_TW_CREATED), 2LL);
	move_once(test, TCPFSM_FLOW_LOCAL0, 0, TCPFSM_TIME_WAIT, TCPFSM_CLOSED,
		  TCPFSM_CAUSE_TIMER);
	move_once(test, TCPFSM_FLOW_LOCAL0, 0, TCPFSM_TIME_WAIT, TCPFSM_CLOSED,
		  TCPFSM_CAUSE_SEGMENT);
	move_once(test, 0, 0, TCPFSM_TIME_WAIT, TCPFSM_CLOSED, TCPFSM_CAUSE_TIMER);
	KUNIT_EXPECT_EQ(test, tcpfsm_account_read(acct, TCPFSM_ACCT_TW_EXPIRED), 1LL);
}

/* An idle namespace is cheap; the first segment asks for more, and nothing is lost by it. */
static void promotion_loses_nothing(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_account *acct = &env->host.account;
	unsigned int slot, slots = tcpfsm_account_slots();

	for (slot = 0; slot < slots; slot++)
		tcpfsm_account_add_rare(acct, slot, slot);
	KUNIT_EXPECT_FALSE(test, test_bit(0, &acct->growing));
	KUNIT_EXPECT_TRUE(test, !acct->percpu);

	tcpfsm_account_add(acct, TCPFSM_ACCT_SEEN, 1);
	KUNIT_EXPECT_TRUE(test, test_bit(0, &acct->growing));
	flush_delayed_work(&acct->grow);
	KUNIT_ASSERT_TRUE(test, acct->percpu);

	for (slot = 0; slot < slots; slot++) {
		tcpfsm_account_add(acct, slot, 1000);
		tcpfsm_account_add(acct, slot, -3);
		tcpfsm_account_add_rare(acct, slot, 100);
	}
	for (slot = 0; slot < slots; slot++) {
		KUNIT_EXPECT_EQ(test, tcpfsm_account_read(acct, slot),
				slot + 1097LL + (slot == TCPFSM_ACCT_SEEN));
		KUNIT_EXPECT_EQ(test, (unsigned int)atomic_read(&acct->shared->slot[slot]),
				slot + (slot == TCPFSM_ACCT_SEEN));
	}
}

/* Counted on one CPU before the other end of it on another. */
static void a_gauge_is_never_negative(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_account *acct = &env->host.account;

	tcpfsm_account_add(acct, TCPFSM_ACCT_LOCAL + TCPFSM_TIME_WAIT, -1);
	KUNIT_EXPECT_EQ(test, tcpfsm_account_read_gauge(acct, TCPFSM_ACCT_LOCAL +
							TCPFSM_TIME_WAIT), 0LL);
	tcpfsm_account_add(acct, TCPFSM_ACCT_LOCAL + TCPFSM_TIME_WAIT, 3);
	KUNIT_EXPECT_EQ(test, tcpfsm_account_read_gauge(acct, TCPFSM_ACCT_LOCAL +
							TCPFSM_TIME_WAIT), 2LL);
}

/*
 * Counters never go down, nor below nothing where a word is half full. While they are shared it has
 * 32 bits everywhere; then, as many as a long has.
 */
static void a_counter_has_no_sign(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_account *acct = &env->host.account;

	tcpfsm_account_add_rare(acct, TCPFSM_ACCT_SEEN, INT_MAX);
	tcpfsm_account_add_rare(acct, TCPFSM_ACCT_SEEN, 1);
	KUNIT_EXPECT_EQ(test, tcpfsm_account_read(acct, TCPFSM_ACCT_SEEN), 1LL << 31);

	tcpfsm_account_grow_now(acct);
	KUNIT_ASSERT_TRUE(test, acct->percpu);
	tcpfsm_account_add(acct, TCPFSM_ACCT_SEEN, INT_MAX);
	KUNIT_EXPECT_EQ(test, tcpfsm_account_read(acct, TCPFSM_ACCT_SEEN), (1LL << 32) - 1);
	tcpfsm_account_add(acct, TCPFSM_ACCT_STATELESS, INT_MAX);
	tcpfsm_account_add(acct, TCPFSM_ACCT_STATELESS, 1);
	KUNIT_EXPECT_EQ(test, tcpfsm_account_read(acct, TCPFSM_ACCT_STATELESS), 1LL << 31);
}

/* A flow that lives through the promotion is counted in before and out after it. */
static void gauges_survive_promotion(struct kunit *test)
{
	struct tcpfsm_flow *flow[NR_FLOWS] = {};
	struct flow_env *env = test->priv;
	u32 random = 3;
	unsigned int i;

	for (i = 0; i < NR_FLOWS; i++)
		random_event(test, flow, i, &random);
	expect_gauges(test, flow);
	flush_delayed_work(&env->host.account.grow);
	KUNIT_ASSERT_TRUE(test, env->host.account.percpu);
	expect_gauges(test, flow);
	for (i = 0; i < NR_FLOWS; i++) {
		kill_flow(flow[i]);
		flow[i] = NULL;
	}
	expect_gauges(test, flow);
}

static struct kunit_case account_tests[] = {
	KUNIT_CASE(gauges_agree_with_the_flows),
	KUNIT_CASE(gauges_survive_promotion),
	KUNIT_CASE(promotion_loses_nothing),
	KUNIT_CASE(a_gauge_is_never_negative),
	KUNIT_CASE(a_counter_has_no_sign),
	KUNIT_CASE(each_transition_has_a_place),
	KUNIT_CASE(each_other_pair_has_a_place),
	KUNIT_CASE(entered_is_the_sum_of_the_ways_in),
	KUNIT_CASE(durations_have_inclusive_bounds),
	KUNIT_CASE(durations_of_local_ends),
	KUNIT_CASE(where_the_socket_was_followed),
	KUNIT_CASE(time_wait_is_counted_beside),
	{}
};

static struct kunit_suite account_suite = {
	.name = "tcpfsm_account",
	.init = flow_env_init,
	.exit = flow_env_exit,
	.test_cases = account_tests,
};

kunit_test_suite(account_suite);
