// SPDX-License-Identifier: GPL-2.0
/*
 * Port pressure: it begins at the connection that crosses the threshold, and ends at a look, one a
 * second. The looks also let go of destinations towards which no port is held, and find the worst
 * one anew where it has shrunk. There are none where no destination is near the threshold, none has
 * just been left, and the worst is known, but for one each ten seconds that waits until the machine
 * is awake: an idle one sleeps.
 */
#include "ports_watch.h"

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/workqueue.h>
#include <net/ip.h>

#include "clock.h"
#include "net.h"
#include "ports.h"

#define LOOK_JIFFIES	HZ
#define IDLE_JIFFIES	(10 * HZ)	/* where only the administrator can make ports short */
#define NEAR_SHARE	2	/* at half of the threshold begins the watch */

unsigned int tcpfsm_port_pressure_pct = 80;

static void look_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(look, look_work);
static void idle_work(struct work_struct *work);
static DECLARE_DEFERRABLE_WORK(idle, idle_work);
static DEFINE_MUTEX(pass_lock);	/* one pass at a time; and no namespace ends meanwhile */

static void look_later(void)
{
	if (!delayed_work_pending(&look))
		queue_delayed_work(system_power_efficient_wq, &look, LOOK_JIFFIES);
}

/**
 * tcpfsm_ports_available() - ports that connect() may choose in a namespace
 * @tn: the namespace
 *
 * Context: any. The reserved ones are counted once a second at most, or where the range changes.
 *
 * Return: how many.
 */
u32 tcpfsm_ports_available(struct tcpfsm_net *tn)
{
	const unsigned long *reserved = NULL;
	struct tcpfsm_ports *p = &tn->ports;
	int low, high;

	inet_get_local_port_range(tn->net, &low, &high);
	if (low == READ_ONCE(p->low) && high == READ_ONCE(p->high) &&
	    time_before(jiffies, READ_ONCE(p->counted) + HZ))
		return READ_ONCE(p->available);
#ifdef CONFIG_SYSCTL
	reserved = tn->net->ipv4.sysctl_local_reserved_ports;
#endif
	WRITE_ONCE(p->available, tcpfsm_ports_in_range(low, high, reserved));
	WRITE_ONCE(p->low, low);
	WRITE_ONCE(p->high, high);
	WRITE_ONCE(p->counted, jiffies);
	return READ_ONCE(p->available);
}

static u32 reusable(const struct tcpfsm_destination *d)
{
	return tcpfsm_waits_reusable(&d->waits, READ_ONCE(d->to.tn->net->ipv4.sysctl_tcp_tw_reuse),
				     d->loopback, ktime_get_seconds());
}

/**
 * tcpfsm_ports_taken() - ports that connect() cannot have
 * @d: towards this destination, locked
 *
 * Context: any.
 *
 * Return: those held, less those that tcp_tw_reuse frees.
 */
u32 tcpfsm_ports_taken(const struct tcpfsm_destination *d)
{
	return d->used - reusable(d);
}

static void subject_of(const struct tcpfsm_destination *d, struct tcpfsm_anomaly_subject *s)
{
	memset(s, 0, sizeof(*s));
	s->kind = TCPFSM_ANOMALY_PORT_PRESSURE;
	s->ipv6 = d->to.ipv6;
	s->device = d->to.device;
	memcpy(s->local, d->to.local, sizeof(s->local));
	memcpy(s->remote, d->to.remote, sizeof(s->remote));
	s->remote_port = d->to.port;
}

/* Under the destination's lock. Return: it has to be looked at again. */
static bool judge(struct tcpfsm_destination *d, u64 now_ms)
{
	u32 available = tcpfsm_ports_available(d->to.tn), free = reusable(d);
	u32 held = d->used - free;
	unsigned int pct = READ_ONCE(tcpfsm_port_pressure_pct);
	struct tcpfsm_anomaly_subject subject;
	bool begun = d->anomaly.begun, pressed;

	tcpfsm_pace_note(&d->pace, held, now_ms);
	pressed = tcpfsm_ports_pressed(held, available, pct, begun);
	if (pressed || begun) {
		subject_of(d, &subject);
		tcpfsm_anomaly_update(d->to.tn, &d->anomaly, &subject, pressed, now_ms);
		atomic_add((int)d->anomaly.begun - (int)begun, &d->to.tn->ports.pressured);
	}
	/* Time and the administrator change its line, too. */
	if (begun && (free != d->reusable || available != d->available))
		tcpfsm_anomaly_changed(d->to.tn);
	d->reusable = free;
	d->available = available;
	return d->anomaly.begun ||
	       tcpfsm_ports_pressed(NEAR_SHARE * held, available, pct, false);
}

static void raise(atomic_t *most, int n)
{
	int old = atomic_read(most);

	while (old < n && !atomic_try_cmpxchg(most, &old, n))
		;
}

/**
 * tcpfsm_ports_grown() - one port more is held towards a destination
 * @d: the destination, locked; it is counted in already
 * @now_ms: the time
 *
 * Context: softirq or process.
 */
void tcpfsm_ports_grown(struct tcpfsm_destination *d, u64 now_ms)
{
	struct tcpfsm_ports *p = &d->to.tn->ports;

	if (d->used == 1)
		atomic_inc(&p->destinations);
	if (d->used == 1 && !delayed_work_pending(&idle))
		queue_delayed_work(system_power_efficient_wq, &idle, IDLE_JIFFIES);
	/* A pass may have looked at it already, and counted less. */
	raise(&p->most, d->used);
	raise(&p->worst, d->used);
	if (judge(d, now_ms))
		look_later();
}

/**
 * tcpfsm_ports_shrunk() - one port less is held towards a destination
 * @d: the destination, locked; it is counted out already
 *
 * Context: softirq or process.
 */
void tcpfsm_ports_shrunk(struct tcpfsm_destination *d)
{
	struct tcpfsm_ports *p = &d->to.tn->ports;
	bool was_worst = (int)d->used + 1 >= atomic_read(&p->worst);

	if (!d->used)
		atomic_dec(&p->destinations);
	if (was_worst)
		WRITE_ONCE(p->shrunk, true);
	if (was_worst || !d->used)
		look_later();
}

/* Return: it has to be looked at again. */
static bool look_at(struct tcpfsm_destination *d, u64 now_ms)
{
	bool again;

	spin_lock_bh(&d->lock);
	if (d->dead) {
		spin_unlock_bh(&d->lock);
		return false;
	}
	again = judge(d, now_ms);
	d->dead = !d->used && !d->anomaly.begun;
	if (d->dead)
		tcpfsm_ports_forget(d);
	else
		raise(&d->to.tn->ports.most, d->used);
	spin_unlock_bh(&d->lock);
	return again;
}

static bool look_at_all(void)
{
	struct tcpfsm_destination *d;
	u64 now_ms = tcpfsm_now_ms();
	bool again = false;
	unsigned int i;

	for (i = 0; i < tcpfsm_ports_buckets(); i++) {
		if (hlist_empty(tcpfsm_ports_bucket(i)))
			continue;
		rcu_read_lock();
		hlist_for_each_entry_rcu(d, tcpfsm_ports_bucket(i), node)
			again |= look_at(d, now_ms);
		rcu_read_unlock();
		cond_resched();
	}
	return again;
}

/* After a pass. Return: one that had the most has shrunk meanwhile: that is for the next. */
static bool settle_worst(struct tcpfsm_ports *p)
{
	int worst = atomic_read(&p->worst), most = atomic_read(&p->most);

	if (worst > most && READ_ONCE(p->shrunk))
		return true;
	while (worst > most && !atomic_try_cmpxchg(&p->worst, &worst, most))
		;
	/* Who grows raises first the one, then the other: is seen here, or sees what is written. */
	raise(&p->worst, atomic_read(&p->most));
	return false;
}

static void look_work(struct work_struct *work)
{
	struct tcpfsm_net *tn;
	bool again;

	mutex_lock(&pass_lock);
	mutex_lock(&tcpfsm_nets_lock);
	list_for_each_entry(tn, &tcpfsm_nets, list) {
		atomic_set(&tn->ports.most, 0);
		WRITE_ONCE(tn->ports.shrunk, false);
	}
	mutex_unlock(&tcpfsm_nets_lock);
	again = look_at_all();
	mutex_lock(&tcpfsm_nets_lock);
	list_for_each_entry(tn, &tcpfsm_nets, list)
		again |= settle_worst(&tn->ports);
	mutex_unlock(&tcpfsm_nets_lock);
	if (again)
		look_later();
	mutex_unlock(&pass_lock);
}

/* The range, the reserved ports and tcp_tw_reuse may change while nobody can connect. */
static void idle_work(struct work_struct *work)
{
	if (!tcpfsm_ports_any())
		return;
	look_later();
	queue_delayed_work(system_power_efficient_wq, &idle, IDLE_JIFFIES);
}

/**
 * tcpfsm_ports_look() - look at all destinations now: what is pressure has changed
 *
 * Context: process; may sleep.
 */
void tcpfsm_ports_look(void)
{
	mutex_lock(&pass_lock);
	if (tcpfsm_ports_any())
		mod_delayed_work(system_power_efficient_wq, &look, 0);
	mutex_unlock(&pass_lock);
}

static void collect_one(struct tcpfsm_destination *d, struct tcpfsm_anomaly_lines *lines)
{
	struct tcpfsm_anomaly_subject subject;
	struct tcpfsm_anomaly_line *line;

	subject_of(d, &subject);
	line = tcpfsm_anomaly_line(lines, &subject);
	if (!line)
		return;
	line->ports.used = d->used;
	line->ports.time_wait = d->waits.count;
	line->ports.reusable = reusable(d);
	line->ports.available = tcpfsm_ports_available(d->to.tn);
	line->weight = d->used - line->ports.reusable;
	line->ports.seconds_left = tcpfsm_pace_seconds_left(&d->pace, line->weight,
							    line->ports.available,
							    tcpfsm_now_ms());
}

/**
 * tcpfsm_ports_collect() - a line for each destination whose ports are short
 * @tn: in this namespace
 * @lines: where to
 *
 * Context: process; may sleep.
 */
void tcpfsm_ports_collect(struct tcpfsm_net *tn, struct tcpfsm_anomaly_lines *lines)
{
	struct tcpfsm_destination *d;
	unsigned int i;

	if (!atomic_read(&tn->ports.pressured))
		return;
	for (i = 0; i < tcpfsm_ports_buckets(); i++) {
		rcu_read_lock();
		hlist_for_each_entry_rcu(d, tcpfsm_ports_bucket(i), node) {
			if (d->to.tn != tn)
				continue;
			spin_lock_bh(&d->lock);
			if (d->anomaly.begun)
				collect_one(d, lines);
			spin_unlock_bh(&d->lock);
		}
		rcu_read_unlock();
		cond_resched();
	}
}

/**
 * tcpfsm_ports_drop() - let go of all destinations
 * @tn: of this namespace, none of whose flows is left; NULL: of all
 *
 * Context: process; may sleep.
 */
void tcpfsm_ports_drop(struct tcpfsm_net *tn)
{
	struct tcpfsm_anomaly_subject subject;
	struct tcpfsm_destination *d;
	unsigned int i;

	mutex_lock(&pass_lock);
	for (i = 0; i < tcpfsm_ports_buckets(); i++) {
		if (hlist_empty(tcpfsm_ports_bucket(i)))
			continue;
		/* Other namespaces' connections come into the same buckets meanwhile. */
		rcu_read_lock();
		hlist_for_each_entry_rcu(d, tcpfsm_ports_bucket(i), node) {
			if (tn && d->to.tn != tn)
				continue;
			subject_of(d, &subject);
			spin_lock_bh(&d->lock);
			d->dead = true;
			atomic_sub(d->anomaly.begun, &d->to.tn->ports.pressured);
			tcpfsm_anomaly_drop(d->to.tn, &d->anomaly, &subject);
			tcpfsm_ports_forget(d);
			spin_unlock_bh(&d->lock);
		}
		rcu_read_unlock();
		cond_resched();
	}
	mutex_unlock(&pass_lock);
}

/**
 * tcpfsm_ports_end() - nothing is looked at any more when it returns, and nothing is left
 *
 * No flow is left, and none can be born.
 *
 * Context: process; sleeps.
 */
void tcpfsm_ports_end(void)
{
	struct tcpfsm_net *tn;

	tcpfsm_ports_drop(NULL);
	cancel_delayed_work_sync(&idle);
	cancel_delayed_work_sync(&look);
	mutex_lock(&tcpfsm_nets_lock);
	list_for_each_entry(tn, &tcpfsm_nets, list)
		atomic_set(&tn->ports.worst, 0);
	mutex_unlock(&tcpfsm_nets_lock);
}
