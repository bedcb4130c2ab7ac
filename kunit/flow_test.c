// SPDX-License-Identifier: GPL-2.0
/*
 * The flow table: one entry for both directions, bounded, and whom it gives up.
 */
#include "../module/flow_find.h"
#include "../module/socket.h"
#include "flow_env.h"

struct tuple_pair {
	const char *claim;
	u8 family;
	bool self;
	u16 sport;
	u16 dport;
	u32 src[4];
	u32 dst[4];
};

/* Addresses are written in host order. */
static const struct tuple_pair tuple_pairs[] = {
	{ "IPv4: the lower address first", AF_INET, false, 80, 40000,
	  { 0x0a000001 }, { 0x0a000002 } },
	{ "IPv4: the ports follow the addresses", AF_INET, false, 40000, 80,
	  { 0x0a000001 }, { 0x0a000002 } },
	{ "IPv4: in the order of the network, not of the host", AF_INET, false, 1, 2,
	  { 0x01000002 }, { 0x02000001 } },
	{ "IPv4: addresses are unsigned", AF_INET, false, 1, 2,
	  { 0x7f000001 }, { 0x80000001 } },
	{ "IPv4, one address: the lower port first", AF_INET, false, 80, 40000,
	  { 0x7f000001 }, { 0x7f000001 } },
	{ "IPv4, one address: ports in the order of the network", AF_INET, false, 255, 256,
	  { 0x7f000001 }, { 0x7f000001 } },
	{ "IPv4: connected to itself", AF_INET, true, 5000, 5000,
	  { 0x7f000001 }, { 0x7f000001 } },
	{ "IPv6: the lower address first", AF_INET6, false, 80, 40000,
	  { 0x20010db8, 0, 0, 1 }, { 0x20010db8, 0, 0, 2 } },
	{ "IPv6: the first word decides", AF_INET6, false, 2, 1,
	  { 0x20010db8, 9, 9, 9 }, { 0xfe800000, 0, 0, 1 } },
	{ "IPv6: the last word alone differs", AF_INET6, false, 2, 1,
	  { 0x20010db8, 1, 2, 0x00000100 }, { 0x20010db8, 1, 2, 0x00010000 } },
	{ "IPv6, one address: the lower port first", AF_INET6, false, 79, 80,
	  { 0, 0, 0, 1 }, { 0, 0, 0, 1 } },
	{ "IPv6: connected to itself", AF_INET6, true, 5000, 5000,
	  { 0, 0, 0, 1 }, { 0, 0, 0, 1 } },
};

static void tuple_pair_desc(const struct tuple_pair *pair, char *desc)
{
	strscpy(desc, pair->claim, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(tuple_pair, tuple_pairs, tuple_pair_desc);

static struct tcpfsm_tuple tuple_of(const struct tuple_pair *pair, bool reverse)
{
	struct tcpfsm_tuple tuple = {
		.sport = htons(reverse ? pair->dport : pair->sport),
		.dport = htons(reverse ? pair->sport : pair->dport),
		.family = pair->family,
	};
	const u32 *src = reverse ? pair->dst : pair->src, *dst = reverse ? pair->src : pair->dst;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		tuple.src.s6_addr32[i] = htonl(src[i]);
		tuple.dst.s6_addr32[i] = htonl(dst[i]);
	}
	return tuple;
}

static void both_directions_have_one_key(struct kunit *test)
{
	const struct tuple_pair *pair = test->param_value;
	struct flow_env *env = test->priv;
	struct tcpfsm_tuple there = tuple_of(pair, false), back = tuple_of(pair, true);
	struct tcpfsm_key a = flow_key(&env->host, &there), b = flow_key(&env->host, &back);
	unsigned int words = pair->family == AF_INET6 ? 4 : 1;

	KUNIT_EXPECT_EQ(test, a.hash, b.hash);
	KUNIT_EXPECT_EQ(test, memcmp(a.addr, b.addr, 2 * words * sizeof(a.addr[0])), 0);
	KUNIT_EXPECT_EQ(test, memcmp(a.port, b.port, sizeof(a.port)), 0);
	KUNIT_EXPECT_EQ(test, a.self, pair->self);
	KUNIT_EXPECT_EQ(test, b.self, pair->self);
	KUNIT_EXPECT_EQ(test, a.ipv6, pair->family == AF_INET6);
	KUNIT_EXPECT_EQ(test, (int)a.from, 0);
	KUNIT_EXPECT_EQ(test, (int)b.from, pair->self ? 0 : 1);
	KUNIT_EXPECT_EQ(test, memcmp(a.addr, &there.src, words * sizeof(a.addr[0])), 0);
	KUNIT_EXPECT_EQ(test, memcmp(a.addr + words, &there.dst, words * sizeof(a.addr[0])), 0);
	KUNIT_EXPECT_EQ(test, (int)ntohs(a.port[0]), (int)pair->sport);
	KUNIT_EXPECT_EQ(test, (int)ntohs(a.port[1]), (int)pair->dport);
}

static void a_flow_is_found_in_both_directions(struct kunit *test)
{
	const struct tuple_pair *pair = test->param_value;
	struct flow_env *env = test->priv;
	struct tcpfsm_tuple there = tuple_of(pair, false), back = tuple_of(pair, true);
	struct tcpfsm_key a = flow_key(&env->host, &there), b = flow_key(&env->host, &back);
	struct tcpfsm_flow *flow;

	KUNIT_EXPECT_NULL(test, find_flow(&a));
	flow = add_flow(&a, 0);
	KUNIT_ASSERT_NOT_NULL(test, flow);
	KUNIT_EXPECT_PTR_EQ(test, find_flow(&a), flow);
	KUNIT_EXPECT_PTR_EQ(test, find_flow(&b), flow);
	KUNIT_EXPECT_EQ(test, !!(flow->flags & TCPFSM_FLOW_SELF), pair->self);
	KUNIT_EXPECT_EQ(test, !!(flow->flags & TCPFSM_FLOW_IPV6), pair->family == AF_INET6);
	KUNIT_EXPECT_EQ(test, tcpfsm_flow_born(flow), 1000ULL);
	KUNIT_EXPECT_EQ(test, memcmp(tcpfsm_flow_addr(flow, 1), &there.dst,
				     pair->family == AF_INET6 ? 16 : 4), 0);
	kill_flow(flow);
	KUNIT_EXPECT_NULL(test, find_flow(&a));
	KUNIT_EXPECT_NULL(test, find_flow(&b));
}

/* A part of the tuple that differs makes another flow. */
static void near_tuples_are_not_found(struct kunit *test)
{
	const struct tuple_pair *pair = test->param_value;
	struct flow_env *env = test->priv;
	struct tcpfsm_tuple tuple = tuple_of(pair, false), near;
	struct tcpfsm_key key = flow_key(&env->host, &tuple);
	unsigned int i, words = pair->family == AF_INET6 ? 4 : 1;

	KUNIT_ASSERT_NOT_NULL(test, add_flow(&key, 0));
	for (i = 0; i < 2 * words + 2; i++) {
		near = tuple;
		if (i < words)
			near.src.s6_addr32[i] ^= htonl(0x10);
		else if (i < 2 * words)
			near.dst.s6_addr32[i - words] ^= htonl(0x10);
		else if (i == 2 * words)
			near.sport ^= htons(0x10);
		else
			near.dport ^= htons(0x10);
		key = flow_key(&env->host, &near);
		KUNIT_EXPECT_NULL(test, find_flow(&key));
	}
	key = flow_key(&env->guest, &tuple);
	KUNIT_EXPECT_NULL(test, find_flow(&key));
	near = tuple;
	near.family = pair->family == AF_INET6 ? AF_INET : AF_INET6;
	key = flow_key(&env->host, &near);
	KUNIT_EXPECT_NULL(test, find_flow(&key));
}

/* The same words may be a hash's collision: the key is compared, not the hash. */
static void a_hash_alone_finds_nothing(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_key key = nth_key(&env->host, 1), other = nth_key(&env->host, 2);
	struct tcpfsm_key guest = nth_key(&env->guest, 1);
	struct tcpfsm_flow *flow = add_flow(&key, 0);

	KUNIT_ASSERT_NOT_NULL(test, flow);
	other.hash = key.hash;
	guest.hash = key.hash;
	KUNIT_EXPECT_NULL(test, find_flow(&other));
	KUNIT_EXPECT_NULL(test, find_flow(&guest));
	other = key;
	other.port[1] ^= htons(1);
	KUNIT_EXPECT_NULL(test, find_flow(&other));
	other = key;
	other.addr[1] ^= htonl(1);
	KUNIT_EXPECT_NULL(test, find_flow(&other));
	other = key;
	other.ipv6 = true;
	KUNIT_EXPECT_NULL(test, find_flow(&other));
}

static void likewise_for_each_word_of_ipv6(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_tuple tuple = tuple_of(&tuple_pairs[7], false);
	struct tcpfsm_key key = flow_key(&env->host, &tuple), other;
	struct tcpfsm_flow *flow = add_flow(&key, 0);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, flow);
	KUNIT_ASSERT_TRUE(test, key.ipv6);
	for (i = 0; i < ARRAY_SIZE(key.addr); i++) {
		other = key;
		other.addr[i] ^= htonl(1);
		KUNIT_EXPECT_NULL(test, find_flow(&other));
	}
	KUNIT_EXPECT_PTR_EQ(test, find_flow(&key), flow);
}

/* Whatever key was made before, this one's hash is its own; and so it is when it is made again. */
static void expect_own_hash(struct kunit *test, struct tcpfsm_net *tn,
			    const struct tcpfsm_tuple *tuple)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		struct tcpfsm_key key = flow_key(tn, tuple);

		KUNIT_EXPECT_EQ(test, key.hash,
				key.ipv6 ? tcpfsm_flow_hash_ends(tn, key.addr, key.port, true) :
					   tcpfsm_flow_hash_ends(tn, key.addr, key.port, false));
	}
}

/* The last key's is remembered: what differs from that in anything has another. */
static void each_key_has_its_own_hash(struct kunit *test)
{
	const struct tuple_pair *pair = test->param_value;
	struct tcpfsm_tuple tuple = tuple_of(pair, false), other;
	struct flow_env *env = test->priv;
	unsigned int i;

	for (i = 0; i < (pair->family == AF_INET6 ? 4 : 1); i++) {
		other = tuple;
		other.src.s6_addr32[i] ^= htonl(1);
		expect_own_hash(test, &env->host, &tuple);
		expect_own_hash(test, &env->host, &other);
		other = tuple;
		other.dst.s6_addr32[i] ^= htonl(1);
		expect_own_hash(test, &env->host, &tuple);
		expect_own_hash(test, &env->host, &other);
	}
	other = tuple;
	other.dport ^= htons(1);
	expect_own_hash(test, &env->host, &tuple);
	expect_own_hash(test, &env->host, &other);
	expect_own_hash(test, &env->host, &tuple);
	expect_own_hash(test, &env->guest, &tuple);
	other = tuple_of(pair, true);
	expect_own_hash(test, &env->guest, &other);
	/* Hashes with another secret are worth nothing. */
	tcpfsm_flow_key_init();
	expect_own_hash(test, &env->guest, &other);
}

static void a_second_flow_of_one_tuple_is_refused(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_key key = nth_key(&env->host, 1);
	struct tcpfsm_flow *flow = add_flow(&key, 0);

	KUNIT_ASSERT_NOT_NULL(test, flow);
	KUNIT_EXPECT_NULL(test, add_flow(&key, 0));
	KUNIT_EXPECT_PTR_EQ(test, find_flow(&key), flow);
	KUNIT_EXPECT_EQ(test, tcpfsm_flow_count(), 1U);
	KUNIT_EXPECT_EQ(test, tcpfsm_account_read(&env->host.account, TCPFSM_ACCT_FLOWS), 1LL);
}

/* No device has this number: it is in no VRF but its own. */
static void one_tuple_in_two_vrfs_is_two_flows(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_key key = nth_key(&env->host, 1), vrf = key;
	struct tcpfsm_flow *flow, *other;

	vrf.domain = 1234567;
	flow = add_flow(&key, TCPFSM_FLOW_LOCAL0);
	KUNIT_EXPECT_PTR_EQ(test, find_flow(&vrf), (struct tcpfsm_flow *)NULL);
	other = add_flow(&vrf, TCPFSM_FLOW_LOCAL0);
	KUNIT_ASSERT_TRUE(test, flow && other);
	KUNIT_EXPECT_PTR_EQ(test, find_flow(&key), flow);
	KUNIT_EXPECT_PTR_EQ(test, find_flow(&vrf), other);
	kill_flow(flow);
	KUNIT_EXPECT_PTR_EQ(test, find_flow(&key), (struct tcpfsm_flow *)NULL);
	KUNIT_EXPECT_PTR_EQ(test, find_flow(&vrf), other);
}

static void walks_see_every_flow_once(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_flow *flow[FLOW_ENV_MAX], *seen;
	struct tcpfsm_key key;
	unsigned int i, n = 0;

	for (i = 0; i < FLOW_ENV_MAX - 2; i++) {
		key = nth_key(&env->host, i);
		flow[i] = add_flow(&key, 0);
		KUNIT_ASSERT_NOT_NULL(test, flow[i]);
	}
	for (i = 0; i < FLOW_ENV_MAX - 2; i += 2)
		kill_flow(flow[i]);
	rcu_read_lock();
	for (i = 0; i < tcpfsm_flow_buckets(); i++)
		tcpfsm_flow_for_each(seen, tcpfsm_flow_bucket(i))
			n++;
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, n, (FLOW_ENV_MAX - 2) / 2U);
	for (i = 0; i < FLOW_ENV_MAX - 2; i++) {
		key = nth_key(&env->host, i);
		KUNIT_EXPECT_PTR_EQ(test, find_flow(&key), i & 1 ? flow[i] : NULL);
	}
}

/* Invariant 4: memory is bounded, objects awaiting RCU included. */
static void what_awaits_rcu_still_counts(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_flow *flow[FLOW_ENV_MAX];
	struct tcpfsm_key key;
	unsigned int i;

	for (i = 0; i < FLOW_ENV_MAX; i++) {
		key = nth_key(&env->host, i);
		flow[i] = add_flow(&key, TCPFSM_FLOW_LOCAL0);
		KUNIT_ASSERT_NOT_NULL(test, flow[i]);
	}
	key = nth_key(&env->host, FLOW_ENV_MAX);
	KUNIT_EXPECT_NULL(test, add_flow(&key, TCPFSM_FLOW_LOCAL0));

	rcu_read_lock();
	for (i = 0; i < FLOW_ENV_MAX; i++)
		kill_flow(flow[i]);
	KUNIT_EXPECT_EQ(test, tcpfsm_flow_count(), (unsigned int)FLOW_ENV_MAX);
	KUNIT_EXPECT_NULL(test, add_flow(&key, TCPFSM_FLOW_LOCAL0));
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, tcpfsm_account_read(&env->host.account, TCPFSM_ACCT_EVICTED), 0LL);

	rcu_barrier();
	KUNIT_EXPECT_EQ(test, tcpfsm_flow_count(), 0U);
	KUNIT_EXPECT_NOT_NULL(test, add_flow(&key, TCPFSM_FLOW_LOCAL0));
}

/* INTERFACE, max_flows: namespaces other than the first share at most half. */
static void guests_have_at_most_half(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_key key;
	unsigned int i;

	for (i = 0; i < FLOW_ENV_MAX / 2; i++) {
		key = nth_key(&env->guest, i);
		KUNIT_ASSERT_NOT_NULL(test, add_flow(&key, TCPFSM_FLOW_LOCAL0));
	}
	key = nth_key(&env->guest, i);
	KUNIT_EXPECT_NULL(test, add_flow(&key, TCPFSM_FLOW_LOCAL0));
	for (i = 0; i < FLOW_ENV_MAX / 2; i++) {
		key = nth_key(&env->host, i);
		KUNIT_EXPECT_NOT_NULL(test, add_flow(&key, TCPFSM_FLOW_LOCAL0));
	}
	key = nth_key(&env->guest, 0);
	kill_flow(find_flow(&key));
	rcu_barrier();
	KUNIT_EXPECT_NOT_NULL(test, add_flow(&key, TCPFSM_FLOW_LOCAL0));
}

/* Forwarded flows leave a part of the table to local ends; of the guests' share, likewise. */
static void forwarded_flows_leave_room_for_local_ends(struct kunit *test)
{
	static const unsigned int max = 1024, spare = 1024 / 16, half_spare = 512 / 16;
	struct flow_env *env = test->priv;
	struct tcpfsm_key key;
	unsigned int i, hosts, guests, n = 0;

	tcpfsm_flow_max = max;
	/* Whoever is given up goes on counting until RCU lets go of it. */
	rcu_read_lock();
	for (guests = 0; guests < max; guests++) {
		key = nth_key(&env->guest, guests);
		if (!add_flow(&key, 0))
			break;
	}
	KUNIT_EXPECT_EQ(test, guests, 512 - half_spare);
	for (hosts = 0; hosts < max; hosts++) {
		key = nth_key(&env->host, hosts);
		if (!add_flow(&key, 0))
			break;
	}
	KUNIT_EXPECT_EQ(test, guests + hosts, max - spare);
	KUNIT_EXPECT_TRUE(test, tcpfsm_flow_room(&env->host));
	for (i = 0; i < half_spare; i++) {
		key = nth_key(&env->guest, guests + i);
		n += !!add_flow(&key, TCPFSM_FLOW_LOCAL0);
	}
	KUNIT_EXPECT_EQ(test, n, half_spare);
	KUNIT_EXPECT_FALSE(test, tcpfsm_flow_room(&env->guest));
	key = nth_key(&env->guest, guests + i);
	KUNIT_EXPECT_NULL(test, add_flow(&key, TCPFSM_FLOW_LOCAL0));
	for (i = 0; i < spare - half_spare; i++) {
		key = nth_key(&env->host, hosts + i);
		n += !!add_flow(&key, TCPFSM_FLOW_LOCAL0);
	}
	KUNIT_EXPECT_EQ(test, n, spare);
	KUNIT_EXPECT_FALSE(test, tcpfsm_flow_room(&env->host));
	key = nth_key(&env->host, hosts + i);
	KUNIT_EXPECT_NULL(test, add_flow(&key, TCPFSM_FLOW_LOCAL0));
	rcu_read_unlock();
	tcpfsm_flow_max = FLOW_ENV_MAX;
}

/* What was charged for a flow that lost its race is given back, to the right account. */
static void a_discarded_flow_costs_nothing(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_key key = nth_key(&env->guest, 1);
	unsigned int i;

	for (i = 0; i < 2 * FLOW_ENV_MAX; i++) {
		struct tcpfsm_flow *flow = tcpfsm_flow_create(&key, true, 0);

		KUNIT_ASSERT_NOT_NULL(test, flow);
		tcpfsm_flow_discard(flow);
	}
	KUNIT_EXPECT_EQ(test, tcpfsm_flow_count(), 0U);
}

static void a_namespace_ends_with_its_flows_alone(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_key host = nth_key(&env->host, 1), guest = nth_key(&env->guest, 1);

	KUNIT_ASSERT_NOT_NULL(test, add_flow(&host, TCPFSM_FLOW_LOCAL0));
	KUNIT_ASSERT_NOT_NULL(test, add_flow(&guest, TCPFSM_FLOW_LOCAL0));
	env->guest.observed = false;
	tcpfsm_flow_kill_dying();
	KUNIT_EXPECT_NOT_NULL(test, find_flow(&host));
	KUNIT_EXPECT_NULL(test, find_flow(&guest));
	KUNIT_EXPECT_EQ(test, tcpfsm_account_read(&env->guest.account, TCPFSM_ACCT_FLOWS), 0LL);
}

/* Invariant 2: a remote TIME_WAIT is not worth a minute of memory. */
static void a_flow_lives_as_long_as_its_local_ends(struct kunit *test)
{
	static const struct {
		u8 flags, state[2];
		bool over;
	} cases[] = {
		{ TCPFSM_FLOW_LOCAL0, { TCPFSM_CLOSED, TCPFSM_TIME_WAIT }, true },
		{ TCPFSM_FLOW_LOCAL0, { TCPFSM_CLOSE_WAIT, TCPFSM_CLOSED }, false },
		{ TCPFSM_FLOW_LOCAL1, { TCPFSM_TIME_WAIT, TCPFSM_CLOSED }, true },
		{ TCPFSM_FLOW_LOCAL1, { TCPFSM_CLOSED, TCPFSM_TIME_WAIT }, false },
		{ TCPFSM_FLOW_LOCAL, { TCPFSM_CLOSED, TCPFSM_TIME_WAIT }, false },
		{ TCPFSM_FLOW_LOCAL, { TCPFSM_TIME_WAIT, TCPFSM_CLOSED }, false },
		{ TCPFSM_FLOW_LOCAL, { TCPFSM_CLOSED, TCPFSM_LISTEN }, true },
		{ 0, { TCPFSM_CLOSED, TCPFSM_TIME_WAIT }, false },
		{ 0, { TCPFSM_CLOSED, TCPFSM_CLOSED }, true },
		{ TCPFSM_FLOW_LOCAL0 | TCPFSM_FLOW_SELF, { TCPFSM_CLOSED, TCPFSM_LAST_ACK }, true },
	};
	struct flow_env *env = test->priv;
	struct tcpfsm_key key = nth_key(&env->host, 1);
	struct tcpfsm_flow *flow = tcpfsm_flow_create(&key, true, 0);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, flow);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		flow->flags = cases[i].flags;
		flow->pair.end[0].state = cases[i].state[0];
		flow->pair.end[1].state = cases[i].state[1];
		KUNIT_EXPECT_EQ_MSG(test, tcpfsm_flow_over(flow), cases[i].over, "case %u", i);
	}
	flow->flags = 0;
	tcpfsm_flow_discard(flow);
}

static struct kunit_case flow_tests[] = {
	KUNIT_CASE_PARAM(both_directions_have_one_key, tuple_pair_gen_params),
	KUNIT_CASE_PARAM(a_flow_is_found_in_both_directions, tuple_pair_gen_params),
	KUNIT_CASE_PARAM(near_tuples_are_not_found, tuple_pair_gen_params),
	KUNIT_CASE(a_hash_alone_finds_nothing),
	KUNIT_CASE(likewise_for_each_word_of_ipv6),
	KUNIT_CASE_PARAM(each_key_has_its_own_hash, tuple_pair_gen_params),
	KUNIT_CASE(a_second_flow_of_one_tuple_is_refused),
	KUNIT_CASE(one_tuple_in_two_vrfs_is_two_flows),
	KUNIT_CASE(walks_see_every_flow_once),
	KUNIT_CASE(what_awaits_rcu_still_counts),
	KUNIT_CASE(guests_have_at_most_half),
	KUNIT_CASE(forwarded_flows_leave_room_for_local_ends),
	KUNIT_CASE(a_discarded_flow_costs_nothing),
	KUNIT_CASE(a_namespace_ends_with_its_flows_alone),
	KUNIT_CASE(a_flow_lives_as_long_as_its_local_ends),
	{}
};

static struct kunit_suite flow_suite = {
	.name = "tcpfsm_flow",
	.init = flow_env_init,
	.exit = flow_env_exit,
	.test_cases = flow_tests,
};

kunit_test_suite(flow_suite);
