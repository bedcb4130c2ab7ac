// SPDX-License-Identifier: GPL-2.0
/*
 * Stays and leaks: who is taken into the account, and when; whose a leak is; what a group says of
 * its members; when it begins and ends; and that all is nothing again in the end.
 */
#include <linux/slab.h>

#include "../module/clock.h"
#include "../module/leak.h"
#include "../module/stay.h"
#include "flow_env.h"

#define LINGER	TCPFSM_ANOMALY_LINGER_MS

/* A leak with a flow of its own: the @i-th from a peer of its own to the same server. */
static struct tcpfsm_stay *a_leak(struct kunit *test, unsigned int i, u8 state, u64 since_ms)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_tuple tuple = ipv4_tuple(0x0a000001, 443, 0x0a000002 + i, 50000);
	struct tcpfsm_key key = flow_key(&env->host, &tuple);
	struct tcpfsm_stay *stay = kunit_kzalloc(test, sizeof(*stay), GFP_KERNEL);
	struct tcpfsm_flow *flow = add_flow(&key, TCPFSM_FLOW_LOCAL0 | TCPFSM_FLOW_OPENER1);

	KUNIT_ASSERT_NOT_NULL(test, stay);
	KUNIT_ASSERT_NOT_NULL(test, flow);
	stay->state = state;
	stay->aged.id = (unsigned long)flow;
	stay->aged.since_ms = since_ms;
	stay->socket.known = true;
	stay->socket.accepted = true;
	stay->socket.eof_read = true;
	return stay;
}

static struct tcpfsm_leaks *some_leaks(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_leaks *leaks = kunit_kzalloc(test, sizeof(*leaks), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, leaks);
	leaks->tn = &env->host;
	return leaks;
}

static void update(struct tcpfsm_leaks *leaks, u64 now_ms)
{
	unsigned int i;

	for (i = 0; i < TCPFSM_LEAK_BUCKETS; i++)
		tcpfsm_leak_update(leaks, i, now_ms);
}

#define MOST_LINES	8

/* All lines of a kind. Return: how many. */
static unsigned int collect(const struct tcpfsm_leaks *leaks, enum tcpfsm_anomaly_kind kind,
			    struct tcpfsm_anomaly_line *room, u64 now_ms)
{
	struct tcpfsm_anomaly_lines lines = { .line = room, .max = MOST_LINES };
	unsigned int i;

	for (i = 0; i < TCPFSM_LEAK_BUCKETS; i++)
		tcpfsm_leak_collect(leaks, i, kind, &lines, now_ms);
	return lines.n;
}

static void a_servers_leaks_are_one_group(struct kunit *test)
{
	struct tcpfsm_leaks *leaks = some_leaks(test);
	struct tcpfsm_anomaly_line line[MOST_LINES];
	struct tcpfsm_stay *stay[3];
	unsigned int i;

	for (i = 0; i < 3; i++) {
		stay[i] = a_leak(test, i, TCPFSM_CLOSE_WAIT, 1000 - 100 * i);
		tcpfsm_leak_join(leaks, stay[i], 61000);
	}
	KUNIT_ASSERT_EQ(test, collect(leaks, TCPFSM_ANOMALY_CLOSE_WAIT_LEAK, line, 62000), 1U);
	KUNIT_EXPECT_TRUE(test, line[0].leak.passive);
	KUNIT_EXPECT_EQ(test, ntohs(line[0].subject.local_port), 443);
	KUNIT_EXPECT_EQ(test, ntohl(line[0].subject.local[0]), 0x0a000001U);
	KUNIT_EXPECT_EQ(test, line[0].subject.remote_port, (__be16)0);
	KUNIT_EXPECT_EQ(test, line[0].leak.count, 3U);
	KUNIT_EXPECT_EQ(test, line[0].weight, 3ULL);
	KUNIT_EXPECT_EQ(test, line[0].leak.eof_read, 3U);
	KUNIT_EXPECT_EQ(test, line[0].leak.new_1h, 3U);
	KUNIT_EXPECT_EQ(test, line[0].oldest_ms, 62000 - 800ULL);
	KUNIT_EXPECT_EQ(test, (int)line[0].leak.verdict, TCPFSM_VERDICT_FD_LEAK);
	tcpfsm_leak_leave(leaks, stay[2], 62000);
	KUNIT_ASSERT_EQ(test, collect(leaks, TCPFSM_ANOMALY_CLOSE_WAIT_LEAK, line, 62000), 1U);
	KUNIT_EXPECT_EQ(test, line[0].oldest_ms, 62000 - 900ULL);
	tcpfsm_leak_leave(leaks, stay[0], 62000);
	tcpfsm_leak_leave(leaks, stay[1], 62000);
	update(leaks, 62000 + LINGER);
	KUNIT_EXPECT_EQ(test, tcpfsm_leak_groups(leaks), 0U);
}

/* One that connected leaks towards a destination; and each user, each cgroup is a culprit. */
static void each_culprit_has_a_group(struct kunit *test)
{
	struct tcpfsm_leaks *leaks = some_leaks(test);
	struct tcpfsm_anomaly_line line[MOST_LINES];
	struct tcpfsm_stay *stay[4];
	unsigned int i, active = 0;

	for (i = 0; i < 4; i++)
		stay[i] = a_leak(test, i, TCPFSM_CLOSE_WAIT, 1000);
	stay[1]->socket.uid = KUIDT_INIT(33);
	stay[2]->socket.cgroup = 7;
	tcpfsm_stay_flow(stay[3])->flags &= ~TCPFSM_FLOW_OPENER1;
	for (i = 0; i < 4; i++)
		tcpfsm_leak_join(leaks, stay[i], 61000);
	KUNIT_EXPECT_EQ(test, collect(leaks, TCPFSM_ANOMALY_CLOSE_WAIT_LEAK, line, 62000), 4U);
	for (i = 0; i < 4; i++) {
		if (line[i].leak.passive)
			continue;
		active++;
		KUNIT_EXPECT_EQ(test, ntohl(line[i].subject.remote[0]), 0x0a000005U);
		KUNIT_EXPECT_EQ(test, ntohs(line[i].subject.remote_port), 50000);
		KUNIT_EXPECT_EQ(test, line[i].subject.local_port, (__be16)0);
	}
	KUNIT_EXPECT_EQ(test, active, 1U);
	for (i = 0; i < 4; i++)
		tcpfsm_leak_leave(leaks, stay[i], 62000);
	update(leaks, 62000 + LINGER);
}

static void peers_are_told_apart_by_state(struct kunit *test)
{
	static const u8 states[] = { TCPFSM_FIN_WAIT_1, TCPFSM_FIN_WAIT_2, TCPFSM_LAST_ACK };
	struct tcpfsm_leaks *leaks = some_leaks(test);
	struct tcpfsm_anomaly_line line[MOST_LINES];
	struct tcpfsm_stay *stay[3];
	unsigned int i;

	for (i = 0; i < 3; i++) {
		stay[i] = a_leak(test, i, states[i], 1000);
		/* The same peer's. */
		stay[i]->aged.id = stay[0]->aged.id;
		tcpfsm_leak_join(leaks, stay[i], 301000);
	}
	KUNIT_EXPECT_EQ(test, collect(leaks, TCPFSM_ANOMALY_PEER_LEAK, line, 302000), 3U);
	KUNIT_EXPECT_EQ(test, collect(leaks, TCPFSM_ANOMALY_CLOSE_WAIT_LEAK, line, 302000), 0U);
	for (i = 0; i < 3; i++)
		tcpfsm_leak_leave(leaks, stay[i], 302000);
	update(leaks, 302000 + LINGER);
	KUNIT_EXPECT_EQ(test, tcpfsm_leak_groups(leaks), 0U);
}

static void what_is_learnt_changes_the_verdict(struct kunit *test)
{
	struct tcpfsm_stay *stay = a_leak(test, 0, TCPFSM_CLOSE_WAIT, 1000);
	struct tcpfsm_leaks *leaks = some_leaks(test);
	struct tcpfsm_socket_culprit socket = { .known = true, .unread = 700 };
	struct tcpfsm_anomaly_line line[MOST_LINES];

	stay->socket = socket;
	tcpfsm_leak_join(leaks, stay, 61000);
	collect(leaks, TCPFSM_ANOMALY_CLOSE_WAIT_LEAK, line, 61000);
	KUNIT_EXPECT_EQ(test, (int)line[0].leak.verdict, TCPFSM_VERDICT_ACCEPT_STARVATION);
	KUNIT_EXPECT_EQ(test, line[0].leak.unaccepted, 1U);
	KUNIT_EXPECT_EQ(test, line[0].leak.unread_bytes, 700ULL);
	/* Who accepts is the owner from then on. */
	socket.accepted = true;
	socket.uid = KUIDT_INIT(33);
	tcpfsm_leak_learn(leaks, stay, &socket, 62000);
	KUNIT_EXPECT_EQ(test, collect(leaks, TCPFSM_ANOMALY_CLOSE_WAIT_LEAK, line, 62000), 2U);
	update(leaks, 62000 + LINGER);
	KUNIT_ASSERT_EQ(test, collect(leaks, TCPFSM_ANOMALY_CLOSE_WAIT_LEAK, line, 62000), 1U);
	KUNIT_EXPECT_TRUE(test, uid_eq(line[0].subject.uid, KUIDT_INIT(33)));
	KUNIT_EXPECT_EQ(test, (int)line[0].leak.verdict, TCPFSM_VERDICT_NOT_READING);
	socket.unread = 0;
	socket.eof_read = true;
	tcpfsm_leak_learn(leaks, stay, &socket, 63000);
	collect(leaks, TCPFSM_ANOMALY_CLOSE_WAIT_LEAK, line, 63000);
	KUNIT_EXPECT_EQ(test, (int)line[0].leak.verdict, TCPFSM_VERDICT_FD_LEAK);
	KUNIT_EXPECT_EQ(test, line[0].leak.eof_read, 1U);
	KUNIT_EXPECT_EQ(test, line[0].leak.unread_bytes, 0ULL);
	tcpfsm_leak_leave(leaks, stay, 70000);
	update(leaks, 70000 + LINGER);
}

static void a_leak_is_new_for_an_hour(struct kunit *test)
{
	struct tcpfsm_stay *a = a_leak(test, 0, TCPFSM_CLOSE_WAIT, 1000);
	struct tcpfsm_stay *b = a_leak(test, 1, TCPFSM_CLOSE_WAIT, 1000);
	struct tcpfsm_leaks *leaks = some_leaks(test);
	struct tcpfsm_anomaly_line line[MOST_LINES];

	tcpfsm_leak_join(leaks, a, 61000);
	/* One that is old when it is found. */
	b->aged.passed = BIT(TCPFSM_STAY_OLD);
	tcpfsm_leak_join(leaks, b, 61000);
	collect(leaks, TCPFSM_ANOMALY_CLOSE_WAIT_LEAK, line, 61000);
	KUNIT_EXPECT_EQ(test, line[0].leak.new_1h, 1U);
	a->aged.passed = BIT(TCPFSM_STAY_OLD);
	tcpfsm_leak_old(leaks, a, true);
	collect(leaks, TCPFSM_ANOMALY_CLOSE_WAIT_LEAK, line, 61000);
	KUNIT_EXPECT_EQ(test, line[0].leak.new_1h, 0U);
	tcpfsm_leak_leave(leaks, b, 70000);
	collect(leaks, TCPFSM_ANOMALY_CLOSE_WAIT_LEAK, line, 61000);
	KUNIT_EXPECT_EQ(test, line[0].leak.count, 1U);
	KUNIT_EXPECT_EQ(test, line[0].leak.new_1h, 0U);
	tcpfsm_leak_leave(leaks, a, 70000);
	update(leaks, 70000 + LINGER);
}

static void a_group_lingers_and_may_come_back(struct kunit *test)
{
	struct tcpfsm_stay *stay = a_leak(test, 0, TCPFSM_CLOSE_WAIT, 1000);
	struct tcpfsm_leaks *leaks = some_leaks(test);
	struct flow_env *env = test->priv;

	tcpfsm_leak_join(leaks, stay, 61000);
	tcpfsm_leak_leave(leaks, stay, 62000);
	update(leaks, 62000 + LINGER - 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&env->host.anomalies.holding), 1);
	tcpfsm_leak_join(leaks, stay, 62000 + LINGER - 1);
	tcpfsm_leak_leave(leaks, stay, 70000);
	KUNIT_EXPECT_EQ(test, atomic_read(&env->host.anomalies.begun), 1);
	update(leaks, 70000 + LINGER);
	KUNIT_EXPECT_EQ(test, atomic_read(&env->host.anomalies.ended), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&env->host.anomalies.holding), 0);
	KUNIT_EXPECT_EQ(test, tcpfsm_leak_groups(leaks), 0U);
}

static void groups_have_a_bound(struct kunit *test)
{
	struct tcpfsm_stay *stay = a_leak(test, 0, TCPFSM_CLOSE_WAIT, 1000);
	struct tcpfsm_leaks *leaks = some_leaks(test);

	leaks->groups[TCPFSM_LEAK_SERVER] = TCPFSM_LEAK_MOST;
	tcpfsm_leak_join(leaks, stay, 61000);
	KUNIT_EXPECT_TRUE(test, !stay->group);
	KUNIT_EXPECT_EQ(test, leaks->ungrouped, 1U);
	leaks->groups[TCPFSM_LEAK_SERVER]--;
	tcpfsm_leak_leave(leaks, stay, 61000);
	tcpfsm_leak_join(leaks, stay, 61000);
	KUNIT_EXPECT_TRUE(test, stay->group);
	KUNIT_EXPECT_EQ(test, leaks->ungrouped, 0U);
	KUNIT_EXPECT_EQ(test, leaks->groups[TCPFSM_LEAK_SERVER],
			(unsigned int)TCPFSM_LEAK_MOST);
	tcpfsm_leak_leave(leaks, stay, 62000);
	update(leaks, 62000 + LINGER);
}

/* A crawler that leaks towards thousands, or thousands of peers that do: the server's is shown. */
static void leaks_of_clients_leave_room_for_a_server(struct kunit *test)
{
	struct tcpfsm_stay *stay = a_leak(test, 0, TCPFSM_CLOSE_WAIT, 1000);
	struct tcpfsm_leaks *leaks = some_leaks(test);

	leaks->groups[TCPFSM_LEAK_CLIENT] = TCPFSM_LEAK_MOST;
	leaks->groups[TCPFSM_LEAK_PEER] = TCPFSM_LEAK_MOST;
	tcpfsm_leak_join(leaks, stay, 61000);
	KUNIT_EXPECT_TRUE(test, stay->group);
	KUNIT_EXPECT_EQ(test, leaks->groups[TCPFSM_LEAK_SERVER], 1U);
	tcpfsm_leak_leave(leaks, stay, 62000);
	update(leaks, 62000 + LINGER);
	KUNIT_EXPECT_EQ(test, leaks->groups[TCPFSM_LEAK_SERVER], 0U);
	KUNIT_EXPECT_EQ(test, leaks->groups[TCPFSM_LEAK_CLIENT],
			(unsigned int)TCPFSM_LEAK_MOST);
}

static u64 look(struct tcpfsm_flow *flow, u64 now_ms)
{
	u64 again;

	spin_lock_bh(&flow->lock);
	rcu_read_lock();
	again = tcpfsm_stay_look(flow, 0, now_ms);
	rcu_read_unlock();
	spin_unlock_bh(&flow->lock);
	return again;
}

/* Ends that stay for a moment only, or in other states, cost nothing. */
static void taken_in_after_a_moment(struct kunit *test)
{
	static const struct {
		u8 state;
		unsigned int after_ms;
	} cases[] = {
		{ TCPFSM_CLOSE_WAIT, 500 },
		{ TCPFSM_FIN_WAIT_1, 1000 },
		{ TCPFSM_FIN_WAIT_2, 1000 },
		{ TCPFSM_LAST_ACK, 1000 },
	};
	struct flow_env *env = test->priv;
	struct tcpfsm_key key = nth_key(&env->host, 1);
	struct tcpfsm_flow *flow = add_flow(&key, TCPFSM_FLOW_LOCAL0);
	struct tcpfsm_stay_summary s;
	struct tcpfsm_result res;
	unsigned int i, state;

	KUNIT_ASSERT_NOT_NULL(test, flow);
	for (state = 0; state < TCPFSM_NR_STATES; state++) {
		spin_lock_bh(&flow->lock);
		tcpfsm_fsm_follow(&flow->pair, 0, state, 1000, &res);
		tcpfsm_account_moves(flow, &res, TCPFSM_CAUSE_SOCKET);
		spin_unlock_bh(&flow->lock);
		for (i = 0; i < ARRAY_SIZE(cases) && cases[i].state != state; i++)
			;
		if (i == ARRAY_SIZE(cases)) {
			KUNIT_EXPECT_EQ_MSG(test, look(flow, 100000), 0ULL, "state %u", state);
			KUNIT_EXPECT_FALSE(test, flow->pair.end[0].flags & TCPFSM_END_STAYS);
			continue;
		}
		KUNIT_EXPECT_EQ(test, look(flow, 1000), (u64)cases[i].after_ms);
		KUNIT_EXPECT_EQ(test, look(flow, 1000 + cases[i].after_ms - 1), 1ULL);
		KUNIT_EXPECT_FALSE(test, flow->pair.end[0].flags & TCPFSM_END_STAYS);
		KUNIT_EXPECT_EQ(test, look(flow, 1000 + cases[i].after_ms), 0ULL);
		KUNIT_EXPECT_TRUE(test, flow->pair.end[0].flags & TCPFSM_END_STAYS);
		KUNIT_EXPECT_EQ(test, look(flow, 100000), 0ULL);
	}
	tcpfsm_stay_read(&env->host, &s);
	KUNIT_EXPECT_EQ(test, s.oldest_ms, 0ULL);
	kill_flow(flow);
}

/* Whatever ends a stay takes it out: a move, a change of whose end it is, the flow's end. */
static void taken_out_in_every_way(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_key key = nth_key(&env->host, 1);
	struct tcpfsm_flow *flow = add_flow(&key, TCPFSM_FLOW_LOCAL0);
	struct tcpfsm_stay_summary s;
	struct tcpfsm_result res;
	unsigned int way;

	KUNIT_ASSERT_NOT_NULL(test, flow);
	for (way = 0; way < 3; way++) {
		spin_lock_bh(&flow->lock);
		tcpfsm_fsm_follow(&flow->pair, 0, TCPFSM_CLOSE_WAIT, 1, &res);
		tcpfsm_account_moves(flow, &res, TCPFSM_CAUSE_SOCKET);
		spin_unlock_bh(&flow->lock);
		look(flow, tcpfsm_now_ms() + 5000);
		tcpfsm_stay_read(&env->host, &s);
		KUNIT_EXPECT_TRUE(test, flow->pair.end[0].flags & TCPFSM_END_STAYS);
		KUNIT_EXPECT_GT(test, s.oldest_ms, 0ULL);
		spin_lock_bh(&flow->lock);
		if (way == 0) {
			tcpfsm_fsm_follow(&flow->pair, 0, TCPFSM_LAST_ACK, 2000, &res);
			tcpfsm_account_moves(flow, &res, TCPFSM_CAUSE_SOCKET);
		} else if (way == 1) {
			tcpfsm_account_flow(flow, -1);
			tcpfsm_account_flow(flow, 1);
		}
		spin_unlock_bh(&flow->lock);
		if (way == 2)
			break;
		KUNIT_EXPECT_FALSE(test, flow->pair.end[0].flags & TCPFSM_END_STAYS);
	}
	kill_flow(flow);
	tcpfsm_stay_read(&env->host, &s);
	KUNIT_EXPECT_EQ(test, s.oldest_ms, 0ULL);
	KUNIT_EXPECT_EQ(test, s.passed[TCPFSM_STAY_LEAKED], 0U);
	KUNIT_EXPECT_EQ(test, s.unaccepted, 0U);
}

static struct kunit_case leak_cases[] = {
	KUNIT_CASE(a_servers_leaks_are_one_group),
	KUNIT_CASE(each_culprit_has_a_group),
	KUNIT_CASE(peers_are_told_apart_by_state),
	KUNIT_CASE(what_is_learnt_changes_the_verdict),
	KUNIT_CASE(a_leak_is_new_for_an_hour),
	KUNIT_CASE(a_group_lingers_and_may_come_back),
	KUNIT_CASE(groups_have_a_bound),
	KUNIT_CASE(leaks_of_clients_leave_room_for_a_server),
	KUNIT_CASE(taken_in_after_a_moment),
	KUNIT_CASE(taken_out_in_every_way),
	{}
};

static struct kunit_suite leak_suite = {
	.name = "tcpfsm_leak",
	.init = flow_env_init,
	.exit = flow_env_exit,
	.test_cases = leak_cases,
};

kunit_test_suite(leak_suite);
