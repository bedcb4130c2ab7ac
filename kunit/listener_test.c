// SPDX-License-Identifier: GPL-2.0
/*
 * Listening addresses: which of them serves a connection, how a walk settles who still listens, and
 * what a connection's moves count as.
 */
#include "flow_env.h"

#include "../module/collision.h"
#include "../module/listener.h"

#define ADDR4(a, b, c, d) htonl((a) << 24 | (b) << 16 | (c) << 8 | (d))
#define HERE	ADDR4(10, 0, 0, 1)
#define PORT	443

static struct tcpfsm_bound bound4(__be32 addr, u16 port, int device)
{
	return (struct tcpfsm_bound) {
		.addr = { addr },
		.port = htons(port),
		.device = device,
	};
}

static struct tcpfsm_bound bound6(u32 last, u16 port, bool v6only)
{
	return (struct tcpfsm_bound) {
		.addr = { [3] = htonl(last) },
		.port = htons(port),
		.ipv6 = true,
		.v6only = v6only,
	};
}

static int score4(const struct tcpfsm_bound *b)
{
	const __be32 addr[] = { HERE };

	return tcpfsm_listener_score(b, false, addr, htons(PORT));
}

static int score6(const struct tcpfsm_bound *b)
{
	const __be32 addr[4] = { [3] = htonl(1) };

	return tcpfsm_listener_score(b, true, addr, htons(PORT));
}

static void the_exact_address_beats_the_wildcard(struct kunit *test)
{
	struct tcpfsm_bound any = bound4(0, PORT, 0), exact = bound4(HERE, PORT, 0);
	struct tcpfsm_bound any_device = bound4(0, PORT, 3), other = bound4(HERE + 1, PORT, 0);
	struct tcpfsm_bound port = bound4(HERE, PORT + 1, 0);
	struct tcpfsm_bound any6 = bound6(0, PORT, false), exact6 = bound6(1, PORT, false);

	KUNIT_EXPECT_GT(test, score4(&any), 0);
	KUNIT_EXPECT_GT(test, score4(&exact), score4(&any));
	KUNIT_EXPECT_GT(test, score4(&exact), score4(&any_device));
	KUNIT_EXPECT_EQ(test, score4(&other), 0);
	KUNIT_EXPECT_EQ(test, score4(&port), 0);
	KUNIT_EXPECT_GT(test, score6(&exact6), score6(&any6));
}

static void a_device_is_served_by_those_bound_to_it(struct kunit *test)
{
	struct tcpfsm_bound device = bound4(0, PORT, 3), any = bound4(0, PORT, 0);

	KUNIT_EXPECT_GT(test, score4(&device), score4(&any));
	KUNIT_EXPECT_TRUE(test, tcpfsm_listener_hears(&device, 3, 0, false));
	KUNIT_EXPECT_FALSE(test, tcpfsm_listener_hears(&device, 2, 0, false));
	KUNIT_EXPECT_FALSE(test, tcpfsm_listener_hears(&device, 0, 0, false));
	KUNIT_EXPECT_TRUE(test, tcpfsm_listener_hears(&any, 3, 0, false));
	KUNIT_EXPECT_TRUE(test, tcpfsm_listener_hears(&any, 0, 0, false));
}

/* Device 3 in VRF 7. Who is bound to nothing hears from a VRF if tcp_l3mdev_accept says so. */
static void a_vrf_is_served_by_its_own(struct kunit *test)
{
	struct tcpfsm_bound device = bound4(0, PORT, 3), vrf = bound4(0, PORT, 7);
	struct tcpfsm_bound any = bound4(0, PORT, 0), other = bound4(0, PORT, 8);

	KUNIT_EXPECT_TRUE(test, tcpfsm_listener_hears(&device, 3, 7, false));
	KUNIT_EXPECT_TRUE(test, tcpfsm_listener_hears(&vrf, 3, 7, false));
	KUNIT_EXPECT_TRUE(test, tcpfsm_listener_hears(&vrf, 7, 7, false));
	KUNIT_EXPECT_FALSE(test, tcpfsm_listener_hears(&other, 3, 7, false));
	KUNIT_EXPECT_FALSE(test, tcpfsm_listener_hears(&any, 3, 7, false));
	KUNIT_EXPECT_TRUE(test, tcpfsm_listener_hears(&any, 7, 7, true));
}

static void every_ipv6_address_is_every_ipv4_address_unless_v6only(struct kunit *test)
{
	struct tcpfsm_bound any4 = bound4(0, PORT, 0), exact4 = bound4(ADDR4(0, 0, 0, 1), PORT, 0);
	struct tcpfsm_bound any6 = bound6(0, PORT, false), only6 = bound6(0, PORT, true);

	KUNIT_EXPECT_GT(test, score4(&any6), 0);
	KUNIT_EXPECT_GT(test, score4(&any4), score4(&any6));
	KUNIT_EXPECT_EQ(test, score4(&only6), 0);
	KUNIT_EXPECT_GT(test, score6(&only6), 0);
	KUNIT_EXPECT_EQ(test, score6(&any4), 0);
	KUNIT_EXPECT_EQ(test, score6(&exact4), 0);
}

static struct tcpfsm_listener *find4(struct tcpfsm_net *tn, __be32 addr)
{
	struct tcpfsm_listener *l;

	rcu_read_lock();
	l = tcpfsm_listener_find(tn, false, &addr, htons(PORT), 0);
	rcu_read_unlock();
	return l;
}

static void look_up_by_namespace(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_bound any = bound6(0, PORT, false), exact = bound4(HERE, PORT, 0);

	tcpfsm_listener_heard(&env->host, &any);
	KUNIT_ASSERT_NOT_NULL(test, find4(&env->host, HERE));
	KUNIT_EXPECT_TRUE(test, find4(&env->host, HERE)->bound.ipv6);
	KUNIT_EXPECT_NULL(test, find4(&env->guest, HERE));
	tcpfsm_listener_heard(&env->host, &exact);
	KUNIT_EXPECT_FALSE(test, find4(&env->host, HERE)->bound.ipv6);
	KUNIT_EXPECT_TRUE(test, find4(&env->host, HERE + 1)->bound.ipv6);
	tcpfsm_listener_drop(&env->host);
	KUNIT_EXPECT_NULL(test, find4(&env->host, HERE));
}

static void a_walk_settles_who_listens(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_bound here = bound4(HERE, PORT, 0), there = bound4(HERE + 1, PORT, 0);

	tcpfsm_listener_walk_begin();
	tcpfsm_listener_seen(&env->host, &here);
	tcpfsm_listener_seen(&env->host, &here);
	tcpfsm_listener_seen(&env->host, &there);
	KUNIT_EXPECT_FALSE(test, tcpfsm_listener_walk_end());
	KUNIT_ASSERT_NOT_NULL(test, find4(&env->host, HERE));
	KUNIT_EXPECT_EQ(test, find4(&env->host, HERE)->sockets, 2U);
	KUNIT_EXPECT_EQ(test, find4(&env->host, HERE + 1)->sockets, 1U);

	tcpfsm_listener_walk_begin();
	tcpfsm_listener_seen(&env->host, &here);
	KUNIT_EXPECT_FALSE(test, tcpfsm_listener_walk_end());
	KUNIT_EXPECT_EQ(test, find4(&env->host, HERE)->sockets, 1U);
	KUNIT_EXPECT_NULL(test, find4(&env->host, HERE + 1));
}

/* The kernel's table may not have it yet. */
static void who_has_just_told_of_itself_stays(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_bound here = bound4(HERE, PORT, 0);

	tcpfsm_listener_heard(&env->host, &here);
	tcpfsm_listener_walk_begin();
	KUNIT_EXPECT_TRUE(test, tcpfsm_listener_walk_end());
	KUNIT_ASSERT_NOT_NULL(test, find4(&env->host, HERE));
	find4(&env->host, HERE)->heard -= HZ;
	tcpfsm_listener_walk_begin();
	KUNIT_EXPECT_FALSE(test, tcpfsm_listener_walk_end());
	KUNIT_EXPECT_NULL(test, find4(&env->host, HERE));
}

static void what_moves_count_as(struct kunit *test)
{
	static const struct {
		u8 from, to, cause;
		unsigned int counts;
	} moves[] = {
#define M(from, to, cause, counts) \
	{ TCPFSM_##from, TCPFSM_##to, TCPFSM_CAUSE_##cause, counts }
#define OPENED	BIT(TCPFSM_LISTENER_OPENED)
#define WE	BIT(TCPFSM_LISTENER_CLOSED_FIRST_LOCAL)
#define THEY	BIT(TCPFSM_LISTENER_CLOSED_FIRST_REMOTE)
#define RESET	BIT(TCPFSM_LISTENER_RESET)
		M(LISTEN, SYN_RECEIVED, SEGMENT, OPENED),
		M(LISTEN, ESTABLISHED, SOCKET, OPENED),
		M(LISTEN, CLOSED, SOCKET, 0),
		M(LISTEN, CLOSE_WAIT, SOCKET, OPENED | THEY),
		M(SYN_RECEIVED, ESTABLISHED, SEGMENT, 0),
		M(SYN_RECEIVED, CLOSED, SEGMENT, RESET),
		M(SYN_RECEIVED, CLOSED, TIMER, 0),
		M(SYN_RECEIVED, FIN_WAIT_1, SEGMENT, WE),
		M(SYN_RECEIVED, CLOSE_WAIT, SEGMENT, THEY),
		M(ESTABLISHED, FIN_WAIT_1, SEGMENT, WE),
		M(ESTABLISHED, FIN_WAIT_1, SOCKET, WE),
		M(ESTABLISHED, FIN_WAIT_2, SOCKET, WE),
		M(ESTABLISHED, CLOSE_WAIT, SEGMENT, THEY),
		M(ESTABLISHED, LAST_ACK, SOCKET, THEY),
		M(ESTABLISHED, CLOSED, SEGMENT, RESET),
		M(ESTABLISHED, CLOSED, SOCKET, 0),
		M(FIN_WAIT_1, FIN_WAIT_2, SEGMENT, 0),
		M(FIN_WAIT_1, CLOSING, SEGMENT, 0),
		M(FIN_WAIT_1, CLOSED, SEGMENT, RESET),
		M(FIN_WAIT_2, TIME_WAIT, SEGMENT, 0),
		M(FIN_WAIT_2, CLOSED, TIMER, 0),
		M(CLOSE_WAIT, LAST_ACK, SEGMENT, 0),
		M(CLOSE_WAIT, CLOSED, SEGMENT, RESET),
		M(CLOSING, CLOSED, SEGMENT, 0),
		M(LAST_ACK, CLOSED, SEGMENT, 0),
		M(TIME_WAIT, CLOSED, SEGMENT, 0),
		M(TIME_WAIT, CLOSED, TIMER, 0),
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(moves); i++)
		KUNIT_EXPECT_EQ_MSG(test, tcpfsm_listener_counts(moves[i].from, moves[i].to,
								 moves[i].cause),
				    moves[i].counts, "move %u", i);
}

/* A connection from a client's port to HERE; only this end is a socket of ours. */
static struct tcpfsm_flow *flow_from(struct flow_env *env, u16 port)
{
	struct tcpfsm_tuple tuple = ipv4_tuple(ntohl(HERE), PORT, ntohl(HERE) + 1, port);
	struct tcpfsm_key key = flow_key(&env->host, &tuple);

	return add_flow(&key, TCPFSM_FLOW_LOCAL0);
}

static void only_who_accepted_counts(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_bound here = bound4(HERE, PORT, 0);
	struct tcpfsm_flow *flow = flow_from(env, 50000);
	struct tcpfsm_result res;

	KUNIT_ASSERT_NOT_NULL(test, flow);
	tcpfsm_listener_heard(&env->host, &here);
	spin_lock_bh(&flow->lock);
	/* It opens from the port on which it listens. */
	tcpfsm_fsm_follow(&flow->pair, 0, TCPFSM_ESTABLISHED, 2000, &res);
	tcpfsm_account_moves(flow, &res, TCPFSM_CAUSE_SEGMENT);
	KUNIT_EXPECT_EQ(test, (s64)atomic64_read(find4(&env->host, HERE)->count), 0LL);
	/* A busy server has opened 4,294,967,295 within days. */
	atomic64_set(find4(&env->host, HERE)->count, U32_MAX);
	tcpfsm_fsm_follow(&flow->pair, 0, TCPFSM_LISTEN, 2000, &res);
	tcpfsm_account_moves(flow, &res, TCPFSM_CAUSE_SEGMENT);
	flow->flags |= TCPFSM_FLOW_OPENER1;
	tcpfsm_fsm_follow(&flow->pair, 0, TCPFSM_ESTABLISHED, 2000, &res);
	tcpfsm_account_moves(flow, &res, TCPFSM_CAUSE_SEGMENT);
	KUNIT_EXPECT_EQ(test, (s64)atomic64_read(find4(&env->host, HERE)->count), U32_MAX + 1LL);
	spin_unlock_bh(&flow->lock);
}

/* INTERFACE: a SYN that comes for a tuple still in CLOSE_WAIT; for five minutes after the last. */
static void a_collision_is_remembered_for_minutes(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_bound here = bound4(HERE, PORT, 0);
	struct tcpfsm_flow *flow = flow_from(env, 50000);
	const u64 recent = TCPFSM_COLLISION_RECENT_MS;
	struct tcpfsm_listener *l;

	KUNIT_ASSERT_NOT_NULL(test, flow);
	/* Nobody listens: nobody's trouble. */
	tcpfsm_collision(flow, 0, 1000);
	KUNIT_EXPECT_EQ(test, atomic_read(&env->host.anomalies.begun), 0);
	tcpfsm_listener_heard(&env->host, &here);
	l = find4(&env->host, HERE);
	KUNIT_ASSERT_NOT_NULL(test, l);
	KUNIT_EXPECT_FALSE(test, tcpfsm_collision_look(l, 1000));
	tcpfsm_collision(flow, 0, 1000);
	tcpfsm_collision(flow, 0, 2000);
	KUNIT_EXPECT_EQ(test, l->collisions, 2ULL);
	KUNIT_EXPECT_EQ(test, atomic_read(&env->host.anomalies.begun), 1);
	KUNIT_EXPECT_TRUE(test, tcpfsm_collision_look(l, 1999 + recent));
	KUNIT_EXPECT_FALSE(test, l->anomaly.lingers);
	KUNIT_EXPECT_TRUE(test, tcpfsm_collision_look(l, 2000 + recent));
	KUNIT_EXPECT_TRUE(test, l->anomaly.lingers);
	KUNIT_EXPECT_FALSE(test, tcpfsm_collision_look(l, 2000 + recent +
						       TCPFSM_ANOMALY_LINGER_MS));
	KUNIT_EXPECT_EQ(test, atomic_read(&env->host.anomalies.ended), 1);
	/* Another beginning counts anew; the listener's own count goes on. */
	tcpfsm_collision(flow, 0, 9000 + recent);
	KUNIT_EXPECT_EQ(test, l->collisions, 1ULL);
	KUNIT_EXPECT_EQ(test, (s64)atomic64_read(&l->count[TCPFSM_LISTENER_SYN_COLLISIONS]), 3LL);
	tcpfsm_listener_drop(NULL);
	KUNIT_EXPECT_EQ(test, atomic_read(&env->host.anomalies.holding), 0);
}

/* Where the last such CLOSE_WAIT has ended, no client hangs any more. */
static void a_collision_ends_with_its_close_wait(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_flow *flow[2] = { flow_from(env, 50000), flow_from(env, 50001) };
	struct tcpfsm_bound here = bound4(HERE, PORT, 0);
	struct tcpfsm_listener *l;

	KUNIT_ASSERT_NOT_NULL(test, flow[0]);
	KUNIT_ASSERT_NOT_NULL(test, flow[1]);
	tcpfsm_listener_heard(&env->host, &here);
	l = find4(&env->host, HERE);
	KUNIT_ASSERT_NOT_NULL(test, l);
	tcpfsm_collision(flow[0], 0, 1000);
	tcpfsm_collision(flow[0], 0, 1000);
	tcpfsm_collision(flow[1], 0, 1000);
	tcpfsm_collision_leave(flow[0], 0);
	KUNIT_EXPECT_TRUE(test, tcpfsm_collision_look(l, 2000));
	KUNIT_EXPECT_FALSE(test, l->anomaly.lingers);
	tcpfsm_collision_leave(flow[1], 0);
	KUNIT_EXPECT_TRUE(test, tcpfsm_collision_look(l, 3000));
	KUNIT_EXPECT_TRUE(test, l->anomaly.lingers);
	KUNIT_EXPECT_FALSE(test, tcpfsm_collision_look(l, 3000 + TCPFSM_ANOMALY_LINGER_MS));
	/* One that was counted with a listener who is gone takes nothing from the next one. */
	tcpfsm_collision(flow[0], 0, 4000);
	tcpfsm_listener_drop(NULL);
	tcpfsm_listener_heard(&env->host, &here);
	l = find4(&env->host, HERE);
	KUNIT_ASSERT_NOT_NULL(test, l);
	tcpfsm_collision_leave(flow[0], 0);
	KUNIT_EXPECT_EQ(test, l->hanging, 0U);
	tcpfsm_listener_drop(NULL);
}

static struct kunit_case listener_cases[] = {
	KUNIT_CASE(the_exact_address_beats_the_wildcard),
	KUNIT_CASE(a_device_is_served_by_those_bound_to_it),
	KUNIT_CASE(a_vrf_is_served_by_its_own),
	KUNIT_CASE(every_ipv6_address_is_every_ipv4_address_unless_v6only),
	KUNIT_CASE(look_up_by_namespace),
	KUNIT_CASE(a_walk_settles_who_listens),
	KUNIT_CASE(who_has_just_told_of_itself_stays),
	KUNIT_CASE(what_moves_count_as),
	KUNIT_CASE(only_who_accepted_counts),
	KUNIT_CASE(a_collision_is_remembered_for_minutes),
	KUNIT_CASE(a_collision_ends_with_its_close_wait),
	{}
};

static void listener_exit(struct kunit *test)
{
	tcpfsm_listener_drop(NULL);
	tcpfsm_collision_end();
	flow_env_exit(test);
}

static struct kunit_suite listener_suite = {
	.name = "tcpfsm_listener",
	.init = flow_env_init,
	.exit = listener_exit,
	.test_cases = listener_cases,
};

kunit_test_suites(&listener_suite);
