// SPDX-License-Identifier: GPL-2.0
/*
 * connect() with TCP_FASTOPEN_CONNECT and a cookie: the socket is in SYN_SENT, and its SYN waits
 * for the program's first data (tcp_fastopen_defer_connect). No segment tells of it, and the
 * tracepoint does before the port is chosen; so the socket is held, and looked at a moment later.
 */
#include "defer.h"

#include <linux/workqueue.h>
#include <net/tcp.h>

#include "account.h"
#include "adopt.h"
#include "clock.h"
#include "flow.h"
#include "net.h"
#include "socket.h"
#include "timer.h"

#define WAITING_MAX	64	/* held at a time; with more, the whole table is gone through */
#define WAIT_MS		50

static struct {
	spinlock_t lock;	/* what follows */
	struct sock *waiting[WAITING_MAX];
	unsigned int n;
	bool more;
	struct delayed_work work;
} defer;

/* A flow that begins in SYN_SENT; its SYN, when it comes, has the socket's number of now. */
static void begin(struct tcpfsm_net *tn, const struct sock *sk)
{
	u64 now_ms = tcpfsm_now_ms();
	struct tcpfsm_result res;
	struct tcpfsm_flow *flow;
	struct tcpfsm_key key;
	struct tcpfsm_end *e;

	if (!tcpfsm_socket_key(sk, tn, &key) || tcpfsm_flow_find(&key))
		return;
	flow = tcpfsm_flow_create(&key, now_ms);
	if (!flow)
		return;
	flow->flags |= TCPFSM_FLOW_LOCAL0 << key.from;
	if (key.from)
		flow->flags |= TCPFSM_FLOW_OPENER1;
	flow->device = sk->sk_bound_dev_if;
	e = &flow->pair.end[key.from];
	e->state = TCPFSM_CLOSED;
	e->iss = READ_ONCE(tcp_sk(sk)->write_seq);
	e->snd_nxt = e->iss + 1;
	spin_lock_bh(&flow->lock);
	if (!tcpfsm_flow_insert(flow, &key)) {
		spin_unlock_bh(&flow->lock);
		tcpfsm_flow_discard(flow);
		return;
	}
	tcpfsm_account_add(&tn->account, TCPFSM_ACCT_CHECKED, 1);
	tcpfsm_fsm_follow(&flow->pair, key.from, TCPFSM_SYN_SENT, now_ms, &res);
	tcpfsm_account_moves(flow, &res, TCPFSM_CAUSE_SOCKET);
	/* It may have gone on meanwhile: the look finds out. */
	tcpfsm_timer_arm(flow, now_ms);
	spin_unlock_bh(&flow->lock);
}

static struct sock *take(void)
{
	struct sock *sk = NULL;

	spin_lock_bh(&defer.lock);
	if (defer.n)
		sk = defer.waiting[--defer.n];
	spin_unlock_bh(&defer.lock);
	return sk;
}

static void defer_work(struct work_struct *work)
{
	struct tcpfsm_net *tn;
	struct sock *sk;

	while ((sk = take())) {
		rcu_read_lock();
		tn = tcpfsm_net(sock_net(sk));
		if (READ_ONCE(tn->observed) && READ_ONCE(sk->sk_state) == TCP_SYN_SENT)
			begin(tn, sk);
		rcu_read_unlock();
		sock_put(sk);
	}
	if (READ_ONCE(defer.more)) {
		WRITE_ONCE(defer.more, false);
		tcpfsm_adopt_sockets();
	}
}

/**
 * tcpfsm_defer_connect() - a socket is about to be in SYN_SENT
 * @sk: the socket, held by its owner
 *
 * Context: process, or softirq; from the tracepoint.
 */
void tcpfsm_defer_connect(const struct sock *sk)
{
	if (!tcp_sk(sk)->fastopen_connect)
		return;
	spin_lock_bh(&defer.lock);
	if (defer.n < WAITING_MAX) {
		defer.waiting[defer.n++] = (struct sock *)sk;
		sock_hold((struct sock *)sk);
	} else {
		WRITE_ONCE(defer.more, true);
	}
	spin_unlock_bh(&defer.lock);
	queue_delayed_work(system_power_efficient_wq, &defer.work, msecs_to_jiffies(WAIT_MS));
}

/**
 * tcpfsm_defer_init() - nobody waits
 *
 * Context: process.
 */
void tcpfsm_defer_init(void)
{
	spin_lock_init(&defer.lock);
	INIT_DELAYED_WORK(&defer.work, defer_work);
}

/**
 * tcpfsm_defer_uninit() - let go of all that wait
 *
 * The tracepoint tells of no more of them.
 *
 * Context: process; sleeps.
 */
void tcpfsm_defer_uninit(void)
{
	struct sock *sk;

	cancel_delayed_work_sync(&defer.work);
	while ((sk = take()))
		sock_put(sk);
	defer.more = false;
}
