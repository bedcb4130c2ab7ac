// SPDX-License-Identifier: GPL-2.0
/*
 * Who listens, and how many. Events tell at once of each that begins or ends; a count of the
 * kernel's table tells of those that were there before, and of any that no event has told of: a
 * kernel may have no such event, and a namespace's first sockets may be older than its
 * observation. Of the addresses (listener.c) the table is the authority, a moment after each
 * event, for a socket may choose its port after it has told of itself.
 */
#include "listen.h"

#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/workqueue.h>
#include <net/inet_hashtables.h>
#include <net/tcp.h>

#include "account.h"
#include "listener.h"
#include "net.h"
#include "queue.h"
#include "socket.h"

#define COUNT_JIFFIES	(10 * HZ)	/* nobody is woken for it */
#define AGAIN_JIFFIES	HZ		/* a difference has to be seen twice */

#define SOON_MS		50	/* after an event: those that come together are seen together */
#define LATER_MS	1000	/* where there was none */
#define SHARE		16	/* of the time that a walk takes, so much is waited for */

static void count_work(struct work_struct *work);
static void look_work(struct work_struct *work);
static DECLARE_DEFERRABLE_WORK(count, count_work);
static DECLARE_DELAYED_WORK(look, look_work);
static unsigned long walk_took;	/* the last one, jiffies */

#define GAUGE (TCPFSM_ACCT_LOCAL + TCPFSM_LISTEN)

static void look_in(unsigned int ms)
{
	if (!delayed_work_pending(&look))
		queue_delayed_work(tcpfsm_queue, &look,
				   max(msecs_to_jiffies(ms), SHARE * READ_ONCE(walk_took)));
}

/**
 * tcpfsm_listen_event() - a socket begins to listen, or ends
 * @tn: its namespace, being observed
 * @sk: the socket
 * @begins: which
 *
 * Context: any but NMI.
 */
void tcpfsm_listen_event(struct tcpfsm_net *tn, const struct sock *sk, bool begins)
{
	unsigned int move = begins ? TCPFSM_T_CLOSED_LISTEN : TCPFSM_T_LISTEN_CLOSED;
	struct tcpfsm_bound bound;

	atomic_inc(&tn->listen_events);
	tcpfsm_account_add_rare(&tn->account, GAUGE, begins ? 1 : -1);
	tcpfsm_account_add_rare(&tn->account, TCPFSM_ACCT_MOVES + move * TCPFSM_NR_CAUSES +
			   TCPFSM_CAUSE_SOCKET, 1);
	/* Before the first connection, if it can be had: there, PREEMPT_RT takes no lock. */
	if (begins && !IS_ENABLED(CONFIG_PREEMPT_RT) && tcpfsm_socket_bound(sk, &bound))
		tcpfsm_listener_heard(tn, &bound);
	look_in(SOON_MS);
}

/**
 * tcpfsm_listen_look() - somebody seems to listen of whom nobody knows
 *
 * Context: any but NMI.
 */
void tcpfsm_listen_look(void)
{
	look_in(LATER_MS);
}

/* The namespaces share one table of listening sockets; a bucket's lock at a time. */
static void walk(struct inet_hashinfo *info)
{
	const struct hlist_nulls_node *node;
	struct tcpfsm_bound bound;
	struct tcpfsm_net *tn;
	struct sock *sk;
	unsigned int i;

	for (i = 0; i < inet_listen_buckets(info); i++) {
		struct inet_listen_hashbucket *bucket = inet_listen_bucket(info, i);

		if (hlist_nulls_empty(&bucket->nulls_head))
			continue;
		rcu_read_lock();
		/* As the kernel's own readers: bottom halves never take it (inet_unhash). */
		spin_lock(&bucket->lock);
		sk_nulls_for_each(sk, node, &bucket->nulls_head) {
			/* Its namespace may still be in the making. */
			tn = tcpfsm_net_of_socket(sk);
			if (!tn || sk->sk_state != TCP_LISTEN ||
			    sk->sk_protocol != IPPROTO_TCP)
				continue;
			tn->listen_seen++;
			if (tcpfsm_socket_bound(sk, &bound))
				tcpfsm_listener_seen(tn, &bound);
		}
		spin_unlock(&bucket->lock);
		rcu_read_unlock();
		cond_resched();
	}
}

/*
 * A socket that begins or ends just now is in the gauge but not in the table, or the other way:
 * only a difference is believed that was there before, with no event since. Return: not sure yet.
 */
static bool settle(struct tcpfsm_net *tn, bool at_once)
{
	int off = tn->listen_seen - (int)tcpfsm_account_read(&tn->account, GAUGE);

	if (atomic_read(&tn->listen_events) != tn->listen_before) {
		tn->listen_off = 0;
		return true;
	}
	if (off && (at_once || off == tn->listen_off)) {
		tcpfsm_account_add_rare(&tn->account, GAUGE, off);
		off = 0;
	}
	tn->listen_off = off;
	return off;
}

/* Return: of some namespace it is not sure yet. */
static bool count_all(bool at_once)
{
	unsigned long begin = jiffies;
	struct tcpfsm_net *tn;
	bool again = false, quiet = true;
	int events;

	mutex_lock(&tcpfsm_nets_lock);
	list_for_each_entry(tn, &tcpfsm_nets, list) {
		events = atomic_read(&tn->listen_events);
		if (events != tn->listen_before)
			tn->listen_off = 0;
		tn->listen_before = events;
		tn->listen_seen = 0;
	}
	tcpfsm_listener_walk_begin();
	walk(inet_death_row(&init_net)->hashinfo);
	WRITE_ONCE(walk_took, jiffies - begin);
	list_for_each_entry(tn, &tcpfsm_nets, list) {
		quiet &= atomic_read(&tn->listen_events) == tn->listen_before;
		again |= settle(tn, at_once);
		cond_resched();
	}
	/* With an event meanwhile, a socket may have been seen twice, or not at all. */
	if (!quiet || tcpfsm_listener_walk_end())
		look_in(quiet ? LATER_MS : SOON_MS);
	mutex_unlock(&tcpfsm_nets_lock);
	return again;
}

static void count_work(struct work_struct *work)
{
	queue_delayed_work(tcpfsm_queue, &count,
			   count_all(false) ? AGAIN_JIFFIES : COUNT_JIFFIES);
}

static void look_work(struct work_struct *work)
{
	count_all(false);
}

/* Some sockets may begin or end while we walk. */
static void count_now(void)
{
	unsigned int tries;

	for (tries = 0; tries < 8 && count_all(true); tries++)
		;
}

/**
 * tcpfsm_listen_begin() - begin with what is there, and go on counting
 *
 * The namespaces are being observed, and events are heard, if there are any.
 *
 * Context: process; may sleep. Bounded by the kernel's table of listening sockets.
 */
void tcpfsm_listen_begin(void)
{
	count_now();
	/* LISTEN is told before the socket is in the table, CLOSE after: let such have passed. */
	synchronize_rcu();
	count_now();
	queue_delayed_work(tcpfsm_queue, &count, COUNT_JIFFIES);
}

/**
 * tcpfsm_listen_end() - the counterpart; nothing is counted any more when it returns
 *
 * Tracepoint and hooks are off: nobody tells of anything.
 *
 * Context: process; sleeps.
 */
void tcpfsm_listen_end(void)
{
	cancel_delayed_work_sync(&count);
	cancel_delayed_work_sync(&look);
	tcpfsm_listener_drop(NULL);
}
