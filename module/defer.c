// SPDX-License-Identifier: GPL-2.0
/*
 * Sockets to be looked at a moment later: of a Fast Open's connect() the tracepoint tells before
 * there is a port, and no SYN follows until the program has something to say.
 */
#include "defer.h"

#include <linux/llist.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <net/tcp.h>

#include "account.h"
#include "adopt.h"
#include "exact.h"
#include "net.h"

#define DEFER_MS	20
#define DEFER_MOST	1024	/* that wait at the same time */

struct deferred {
	struct llist_node node;
	struct sock *sk;
};

static void defer_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(work, defer_work);
static LLIST_HEAD(waiting);
static atomic_t count;

static void take_in(const struct sock *sk)
{
	struct tcpfsm_net *tn = tcpfsm_net(sock_net(sk));
	bool tracked;

	if (!READ_ONCE(tn->observed))
		return;
	if (READ_ONCE(sk->sk_state) == TCP_SYN_SENT)
		tracked = tcpfsm_adopt_birth(tn, sk, TCPFSM_CLOSED, TCPFSM_SYN_SENT);
	else
		tracked = tcpfsm_adopt(tn, sk);
	if (tracked)
		return;
	tcpfsm_account_add(&tn->account, TCPFSM_ACCT_UNTRACKED, 1);
	tcpfsm_exact_miss(tn);
}

static void defer_work(struct work_struct *unused)
{
	struct deferred *d, *next;

	llist_for_each_entry_safe(d, next, llist_del_all(&waiting), node) {
		rcu_read_lock();
		take_in(d->sk);
		rcu_read_unlock();
		sock_put(d->sk);
		kfree(d);
		atomic_dec(&count);
		cond_resched();
	}
}

/**
 * tcpfsm_defer() - look at a socket later
 * @tn: its namespace, being observed
 * @sk: a full TCP socket; it is held meanwhile, and it holds its namespace
 *
 * Context: any but NMI.
 */
void tcpfsm_defer(struct tcpfsm_net *tn, const struct sock *sk)
{
	struct deferred *d = NULL;

	if (atomic_inc_return(&count) <= DEFER_MOST && sk->sk_net_refcnt)
		d = kmalloc(sizeof(*d), GFP_ATOMIC | __GFP_NOWARN);
	if (!d) {
		atomic_dec(&count);
		tcpfsm_exact_miss(tn);
		return;
	}
	d->sk = (struct sock *)sk;
	sock_hold(d->sk);
	llist_add(&d->node, &waiting);
	queue_delayed_work(system_power_efficient_wq, &work, msecs_to_jiffies(DEFER_MS));
}

/**
 * tcpfsm_defer_flush() - nothing waits any more when it returns
 *
 * The tracepoint is off.
 *
 * Context: process; sleeps.
 */
void tcpfsm_defer_flush(void)
{
	flush_delayed_work(&work);
}
