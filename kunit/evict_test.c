// SPDX-License-Identifier: GPL-2.0
/*
 * Whom a full table gives up (invariant 4): half-open first, then closing transit, then idle
 * transit; never a local endpoint that has a socket.
 */
#include "../module/evict.h"
#include "../module/socket.h"
#include "flow_env.h"

/* One bucket's flows, as eviction begins to look in it. */
#define BUCKET	5

struct kind {
	const char *name;
	u8 state[2];
	u8 acks;	/* ends that have sent an ACK: bit 0, bit 1 */
};

/* From those who go first to those who stay longest. */
static const struct kind kinds[] = {
	{ "half-open: only a SYN was seen", { TCPFSM_SYN_SENT, TCPFSM_LISTEN }, 0 },
	{ "half-open: SYN-ACK", { TCPFSM_SYN_SENT, TCPFSM_SYN_RECEIVED }, 2 },
	{ "half-open: one direction alone", { TCPFSM_ESTABLISHED, TCPFSM_ESTABLISHED }, 1 },
	{ "closing: one FIN", { TCPFSM_FIN_WAIT_2, TCPFSM_CLOSE_WAIT }, 3 },
	{ "closing: done", { TCPFSM_TIME_WAIT, TCPFSM_CLOSED }, 3 },
	{ "idle", { TCPFSM_ESTABLISHED, TCPFSM_ESTABLISHED }, 3 },
};

static const unsigned int ranks[ARRAY_SIZE(kinds)] = { 3, 3, 3, 2, 2, 1 };

/* The next key of @tn, from *@i, that falls into BUCKET plus @offset. */
static struct tcpfsm_key key_in_bucket(struct tcpfsm_net *tn, unsigned int *i, unsigned int offset)
{
	struct tcpfsm_key key;

	do
		key = nth_key(tn, (*i)++);
	while ((key.hash & (tcpfsm_flow_buckets() - 1)) !=
	       ((BUCKET + offset) & (tcpfsm_flow_buckets() - 1)));
	return key;
}

static struct tcpfsm_flow *add_kind(struct kunit *test, const struct tcpfsm_key *key,
				    const struct kind *kind, u8 flags, u32 deadline)
{
	struct tcpfsm_flow *flow = add_flow(key, flags);
	struct tcpfsm_result res;
	unsigned int end;

	KUNIT_ASSERT_NOT_NULL(test, flow);
	spin_lock_bh(&flow->lock);
	for (end = 0; end < 2; end++) {
		tcpfsm_fsm_follow(&flow->pair, end, kind->state[end], 2000, &res);
		tcpfsm_account_moves(flow, &res, TCPFSM_CAUSE_SEGMENT);
		if (kind->acks & (1 << end))
			flow->pair.end[end].flags |= TCPFSM_END_ACKS;
	}
	flow->deadline = deadline;
	spin_unlock_bh(&flow->lock);
	return flow;
}

static void evict(bool guests)
{
	rcu_read_lock();
	tcpfsm_evict(BUCKET, guests);
	rcu_read_unlock();
}

/* Every kind beside every other, in either order of insertion. */
static void in_the_order_of_the_invariant(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_flow *flow[2];
	struct tcpfsm_key key[2];
	unsigned int a, b, goes, i = 0;

	for (a = 0; a < ARRAY_SIZE(kinds); a++)
		for (b = 0; b < ARRAY_SIZE(kinds); b++) {
			if (ranks[a] == ranks[b])
				continue;
			key[0] = key_in_bucket(&env->host, &i, 0);
			key[1] = key_in_bucket(&env->host, &i, 0);
			/* Age does not matter between kinds. */
			flow[0] = add_kind(test, &key[0], &kinds[a], 0, ranks[a] * 100);
			flow[1] = add_kind(test, &key[1], &kinds[b], 0, ranks[b] * 100);
			goes = ranks[a] > ranks[b] ? 0 : 1;
			evict(false);
			KUNIT_EXPECT_TRUE_MSG(test, !find_flow(&key[goes]) &&
					      find_flow(&key[!goes]) == flow[!goes],
					      "%s, beside %s", kinds[a].name, kinds[b].name);
			evict(false);
			KUNIT_EXPECT_NULL(test, find_flow(&key[!goes]));
			rcu_barrier();
		}
}

/* The deadline is the time of the last segment plus a constant: it wraps with jiffies. */
static void of_equals_the_one_that_was_silent_the_longest(struct kunit *test)
{
	static const u32 deadlines[] = { 5, 0xfffffff0, 100 };
	static const unsigned int order[] = { 1, 0, 2 };
	struct flow_env *env = test->priv;
	struct tcpfsm_key key[ARRAY_SIZE(deadlines)];
	unsigned int k, n, i = 0;

	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		for (n = 0; n < ARRAY_SIZE(deadlines); n++) {
			key[n] = key_in_bucket(&env->host, &i, 0);
			add_kind(test, &key[n], &kinds[k], 0, deadlines[n]);
		}
		for (n = 0; n < ARRAY_SIZE(order); n++) {
			KUNIT_EXPECT_NOT_NULL(test, find_flow(&key[order[n]]));
			evict(false);
			KUNIT_EXPECT_NULL(test, find_flow(&key[order[n]]));
		}
		rcu_barrier();
	}
}

static void never_a_local_endpoint_that_has_a_socket(struct kunit *test)
{
	static const u8 local[] = { TCPFSM_FLOW_LOCAL0, TCPFSM_FLOW_LOCAL1, TCPFSM_FLOW_LOCAL };
	struct flow_env *env = test->priv;
	struct tcpfsm_key key;
	struct tcpfsm_flow *flow;
	bool witness = tcpfsm_witness, leaks;
	unsigned int k, l, i = 0;

	/* Flows that are to do without it are larger: it is decided before the first. */
	tcpfsm_flow_uninit();
	tcpfsm_witness = false;
	KUNIT_ASSERT_EQ(test, tcpfsm_flow_init(), 0);
	for (k = 0; k < ARRAY_SIZE(kinds); k++)
		for (l = 0; l < ARRAY_SIZE(local); l++) {
			key = key_in_bucket(&env->host, &i, 0);
			flow = add_kind(test, &key, &kinds[k], local[l], 0);
			tcpfsm_witness = true;
			evict(false);
			KUNIT_EXPECT_NOT_NULL(test, find_flow(&key));
			/*
			 * Without the second witness nobody knows whether there is one; but
			 * CLOSE_WAIT is never aged out.
			 */
			leaks = kinds[k].state[1] == TCPFSM_CLOSE_WAIT &&
				(local[l] & TCPFSM_FLOW_LOCAL1);
			tcpfsm_witness = false;
			evict(false);
			KUNIT_EXPECT_EQ(test, !!find_flow(&key), leaks);
			if (leaks) {
				spin_lock_bh(&flow->lock);
				tcpfsm_flow_kill(flow);
				spin_unlock_bh(&flow->lock);
			}
			rcu_barrier();
		}
	tcpfsm_witness = witness;
}

static void a_guest_pushes_out_guests_alone(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_key host, guest;
	unsigned int i = 0;

	host = key_in_bucket(&env->host, &i, 0);
	guest = key_in_bucket(&env->guest, &i, 0);
	add_kind(test, &host, &kinds[0], 0, 0);
	add_kind(test, &guest, &kinds[5], 0, 0);
	evict(true);
	KUNIT_EXPECT_NOT_NULL(test, find_flow(&host));
	KUNIT_EXPECT_NULL(test, find_flow(&guest));
	evict(true);
	KUNIT_EXPECT_NOT_NULL(test, find_flow(&host));
	KUNIT_EXPECT_EQ(test, tcpfsm_account_read(&env->guest.account, TCPFSM_ACCT_EVICTED), 1LL);
	KUNIT_EXPECT_EQ(test, tcpfsm_account_read(&env->host.account, TCPFSM_ACCT_EVICTED), 0LL);
}

/* Its work is bounded: some buckets on from where it begins. */
static void only_so_far(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_key near, far;
	unsigned int i = 0;

	far = key_in_bucket(&env->host, &i, 48);
	add_kind(test, &far, &kinds[0], 0, 0);
	evict(false);
	KUNIT_EXPECT_NOT_NULL(test, find_flow(&far));
	near = key_in_bucket(&env->host, &i, 47);
	add_kind(test, &near, &kinds[5], 0, 0);
	evict(false);
	KUNIT_EXPECT_NULL(test, find_flow(&near));
	KUNIT_EXPECT_NOT_NULL(test, find_flow(&far));
}

/* A full table: room is made, but what goes awaits RCU, and only then makes room. */
static void a_full_table_makes_room_for_the_next(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_key key;
	unsigned int n, i = 0;

	/* One place is for a local end. */
	for (n = 0; n < FLOW_ENV_MAX - 1; n++) {
		key = key_in_bucket(&env->host, &i, 0);
		add_kind(test, &key, &kinds[5], 0, n);
	}
	key = key_in_bucket(&env->host, &i, 0);
	KUNIT_EXPECT_NULL(test, add_flow(&key, 0));
	KUNIT_EXPECT_EQ(test, tcpfsm_account_read(&env->host.account, TCPFSM_ACCT_EVICTED), 1LL);
	rcu_barrier();
	KUNIT_EXPECT_NOT_NULL(test, add_flow(&key, 0));
	KUNIT_EXPECT_EQ(test, tcpfsm_flow_count(), FLOW_ENV_MAX - 1U);
}

static struct kunit_case evict_tests[] = {
	KUNIT_CASE(in_the_order_of_the_invariant),
	KUNIT_CASE(of_equals_the_one_that_was_silent_the_longest),
	KUNIT_CASE(never_a_local_endpoint_that_has_a_socket),
	KUNIT_CASE(a_guest_pushes_out_guests_alone),
	KUNIT_CASE(only_so_far),
	KUNIT_CASE(a_full_table_makes_room_for_the_next),
	{}
};

static struct kunit_suite evict_suite = {
	.name = "tcpfsm_evict",
	.init = flow_env_init,
	.exit = flow_env_exit,
	.test_cases = evict_tests,
};

kunit_test_suite(evict_suite);
