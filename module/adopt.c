// SPDX-License-Identifier: GPL-2.0
/*
 * Local ends that no segment has begun: the socket is older than we, or came into being without
 * one, or its flow could not be had when it began. The flow begins with what the socket knows.
 */
#include "adopt.h"

#include <net/sock.h>

#include "account.h"
#include "clock.h"
#include "device.h"
#include "flow.h"
#include "listener.h"
#include "net.h"
#include "socket.h"
#include "stay.h"
#include "timer.h"

#define NOT_BORN	TCPFSM_NR_STATES	/* it has been there, who knows since when */

/* A socket on its way into its flow. */
struct adoption {
	const struct sock *sk;
	struct tcpfsm_key key;
	struct tcpfsm_origin origin;
	u64 now_ms;
	enum tcpfsm_state from;	/* the state out of which it came now; or NOT_BORN */
	bool active;
};

/* A birth is a transition; what has been there is merely found. The flow is locked. */
static void count_in(const struct adoption *a, struct tcpfsm_flow *flow)
{
	unsigned int end = a->key.from;
	struct tcpfsm_result res;

	if (a->from == NOT_BORN) {
		flow->flags |= TCPFSM_FLOW_ADOPTED;
		if (a->origin.since_ms < tcpfsm_flow_born(flow)) {
			flow->born_lo = (u32)a->origin.since_ms;
			flow->born_hi = (u16)(a->origin.since_ms >> 32);
		}
		tcpfsm_account_flow(flow, 1);
		return;
	}
	flow->pair.end[end].state = a->from;
	flow->pair.end[end].flags &= ~TCPFSM_END_FOUND;
	tcpfsm_account_flow(flow, 1);
	tcpfsm_account_add(&flow->tn->account, TCPFSM_ACCT_CHECKED, 1);
	tcpfsm_fsm_follow(&flow->pair, end, a->origin.state, a->now_ms, &res);
	tcpfsm_account_moves(flow, &res, TCPFSM_CAUSE_SOCKET);
}

/* Into its flow, which may be there: the other end of a loopback connection's. */
static void take_in(const struct adoption *a, struct tcpfsm_flow *flow, bool fresh)
{
	unsigned int end = a->key.from;

	tcpfsm_account_flow(flow, -1);
	flow->flags |= TCPFSM_FLOW_LOCAL0 << end;
	if (fresh && a->active == end)
		flow->flags |= TCPFSM_FLOW_OPENER1;
	tcpfsm_device_add(flow, READ_ONCE(a->sk->sk_bound_dev_if));
	tcpfsm_fsm_adopt(&flow->pair, end, &a->origin, !tcpfsm_flow_is_local(flow, !end));
	count_in(a, flow);
	tcpfsm_timer_arm(flow, BIT(end));
	/* One that leaked yesterday is to be shown directly after loading. */
	for (end = 0; end < 2; end++)
		if (tcpfsm_flow_is_local(flow, end))
			tcpfsm_stay_look(flow, end, a->now_ms);
}

enum { AGAIN, TRACKED, NO_ROOM };

static int adopt_once(const struct adoption *a)
{
	struct tcpfsm_flow *flow = tcpfsm_flow_find(&a->key);
	bool fresh = !flow, dead;

	if (fresh)
		flow = tcpfsm_flow_create(&a->key, true, a->now_ms);
	if (!flow)
		return NO_ROOM;
	spin_lock_bh(&flow->lock);
	if (fresh && !tcpfsm_flow_insert(flow, &a->key)) {
		spin_unlock_bh(&flow->lock);
		tcpfsm_flow_discard(flow);
		return AGAIN;
	}
	dead = flow->flags & TCPFSM_FLOW_DEAD;
	/* A segment that came first knows more than we; but it may be a life before's. */
	if (!dead && !tcpfsm_flow_has_socket(flow, a->key.from))
		take_in(a, flow, fresh);
	else if (!dead && flow->pair.end[a->key.from].state != a->origin.state)
		tcpfsm_timer_arm(flow, BIT(a->key.from));
	spin_unlock_bh(&flow->lock);
	return dead ? AGAIN : TRACKED;
}

static bool adopt(const struct adoption *a)
{
	unsigned int tries;
	int done = AGAIN;

	/* A flow may die, or be born, between two looks. */
	for (tries = 0; tries < 3 && done == AGAIN; tries++)
		done = adopt_once(a);
	return done == TRACKED;
}

/* Who has a listener's port was accepted there, ephemeral or not. The connection is new to us. */
static bool was_accepted(const struct adoption *a)
{
	unsigned int end = a->key.from;

	return tcpfsm_listener_find(a->key.tn, a->key.ipv6,
				    a->key.addr + (a->key.ipv6 ? 4 * end : end),
				    a->key.port[end], a->sk->sk_bound_dev_if);
}

/* @state: where it is, or is about to be; -1: where it says */
static bool adopt_found(struct tcpfsm_net *tn, const struct sock *sk, int state)
{
	struct adoption a = { .sk = sk, .now_ms = tcpfsm_now_ms(), .from = NOT_BORN };

	if (!tcpfsm_socket_key(sk, tn, &a.key) ||
	    !tcpfsm_socket_origin(sk, a.now_ms, &a.origin, &a.active))
		return true;
	if (state >= 0)
		a.origin.state = state;
	a.active &= !was_accepted(&a);
	return adopt(&a);
}

/**
 * tcpfsm_adopt() - a socket that was there before
 * @tn: its namespace
 * @sk: a TCP socket, minisock or request sock that cannot go meanwhile
 *
 * Context: softirq or process, under RCU; no flow's lock held.
 *
 * Return: false: there is no room for its flow. True: its end is tracked, or there is nothing to
 * track.
 */
bool tcpfsm_adopt(struct tcpfsm_net *tn, const struct sock *sk)
{
	return adopt_found(tn, sk, -1);
}

/**
 * tcpfsm_adopt_move() - a socket that was there before, and moves now
 * @tn: its namespace
 * @sk: a full TCP socket that cannot go meanwhile
 * @to: into which state; the socket is not there yet, but has the numbers of one that is: of a FIN
 *      that it has received (tcp_fin) no segment will tell
 *
 * Context: softirq or process, under RCU; no flow's lock held.
 *
 * Return: as tcpfsm_adopt().
 */
bool tcpfsm_adopt_move(struct tcpfsm_net *tn, const struct sock *sk, enum tcpfsm_state to)
{
	return adopt_found(tn, sk, to);
}

/**
 * tcpfsm_adopt_birth() - a socket that comes into being without a segment of its own
 * @tn: its namespace
 * @sk: a full TCP socket that cannot go meanwhile
 * @from: out of which state: CLOSED, or a listener's LISTEN
 * @to: into which; the socket itself may not be there yet
 *
 * Context: softirq or process, under RCU; no flow's lock held.
 *
 * Return: as tcpfsm_adopt().
 */
bool tcpfsm_adopt_birth(struct tcpfsm_net *tn, const struct sock *sk, enum tcpfsm_state from,
			enum tcpfsm_state to)
{
	struct adoption a = { .sk = sk, .now_ms = tcpfsm_now_ms(), .from = from };

	if (!tcpfsm_socket_key(sk, tn, &a.key) ||
	    !tcpfsm_socket_origin(sk, a.now_ms, &a.origin, &a.active))
		return true;
	a.origin.state = to;
	a.origin.since_ms = a.now_ms;
	a.active = from == TCPFSM_CLOSED;
	return adopt(&a);
}
