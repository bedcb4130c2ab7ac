// SPDX-License-Identifier: GPL-2.0
/*
 * SYNs that come for a connection still in CLOSE_WAIT: its client has long forgotten it, and
 * opens another one from the same port; the leaked socket answers with challenge ACKs, and that
 * client hangs.
 *
 * It is an anomaly of the listener from the first such SYN until none has come for a while, or all
 * connections for which they came have left CLOSE_WAIT; then it is looked for now and then, and not
 * at all where there is none.
 */
#include "collision.h"

#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

#include "account.h"
#include "clock.h"
#include "flow.h"
#include "listener.h"
#include "net.h"

#define LOOK_JIFFIES	HZ

static void look_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(look, look_work);

/* Under the listener's lock. */
static void subject_of(const struct tcpfsm_listener *l, struct tcpfsm_anomaly_subject *s)
{
	memset(s, 0, sizeof(*s));
	s->kind = TCPFSM_ANOMALY_SYN_INTO_CLOSE_WAIT;
	s->ipv6 = l->bound.ipv6;
	s->device = l->bound.device;
	memcpy(s->local, l->bound.addr, sizeof(s->local));
	s->local_port = l->bound.port;
	s->uid = l->bound.uid;
	s->cgroup = l->bound.cgroup;
}

/**
 * tcpfsm_collision() - a SYN has come for a connection in CLOSE_WAIT
 * @flow: the flow
 * @end: the local end's index
 * @now_ms: the time
 *
 * Where nobody listens any more the namespace alone counts it.
 *
 * Context: softirq or process, with the flow's lock.
 */
void tcpfsm_collision(struct tcpfsm_flow *flow, unsigned int end, u64 now_ms)
{
	struct tcpfsm_end *e = &flow->pair.end[end];
	struct tcpfsm_anomaly_subject subject;
	struct tcpfsm_listener *l;

	tcpfsm_account_add(&flow->tn->account, TCPFSM_ACCT_SYN_COLLISIONS, 1);
	rcu_read_lock();
	l = tcpfsm_listener_of(flow, end);
	if (!l)
		goto unlock;
	atomic64_inc(&l->count[TCPFSM_LISTENER_SYN_COLLISIONS]);
	spin_lock_bh(&l->lock);
	if (!l->gone) {
		subject_of(l, &subject);
		if (!l->anomaly.begun)
			l->collisions = 0;
		l->collisions++;
		l->collided_ms = now_ms;
		/* It may have been counted with another listener, who was here before. */
		if (!(e->flags & TCPFSM_END_COLLIDED) || !l->hanging)
			l->hanging++;
		e->flags |= TCPFSM_END_COLLIDED;
		tcpfsm_anomaly_update(l->tn, &l->anomaly, &subject, true, now_ms);
		tcpfsm_anomaly_changed(l->tn);
		if (!delayed_work_pending(&look))
			queue_delayed_work(system_power_efficient_wq, &look, LOOK_JIFFIES);
	}
	spin_unlock_bh(&l->lock);
unlock:
	rcu_read_unlock();
}

/**
 * tcpfsm_collision_leave() - an end leaves CLOSE_WAIT, or its flow leaves the gauges
 * @flow: the flow
 * @end: an end with TCPFSM_END_COLLIDED
 *
 * Context: softirq or process, with the flow's lock.
 */
void tcpfsm_collision_leave(struct tcpfsm_flow *flow, unsigned int end)
{
	struct tcpfsm_listener *l;

	flow->pair.end[end].flags &= ~TCPFSM_END_COLLIDED;
	rcu_read_lock();
	l = tcpfsm_listener_of(flow, end);
	if (l) {
		spin_lock_bh(&l->lock);
		if (l->hanging)
			l->hanging--;
		spin_unlock_bh(&l->lock);
	}
	rcu_read_unlock();
}

/**
 * tcpfsm_collision_look() - does it still hold?
 * @l: found in the table
 * @now_ms: the time
 *
 * Context: softirq or process.
 *
 * Return: true: look again.
 */
bool tcpfsm_collision_look(struct tcpfsm_listener *l, u64 now_ms)
{
	struct tcpfsm_anomaly_subject subject;
	bool begun, holds;

	spin_lock_bh(&l->lock);
	begun = l->anomaly.begun;
	if (begun) {
		subject_of(l, &subject);
		holds = l->hanging && now_ms < l->collided_ms + TCPFSM_COLLISION_RECENT_MS;
		begun = tcpfsm_anomaly_update(l->tn, &l->anomaly, &subject, holds, now_ms);
	}
	spin_unlock_bh(&l->lock);
	return begun;
}

static void look_work(struct work_struct *work)
{
	struct tcpfsm_listener *l;
	u64 now_ms = tcpfsm_now_ms();
	bool again = false;
	unsigned int i;

	for (i = 0; i < tcpfsm_listener_buckets(); i++) {
		rcu_read_lock();
		hlist_for_each_entry_rcu(l, tcpfsm_listener_bucket(i), node)
			again |= READ_ONCE(l->anomaly.begun) && tcpfsm_collision_look(l, now_ms);
		rcu_read_unlock();
		cond_resched();
	}
	if (again)
		queue_delayed_work(system_power_efficient_wq, &look, LOOK_JIFFIES);
}

/**
 * tcpfsm_collision_drop() - nobody listens there any more, so nobody's client hangs
 * @l: on its way out of the table
 *
 * Context: softirq or process.
 */
void tcpfsm_collision_drop(struct tcpfsm_listener *l)
{
	struct tcpfsm_anomaly_subject subject;

	spin_lock_bh(&l->lock);
	subject_of(l, &subject);
	l->gone = true;
	tcpfsm_anomaly_drop(l->tn, &l->anomaly, &subject);
	spin_unlock_bh(&l->lock);
}

/* Under the listener's lock. */
static void collect_one(const struct tcpfsm_listener *l, struct tcpfsm_anomaly_lines *lines)
{
	struct tcpfsm_anomaly_subject subject;
	struct tcpfsm_anomaly_line *line;

	subject_of(l, &subject);
	line = tcpfsm_anomaly_line(lines, &subject);
	if (!line)
		return;
	line->collisions = l->collisions;
	line->weight = l->collisions;
}

/**
 * tcpfsm_collision_collect() - a line for each listener whose clients hang
 * @tn: in this namespace
 * @lines: where to
 *
 * Context: process; may sleep.
 */
void tcpfsm_collision_collect(struct tcpfsm_net *tn, struct tcpfsm_anomaly_lines *lines)
{
	struct tcpfsm_listener *l;
	unsigned int i;

	for (i = 0; i < tcpfsm_listener_buckets(); i++) {
		rcu_read_lock();
		hlist_for_each_entry_rcu(l, tcpfsm_listener_bucket(i), node) {
			if (l->tn != tn || !READ_ONCE(l->anomaly.begun))
				continue;
			spin_lock_bh(&l->lock);
			if (l->anomaly.begun)
				collect_one(l, lines);
			spin_unlock_bh(&l->lock);
		}
		rcu_read_unlock();
		cond_resched();
	}
}

/**
 * tcpfsm_collision_end() - nothing is looked for any more when it returns
 *
 * Hooks are off.
 *
 * Context: process; sleeps.
 */
void tcpfsm_collision_end(void)
{
	cancel_delayed_work_sync(&look);
}
