// SPDX-License-Identifier: GPL-2.0
/*
 * The account of stays: who is in CLOSE_WAIT, or waits for a peer, since when, and whose it is.
 *
 * The wheel's work takes an end in when it has stayed for a moment, so that short connections pay
 * nothing; whoever lets it leave its state takes it out. What time does to them is in stay_work.c.
 *
 * Lock order: a flow's lock, then a namespace's stays'. An end in the account has a flow that is
 * not freed: flows are counted out, under both locks, before they die.
 */
#include "stay.h"

#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "account.h"
#include "clock.h"
#include "flow.h"
#include "net.h"
#include "queue.h"
#include "stays.h"

#define RETRY_MS	1000	/* after memory was short */

static struct kmem_cache *cache;

static unsigned long id_of(const struct tcpfsm_flow *flow, unsigned int end)
{
	return (unsigned long)flow | end;
}

static struct tcpfsm_ages *ages_of(struct tcpfsm_stays *stays, enum tcpfsm_state state)
{
	return state == TCPFSM_CLOSE_WAIT ? &stays->close_wait : &stays->peer;
}

/* The rule: how long an end is in its state before it is said to stay; 0: it is never. */
static unsigned int stay_after_ms(enum tcpfsm_state state)
{
	switch (state) {
	case TCPFSM_CLOSE_WAIT:
		return TCPFSM_STAY_CLOSE_WAIT_MS;
	case TCPFSM_FIN_WAIT_1:
	case TCPFSM_FIN_WAIT_2:
	case TCPFSM_LAST_ACK:
		return TCPFSM_STAY_PEER_MS;
	default:
		return 0;
	}
}

static void passes_close_wait(struct tcpfsm_ages *ages, struct tcpfsm_aged *aged,
			      unsigned int bound, bool passed)
{
	struct tcpfsm_stays *stays = container_of(ages, struct tcpfsm_stays, close_wait);

	if (bound == TCPFSM_STAY_OLD)
		tcpfsm_leak_old(&stays->leaks, tcpfsm_stay_of(aged), passed);
	else if (bound == TCPFSM_STAY_LEAKED && passed)
		tcpfsm_leak_join(&stays->leaks, tcpfsm_stay_of(aged), tcpfsm_now_ms());
	else if (bound == TCPFSM_STAY_LEAKED)
		tcpfsm_leak_leave(&stays->leaks, tcpfsm_stay_of(aged), tcpfsm_now_ms());
}

static void passes_peer(struct tcpfsm_ages *ages, struct tcpfsm_aged *aged, unsigned int bound,
			bool passed)
{
	struct tcpfsm_stays *stays = container_of(ages, struct tcpfsm_stays, peer);

	if (passed)
		tcpfsm_leak_join(&stays->leaks, tcpfsm_stay_of(aged), tcpfsm_now_ms());
	else
		tcpfsm_leak_leave(&stays->leaks, tcpfsm_stay_of(aged), tcpfsm_now_ms());
}

static struct tcpfsm_stays *stays_create(struct tcpfsm_net *tn)
{
	struct tcpfsm_stays *stays = kzalloc(sizeof(*stays), GFP_ATOMIC | __GFP_NOWARN);

	if (!stays)
		return NULL;
	spin_lock_init(&stays->lock);
	stays->close_wait.cursors = TCPFSM_NR_STAY_BOUNDS;
	stays->close_wait.pass = passes_close_wait;
	/* A time in CLOSE_WAIT that equals the bound is within it: le. */
	stays->close_wait.cursor[TCPFSM_STAY_1M].bound_ms = 60 * MSEC_PER_SEC + 1;
	stays->close_wait.cursor[TCPFSM_STAY_5M].bound_ms = 300 * MSEC_PER_SEC + 1;
	stays->close_wait.cursor[TCPFSM_STAY_1H].bound_ms = 3600 * MSEC_PER_SEC + 1;
	stays->close_wait.cursor[TCPFSM_STAY_1D].bound_ms = 86400 * MSEC_PER_SEC + 1;
	stays->peer.cursors = 1;
	stays->peer.pass = passes_peer;
	stays->leaks.tn = tn;
	get_random_bytes(&stays->leaks.seed, sizeof(stays->leaks.seed));
	INIT_DELAYED_WORK(&stays->work, tcpfsm_stay_work);
	return stays;
}

/* Those of a namespace; the first stay brings them. Return: NULL: memory is short. */
static struct tcpfsm_stays *stays_get(struct tcpfsm_net *tn)
{
	struct tcpfsm_stays *stays = READ_ONCE(tn->stays), *other;

	if (stays)
		return stays;
	stays = stays_create(tn);
	if (!stays)
		return NULL;
	other = cmpxchg(&tn->stays, NULL, stays);
	if (!other)
		return stays;
	kfree(stays);
	return other;
}

static bool stay_take(struct tcpfsm_flow *flow, unsigned int end)
{
	struct tcpfsm_end *e = &flow->pair.end[end];
	struct tcpfsm_stays *stays = stays_get(flow->tn);
	struct tcpfsm_stay *stay;

	if (!stays)
		return false;
	stay = kmem_cache_zalloc(cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!stay)
		return false;
	stay->state = e->state;
	stay->aged.since_ms = tcpfsm_end_since(e);
	stay->aged.id = id_of(flow, end);
	if (stay->state == TCPFSM_CLOSE_WAIT)
		tcpfsm_socket_culprit(flow, end, &stay->socket);
	spin_lock_bh(&stays->lock);
	stays->unaccepted += tcpfsm_stay_unaccepted(&stay->socket);
	tcpfsm_ages_insert(ages_of(stays, stay->state), &stay->aged);
	spin_unlock_bh(&stays->lock);
	e->flags |= TCPFSM_END_STAYS;
	queue_delayed_work(tcpfsm_queue, &stays->work, TCPFSM_STAY_RUN_JIFFIES);
	return true;
}

/**
 * tcpfsm_stay_due_ms() - when an end is to be looked at, to be taken into the account
 * @flow: the flow
 * @end: a local end
 *
 * Context: softirq or process; the caller holds the flow's lock.
 *
 * Return: ms of the clock; 0: it does not stay, or is in the account already.
 */
u64 tcpfsm_stay_due_ms(const struct tcpfsm_flow *flow, unsigned int end)
{
	const struct tcpfsm_end *e = &flow->pair.end[end];
	unsigned int after_ms = stay_after_ms(e->state);

	if (!after_ms || (e->flags & TCPFSM_END_STAYS))
		return 0;
	return tcpfsm_end_since(e) + after_ms;
}

/**
 * tcpfsm_stay_look() - take an end into the account, if it stays
 * @flow: in the table; the caller holds its lock
 * @end: a local end
 * @now_ms: the time
 *
 * Context: softirq or process, under RCU; never for a segment's sake.
 *
 * Return: ms until the next look, 0: none.
 */
u64 tcpfsm_stay_look(struct tcpfsm_flow *flow, unsigned int end, u64 now_ms)
{
	u64 due_ms = tcpfsm_stay_due_ms(flow, end);

	if (!due_ms)
		return 0;
	if (due_ms > now_ms)
		return due_ms - now_ms;
	if (stay_take(flow, end))
		return 0;
	tcpfsm_account_add(&flow->tn->account, TCPFSM_ACCT_UNAGED, 1);
	return RETRY_MS;
}

/**
 * tcpfsm_stay_leave() - an end leaves its state, or the flow leaves the gauges
 * @flow: the flow; the caller holds its lock
 * @end: an end with TCPFSM_END_STAYS
 * @state: where it was
 * @since_ms: since when
 *
 * Context: softirq or process.
 */
void tcpfsm_stay_leave(struct tcpfsm_flow *flow, unsigned int end, enum tcpfsm_state state,
		       u64 since_ms)
{
	struct tcpfsm_stays *stays = READ_ONCE(flow->tn->stays);
	struct tcpfsm_ages *ages = ages_of(stays, state);
	struct tcpfsm_aged *aged;

	flow->pair.end[end].flags &= ~TCPFSM_END_STAYS;
	spin_lock_bh(&stays->lock);
	aged = tcpfsm_ages_find(ages, since_ms, id_of(flow, end));
	if (!WARN_ON_ONCE(!aged)) {
		tcpfsm_ages_erase(ages, aged);
		stays->unaccepted -= tcpfsm_stay_unaccepted(&tcpfsm_stay_of(aged)->socket);
	}
	spin_unlock_bh(&stays->lock);
	if (aged)
		kmem_cache_free(cache, tcpfsm_stay_of(aged));
}

/**
 * tcpfsm_stay_read() - what `stats` says of CLOSE_WAITs
 * @tn: the namespace
 * @s: written
 *
 * Context: process. Costs the same for one and for a million.
 */
void tcpfsm_stay_read(const struct tcpfsm_net *tn, struct tcpfsm_stay_summary *s)
{
	struct tcpfsm_stays *stays = READ_ONCE(tn->stays);
	u64 now_ms = tcpfsm_now_ms();
	struct tcpfsm_aged *oldest;
	unsigned int i;

	memset(s, 0, sizeof(*s));
	if (!stays)
		return;
	spin_lock_bh(&stays->lock);
	for (i = 0; i < TCPFSM_NR_STAY_BOUNDS; i++)
		s->passed[i] = stays->close_wait.cursor[i].passed;
	s->unaccepted = stays->unaccepted;
	s->ungrouped = stays->leaks.ungrouped;
	oldest = tcpfsm_ages_oldest(&stays->close_wait);
	if (oldest)
		s->oldest_ms = now_ms - min(now_ms, oldest->since_ms);
	spin_unlock_bh(&stays->lock);
}

static void collect(struct tcpfsm_net *tn, enum tcpfsm_anomaly_kind kind,
		    struct tcpfsm_anomaly_lines *lines)
{
	struct tcpfsm_stays *stays = READ_ONCE(tn->stays);
	u64 now_ms = tcpfsm_now_ms();
	unsigned int i;

	for (i = 0; stays && i < TCPFSM_LEAK_BUCKETS && !lines->full; i++) {
		spin_lock_bh(&stays->lock);
		tcpfsm_leak_collect(&stays->leaks, i, kind, lines, now_ms);
		spin_unlock_bh(&stays->lock);
		cond_resched();
	}
}

/**
 * tcpfsm_stay_collect_close_wait() - the lines of `anomalies` about CLOSE_WAITs
 * @tn: the namespace
 * @lines: where to
 *
 * Context: process; may sleep.
 */
void tcpfsm_stay_collect_close_wait(struct tcpfsm_net *tn, struct tcpfsm_anomaly_lines *lines)
{
	collect(tn, TCPFSM_ANOMALY_CLOSE_WAIT_LEAK, lines);
}

/**
 * tcpfsm_stay_collect_peer() - the lines of `anomalies` about peers
 * @tn: the namespace
 * @lines: where to
 *
 * Context: process; may sleep.
 */
void tcpfsm_stay_collect_peer(struct tcpfsm_net *tn, struct tcpfsm_anomaly_lines *lines)
{
	collect(tn, TCPFSM_ANOMALY_PEER_LEAK, lines);
}

static void drop_groups(struct tcpfsm_stays *stays)
{
	unsigned int i;

	for (i = 0; i < TCPFSM_LEAK_BUCKETS; i++) {
		spin_lock_bh(&stays->lock);
		tcpfsm_leak_drop(&stays->leaks, i);
		spin_unlock_bh(&stays->lock);
		cond_resched();
	}
}

/**
 * tcpfsm_stay_forget() - end what lingers, in all namespaces: no flow is left
 *
 * Context: process; may sleep.
 */
void tcpfsm_stay_forget(void)
{
	struct tcpfsm_net *tn;

	mutex_lock(&tcpfsm_nets_lock);
	list_for_each_entry(tn, &tcpfsm_nets, list)
		if (READ_ONCE(tn->stays))
			drop_groups(tn->stays);
	mutex_unlock(&tcpfsm_nets_lock);
}

/**
 * tcpfsm_stay_net_uninit() - free a namespace's stays
 * @tn: without flows; no reader, hook or timer can reach it any more
 *
 * Context: process; sleeps.
 */
void tcpfsm_stay_net_uninit(struct tcpfsm_net *tn)
{
	struct tcpfsm_stays *stays = tn->stays;

	if (!stays)
		return;
	cancel_delayed_work_sync(&stays->work);
	drop_groups(stays);
	kfree(stays);
	tn->stays = NULL;
}

/**
 * tcpfsm_stay_init() - before anything else can stay
 *
 * Context: process; may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int tcpfsm_stay_init(void)
{
	cache = kmem_cache_create("tcpfsm_stay", sizeof(struct tcpfsm_stay), 0, 0, NULL);
	return cache ? 0 : -ENOMEM;
}

/**
 * tcpfsm_stay_uninit() - the counterpart; no namespace is left
 *
 * Context: process; may sleep.
 */
void tcpfsm_stay_uninit(void)
{
	kmem_cache_destroy(cache);
	cache = NULL;
}
