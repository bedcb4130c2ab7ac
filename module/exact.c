// SPDX-License-Identifier: GPL-2.0
/*
 * Is every local socket tracked? Each that is missed is counted; a sweep of the kernel's tables
 * finds what was missed until it began. So the answer is a comparison of two numbers. A CLOSE_WAIT
 * that leaked yesterday sends nothing: the first sweep shows it directly after loading.
 */
#include "exact.h"

#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/workqueue.h>
#include <net/inet_hashtables.h>
#include <net/tcp.h>

#include "account.h"
#include "adopt.h"
#include "flow.h"
#include "net.h"
#include "queue.h"
#include "socket.h"
#include "witness.h"

#define RESYNC_JIFFIES	HZ	/* after a miss, or when there was no room */
#define RESYNC_SHARE	16	/* of the time that a sweep takes, so much is waited for */

static void resync_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(resync, resync_work);

static DEFINE_MUTEX(sweep_lock);
static unsigned int sweep_number;	/* under sweep_lock */

static bool missing(const struct tcpfsm_net *tn)
{
	return atomic_read(&tn->missed) != READ_ONCE(tn->found);
}

/**
 * tcpfsm_exact() - are all local sockets of a namespace tracked, and their moves heard of?
 * @tn: the namespace
 *
 * Context: any.
 *
 * Return: false: some may be missing, or be somewhere else than they are shown.
 */
bool tcpfsm_exact(const struct tcpfsm_net *tn)
{
	return READ_ONCE(tn->hooked) && READ_ONCE(tcpfsm_witness) && tcpfsm_witness_hears() &&
	       !missing(tn);
}

/**
 * tcpfsm_exact_miss() - a local socket goes untracked
 * @tn: its namespace, being observed
 *
 * Context: any but NMI.
 */
void tcpfsm_exact_miss(struct tcpfsm_net *tn)
{
	atomic_inc(&tn->missed);
	if (READ_ONCE(tcpfsm_witness) && !delayed_work_pending(&resync))
		queue_delayed_work(tcpfsm_queue, &resync, RESYNC_JIFFIES);
}

/* One bucket of the kernel's table, under its lock: a socket in it cannot go meanwhile. */
static void sweep_bucket(struct inet_hashinfo *info, unsigned int i, bool first)
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
		/* Other protocols have tables of their own. */
		tn = tcpfsm_net_of_socket(sk);
		if (!tn || !missing(tn))
			continue;
		/* Without room, what is left waits for the next sweep. */
		if (!first && atomic_read(&tn->missed) != tn->missed_before)
			continue;
		if (tcpfsm_adopt(tn, sk))
			continue;
		if (first)
			tcpfsm_account_add(&tn->account, TCPFSM_ACCT_UNTRACKED, 1);
		tcpfsm_exact_miss(tn);
	}
	spin_unlock_bh(lock);
	rcu_read_unlock();
}

/* Bounded by the table; between two buckets others get the CPU. */
static void sweep_table(struct inet_hashinfo *info, bool first)
{
	unsigned int i;

	for (i = 0; i <= info->ehash_mask; i++) {
		sweep_bucket(info, i, first);
		cond_resched();
	}
}

/* The next namespace with a table of its own (tcp_child_ehash_entries), to be put; or NULL. */
static struct net *next_with_table(void)
{
	const struct inet_hashinfo *shared = inet_death_row(&init_net)->hashinfo;
	struct net *net = NULL;
	struct tcpfsm_net *tn;

	mutex_lock(&tcpfsm_nets_lock);
	list_for_each_entry(tn, &tcpfsm_nets, list) {
		if (tn->sweep == sweep_number)
			continue;
		tn->sweep = sweep_number;
		if (inet_death_row(tn->net)->hashinfo != shared)
			net = maybe_get_net(tn->net);
		if (net)
			break;
	}
	mutex_unlock(&tcpfsm_nets_lock);
	return net;
}

static void sweep(bool first)
{
	struct tcpfsm_net *tn;
	struct net *net;

	mutex_lock(&sweep_lock);
	sweep_number++;
	mutex_lock(&tcpfsm_nets_lock);
	list_for_each_entry(tn, &tcpfsm_nets, list)
		tn->missed_before = atomic_read(&tn->missed);
	mutex_unlock(&tcpfsm_nets_lock);

	sweep_table(inet_death_row(&init_net)->hashinfo, first);
	while ((net = next_with_table())) {
		sweep_table(inet_death_row(net)->hashinfo, first);
		put_net(net);
	}

	mutex_lock(&tcpfsm_nets_lock);
	list_for_each_entry(tn, &tcpfsm_nets, list)
		if (atomic_read(&tn->missed) == tn->missed_before)
			WRITE_ONCE(tn->found, tn->missed_before);
	mutex_unlock(&tcpfsm_nets_lock);
	mutex_unlock(&sweep_lock);
}

/* Is anything missing? And would there be room for it, so that a sweep is worth its while? */
static bool anything_missing(bool *room)
{
	struct tcpfsm_net *tn;
	bool any = false;

	*room = false;
	mutex_lock(&tcpfsm_nets_lock);
	list_for_each_entry(tn, &tcpfsm_nets, list) {
		if (!missing(tn))
			continue;
		any = true;
		*room |= tcpfsm_flow_room(tn);
	}
	mutex_unlock(&tcpfsm_nets_lock);
	return any;
}

static void resync_work(struct work_struct *work)
{
	unsigned long begin = jiffies, took;
	bool room;

	if (anything_missing(&room) && room)
		sweep(false);
	took = jiffies - begin;
	if (anything_missing(&room))
		queue_delayed_work(tcpfsm_queue, &resync,
				   max_t(unsigned long, RESYNC_JIFFIES, took * RESYNC_SHARE));
}

/**
 * tcpfsm_exact_begin() - take in every TCP socket that is there
 *
 * Hooks and tracepoint are on already, so that none slips through between.
 *
 * Context: process; may sleep.
 */
void tcpfsm_exact_begin(void)
{
	if (READ_ONCE(tcpfsm_witness))
		sweep(true);
}

/**
 * tcpfsm_exact_end() - the counterpart; nothing sweeps any more when it returns
 *
 * Hooks and tracepoint are off: nobody misses anything now.
 *
 * Context: process; sleeps.
 */
void tcpfsm_exact_end(void)
{
	cancel_delayed_work_sync(&resync);
}
