// SPDX-License-Identifier: GPL-2.0
/*
 * The second witness: the kernel's own sockets.
 *
 * The wire tells most, at once and for both ends. The socket knows better: a FIN may wait
 * behind a closed window, a connect() may give up in silence, a packet may die behind our
 * hook. So whenever a local end has moved, and whenever the tracepoint inet_sock_set_state says
 * that its socket has, the wheel is asked for a look a moment later, when what was under way
 * has arrived; and where the two still differ, the socket is followed.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "witness.h"

#include <linux/tracepoint.h>
#include <net/inet_hashtables.h>
#include <net/tcp.h>

#include "account.h"
#include "adopt.h"
#include "clock.h"
#include "defer.h"
#include "device.h"
#include "exact.h"
#include "flow.h"
#include "listen.h"
#include "net.h"
#include "socket.h"
#include "socket_quick.h"
#include "timer.h"

static struct tracepoint *set_state;
static bool hears __read_mostly;

#define OVERFLOW_MS	1000	/* a TIME_WAIT without minisock so soon never had one */

/* A kernel without tracepoints declares the functions about them, but does not have them. */
static struct tracepoint *found_set_state(void)
{
	return IS_ENABLED(CONFIG_TRACEPOINTS) ? READ_ONCE(set_state) : NULL;
}

/**
 * tcpfsm_witness_hears() - does the tracepoint tell of sockets that move?
 *
 * Context: any.
 *
 * Return: false: not yet, or never: only a look now and then finds silent endings.
 */
bool tcpfsm_witness_hears(void)
{
	return READ_ONCE(hears);
}

/* Probes run with preemption off, where PREEMPT_RT takes no spinlock: there, looks must do. */
static bool will_hear(void)
{
	return found_set_state() && !IS_ENABLED(CONFIG_PREEMPT_RT);
}

/**
 * tcpfsm_witness_follow() - a local end goes where its socket is
 * @flow: in the table; the caller holds its lock
 * @end: index of a local end that is not over
 * @view: the socket
 * @now_ms: the time
 *
 * Context: softirq or process.
 */
void tcpfsm_witness_follow(struct tcpfsm_flow *flow, unsigned int end,
			   const struct tcpfsm_socket_view *view, u64 now_ms)
{
	struct tcpfsm_account *acct = &flow->tn->account;
	struct tcpfsm_end *e = &flow->pair.end[end];
	int state = view->state;
	/* The wire has shown the end of it: the socket merely agrees. */
	bool shown = state == TCPFSM_CLOSED && (e->flags & TCPFSM_END_DOOMED);
	struct tcpfsm_result res;

	tcpfsm_account_add(acct, TCPFSM_ACCT_CHECKED, 1);
	e->flags &= ~TCPFSM_END_DOOMED;
	if (state == e->state || shown)
		tcpfsm_account_add(acct, TCPFSM_ACCT_AGREED, 1);
	if (state == e->state)
		return;
	if (e->state == TCPFSM_TIME_WAIT && state == TCPFSM_CLOSED) {
		if (shown)
			tcpfsm_account_add(acct, TCPFSM_ACCT_TW_ASSASSINATED, 1);
		/* Where the tracepoint tells, skips_wait() has seen it. */
		else if (!tcpfsm_witness_hears() && now_ms - tcpfsm_end_since(e) < OVERFLOW_MS)
			tcpfsm_account_add(acct, TCPFSM_ACCT_TW_OVERFLOWED, 1);
	}
	tcpfsm_fsm_follow(&flow->pair, end, state, now_ms, &res);
	tcpfsm_account_moves(flow, &res, shown ? TCPFSM_CAUSE_SEGMENT : TCPFSM_CAUSE_SOCKET);
	if (tcpfsm_flow_is_local(flow, !end) || (flow->flags & TCPFSM_FLOW_SELF))
		return;
	/* Its ACK may not have left: what was seen to be acknowledged counts. */
	if (!view->numbered || e->ack_sent != view->rcv_nxt)
		return;
	tcpfsm_fsm_infer_fin(&flow->pair, end, now_ms, &res);
	tcpfsm_account_moves(flow, &res, TCPFSM_CAUSE_SOCKET);
}

/*
 * A socket of which nobody knew moves. A SYN cookie that comes back makes one without a segment of
 * its own; a connect() is told before its SYN is sent, which begins the flow; what closes is over.
 */
static void stranger_moves(struct tcpfsm_net *tn, const struct sock *sk, int from, int to)
{
	bool born = from == TCP_SYN_RECV && to == TCP_ESTABLISHED;

	if (from == TCP_CLOSE || to == TCP_CLOSE)
		return;
	if (born ? tcpfsm_adopt_birth(tn, sk, TCPFSM_LISTEN, TCPFSM_ESTABLISHED) :
		   tcpfsm_adopt_move(tn, sk, tcpfsm_socket_map(to)))
		return;
	if (born)
		tcpfsm_account_add(&tn->account, TCPFSM_ACCT_UNTRACKED, 1);
	tcpfsm_exact_miss(tn);
}

/* Is nobody there? A socket that goes is out of the kernel's table before the tracepoint tells. */
static bool vacant(const struct tcpfsm_flow *flow, unsigned int end)
{
	struct sock *sk = tcpfsm_socket_get(flow, end);

	tcpfsm_socket_put(sk);
	return !sk;
}

/*
 * A socket that is closed has ended, unless it has left a minisock behind; that is in the table
 * already then. If the wire has shown the end, too, there is nothing more to wait for, nor if it
 * had not opened yet, for then no reset is sent; nor if the end is deaf, for no segment moves it.
 * But this may be another socket, whose connect() fails because its addresses are taken.
 */
static bool follows_now(const struct tcpfsm_flow *flow, unsigned int end, int from, int to)
{
	const struct tcpfsm_end *e = &flow->pair.end[end];

	if (to != TCP_CLOSE)
		return (e->flags & TCPFSM_END_DEAF) && tcpfsm_socket_map(from) == e->state;
	if (1 << from & (TCPF_FIN_WAIT1 | TCPF_FIN_WAIT2 | TCPF_CLOSING))
		return false;
	return (from == TCP_SYN_SENT || (e->flags & TCPFSM_END_DOOMED)) && vacant(flow, end);
}

/*
 * Who closes first leaves a minisock behind, in FIN_WAIT_2 or TIME_WAIT, which is in the table
 * before the tracepoint tells that the socket is gone. Over tcp_max_tw_buckets there is none
 * (tcp_time_wait()), and what the peer sends then is nobody's. As long as there are fewer flows
 * than minisocks allowed, that need not be looked up. Who wants none (TCP_LINGER2) sends a reset
 * next.
 */
static bool skips_wait(const struct tcpfsm_flow *flow, unsigned int end, const struct sock *sk,
		       int from, int to)
{
	const struct tcpfsm_end *e = &flow->pair.end[end];
	int most = READ_ONCE(inet_death_row(flow->tn->net)->sysctl_max_tw_buckets);

	return to == TCP_CLOSE && 1 << from & (TCPF_FIN_WAIT2 | TCPF_CLOSING) &&
	       !(e->flags & TCPFSM_END_DOOMED) && READ_ONCE(tcp_sk(sk)->linger2) >= 0 &&
	       !READ_ONCE(sk->sk_err) && (int)tcpfsm_flow_count() > most && vacant(flow, end);
}

/* A TIME_WAIT that would have been, or has been taken for one. */
static void count_skipped(const struct tcpfsm_flow *flow, unsigned int end)
{
	struct tcpfsm_account *acct = &flow->tn->account;

	if (flow->pair.end[end].state != TCPFSM_TIME_WAIT)
		tcpfsm_account_add(acct, TCPFSM_ACCT_TW_CREATED, 1);
	tcpfsm_account_add(acct, TCPFSM_ACCT_TW_OVERFLOWED, 1);
}

/* The socket of a connection moves: have its flow looked at, if the wire does not move it too. */
static void socket_moves(struct tcpfsm_net *tn, const struct sock *sk, int from, int to)
{
	struct tcpfsm_socket_view view = { .state = tcpfsm_socket_map(to) };
	struct tcpfsm_flow *flow;
	struct tcpfsm_key key;
	bool skipped;

	if (to == TCP_SYN_SENT && tcpfsm_socket_waits(sk)) {
		tcpfsm_defer(tn, sk);
		return;
	}
	if (!tcpfsm_socket_key(sk, tn, &key))
		return;
	flow = tcpfsm_flow_find(&key);
	if (!flow || !tcpfsm_flow_has_socket(flow, key.from)) {
		stranger_moves(tn, sk, from, to);
		return;
	}
	if (READ_ONCE(flow->pair.end[key.from].state) == view.state &&
	    !tcpfsm_device_differs(flow, &key))
		return;
	spin_lock_bh(&flow->lock);
	/* That was a life before. */
	if (flow->flags & TCPFSM_FLOW_DEAD) {
		spin_unlock_bh(&flow->lock);
		stranger_moves(tn, sk, from, to);
		return;
	}
	tcpfsm_device_bind(flow, &key);
	skipped = skips_wait(flow, key.from, sk, from, to);
	if (skipped)
		count_skipped(flow, key.from);
	if (skipped || follows_now(flow, key.from, from, to))
		tcpfsm_witness_follow(flow, key.from, &view, tcpfsm_now_ms());
	if (tcpfsm_flow_over(flow))
		tcpfsm_flow_kill(flow);
	else
		tcpfsm_timer_arm(flow, BIT(key.from));
	spin_unlock_bh(&flow->lock);
}

/*
 * The tracepoint fires before the state is stored, in process context too; with preemption off,
 * or on newer kernels under SRCU alone. A child that is accepted first leaves LISTEN, on a clone
 * that may still bear its parent's addresses: that is neither a listener's end nor a move.
 */
static void probe_set_state(void *data, const struct sock *sk, const int from, const int to)
{
	struct tcpfsm_net *tn;

	if (sk->sk_protocol != IPPROTO_TCP)
		return;
	rcu_read_lock();
	tn = tcpfsm_net_observed(sock_net(sk));
	if (!tn)
		goto unlock;
	if (to == TCP_LISTEN || from == TCP_LISTEN) {
		if (to == TCP_LISTEN && from != TCP_LISTEN)
			tcpfsm_listen_event(tn, sk, true);
		else if (to == TCP_CLOSE)
			tcpfsm_listen_event(tn, sk, false);
	} else if (READ_ONCE(tcpfsm_witness) && !IS_ENABLED(CONFIG_PREEMPT_RT)) {
		socket_moves(tn, sk, from, to);
	}
unlock:
	rcu_read_unlock();
}

static void find_set_state(struct tracepoint *tp, void *data)
{
	if (!strcmp(tp->name, "inet_sock_set_state"))
		set_state = tp;
}

/**
 * tcpfsm_witness_prepare() - before the hooks are on: will every socket that moves be heard of?
 *
 * The hooks trust sockets by a static key: code that runs had better not be patched.
 *
 * Context: process; may sleep.
 */
void tcpfsm_witness_prepare(void)
{
	if (IS_ENABLED(CONFIG_TRACEPOINTS))
		for_each_kernel_tracepoint(find_set_state, NULL);
	if (READ_ONCE(tcpfsm_witness) && will_hear())
		static_branch_enable(&tcpfsm_socket_trusted);
}

/**
 * tcpfsm_witness_init() - hear of every socket that moves; count the listening ones
 *
 * The namespaces are being observed. A kernel without the tracepoint leaves LISTEN to a count now
 * and then, and silent endings to the timers; the log says so.
 *
 * Context: process; may sleep.
 */
void tcpfsm_witness_init(void)
{
	if (found_set_state() && tracepoint_probe_register(set_state, probe_set_state, NULL)) {
		static_branch_disable(&tcpfsm_socket_trusted);
		set_state = NULL;
	}
	if (!found_set_state())
		pr_warn("no tracepoint inet_sock_set_state: silent endings are seen late\n");
	WRITE_ONCE(hears, will_hear());
	tcpfsm_listen_begin();
}

/**
 * tcpfsm_witness_uninit() - the counterpart; no probe runs any more when it returns
 *
 * The sockets stay trusted: the hooks are about to go, and whoever begins again prepares again.
 *
 * Context: process; sleeps.
 */
void tcpfsm_witness_uninit(void)
{
	tcpfsm_listen_end();
	WRITE_ONCE(hears, false);
	if (!found_set_state())
		return;
	tracepoint_probe_unregister(set_state, probe_set_state, NULL);
	tracepoint_synchronize_unregister();
	set_state = NULL;
}
