// SPDX-License-Identifier: GPL-2.0
/*
 * The flow table: limits, lifetime.
 *
 * A fixed array of RCU chains, as nf_conntrack's and TCP's own are, sized for max_flows at
 * load: no growth, hence no stall, no failure and no surprise for a reader half-way
 * through. Bucket locks come from a smaller array; look-ups take none. One entry serves
 * both directions, for its key puts the lower address first.
 */
#include "flow.h"

#include <linux/jiffies.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

#include "account.h"
#include "clock.h"
#include "device.h"
#include "evict.h"
#include "flow_find.h"
#include "net.h"
#include "timer.h"

#define NR_LOCKS 1024

/* Read for every segment: no line of it is written once flows are there. */
struct tcpfsm_flow_index tcpfsm_flow_index __read_mostly;

static struct {
	struct kmem_cache *cache[2];	/* IPv4, IPv6 */
	atomic_t count;			/* objects, those awaiting RCU included */
	atomic_t guests;		/* of them, in namespaces other than the first */
	atomic_t dying;			/* of all, those awaiting RCU */
	atomic_t dying_guests;
	spinlock_t lock[NR_LOCKS];	/* of the buckets: who links and unlinks */
} table;

unsigned int tcpfsm_flow_max;

/* With its 4 to 8 octets of the table an IPv4 flow is to cost 128, where locks are plain. */
static_assert(sizeof(spinlock_t) > 4 || !IS_ENABLED(CONFIG_64BIT) ||
	      sizeof(struct tcpfsm_flow) + 2 * sizeof(__be32) <= 120);

/*
 * Flows follow each other in a page, and two may have a line of 64 octets in common. What segments
 * write of both is never in one line.
 */
static_assert(!IS_ENABLED(CONFIG_64BIT) ||
	      sizeof(struct tcpfsm_flow) + 2 * sizeof(__be32) +
	      offsetof(struct tcpfsm_flow, deadline) >=
	      offsetofend(struct tcpfsm_flow, pair.end[1].window) - 1 + 64);

static spinlock_t *bucket_lock(u32 hash)
{
	return &table.lock[hash & tcpfsm_flow_index.mask & (NR_LOCKS - 1)];
}

/* With no socket to ask, more has to be remembered. */
static size_t silence_size(void)
{
	return tcpfsm_witness ? 0 : 2 * sizeof(struct tcpfsm_silence);
}

/**
 * tcpfsm_flow_init() - the empty table, for tcpfsm_flow_max flows
 *
 * Context: process; may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int tcpfsm_flow_init(void)
{
	/* One for each flow that is allowed, or for two. */
	unsigned int i, buckets = roundup_pow_of_two(max(tcpfsm_flow_max, 128U)) / 2;
	size_t alone = silence_size();
	struct tcpfsm_flow *flow;

	tcpfsm_flow_key_init();
	for (i = 0; i < NR_LOCKS; i++)
		spin_lock_init(&table.lock[i]);
	tcpfsm_flow_index.mask = buckets - 1;
	tcpfsm_flow_index.bucket = kvcalloc(buckets, sizeof(*tcpfsm_flow_index.bucket), GFP_KERNEL);
	if (!tcpfsm_flow_index.bucket)
		return -ENOMEM;
	table.cache[0] = kmem_cache_create("tcpfsm_flow_ipv4", struct_size(flow, addr, 2) + alone,
					   0, 0, NULL);
	table.cache[1] = kmem_cache_create("tcpfsm_flow_ipv6", struct_size(flow, addr, 8) + alone,
					   0, 0, NULL);
	if (!table.cache[0] || !table.cache[1]) {
		tcpfsm_flow_uninit();
		return -ENOMEM;
	}
	return 0;
}

/**
 * tcpfsm_flow_uninit() - free the table
 *
 * No flow is in it, and none can come: hooks, timers and namespaces are gone.
 *
 * Context: process; sleeps until the last flow's RCU callback has run.
 */
void tcpfsm_flow_uninit(void)
{
	rcu_barrier();
	kmem_cache_destroy(table.cache[1]);
	kmem_cache_destroy(table.cache[0]);
	kvfree(tcpfsm_flow_index.bucket);
}

static __always_inline bool flow_matches(const struct tcpfsm_flow *flow,
					 const struct tcpfsm_key *key)
{
	if (flow->tn != key->tn || flow->port[0] != key->port[0] ||
	    flow->port[1] != key->port[1] || flow->addr[0] != key->addr[0] ||
	    !(flow->flags & TCPFSM_FLOW_IPV6) != !key->ipv6)
		return false;
	if (unlikely(flow->device | key->domain) && !tcpfsm_device_matches(flow, key))
		return false;
	if (!key->ipv6)
		return flow->addr[1] == key->addr[1];
	return tcpfsm_flow_addr_equal(flow->addr, key->addr, true) &&
	       tcpfsm_flow_addr_equal(flow->addr + 4, key->addr + 4, true);
}

/**
 * tcpfsm_flow_find() - look a flow up
 * @key: its key
 *
 * Context: under RCU; no lock.
 *
 * Return: the flow, perhaps dead by now (look at its flags under its lock), or NULL.
 */
struct tcpfsm_flow *tcpfsm_flow_find(const struct tcpfsm_key *key)
{
	struct tcpfsm_flow *flow;

	tcpfsm_flow_for_each(flow, tcpfsm_flow_bucket(key->hash))
		if (flow_matches(flow, key))
			return flow;
	return NULL;
}

/* Of @max, what forwarded flows leave free: a flood of them cannot keep a local end out. */
static unsigned int flow_reserve(unsigned int max)
{
	return max / 16;
}

/*
 * Is one to be given up? Room is made before the end is reached, since a freed flow waits for RCU;
 * and no more of it than that: in a flood, giving up more would empty the table, not make room.
 */
static bool flow_scarce(const atomic_t *count, const atomic_t *dying, unsigned int max)
{
	unsigned int spare = max / 64;

	return (unsigned int)atomic_read(count) >= max - flow_reserve(max) - spare &&
	       (unsigned int)atomic_read(dying) < max(spare, 1U);
}

/* One more, if it is among @max, or among what a forwarded flow may have of that. */
static bool flow_count_in(atomic_t *count, unsigned int max, bool local)
{
	if (!local)
		max -= flow_reserve(max);
	/* In a flood: a line that all CPUs write is better only read. */
	if ((unsigned int)atomic_read(count) >= max)
		return false;
	if ((unsigned int)atomic_inc_return(count) <= max)
		return true;
	atomic_dec(count);
	return false;
}

static bool flow_charge(const struct tcpfsm_net *tn, u32 hash, bool local)
{
	bool guest = !net_eq(tn->net, &init_net);
	unsigned int max = tcpfsm_flow_max;

	if (flow_scarce(&table.count, &table.dying, max) ||
	    (guest && flow_scarce(&table.guests, &table.dying_guests, max / 2)))
		tcpfsm_evict(hash, guest);
	if (guest && !flow_count_in(&table.guests, max / 2, local))
		return false;
	if (flow_count_in(&table.count, max, local))
		return true;
	if (guest)
		atomic_dec(&table.guests);
	return false;
}

static void flow_free(struct tcpfsm_flow *flow, bool guest)
{
	kmem_cache_free(table.cache[!!(flow->flags & TCPFSM_FLOW_IPV6)], flow);
	atomic_dec(&table.count);
	if (guest)
		atomic_dec(&table.guests);
}

/* A grace period after flow_take_out(). */
static void flow_free_dead(struct tcpfsm_flow *flow)
{
	bool guest = flow->shard & TCPFSM_FLOW_GUEST;

	atomic_dec(&table.dying);
	if (guest)
		atomic_dec(&table.dying_guests);
	flow_free(flow, guest);
}

static void flow_free_rcu(struct rcu_head *rcu)
{
	flow_free_dead(container_of(rcu, struct tcpfsm_flow, rcu));
}

/**
 * tcpfsm_flow_create() - a new flow, not in the table yet
 * @key: its key
 * @local: it will have a local end
 * @now_ms: the time
 *
 * Both ends are LISTEN (tcpfsm_fsm_init()).
 *
 * Context: softirq or process with RCU; no flow's lock held.
 *
 * Return: the flow, to be inserted or discarded; or NULL: the table is full, or memory short.
 */
struct tcpfsm_flow *tcpfsm_flow_create(const struct tcpfsm_key *key, bool local, u64 now_ms)
{
	struct tcpfsm_flow *flow;

	if (!flow_charge(key->tn, key->hash, local))
		return NULL;
	flow = kmem_cache_alloc(table.cache[key->ipv6], GFP_ATOMIC | __GFP_NOWARN);
	if (!flow) {
		atomic_dec(&table.count);
		if (!net_eq(key->tn->net, &init_net))
			atomic_dec(&table.guests);
		return NULL;
	}
	RCU_INIT_POINTER(flow->next, NULL);
	INIT_HLIST_NODE(&flow->timer_node);
	spin_lock_init(&flow->lock);
	flow->tn = key->tn;
	flow->deadline = 0;
	flow->born_lo = (u32)now_ms;
	flow->born_hi = (u16)(now_ms >> 32);
	flow->flags = (key->ipv6 ? TCPFSM_FLOW_IPV6 : 0) | (key->self ? TCPFSM_FLOW_SELF : 0);
	flow->shard = net_eq(key->tn->net, &init_net) ? 0 : TCPFSM_FLOW_GUEST;
	flow->device = key->bound && key->device ? key->device : key->domain;
	flow->port[0] = key->port[0];
	flow->port[1] = key->port[1];
	if (key->ipv6)
		memcpy(flow->addr, key->addr, 32);
	else
		memcpy(flow->addr, key->addr, 8);
	if (silence_size())
		memset(tcpfsm_flow_silence(flow, 0), 0, silence_size());
	tcpfsm_fsm_init(&flow->pair, now_ms);
	return flow;
}

/**
 * tcpfsm_flow_insert() - into the table, and into the gauges
 * @flow: created; the caller holds its lock
 * @key: what it was created from
 *
 * Context: softirq or process.
 *
 * Return: false: another CPU was first; discard it.
 */
bool tcpfsm_flow_insert(struct tcpfsm_flow *flow, const struct tcpfsm_key *key)
{
	struct tcpfsm_flow __rcu **bucket = tcpfsm_flow_bucket(key->hash);
	spinlock_t *lock = bucket_lock(key->hash);

	spin_lock(lock);
	if (tcpfsm_flow_find(key)) {
		spin_unlock(lock);
		return false;
	}
	RCU_INIT_POINTER(flow->next, rcu_dereference_protected(*bucket, lockdep_is_held(lock)));
	rcu_assign_pointer(*bucket, flow);
	spin_unlock(lock);
	tcpfsm_account_flow(flow, 1);
	return true;
}

/**
 * tcpfsm_flow_discard() - free a flow that never was in the table
 * @flow: created, not inserted, not locked
 *
 * Context: any.
 */
void tcpfsm_flow_discard(struct tcpfsm_flow *flow)
{
	flow_free(flow, flow->shard & TCPFSM_FLOW_GUEST);
}

/* Out of its chain, which is short: a second pointer in each flow would cost more. */
static void flow_unlink(struct tcpfsm_flow *flow)
{
	u32 hash = flow->flags & TCPFSM_FLOW_IPV6 ?
		   tcpfsm_flow_hash_ends(flow->tn, flow->addr, flow->port, true) :
		   tcpfsm_flow_hash_ends(flow->tn, flow->addr, flow->port, false);
	struct tcpfsm_flow __rcu **at = tcpfsm_flow_bucket(hash);
	spinlock_t *lock = bucket_lock(hash);
	struct tcpfsm_flow *other;

	spin_lock(lock);
	while ((other = rcu_dereference_protected(*at, lockdep_is_held(lock))) != flow)
		at = &other->next;
	rcu_assign_pointer(*at, rcu_dereference_protected(flow->next, lockdep_is_held(lock)));
	spin_unlock(lock);
}

/* Out of gauges, wheel and table. It counts among max_flows until it is freed. */
static void flow_take_out(struct tcpfsm_flow *flow)
{
	flow->flags |= TCPFSM_FLOW_DEAD;
	if (!tcpfsm_flow_parked(flow))
		tcpfsm_account_flow(flow, -1);
	tcpfsm_timer_cancel(flow);
	flow_unlink(flow);
	atomic_inc(&table.dying);
	if (flow->shard & TCPFSM_FLOW_GUEST)
		atomic_inc(&table.dying_guests);
}

/**
 * tcpfsm_flow_kill() - out of gauges, wheel and table; freed after a grace period
 * @flow: in the table; the caller holds its lock and has seen that it is not dead
 *
 * Context: softirq or process.
 */
void tcpfsm_flow_kill(struct tcpfsm_flow *flow)
{
	flow_take_out(flow);
	call_rcu_hurry(&flow->rcu, flow_free_rcu);
}

/* Each with a callback of its own, they would be freed by the ten thousand, in softirq. */
static void flow_free_all(struct tcpfsm_flow *gone)
{
	struct tcpfsm_flow *flow;
	unsigned int i;

	if (gone)
		synchronize_rcu();
	for (i = 0; gone; i++) {
		flow = gone;
		gone = flow->gone;
		flow_free_dead(flow);
		if (i % 32 == 31)
			cond_resched();
	}
}

static void flow_kill_matching(bool all)
{
	struct tcpfsm_flow *flow, *gone = NULL;
	unsigned int i;

	for (i = 0; i <= tcpfsm_flow_index.mask; i++) {
		if (!(i & 0xfff))
			cond_resched();
		/* Most are: each container that ends takes this walk. */
		if (!rcu_access_pointer(*tcpfsm_flow_bucket(i)))
			continue;
		rcu_read_lock();
		tcpfsm_flow_for_each(flow, tcpfsm_flow_bucket(i)) {
			/* Others' flows are left alone, and their locks. */
			if (!all && READ_ONCE(flow->tn->observed))
				continue;
			spin_lock_bh(&flow->lock);
			if (!(flow->flags & TCPFSM_FLOW_DEAD)) {
				flow_take_out(flow);
				flow->gone = gone;
				gone = flow;
			}
			spin_unlock_bh(&flow->lock);
		}
		rcu_read_unlock();
		cond_resched();
	}
	flow_free_all(gone);
}

/**
 * tcpfsm_flow_kill_dying() - let go of all flows of the namespaces that are not observed
 *
 * Context: process; may sleep. The namespaces' hooks are off, so none of theirs can be born.
 */
void tcpfsm_flow_kill_dying(void)
{
	flow_kill_matching(false);
}

/**
 * tcpfsm_flow_kill_all() - let go of all flows
 *
 * Context: process; may sleep. Hooks and tracepoint are off, so none can be born.
 */
void tcpfsm_flow_kill_all(void)
{
	flow_kill_matching(true);
}

/* Context: any. Return: flows, those awaiting RCU included. */
unsigned int tcpfsm_flow_count(void)
{
	return atomic_read(&table.count);
}

/**
 * tcpfsm_flow_room() - would a local end be tracked now, and some more?
 * @tn: its namespace
 *
 * Context: any.
 *
 * Return: false: there is no room to speak of.
 */
bool tcpfsm_flow_room(const struct tcpfsm_net *tn)
{
	unsigned int max = tcpfsm_flow_max;

	if ((unsigned int)atomic_read(&table.count) >= max - max / 64)
		return false;
	max /= 2;
	return net_eq(tn->net, &init_net) ||
	       (unsigned int)atomic_read(&table.guests) < max - max / 64;
}

/**
 * tcpfsm_flow_look() - a flow as users see it
 * @flow: found in the table
 * @view: written
 *
 * An end's state and its time are two words: who reads them while it moves would take an old time
 * for the new state's, and see a leak.
 *
 * Context: softirq or process, under RCU. Takes the flow's lock.
 */
void tcpfsm_flow_look(struct tcpfsm_flow *flow, struct tcpfsm_flow_view *view)
{
	unsigned int end;

	spin_lock_bh(&flow->lock);
	for (end = 0; end < 2; end++) {
		view->state[end] = tcpfsm_flow_shown_state(flow, end);
		view->since_ms[end] = tcpfsm_end_since(&flow->pair.end[end]);
	}
	view->device = flow->device;
	view->flags = flow->flags;
	spin_unlock_bh(&flow->lock);
}

/* Context: any. Return: how many buckets tcpfsm_flow_bucket() takes. */
unsigned int tcpfsm_flow_buckets(void)
{
	return tcpfsm_flow_index.mask + 1;
}

/* Context: any; the list is to be walked under RCU. */
struct tcpfsm_flow __rcu **tcpfsm_flow_bucket(unsigned int i)
{
	return &tcpfsm_flow_index.bucket[i & tcpfsm_flow_index.mask];
}
