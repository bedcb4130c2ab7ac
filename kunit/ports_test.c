// SPDX-License-Identifier: GPL-2.0
/*
 * Port pressure: which TIME_WAITs connect() may take, how fast ports go, when they are short; and
 * that each port is counted once, and out again, whatever becomes of its flow.
 */
#include <linux/bitmap.h>
#include <net/ip.h>

#include "flow_env.h"

#include "../module/ports.h"
#include "../module/ports_watch.h"

#define HERE	0x0a000001
#define THERE	0x0a000002
#define PORT	5432

/* tcp_twsk_unique(): with timestamps, and in a later second. */
static void time_waits_are_reusable_in_the_next_second(struct kunit *test)
{
	struct tcpfsm_waits w = {};

	tcpfsm_waits_add(&w, true, 100);
	tcpfsm_waits_add(&w, true, 100);
	tcpfsm_waits_add(&w, false, 100);
	KUNIT_EXPECT_EQ(test, tcpfsm_waits_reusable(&w, 1, false, 100), 0U);
	KUNIT_EXPECT_EQ(test, tcpfsm_waits_reusable(&w, 1, false, 101), 2U);
	tcpfsm_waits_add(&w, true, 101);
	KUNIT_EXPECT_EQ(test, tcpfsm_waits_reusable(&w, 1, false, 101), 2U);
	KUNIT_EXPECT_EQ(test, tcpfsm_waits_reusable(&w, 1, false, 102), 3U);
	tcpfsm_waits_del(&w, true);
	KUNIT_EXPECT_EQ(test, tcpfsm_waits_reusable(&w, 1, false, 102), 2U);
	tcpfsm_waits_del(&w, true);
	tcpfsm_waits_del(&w, true);
	tcpfsm_waits_del(&w, false);
	KUNIT_EXPECT_EQ(test, w.count, 0U);
	KUNIT_EXPECT_EQ(test, tcpfsm_waits_reusable(&w, 1, false, 200), 0U);
}

static void tcp_tw_reuse_says_which(struct kunit *test)
{
	struct tcpfsm_waits w = {};

	tcpfsm_waits_add(&w, true, 100);
	KUNIT_EXPECT_EQ(test, tcpfsm_waits_reusable(&w, 0, true, 200), 0U);
	KUNIT_EXPECT_EQ(test, tcpfsm_waits_reusable(&w, 1, false, 200), 1U);
	KUNIT_EXPECT_EQ(test, tcpfsm_waits_reusable(&w, 2, false, 200), 0U);
	KUNIT_EXPECT_EQ(test, tcpfsm_waits_reusable(&w, 2, true, 200), 1U);
}

/* Of an adopted TIME_WAIT one may learn later that it has timestamps. */
static void no_more_are_reusable_than_there_are(struct kunit *test)
{
	struct tcpfsm_waits w = {};

	tcpfsm_waits_add(&w, false, 100);
	tcpfsm_waits_add(&w, true, 100);
	tcpfsm_waits_del(&w, true);
	KUNIT_EXPECT_EQ(test, tcpfsm_waits_reusable(&w, 1, false, 200), 0U);
	tcpfsm_waits_add(&w, true, 200);
	tcpfsm_waits_del(&w, false);
	tcpfsm_waits_del(&w, false);
	KUNIT_EXPECT_EQ(test, tcpfsm_waits_reusable(&w, 1, false, 300), 0U);
}

static void seconds_left_by_the_growth_of_the_last_seconds(struct kunit *test)
{
	struct tcpfsm_pace p;

	tcpfsm_pace_begin(&p, 0, 1000);
	/* 100 in a second; 900 are left. */
	KUNIT_EXPECT_EQ(test, tcpfsm_pace_seconds_left(&p, 100, 1000, 2000), 9LL);
	KUNIT_EXPECT_EQ(test, tcpfsm_pace_seconds_left(&p, 1000, 1000, 2000), 0LL);
	KUNIT_EXPECT_EQ(test, tcpfsm_pace_seconds_left(&p, 1001, 1000, 2000), 0LL);
	KUNIT_EXPECT_EQ(test, tcpfsm_pace_seconds_left(&p, 0, 1000, 2000), -1LL);
	/* All in the moment when the destination was first seen. */
	KUNIT_EXPECT_EQ(test, tcpfsm_pace_seconds_left(&p, 500, 1000, 1000), 0LL);
	KUNIT_EXPECT_EQ(test, tcpfsm_pace_seconds_left(&p, 1, U32_MAX, 1000 + 86400000ULL),
			(s64)(U32_MAX - 1) * 86400);
}

static void what_does_not_grow_lasts(struct kunit *test)
{
	struct tcpfsm_pace p;
	u64 ms;

	tcpfsm_pace_begin(&p, 0, 0);
	for (ms = 0; ms <= 3000; ms += 1000)
		tcpfsm_pace_note(&p, ms / 10, ms);
	KUNIT_EXPECT_EQ(test, tcpfsm_pace_seconds_left(&p, 300, 1000, 3000), 7LL);
	for (; ms <= 5000; ms += 1000)
		tcpfsm_pace_note(&p, 300, ms);
	KUNIT_EXPECT_GT(test, tcpfsm_pace_seconds_left(&p, 300, 1000, 5000), 0LL);
	for (; ms <= 9000; ms += 1000)
		tcpfsm_pace_note(&p, 300, ms);
	KUNIT_EXPECT_EQ(test, tcpfsm_pace_seconds_left(&p, 300, 1000, 9000), -1LL);
	KUNIT_EXPECT_EQ(test, tcpfsm_pace_seconds_left(&p, 299, 1000, 9000), -1LL);
}

/* A look at many destinations has taken its time before; a connection on another CPU, since. */
static void a_note_that_comes_late_changes_nothing(struct kunit *test)
{
	struct tcpfsm_pace p;

	tcpfsm_pace_begin(&p, 0, 10000);
	tcpfsm_pace_note(&p, 300, 13000);
	tcpfsm_pace_note(&p, 300, 12990);
	KUNIT_EXPECT_EQ(test, tcpfsm_pace_seconds_left(&p, 300, 1000, 13000), 7LL);
	KUNIT_EXPECT_EQ(test, tcpfsm_pace_seconds_left(&p, 999, 1000, 9990), 0LL);
}

/* Hours in which nobody connected are no pace. */
static void a_burst_after_a_long_rest_has_its_own_pace(struct kunit *test)
{
	struct tcpfsm_pace p;

	tcpfsm_pace_begin(&p, 10, 0);
	tcpfsm_pace_note(&p, 11, 3600000);
	KUNIT_EXPECT_EQ(test, tcpfsm_pace_seconds_left(&p, 111, 211, 3601000), 1LL);
}

/* After loading a destination's ports are counted in, one by one: that is no pace. */
static void what_was_there_before_is_no_growth(struct kunit *test)
{
	struct tcpfsm_pace p;

	tcpfsm_pace_begin(&p, 0, 1000);
	tcpfsm_pace_found(&p, 500);
	KUNIT_EXPECT_EQ(test, tcpfsm_pace_seconds_left(&p, 500, 1000, 1001), -1LL);
	/* What comes since then is. */
	KUNIT_EXPECT_EQ(test, tcpfsm_pace_seconds_left(&p, 600, 1000, 2000), 4LL);
	/* Counted out, to be counted in again. */
	tcpfsm_pace_found(&p, -1);
	tcpfsm_pace_found(&p, 1);
	KUNIT_EXPECT_EQ(test, tcpfsm_pace_seconds_left(&p, 500, 1000, 2000), -1LL);
	KUNIT_EXPECT_EQ(test, tcpfsm_pace_seconds_left(&p, 600, 1000, 2000), 4LL);
	/* It has been noted with fewer meanwhile. */
	tcpfsm_pace_begin(&p, 0, 3000);
	tcpfsm_pace_found(&p, -1);
	KUNIT_EXPECT_EQ(test, tcpfsm_pace_seconds_left(&p, 100, 1000, 4000), 9LL);
}

static void pressure_begins_at_the_threshold_and_ends_well_below(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, tcpfsm_ports_pressed(79, 100, 80, false));
	KUNIT_EXPECT_TRUE(test, tcpfsm_ports_pressed(80, 100, 80, false));
	KUNIT_EXPECT_TRUE(test, tcpfsm_ports_pressed(70, 100, 80, true));
	KUNIT_EXPECT_FALSE(test, tcpfsm_ports_pressed(69, 100, 80, true));
	KUNIT_EXPECT_FALSE(test, tcpfsm_ports_pressed(0, 100, 80, true));
	/* No port at all: whoever has one held it before. */
	KUNIT_EXPECT_FALSE(test, tcpfsm_ports_pressed(0, 0, 80, false));
	KUNIT_EXPECT_TRUE(test, tcpfsm_ports_pressed(1, 0, 80, false));
	KUNIT_EXPECT_FALSE(test, tcpfsm_ports_pressed(28231, 28232, 100, false));
	KUNIT_EXPECT_TRUE(test, tcpfsm_ports_pressed(28232, 28232, 100, false));
	KUNIT_EXPECT_TRUE(test, tcpfsm_ports_pressed(U32_MAX, U32_MAX, 100, true));
}

static void reserved_ports_are_not_available(struct kunit *test)
{
	unsigned long *reserved = kunit_kzalloc(test, 8192, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, reserved);
	KUNIT_EXPECT_EQ(test, tcpfsm_ports_in_range(32768, 60999, NULL), 28232U);
	KUNIT_EXPECT_EQ(test, tcpfsm_ports_in_range(32768, 60999, reserved), 28232U);
	bitmap_set(reserved, 32760, 10);
	bitmap_set(reserved, 60999, 2);
	KUNIT_EXPECT_EQ(test, tcpfsm_ports_in_range(32768, 60999, reserved), 28229U);
	bitmap_fill(reserved, 65536);
	KUNIT_EXPECT_EQ(test, tcpfsm_ports_in_range(1, 65535, reserved), 0U);
	KUNIT_EXPECT_EQ(test, tcpfsm_ports_in_range(65535, 65535, NULL), 1U);
	KUNIT_EXPECT_EQ(test, tcpfsm_ports_in_range(2, 1, NULL), 0U);
}

static struct tcpfsm_flow *flow_from(struct kunit *test, u16 sport, u8 flags)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_tuple tuple = ipv4_tuple(HERE, sport, THERE, PORT);
	struct tcpfsm_key key = flow_key(&env->host, &tuple);

	return add_flow(&key, flags);
}

static struct tcpfsm_destination *destination_by(struct kunit *test, int device)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_towards to = {
		.tn = &env->host,
		.local = { htonl(HERE) },
		.remote = { htonl(THERE) },
		.device = device,
		.port = htons(PORT),
	};
	struct tcpfsm_destination *d;

	rcu_read_lock();
	d = tcpfsm_ports_find(&to);
	rcu_read_unlock();
	return d;
}

static struct tcpfsm_destination *destination(struct kunit *test)
{
	return destination_by(test, 0);
}

static void go(struct tcpfsm_flow *flow, unsigned int end, enum tcpfsm_state state)
{
	struct tcpfsm_result res;

	spin_lock_bh(&flow->lock);
	tcpfsm_fsm_follow(&flow->pair, end, state, 2000, &res);
	tcpfsm_account_moves(flow, &res, TCPFSM_CAUSE_SEGMENT);
	spin_unlock_bh(&flow->lock);
}

static void a_port_is_held_from_the_syn_until_the_end(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_flow *flow = flow_from(test, 40000, TCPFSM_FLOW_LOCAL0);

	KUNIT_ASSERT_NOT_NULL(test, flow);
	KUNIT_EXPECT_NULL(test, destination(test));
	go(flow, 0, TCPFSM_SYN_SENT);
	KUNIT_ASSERT_NOT_NULL(test, destination(test));
	KUNIT_EXPECT_EQ(test, destination(test)->used, 1U);
	KUNIT_EXPECT_EQ(test, atomic_read(&env->host.ports.destinations), 1);
	go(flow, 0, TCPFSM_ESTABLISHED);
	go(flow, 1, TCPFSM_ESTABLISHED);
	go(flow, 0, TCPFSM_FIN_WAIT_2);
	KUNIT_EXPECT_EQ(test, destination(test)->used, 1U);
	KUNIT_EXPECT_EQ(test, destination(test)->waits.count, 0U);
	go(flow, 0, TCPFSM_TIME_WAIT);
	KUNIT_EXPECT_EQ(test, destination(test)->used, 1U);
	KUNIT_EXPECT_EQ(test, destination(test)->waits.count, 1U);
	go(flow, 0, TCPFSM_CLOSED);
	KUNIT_EXPECT_EQ(test, destination(test)->used, 0U);
	KUNIT_EXPECT_EQ(test, destination(test)->waits.count, 0U);
	KUNIT_EXPECT_EQ(test, atomic_read(&env->host.ports.destinations), 0);
}

static void only_who_opens_holds_a_port(struct kunit *test)
{
	struct tcpfsm_flow *passive = flow_from(test, 40000, TCPFSM_FLOW_LOCAL1);
	struct tcpfsm_flow *transit = flow_from(test, 40001, 0);

	KUNIT_ASSERT_NOT_NULL(test, passive);
	KUNIT_ASSERT_NOT_NULL(test, transit);
	go(passive, 1, TCPFSM_SYN_RECEIVED);
	go(passive, 0, TCPFSM_SYN_SENT);
	go(transit, 0, TCPFSM_SYN_SENT);
	KUNIT_EXPECT_NULL(test, destination(test));
}

/* __inet_check_established(): the same addresses may be there in each VRF. */
static void each_device_has_ports_of_its_own(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_flow *flow[3];
	int i;

	for (i = 0; i < 3; i++) {
		flow[i] = flow_from(test, 40000 + i, TCPFSM_FLOW_LOCAL0);
		KUNIT_ASSERT_NOT_NULL(test, flow[i]);
		flow[i]->device = i ? 7 : 0;
		go(flow[i], 0, TCPFSM_SYN_SENT);
	}
	KUNIT_ASSERT_NOT_NULL(test, destination(test));
	KUNIT_ASSERT_NOT_NULL(test, destination_by(test, 7));
	KUNIT_EXPECT_EQ(test, destination(test)->used, 1U);
	KUNIT_EXPECT_EQ(test, destination_by(test, 7)->used, 2U);
	KUNIT_EXPECT_EQ(test, atomic_read(&env->host.ports.destinations), 2);
	for (i = 0; i < 3; i++)
		go(flow[i], 0, TCPFSM_CLOSED);
	KUNIT_EXPECT_EQ(test, destination(test)->used, 0U);
	KUNIT_EXPECT_EQ(test, destination_by(test, 7)->used, 0U);
}

#define NR_FLOWS 12

static u32 next_random(u32 *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

/* Flows come, go, change sides and states at random; in the end all is as it was. */
static void counts_agree_with_the_flows(struct kunit *test)
{
	struct tcpfsm_flow *flow[NR_FLOWS] = {};
	struct flow_env *env = test->priv;
	u32 random = 1, r, used, waits, end;
	unsigned int i, round;

	for (round = 0; round < 4000; round++) {
		r = next_random(&random);
		i = r % NR_FLOWS;
		if (!flow[i]) {
			flow[i] = flow_from(test, 40000 + i, TCPFSM_FLOW_LOCAL0);
			KUNIT_ASSERT_NOT_NULL(test, flow[i]);
		} else if (!(r >> 8 & 15)) {
			kill_flow(flow[i]);
			flow[i] = NULL;
			rcu_barrier();
		} else if ((r >> 8 & 15) == 1) {
			spin_lock_bh(&flow[i]->lock);
			tcpfsm_account_flow(flow[i], -1);
			flow[i]->flags ^= TCPFSM_FLOW_OPENER1;
			tcpfsm_account_flow(flow[i], 1);
			spin_unlock_bh(&flow[i]->lock);
		} else {
			go(flow[i], r >> 12 & 1, (r >> 13) % TCPFSM_NR_STATES);
		}
		used = 0;
		waits = 0;
		for (i = 0; i < NR_FLOWS; i++) {
			if (!flow[i] || tcpfsm_flow_opener(flow[i]))
				continue;
			end = flow[i]->pair.end[0].state;
			used += end != TCPFSM_CLOSED && end != TCPFSM_LISTEN;
			waits += end == TCPFSM_TIME_WAIT;
		}
		if (!destination(test)) {
			KUNIT_ASSERT_EQ(test, used, 0U);
			continue;
		}
		KUNIT_ASSERT_EQ(test, destination(test)->used, used);
		KUNIT_ASSERT_EQ(test, destination(test)->waits.count, waits);
	}
	for (i = 0; i < NR_FLOWS; i++)
		if (flow[i])
			kill_flow(flow[i]);
	KUNIT_EXPECT_EQ(test, atomic_read(&env->host.ports.destinations), 0);
}

static void the_connection_that_crosses_the_threshold_begins_it(struct kunit *test)
{
	struct flow_env *env = test->priv;
	atomic_t *generation = &env->host.anomalies.generation;
	struct tcpfsm_flow *flow;
	int before = 0;
	unsigned int i;

	/* Ten ports, of which eight may be held. */
	env->host.ports.available = 10;
	inet_get_local_port_range(&init_net, &env->host.ports.low, &env->host.ports.high);
	for (i = 0; i < 9; i++) {
		env->host.ports.counted = jiffies;
		flow = flow_from(test, 40000 + i, TCPFSM_FLOW_LOCAL0);
		KUNIT_ASSERT_NOT_NULL(test, flow);
		go(flow, 0, TCPFSM_SYN_SENT);
		KUNIT_EXPECT_EQ(test, atomic_read(&env->host.ports.pressured), i >= 7);
		KUNIT_EXPECT_EQ(test, destination(test)->anomaly.begun, i >= 7);
		/* Its line appears, and then has another number each time. */
		KUNIT_EXPECT_EQ(test, atomic_read(generation) != before, i >= 7);
		before = atomic_read(generation);
	}
	go(flow, 0, TCPFSM_TIME_WAIT);
	KUNIT_EXPECT_NE(test, atomic_read(generation), before);
	KUNIT_EXPECT_EQ(test, atomic_read(&env->host.ports.worst), 9);
}

static struct kunit_case ports_cases[] = {
	KUNIT_CASE(time_waits_are_reusable_in_the_next_second),
	KUNIT_CASE(tcp_tw_reuse_says_which),
	KUNIT_CASE(no_more_are_reusable_than_there_are),
	KUNIT_CASE(seconds_left_by_the_growth_of_the_last_seconds),
	KUNIT_CASE(what_does_not_grow_lasts),
	KUNIT_CASE(a_note_that_comes_late_changes_nothing),
	KUNIT_CASE(a_burst_after_a_long_rest_has_its_own_pace),
	KUNIT_CASE(what_was_there_before_is_no_growth),
	KUNIT_CASE(pressure_begins_at_the_threshold_and_ends_well_below),
	KUNIT_CASE(reserved_ports_are_not_available),
	KUNIT_CASE(a_port_is_held_from_the_syn_until_the_end),
	KUNIT_CASE(only_who_opens_holds_a_port),
	KUNIT_CASE(each_device_has_ports_of_its_own),
	KUNIT_CASE(counts_agree_with_the_flows),
	KUNIT_CASE(the_connection_that_crosses_the_threshold_begins_it),
	{}
};

static struct kunit_suite ports_suite = {
	.name = "tcpfsm_ports",
	.init = flow_env_init,
	.exit = flow_env_exit,
	.test_cases = ports_cases,
};

kunit_test_suites(&ports_suite);
