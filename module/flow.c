// SPDX-License-Identifier: GPL-2.0
/*
 * The flow table: key, limits, lifetime.
 *
 * A fixed array of RCU lists, as nf_conntrack's and TCP's own are, sized for max_flows at
 * load: no growth, hence no stall, no failure and no surprise for a reader half-way
 * through. Bucket locks come from a smaller array; look-ups take none. One entry serves
 * both directions, for its key puts the lower address first.
 */
#include "flow.h"

#include <linux/jiffies.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <net/l3mdev.h>
#include <net/net_namespace.h>

#include "account.h"
#include "clock.h"
#include "evict.h"
#include "net.h"
#include "parse.h"
#include "socket.h"
#include "timer.h"

#define NR_LOCKS 1024

static struct {
	struct hlist_head *bucket;
	u32 mask;
	siphash_key_t secret;
	struct kmem_cache *cache[2];	/* IPv4, IPv6 */
	atomic_t count;			/* objects, those awaiting RCU included */
	atomic_t guests;		/* of them, in namespaces other than the first */
	atomic_t dying;			/* of all, those awaiting RCU */
	atomic_t dying_guests;
	spinlock_t lock[NR_LOCKS];	/* of the buckets: who links and unlinks */
} table;

unsigned int tcpfsm_flow_max;

static spinlock_t *bucket_lock(u32 hash)
{
	return &table.lock[hash & table.mask & (NR_LOCKS - 1)];
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
	unsigned int i, buckets = roundup_pow_of_two(max(tcpfsm_flow_max, 64U));
	size_t alone = silence_size();
	struct tcpfsm_flow *flow;

	get_random_bytes(&table.secret, sizeof(table.secret));
	for (i = 0; i < NR_LOCKS; i++)
		spin_lock_init(&table.lock[i]);
	table.mask = buckets - 1;
	table.bucket = kvcalloc(buckets, sizeof(*table.bucket), GFP_KERNEL);
	if (!table.bucket)
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
	kvfree(table.bucket);
}

/**
 * tcpfsm_flow_key() - what a segment's flow is found by
 * @key: written
 * @tn: namespace
 * @tuple: the segment's addresses
 *
 * In no VRF, until the caller knows of one.
 *
 * Context: any.
 */
void tcpfsm_flow_key(struct tcpfsm_key *key, struct tcpfsm_net *tn,
		     const struct tcpfsm_tuple *tuple)
{
	const struct in6_addr *addr[2] = { &tuple->src, &tuple->dst };
	__be16 port[2] = { tuple->sport, tuple->dport };
	u32 salt = (u32)(unsigned long)tn;
	unsigned int low;
	int order;

	key->tn = tn;
	key->domain = 0;
	key->ipv6 = tuple->family == AF_INET6;
	if (key->ipv6)
		order = memcmp(addr[0], addr[1], sizeof(*addr[0]));
	else
		order = addr[0]->s6_addr32[0] == addr[1]->s6_addr32[0] ? 0 :
			ntohl(addr[0]->s6_addr32[0]) < ntohl(addr[1]->s6_addr32[0]) ? -1 : 1;
	if (!order)
		order = (int)ntohs(port[0]) - (int)ntohs(port[1]);
	low = order > 0;
	key->from = low;
	key->self = !order;
	key->port[0] = port[low];
	key->port[1] = port[!low];
	if (key->ipv6) {
		memcpy(key->addr, addr[low], sizeof(*addr[0]));
		memcpy(key->addr + 4, addr[!low], sizeof(*addr[0]));
		key->hash = (u32)siphash(key->addr, sizeof(key->addr), &table.secret);
		key->hash = (u32)siphash_3u32(key->hash, *(u32 *)key->port, salt, &table.secret);
	} else {
		key->addr[0] = addr[low]->s6_addr32[0];
		key->addr[1] = addr[!low]->s6_addr32[0];
		key->hash = (u32)siphash_4u32((__force u32)key->addr[0], (__force u32)key->addr[1],
					      *(u32 *)key->port, salt, &table.secret);
	}
}

/**
 * tcpfsm_flow_domain() - which VRF is a device in?
 * @tn: the namespace
 * @device: what a socket is bound to, 0: nothing
 *
 * One that is gone was in nobody's but its own.
 *
 * Context: under RCU.
 *
 * Return: the VRF's interface, 0: none.
 */
int tcpfsm_flow_domain(const struct tcpfsm_net *tn, int device)
{
	const struct net_device *dev;

	if (likely(!device))
		return 0;
	dev = dev_get_by_index_rcu(tn->net, device);
	return dev ? l3mdev_master_ifindex_rcu(dev) : device;
}

/* The same addresses and ports may be there in each VRF. */
static noinline bool domain_matches(const struct tcpfsm_flow *flow, const struct tcpfsm_key *key)
{
	return flow->device == key->domain ||
	       tcpfsm_flow_domain(flow->tn, flow->device) == key->domain;
}

static bool flow_matches(const struct tcpfsm_flow *flow, const struct tcpfsm_key *key)
{
	if (flow->tn != key->tn || flow->port[0] != key->port[0] ||
	    flow->port[1] != key->port[1] || flow->addr[0] != key->addr[0] ||
	    !(flow->flags & TCPFSM_FLOW_IPV6) != !key->ipv6)
		return false;
	if (unlikely(flow->device | key->domain) && !domain_matches(flow, key))
		return false;
	if (!key->ipv6)
		return flow->addr[1] == key->addr[1];
	return !memcmp(flow->addr + 1, key->addr + 1, 7 * sizeof(*flow->addr));
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

	hlist_for_each_entry_rcu(flow, &table.bucket[key->hash & table.mask], hash_node)
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

static void flow_free_rcu(struct rcu_head *rcu)
{
	struct tcpfsm_flow *flow = container_of(rcu, struct tcpfsm_flow, rcu);
	bool guest = flow->shard & TCPFSM_FLOW_GUEST;

	atomic_dec(&table.dying);
	if (guest)
		atomic_dec(&table.dying_guests);
	flow_free(flow, guest);
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
	size_t size = key->ipv6 ? 32 : 8;
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
	INIT_HLIST_NODE(&flow->hash_node);
	INIT_HLIST_NODE(&flow->timer_node);
	spin_lock_init(&flow->lock);
	flow->tn = key->tn;
	flow->deadline = 0;
	flow->born_lo = (u32)now_ms;
	flow->born_hi = (u16)(now_ms >> 32);
	flow->flags = (key->ipv6 ? TCPFSM_FLOW_IPV6 : 0) | (key->self ? TCPFSM_FLOW_SELF : 0);
	flow->shard = net_eq(key->tn->net, &init_net) ? 0 : TCPFSM_FLOW_GUEST;
	flow->device = key->domain;
	flow->port[0] = key->port[0];
	flow->port[1] = key->port[1];
	memcpy(flow->addr, key->addr, size);
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
	spinlock_t *lock = bucket_lock(key->hash);

	spin_lock(lock);
	if (tcpfsm_flow_find(key)) {
		spin_unlock(lock);
		return false;
	}
	hlist_add_head_rcu(&flow->hash_node, &table.bucket[key->hash & table.mask]);
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

/* Bucket of a flow that is in the table: the key again, out of the flow. */
static u32 flow_hash(const struct tcpfsm_flow *flow)
{
	struct tcpfsm_tuple tuple = {
		.sport = flow->port[0],
		.dport = flow->port[1],
		.family = flow->flags & TCPFSM_FLOW_IPV6 ? AF_INET6 : AF_INET,
	};
	size_t size = flow->flags & TCPFSM_FLOW_IPV6 ? 16 : 4;
	struct tcpfsm_key key;

	memcpy(&tuple.src, tcpfsm_flow_addr(flow, 0), size);
	memcpy(&tuple.dst, tcpfsm_flow_addr(flow, 1), size);
	tcpfsm_flow_key(&key, flow->tn, &tuple);
	return key.hash;
}

/**
 * tcpfsm_flow_kill() - out of gauges, wheel and table; freed after a grace period
 * @flow: in the table; the caller holds its lock and has seen that it is not dead
 *
 * Context: softirq or process.
 */
void tcpfsm_flow_kill(struct tcpfsm_flow *flow)
{
	spinlock_t *lock = bucket_lock(flow_hash(flow));

	flow->flags |= TCPFSM_FLOW_DEAD;
	tcpfsm_account_flow(flow, -1);
	tcpfsm_timer_cancel(flow);
	spin_lock(lock);
	hlist_del_rcu(&flow->hash_node);
	spin_unlock(lock);
	atomic_inc(&table.dying);
	if (flow->shard & TCPFSM_FLOW_GUEST)
		atomic_inc(&table.dying_guests);
	call_rcu(&flow->rcu, flow_free_rcu);
}

static void flow_kill_matching(bool all)
{
	struct tcpfsm_flow *flow;
	unsigned int i;

	for (i = 0; i <= table.mask; i++) {
		if (!(i & 0xfff))
			cond_resched();
		/* Most are: each container that ends takes this walk. */
		if (hlist_empty(&table.bucket[i]))
			continue;
		rcu_read_lock();
		hlist_for_each_entry_rcu(flow, &table.bucket[i], hash_node) {
			spin_lock_bh(&flow->lock);
			if (!(flow->flags & TCPFSM_FLOW_DEAD) &&
			    (all || !flow->tn->observed))
				tcpfsm_flow_kill(flow);
			spin_unlock_bh(&flow->lock);
		}
		rcu_read_unlock();
		cond_resched();
	}
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

/* Context: any. Return: how many buckets tcpfsm_flow_bucket() takes. */
unsigned int tcpfsm_flow_buckets(void)
{
	return table.mask + 1;
}

/* Context: any; the list is to be walked under RCU. */
struct hlist_head *tcpfsm_flow_bucket(unsigned int i)
{
	return &table.bucket[i & table.mask];
}
