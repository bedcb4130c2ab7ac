// SPDX-License-Identifier: GPL-2.0
/*
 * Gauges, counters and transition counts: what every transition is written down as.
 */
#include "account.h"

#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "collision.h"
#include "flow.h"
#include "fsm.h"
#include "listener.h"
#include "net.h"
#include "ports.h"
#include "stay.h"
#include "trace.h"

#define MOVE_SLOT(from, to, reason)						\
	[TCPFSM_##from * TCPFSM_NR_STATES + TCPFSM_##to] = 1 + TCPFSM_T_##from##_##to,
/* from × to → 1 + enum tcpfsm_transition_id; 0: not among TCPFSM_TRANSITIONS */
static const u8 move_slot[TCPFSM_NR_PAIRS] = {
	TCPFSM_TRANSITIONS(MOVE_SLOT)
};

static unsigned int other_slot(unsigned int pair, enum tcpfsm_cause cause)
{
	return TCPFSM_ACCT_OTHERS + pair * TCPFSM_CAUSE_SOCKET + cause;
}

#define RETRY_JIFFIES	HZ	/* after memory was too short for the per-CPU array */

/* Of its very size: the next of kmalloc()'s would be a quarter too large, for each namespace. */
static struct kmem_cache *cache;
static unsigned int nr_slots __read_mostly;

/**
 * tcpfsm_account_setup() - before the first account
 * @alone: no socket is asked: there is room for TCPFSM_ACCT_OTHERS
 *
 * Context: process; may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int tcpfsm_account_setup(bool alone)
{
	const struct tcpfsm_account_shared *shared;

	nr_slots = alone ? TCPFSM_NR_ACCOUNT_SLOTS : TCPFSM_ACCT_OTHERS;
	cache = kmem_cache_create("tcpfsm_account", struct_size(shared, slot, nr_slots), 0, 0,
				  NULL);
	return cache ? 0 : -ENOMEM;
}

/**
 * tcpfsm_account_teardown() - after the last account
 *
 * Context: process; may sleep.
 */
void tcpfsm_account_teardown(void)
{
	kmem_cache_destroy(cache);
}

/* Context: any. Return: how many slots an account has; TCPFSM_ACCT_OTHERS may be beyond. */
unsigned int tcpfsm_account_slots(void)
{
	return nr_slots;
}

static void account_grow(struct tcpfsm_account *acct)
{
	long __percpu *percpu;

	percpu = __alloc_percpu_gfp(nr_slots * sizeof(long), sizeof(long),
				    GFP_KERNEL | __GFP_NOWARN);
	if (!percpu) {
		/* @shared goes on. */
		queue_delayed_work(system_power_efficient_wq, &acct->grow, RETRY_JIFFIES);
		return;
	}
	/* Who sees the pointer sees the zeros behind it: pairs with the readers' acquire. */
	smp_store_release(&acct->percpu, percpu);
}

static void account_grow_work(struct work_struct *work)
{
	account_grow(container_of(work, struct tcpfsm_account, grow.work));
}

/**
 * tcpfsm_account_init() - an empty account
 * @acct: to initialise
 *
 * Context: process; may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int tcpfsm_account_init(struct tcpfsm_account *acct)
{
	acct->percpu = NULL;
	acct->growing = 0;
	INIT_DELAYED_WORK(&acct->grow, account_grow_work);
	acct->shared = kmem_cache_zalloc(cache, GFP_KERNEL);
	return acct->shared ? 0 : -ENOMEM;
}

/**
 * tcpfsm_account_grow_now() - bring the per-CPU array before the first segment does
 * @acct: initialised, not yet in use
 *
 * Context: process; may sleep. A failure costs speed alone.
 */
void tcpfsm_account_grow_now(struct tcpfsm_account *acct)
{
	if (!test_and_set_bit(0, &acct->growing))
		account_grow(acct);
}

/**
 * tcpfsm_account_uninit() - free an account
 * @acct: no segment, timer or reader can reach it any more; may never have been initialised
 *
 * Context: process; may sleep.
 */
void tcpfsm_account_uninit(struct tcpfsm_account *acct)
{
	if (!acct->shared)
		return;
	cancel_delayed_work_sync(&acct->grow);
	free_percpu(acct->percpu);
	kmem_cache_free(cache, acct->shared);
	acct->percpu = NULL;
	acct->shared = NULL;
}

/**
 * tcpfsm_account_add_rare() - tcpfsm_account_add() for what an idle namespace does too
 * @acct: the namespace's account
 * @slot: slot
 * @n: what to add
 *
 * Context: any but NMI. Never asks for the per-CPU array.
 */
void tcpfsm_account_add_rare(struct tcpfsm_account *acct, unsigned int slot, int n)
{
	if (READ_ONCE(acct->percpu))
		tcpfsm_account_add(acct, slot, n);
	else
		atomic_add(n, &acct->shared->slot[slot]);
}

/**
 * tcpfsm_account_add_shared() - tcpfsm_account_add() while there is no per-CPU array
 * @acct: the namespace's account
 * @slot: slot
 * @n: what to add
 *
 * Context: any but NMI.
 */
void tcpfsm_account_add_shared(struct tcpfsm_account *acct, unsigned int slot, int n)
{
	atomic_add(n, &acct->shared->slot[slot]);
	if (!test_bit(0, &acct->growing) && !test_and_set_bit(0, &acct->growing))
		queue_delayed_work(system_power_efficient_wq, &acct->grow, 0);
}

/* One slot of all CPUs together, wrapping as each of them does; nothing while they have none. */
static unsigned long read_percpu(const struct tcpfsm_account *acct, unsigned int slot)
{
	/* Pairs with account_grow()'s release. */
	long __percpu *percpu = smp_load_acquire(&acct->percpu);
	unsigned long sum = 0;
	int cpu;

	if (percpu)
		for_each_possible_cpu(cpu)
			sum += per_cpu_ptr(percpu, cpu)[slot];
	return sum;
}

/**
 * tcpfsm_account_read() - one counter, or gauge
 * @acct: the namespace's account
 * @slot: slot
 *
 * Context: any. The sum is no snapshot: other CPUs go on counting.
 *
 * Return: the sum over the shared array and all CPUs' arrays. A counter only goes up, to twice what
 * its words could hold with a sign; where they have 32 bits, it begins anew after 2^32.
 */
s64 tcpfsm_account_read(const struct tcpfsm_account *acct, unsigned int slot)
{
	int shared = atomic_read(&acct->shared->slot[slot]);

	if (slot < TCPFSM_ACCT_MOVES)
		return (long)(shared + read_percpu(acct, slot));
	return (unsigned long)((u32)shared + read_percpu(acct, slot));
}

/**
 * tcpfsm_account_read_gauge() - one gauge
 * @acct: the namespace's account
 * @slot: slot
 *
 * An endpoint may leave its state on one CPU and reach the next on another while this sums up;
 * what would read as less than nothing is nothing.
 *
 * Context: any.
 *
 * Return: the sum, at least 0.
 */
s64 tcpfsm_account_read_gauge(const struct tcpfsm_account *acct, unsigned int slot)
{
	return max_t(s64, tcpfsm_account_read(acct, slot), 0);
}

/* How often a local end has gone from one state to another. */
static s64 read_pair(const struct tcpfsm_account *acct, enum tcpfsm_state from,
		     enum tcpfsm_state to)
{
	unsigned int slot = move_slot[from * TCPFSM_NR_STATES + to];
	enum tcpfsm_cause cause;
	s64 sum = 0;

	for (cause = 0; cause < TCPFSM_NR_CAUSES; cause++)
		sum += slot ? tcpfsm_account_read(acct, TCPFSM_ACCT_MOVES +
						  (slot - 1) * TCPFSM_NR_CAUSES + cause) :
			      tcpfsm_account_read_other(acct, from, to, cause);
	return sum;
}

/**
 * tcpfsm_account_read_entered() - how often a local endpoint has entered a state
 * @acct: the namespace's account
 * @state: the state; for LISTEN, the connections opened passively
 *
 * Context: any.
 *
 * Return: the sum of the transitions that lead there.
 */
s64 tcpfsm_account_read_entered(const struct tcpfsm_account *acct, enum tcpfsm_state state)
{
	enum tcpfsm_state other;
	s64 sum = 0;

	for (other = 0; other < TCPFSM_NR_STATES; other++) {
		/* A connection enters LISTEN by being born there: count its way out. */
		if (state != TCPFSM_LISTEN)
			sum += read_pair(acct, other, state);
		else if (other != TCPFSM_CLOSED)
			sum += read_pair(acct, state, other);
	}
	return sum;
}

/**
 * tcpfsm_account_read_followed() - how often a local end followed its socket
 * @acct: the namespace's account
 * @wire: from where
 * @socket: where to
 *
 * Context: any.
 *
 * Return: the count.
 */
s64 tcpfsm_account_read_followed(const struct tcpfsm_account *acct, enum tcpfsm_state wire,
				 enum tcpfsm_state socket)
{
	return tcpfsm_account_read(acct, TCPFSM_ACCT_FOLLOWED + wire * TCPFSM_NR_STATES + socket);
}

/**
 * tcpfsm_account_read_other() - how often a local end passed a pair that is no listed transition
 * @acct: the namespace's account
 * @from: from where
 * @to: where to; tcpfsm_account_listed() says no of the two
 * @cause: what showed it
 *
 * Context: any.
 *
 * Return: the count.
 */
s64 tcpfsm_account_read_other(const struct tcpfsm_account *acct, enum tcpfsm_state from,
			      enum tcpfsm_state to, enum tcpfsm_cause cause)
{
	unsigned int slot;

	if (cause == TCPFSM_CAUSE_SOCKET)
		return tcpfsm_account_read_followed(acct, from, to);
	slot = other_slot(from * TCPFSM_NR_STATES + to, cause);
	return slot < nr_slots ? tcpfsm_account_read(acct, slot) : 0;
}

/**
 * tcpfsm_account_read_held() - how long local endpoints were in a state, those that have left it
 * @acct: the namespace's account
 * @state: the state
 *
 * Context: any.
 *
 * Return: ms, all of them together.
 */
s64 tcpfsm_account_read_held(const struct tcpfsm_account *acct, enum tcpfsm_state state)
{
	return atomic64_read(&acct->shared->held[state]) +
	       read_percpu(acct, TCPFSM_ACCT_HELD + state);
}

/* Context: any. Return: is this pair among TCPFSM_TRANSITIONS? */
bool tcpfsm_account_listed(enum tcpfsm_state from, enum tcpfsm_state to)
{
	return move_slot[from * TCPFSM_NR_STATES + to];
}

/*
 * The gauge that an end counts in while it is in @state, or -1. A local end that is closed, or has
 * not opened, has no socket; of a remote one nobody knows whether it is there at all. Both
 * ends of a forwarded flow count, and LISTEN there is a guess, shown as CLOSED.
 */
static __always_inline int gauge_slot(u8 flags, unsigned int end, enum tcpfsm_state state)
{
	if (!(flags & TCPFSM_FLOW_LOCAL))
		return TCPFSM_ACCT_TRANSIT + (state == TCPFSM_LISTEN ? TCPFSM_CLOSED : state);
	if (state == TCPFSM_CLOSED || state == TCPFSM_LISTEN)
		return -1;
	if (flags & (TCPFSM_FLOW_LOCAL0 << end))
		return TCPFSM_ACCT_LOCAL + state;
	if (flags & TCPFSM_FLOW_SELF)
		return -1;
	return TCPFSM_ACCT_REMOTE + state;
}

static __always_inline void gauge_add(struct tcpfsm_account *acct, long __percpu *percpu, u8 flags,
				      unsigned int end, enum tcpfsm_state state, int n)
{
	int slot = gauge_slot(flags, end, state);

	if (slot >= 0)
		tcpfsm_account_put(acct, percpu, slot, n);
}

/* Few ends are in these accounts: this one leaves a state, or is no longer counted. */
static void leave_accounts(struct tcpfsm_flow *flow, unsigned int end, enum tcpfsm_state state,
			   u64 since_ms)
{
	unsigned int flags = flow->pair.end[end].flags;

	if (likely(!(flags & (TCPFSM_END_STAYS | TCPFSM_END_COLLIDED))))
		return;
	if (flags & TCPFSM_END_STAYS)
		tcpfsm_stay_leave(flow, end, state, since_ms);
	if (flags & TCPFSM_END_COLLIDED)
		tcpfsm_collision_leave(flow, end);
}

/**
 * tcpfsm_account_flow() - count a flow in, or out
 * @flow: the flow
 * @n: 1 or -1
 *
 * To change what gauges its ends belong to (the LOCAL flags), count it out and in again. Ends that
 * stay are out of that account until the next look at the flow.
 *
 * Context: softirq or process; the caller holds the flow's lock.
 */
void tcpfsm_account_flow(struct tcpfsm_flow *flow, int n)
{
	struct tcpfsm_account *acct = &flow->tn->account;
	long __percpu *percpu = READ_ONCE(acct->percpu);
	const struct tcpfsm_end *e;
	unsigned int end;

	tcpfsm_account_put(acct, percpu, TCPFSM_ACCT_FLOWS, n);
	for (end = 0; end < 2; end++) {
		e = &flow->pair.end[end];
		gauge_add(acct, percpu, flow->flags, end, e->state, n);
		tcpfsm_ports_moved(flow, end, n > 0 ? TCPFSM_CLOSED : e->state,
				   n > 0 ? e->state : TCPFSM_CLOSED);
		if (n < 0)
			leave_accounts(flow, end, e->state, tcpfsm_end_since(e));
	}
}

/* A local end has left a state. Since when it was there must be known. */
static void count_duration(struct tcpfsm_account *acct, long __percpu *percpu,
			   const struct tcpfsm_move *m)
{
	if (m->found)
		return;
	tcpfsm_account_put(acct, percpu,
			   tcpfsm_account_duration(m->from, tcpfsm_duration_bin(m->held_ms)), 1);
	/* A long of 32 bits would be full after 24 days. */
	if (IS_ENABLED(CONFIG_64BIT) && percpu)
		this_cpu_add(percpu[TCPFSM_ACCT_HELD + m->from], m->held_ms);
	else
		atomic64_add(m->held_ms, &acct->shared->held[m->from]);
}

/* An end has gone from one state to another: local, or of a forwarded flow. */
static void count_move(struct tcpfsm_account *acct, long __percpu *percpu, unsigned int pair,
		       enum tcpfsm_cause cause, bool transit)
{
	unsigned int slot = move_slot[pair];

	if (cause == TCPFSM_CAUSE_SOCKET)
		tcpfsm_account_put(acct, percpu, TCPFSM_ACCT_FOLLOWED + pair, 1);
	if (slot && transit)
		tcpfsm_account_put(acct, percpu, TCPFSM_ACCT_TRANSIT_MOVES + slot - 1, 1);
	else if (slot)
		tcpfsm_account_put(acct, percpu,
				   TCPFSM_ACCT_MOVES + (slot - 1) * TCPFSM_NR_CAUSES + cause, 1);
	else if (cause != TCPFSM_CAUSE_SOCKET && other_slot(pair, cause) < nr_slots)
		tcpfsm_account_put(acct, percpu, other_slot(pair, cause), 1);
}

/**
 * tcpfsm_account_moves() - write transitions down: gauges, counts, tracepoint
 * @flow: the flow; its flags say whose ends they are
 * @res: the transitions
 * @cause: what showed them
 *
 * Context: softirq or process; the caller holds the flow's lock.
 */
void tcpfsm_account_moves(struct tcpfsm_flow *flow, const struct tcpfsm_result *res,
			  enum tcpfsm_cause cause)
{
	struct tcpfsm_account *acct = &flow->tn->account;
	long __percpu *percpu = READ_ONCE(acct->percpu);
	u8 flags = flow->flags;
	bool local, transit = !(flags & TCPFSM_FLOW_LOCAL);
	const struct tcpfsm_move *m;

	for (m = res->move; m < res->move + res->n; m++) {
		gauge_add(acct, percpu, flags, m->end, m->from, -1);
		gauge_add(acct, percpu, flags, m->end, m->to, 1);
		leave_accounts(flow, m->end, m->from, m->since_ms);
		tcpfsm_ports_moved(flow, m->end, m->from, m->to);
		local = flags & (TCPFSM_FLOW_LOCAL0 << m->end);
		if (!local && !transit)
			continue;
		count_move(acct, percpu, m->from * TCPFSM_NR_STATES + m->to, cause, transit);
		if (local)
			count_duration(acct, percpu, m);
		if (local && tcpfsm_flow_opener(flow) != m->end)
			tcpfsm_listener_moved(flow, m, cause);
		if (local && m->to == TCPFSM_TIME_WAIT)
			tcpfsm_account_put(acct, percpu, TCPFSM_ACCT_TW_CREATED, 1);
		if (local && m->from == TCPFSM_TIME_WAIT && cause == TCPFSM_CAUSE_TIMER)
			tcpfsm_account_put(acct, percpu, TCPFSM_ACCT_TW_EXPIRED, 1);
		trace_tcpfsm_transition(flow, m, cause);
	}
}
