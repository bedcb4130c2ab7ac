// SPDX-License-Identifier: GPL-2.0
/*
 * Sockets to be looked at a moment later: of a Fast Open's connect() the tracepoint tells before
 * there is a port, and no SYN follows until the program has something to say. How much later there
 * is one is up to the scheduler: connect() looks for it among all ports.
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

#define DEFER_MS	20	/* at a time */
#define DEFER_MOST	1024	/* that wait at the same time */

struct deferred {
	struct llist_node node;
	struct sock *sk;
};

static void defer_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(work, defer_work);
static LLIST_HEAD(waiting);
static atomic_t count;
static bool flushing;

static void enqueue(struct deferred *d)
{
	llist_add(&d->node, &waiting);
	queue_delayed_work(system_power_efficient_wq, &work, msecs_to_jiffies(DEFER_MS));
}

/* Return: false: connect() has not found its port yet, without which the socket is nowhere. */
static bool take_in(const struct sock *sk)
{
	struct tcpfsm_net *tn = tcpfsm_net(sock_net(sk));
	bool tracked;

	if (!READ_ONCE(tn->observed))
		return true;
	if (READ_ONCE(sk->sk_state) != TCP_SYN_SENT)
		tracked = tcpfsm_adopt(tn, sk);
	else if (sk_hashed(sk))
		tracked = tcpfsm_adopt_birth(tn, sk, TCPFSM_CLOSED, TCPFSM_SYN_SENT);
	else
		return false;
	if (!tracked) {
		tcpfsm_account_add(&tn->account, TCPFSM_ACCT_UNTRACKED, 1);
		tcpfsm_exact_miss(tn);
	}
	return true;
}

static void defer_work(struct work_struct *unused)
{
	struct deferred *d, *next;
	bool done;

	llist_for_each_entry_safe(d, next, llist_del_all(&waiting), node) {
		rcu_read_lock();
		done = take_in(d->sk);
		rcu_read_unlock();
		if (!done && !READ_ONCE(flushing)) {
			enqueue(d);
			cond_resched();
			continue;
		}
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
	enqueue(d);
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
	WRITE_ONCE(flushing, true);
	/* One that ran just now may have asked for another. */
	flush_delayed_work(&work);
	flush_delayed_work(&work);
	WRITE_ONCE(flushing, false);
}
