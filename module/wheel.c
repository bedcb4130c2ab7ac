// SPDX-License-Identifier: GPL-2.0
/*
 * A hashed timing wheel: millions of deadlines without a timer for each.
 *
 * A flow hangs in the slot of its deadline's tick; one beyond the horizon in the farthest
 * slot, to be looked at again there. The wheel has a shard for each CPU (up to a bound), so that
 * CPUs that close connections at the same time do not meet on one lock. One piece of
 * delayed work empties the slots that are due, a batch at a time, and then sleeps until the
 * next slot with anything in it: an idle machine is not woken.
 *
 * Lock order: a flow's lock, then a shard's.
 */
#include "wheel.h"

#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "flow.h"
#include "queue.h"

#define SLOTS		1024
/* 25 ms: a slot's span, and how late a deadline may be. */
#define TICK		(HZ >= 40 ? HZ / 40 : 1)
#define BATCH		32		/* flows between two breaths */
#define MAX_SHARDS	64

struct wheel_shard {
	spinlock_t lock;	/* all of this; softirq and process: _bh, as a flow's lock is */
	unsigned int count;	/* flows in its slots */
	unsigned long done;	/* tick up to which the slots have been emptied */
	struct hlist_head slot[SLOTS];
};

static struct {
	struct wheel_shard *shard;
	unsigned int nr_shards;		/* a power of two */
	void (*expire)(struct tcpfsm_flow *flow);
	struct delayed_work work;
	spinlock_t lock;		/* next, and the work's queueing */
	unsigned long next;		/* tick at which the work runs; far ahead: not at all */
} wheel;

/* 64 bits of jiffies: 32 wrap five minutes after boot, and do not divide evenly. */
static unsigned long now_tick(u32 *rest)
{
	return (unsigned long)div_u64_rem(get_jiffies_64(), TICK, rest);
}

static unsigned long never(void)
{
	u32 rest;

	return now_tick(&rest) + LONG_MAX / 2;
}

/*
 * How long to sleep until something is due in so many jiffies. From 64 jiffies on the kernel's own
 * wheel fires a timer late, by up to an eighth of its span: wake up earlier, and sleep on.
 */
static unsigned long wheel_nap(unsigned long delay)
{
	return delay < 64 ? delay : delay - delay / 8;
}

/* Have the work run at @tick, or earlier. */
static void wheel_kick(unsigned long tick)
{
	unsigned long now;
	u32 rest;

	if (!time_before(tick, READ_ONCE(wheel.next)))
		return;
	spin_lock_bh(&wheel.lock);
	if (time_before(tick, wheel.next)) {
		WRITE_ONCE(wheel.next, tick);
		now = now_tick(&rest);
		mod_delayed_work(tcpfsm_queue, &wheel.work,
				 time_after(tick, now) ? wheel_nap((tick - now) * TICK - rest) : 0);
	}
	spin_unlock_bh(&wheel.lock);
}

/**
 * tcpfsm_wheel_add() - hang a flow in at its deadline
 * @flow: not in the wheel; the caller holds its lock
 * @left: jiffies until then; past the horizon the flow is looked at there
 *
 * Context: softirq or process.
 */
void tcpfsm_wheel_add(struct tcpfsm_flow *flow, s32 left)
{
	unsigned int i = raw_smp_processor_id() & (wheel.nr_shards - 1);
	struct wheel_shard *shard = &wheel.shard[i];
	unsigned long now, tick;
	u32 rest;

	flow->shard = i | (flow->shard & TCPFSM_FLOW_GUEST);
	spin_lock(&shard->lock);
	now = now_tick(&rest);
	if (!shard->count++)
		shard->done = now;
	/* The tick after the deadline, within the horizon, and not in a slot already passed. */
	tick = now + 1 + (left > 0 ? (rest + left) / TICK : 0);
	if (time_after(tick, shard->done + SLOTS - 1))
		tick = shard->done + SLOTS - 1;
	if (!time_after(tick, shard->done))
		tick = shard->done + 1;
	hlist_add_head(&flow->timer_node, &shard->slot[tick % SLOTS]);
	spin_unlock(&shard->lock);
	/* Pairs with the work's: it looks at the slots after it has set next, we before. */
	smp_mb();
	wheel_kick(tick);
}

/**
 * tcpfsm_wheel_del() - take a flow out
 * @flow: the caller holds its lock; it need not be in the wheel
 *
 * Context: softirq or process.
 */
void tcpfsm_wheel_del(struct tcpfsm_flow *flow)
{
	struct wheel_shard *shard = &wheel.shard[flow->shard & ~TCPFSM_FLOW_GUEST];

	/*
	 * Who adds a flow holds its lock: one that is out cannot come in meanwhile. Who has taken
	 * it out is done with it: pairs with take_out().
	 */
	if (!smp_load_acquire(&flow->timer_node.pprev))
		return;
	spin_lock(&shard->lock);
	if (!hlist_unhashed(&flow->timer_node)) {
		hlist_del_init(&flow->timer_node);
		shard->count--;
	}
	spin_unlock(&shard->lock);
}

/* hlist_del_init() of one whose lock is not held: it may be hung in again as soon as it is out. */
static void take_out(struct hlist_node *node)
{
	__hlist_del(node);
	node->next = NULL;
	/* Pairs with tcpfsm_wheel_del(). */
	smp_store_release(&node->pprev, NULL);
}

/* Let one batch of what is due expire. Return: there may be more. */
static bool wheel_expire_batch(struct wheel_shard *shard, struct hlist_head *list)
{
	struct tcpfsm_flow *due[BATCH];
	unsigned int i, n = 0;

	/* Out of the wheel only RCU holds them. */
	rcu_read_lock();
	spin_lock_bh(&shard->lock);
	while (n < BATCH && !hlist_empty(list)) {
		due[n] = hlist_entry(list->first, struct tcpfsm_flow, timer_node);
		take_out(&due[n++]->timer_node);
	}
	shard->count -= n;
	spin_unlock_bh(&shard->lock);
	for (i = 0; i < n; i++)
		wheel.expire(due[i]);
	rcu_read_unlock();
	cond_resched();
	return n == BATCH;
}

/*
 * Empty the slot of one tick. Its flows hang on a list of our own meanwhile, under the shard's lock
 * like any slot, so that one which is added anew cannot come round again.
 */
static void wheel_expire_slot(struct wheel_shard *shard, unsigned long tick)
{
	HLIST_HEAD(list);

	spin_lock_bh(&shard->lock);
	hlist_move_list(&shard->slot[tick % SLOTS], &list);
	shard->done = tick;
	spin_unlock_bh(&shard->lock);
	while (wheel_expire_batch(shard, &list))
		;
}

static unsigned long wheel_first_used(unsigned long from)
{
	unsigned long tick;
	unsigned int i;

	for (tick = from; tick < from + SLOTS; tick++)
		for (i = 0; i < wheel.nr_shards; i++)
			if (!hlist_empty(&wheel.shard[i].slot[tick % SLOTS]))
				return tick;
	return never();
}

static void wheel_work(struct work_struct *work)
{
	unsigned long now, tick;
	unsigned int i;
	u32 rest;

	spin_lock_bh(&wheel.lock);
	WRITE_ONCE(wheel.next, never());
	spin_unlock_bh(&wheel.lock);
	smp_mb(); /* pairs with tcpfsm_wheel_add()'s */
	now = now_tick(&rest);
	for (i = 0; i < wheel.nr_shards; i++) {
		struct wheel_shard *shard = &wheel.shard[i];

		/* After a long sleep every slot is due once, and no more than once. */
		tick = READ_ONCE(shard->done);
		if (now - tick > SLOTS && time_before(tick, now))
			tick = now - SLOTS;
		while (time_before(tick, now))
			wheel_expire_slot(shard, ++tick);
	}
	tick = wheel_first_used(now + 1);
	if (time_before(tick, now + 1 + SLOTS))
		wheel_kick(tick);
}

/**
 * tcpfsm_wheel_init() - an empty wheel
 * @expire: called for each flow that is due, under RCU, in process context, with the flow out of
 *          the wheel and no lock held; the flow may be dead, or its deadline may lie ahead
 *
 * Context: process; may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int tcpfsm_wheel_init(void (*expire)(struct tcpfsm_flow *flow))
{
	unsigned int i;
	u32 rest;

	wheel.expire = expire;
	wheel.nr_shards = min_t(unsigned int, roundup_pow_of_two(nr_cpu_ids), MAX_SHARDS);
	wheel.shard = kvcalloc(wheel.nr_shards, sizeof(*wheel.shard), GFP_KERNEL);
	if (!wheel.shard)
		return -ENOMEM;
	for (i = 0; i < wheel.nr_shards; i++) {
		spin_lock_init(&wheel.shard[i].lock);
		wheel.shard[i].done = now_tick(&rest);
	}
	spin_lock_init(&wheel.lock);
	wheel.next = never();
	INIT_DELAYED_WORK(&wheel.work, wheel_work);
	return 0;
}

/**
 * tcpfsm_wheel_uninit() - free the wheel
 *
 * It is empty, and nobody adds to it any more.
 *
 * Context: process; sleeps.
 */
void tcpfsm_wheel_uninit(void)
{
	cancel_delayed_work_sync(&wheel.work);
	kvfree(wheel.shard);
}
