/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A small table of its own for each test, and two namespaces: the first one and a guest. Built
 * into the same kernel as tcpfsm, that's table is taken down meanwhile: no interface is up.
 */
#ifndef TCPFSM_KUNIT_FLOW_ENV_H
#define TCPFSM_KUNIT_FLOW_ENV_H

#include <kunit/test.h>
#include <linux/rcupdate.h>
#include <net/net_namespace.h>

#include "../module/account.h"
#include "../module/flow.h"
#include "../module/net.h"
#include "../module/parse.h"
#include "../module/ports_watch.h"
#include "../module/queue.h"
#include "../module/stay.h"

#define FLOW_ENV_MAX	16

struct flow_env {
	struct tcpfsm_net host;
	struct tcpfsm_net guest;
	unsigned int max_flows;		/* tcpfsm's own; 0: it is not there */
};

static inline struct tcpfsm_tuple ipv4_tuple(u32 src, u16 sport, u32 dst, u16 dport)
{
	struct tcpfsm_tuple tuple = {
		.sport = htons(sport),
		.dport = htons(dport),
		.family = AF_INET,
	};

	tuple.src.s6_addr32[0] = htonl(src);
	tuple.dst.s6_addr32[0] = htonl(dst);
	return tuple;
}

static inline struct tcpfsm_key flow_key(struct tcpfsm_net *tn, const struct tcpfsm_tuple *tuple)
{
	struct tcpfsm_ends ends = tcpfsm_tuple_ends(tuple);
	struct tcpfsm_key key;

	memset(&key, 0xaa, sizeof(key));
	tcpfsm_flow_key(&key, tn, &ends);
	return key;
}

/* The @i-th of many tuples. */
static inline struct tcpfsm_key nth_key(struct tcpfsm_net *tn, unsigned int i)
{
	struct tcpfsm_tuple tuple = ipv4_tuple(0x0a000001, 1 + i % 60000, 0x0a000002,
					       1 + i / 60000);

	return flow_key(tn, &tuple);
}

/* In the table, with these LOCAL flags, or NULL. */
static inline struct tcpfsm_flow *add_flow(const struct tcpfsm_key *key, u8 flags)
{
	struct tcpfsm_flow *flow;
	bool inserted;

	rcu_read_lock();
	flow = tcpfsm_flow_create(key, flags & TCPFSM_FLOW_LOCAL, 1000);
	rcu_read_unlock();
	if (!flow)
		return NULL;
	flow->flags |= flags;
	rcu_read_lock();
	spin_lock_bh(&flow->lock);
	inserted = tcpfsm_flow_insert(flow, key);
	spin_unlock_bh(&flow->lock);
	rcu_read_unlock();
	if (inserted)
		return flow;
	tcpfsm_flow_discard(flow);
	return NULL;
}

static inline void kill_flow(struct tcpfsm_flow *flow)
{
	spin_lock_bh(&flow->lock);
	tcpfsm_flow_kill(flow);
	spin_unlock_bh(&flow->lock);
}

static inline struct tcpfsm_flow *find_flow(const struct tcpfsm_key *key)
{
	struct tcpfsm_flow *flow;

	rcu_read_lock();
	flow = tcpfsm_flow_find(key);
	rcu_read_unlock();
	return flow;
}

/* A suite's init. */
static inline int flow_env_init(struct kunit *test)
{
	struct flow_env *env = kunit_kzalloc(test, sizeof(*env), GFP_KERNEL);
	struct net *guest = kunit_kzalloc(test, sizeof(*guest), GFP_KERNEL);

	if (!env || !guest)
		return -ENOMEM;
	if (tcpfsm_flow_count())
		return -EBUSY;
	test->priv = env;
	env->host.net = &init_net;
	env->host.observed = true;
	env->guest.net = guest;
	env->guest.observed = true;
	env->max_flows = tcpfsm_flow_max;
	if (env->max_flows)
		tcpfsm_flow_uninit();
	else if (tcpfsm_queue_init() || tcpfsm_stay_init() || tcpfsm_account_setup(true))
		return -ENOMEM;
	if (tcpfsm_account_init(&env->host.account) || tcpfsm_account_init(&env->guest.account))
		return -ENOMEM;
	tcpfsm_flow_max = FLOW_ENV_MAX;
	return tcpfsm_flow_init();
}

/* A suite's exit: whatever a test has left behind is let go. */
static inline void flow_env_exit(struct kunit *test)
{
	struct flow_env *env = test->priv;

	if (!env)
		return;
	env->host.observed = false;
	env->guest.observed = false;
	tcpfsm_flow_kill_dying();
	tcpfsm_ports_end();
	tcpfsm_flow_uninit();
	KUNIT_EXPECT_EQ(test, tcpfsm_flow_count(), 0U);
	tcpfsm_stay_net_uninit(&env->host);
	tcpfsm_stay_net_uninit(&env->guest);
	tcpfsm_account_uninit(&env->host.account);
	tcpfsm_account_uninit(&env->guest.account);
	tcpfsm_flow_max = env->max_flows;
	if (env->max_flows) {
		KUNIT_EXPECT_EQ(test, tcpfsm_flow_init(), 0);
		return;
	}
	tcpfsm_account_teardown();
	tcpfsm_stay_uninit();
	tcpfsm_queue_uninit();
}

#endif /* TCPFSM_KUNIT_FLOW_ENV_H */
