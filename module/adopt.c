// SPDX-License-Identifier: GPL-2.0
/*
 * Connections that are older than we: every TCP socket of every observed namespace becomes a
 * flow with its true state. A CLOSE_WAIT that leaked yesterday sends nothing; it is here
 * directly after loading, or never.
 */
#include "adopt.h"

#include <linux/sched.h>
#include <net/inet_hashtables.h>
#include <net/tcp.h>

#include "account.h"
#include "clock.h"
#include "flow.h"
#include "net.h"
#include "socket.h"
#include "timer.h"

/* One socket into its flow, which may be there: the other end of a loopback connection's. */
static void adopt_into(struct tcpfsm_flow *flow, unsigned int end, const struct sock *sk,
		       u64 now_ms)
{
	struct tcpfsm_origin origin;
	bool active;

	if (!tcpfsm_socket_origin(sk, now_ms, &origin, &active))
		return;
	tcpfsm_account_flow(flow, -1);
	flow->flags |= TCPFSM_FLOW_ADOPTED | TCPFSM_FLOW_LOCAL0 << end;
	if (active == end)
		flow->flags |= TCPFSM_FLOW_OPENER1;
	if (sk->sk_bound_dev_if)
		flow->device = sk->sk_bound_dev_if;
	tcpfsm_fsm_adopt(&flow->pair, end, &origin, !tcpfsm_flow_is_local(flow, !end));
	if (origin.since_ms < tcpfsm_flow_born(flow)) {
		flow->born_lo = (u32)origin.since_ms;
		flow->born_hi = (u16)(origin.since_ms >> 32);
	}
	tcpfsm_account_flow(flow, 1);
	tcpfsm_timer_arm(flow, now_ms);
}

static void adopt(struct tcpfsm_net *tn, const struct sock *sk)
{
	u64 now_ms = tcpfsm_now_ms();
	struct tcpfsm_flow *flow;
	struct tcpfsm_key key;

	if (!tcpfsm_socket_key(sk, tn, &key))
		return;
	flow = tcpfsm_flow_find(&key);
	if (flow) {
		spin_lock(&flow->lock);
		/* A segment that came first knows more than we. */
		if (!(flow->flags & TCPFSM_FLOW_DEAD) && !tcpfsm_flow_is_local(flow, key.from))
			adopt_into(flow, key.from, sk, now_ms);
		spin_unlock(&flow->lock);
		return;
	}
	flow = tcpfsm_flow_create(&key, now_ms);
	if (!flow)
		return;
	spin_lock(&flow->lock);
	if (tcpfsm_flow_insert(flow, &key)) {
		adopt_into(flow, key.from, sk, now_ms);
		spin_unlock(&flow->lock);
	} else {
		spin_unlock(&flow->lock);
		tcpfsm_flow_discard(flow);
	}
}

/* One bucket of the kernel's table, under its lock: a socket in it cannot go meanwhile. */
static void adopt_bucket(struct inet_hashinfo *info, unsigned int i)
{
	struct inet_ehash_bucket *bucket = &info->ehash[i];
	spinlock_t *lock = inet_ehash_lockp(info, i);
	const struct hlist_nulls_node *node;
	struct tcpfsm_net *tn;
	struct sock *sk;

	if (hlist_nulls_empty(&bucket->chain))
		return;
	rcu_read_lock();
	spin_lock_bh(lock);
	sk_nulls_for_each(sk, node, &bucket->chain) {
		/* Other protocols have tables of their own; a dying socket holds no namespace. */
		tn = tcpfsm_net(sock_net(sk));
		if (READ_ONCE(tn->observed) && net_eq(tn->net, sock_net(sk)))
			adopt(tn, sk);
	}
	spin_unlock_bh(lock);
	rcu_read_unlock();
}

/**
 * tcpfsm_adopt_sockets() - take in every TCP socket that is there
 *
 * Hooks and tracepoint are on already, so that none slips through between. The work is
 * bounded by the kernel's table; between two buckets others get the CPU.
 *
 * Context: process; may sleep.
 */
void tcpfsm_adopt_sockets(void)
{
	struct inet_hashinfo *info = init_net.ipv4.tcp_death_row.hashinfo;
	unsigned int i;

	if (!READ_ONCE(tcpfsm_witness))
		return;
	for (i = 0; i <= info->ehash_mask; i++) {
		adopt_bucket(info, i);
		cond_resched();
	}
}
