// SPDX-License-Identifier: GPL-2.0
/*
 * The destinations of those who connect, and how many local ports each holds: counted where a
 * connection begins and ends, so the number is exact at once, and the warning precedes the failure.
 *
 * Ports that others hold by bind(), towards nobody, are not in it: connect() skips these, too.
 */
#include "ports.h"

#include <linux/in.h>
#include <linux/math64.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <net/flow.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>

#include "account.h"
#include "clock.h"
#include "net.h"
#include "ports_watch.h"

#define NR_BUCKETS	4096
#define NR_LOCKS	64
#define MOST		65536	/* destinations, all namespaces together; guests share half */

static struct {
	struct hlist_head bucket[NR_BUCKETS];
	hsiphash_key_t secret;
	atomic_t count;
	atomic_t guests;	/* of them, in namespaces other than the first */
	spinlock_t lock[NR_LOCKS];	/* of the buckets: who links and unlinks */
} table = {
	.lock = { [0 ... NR_LOCKS - 1] = __SPIN_LOCK_UNLOCKED(table.lock) },
};

/**
 * tcpfsm_ports_init() - the empty table
 *
 * Context: process, before anything else is called.
 */
void tcpfsm_ports_init(void)
{
	get_random_bytes(&table.secret, sizeof(table.secret));
}

static u32 hash_of(const struct tcpfsm_towards *to)
{
	/* As the flow table's: nobody chooses the namespace, nor, to speak of, the device. */
	u32 salted = (__force u16)to->port ^ (u32)(unsigned long)to->tn ^ (u32)to->device << 16;

	BUILD_BUG_ON(sizeof(*to) != offsetofend(struct tcpfsm_towards, ipv6));
	if (!to->ipv6)
		return hsiphash_3u32((__force u32)to->local[0], (__force u32)to->remote[0],
				     salted, &table.secret);
	return hsiphash(to, sizeof(*to), &table.secret);
}

static bool is_same(const struct tcpfsm_towards *a, const struct tcpfsm_towards *b)
{
	return a->port == b->port && a->tn == b->tn && a->device == b->device &&
	       a->ipv6 == b->ipv6 && !memcmp(a->local, b->local, sizeof(a->local)) &&
	       !memcmp(a->remote, b->remote, sizeof(a->remote));
}

static struct tcpfsm_destination *find(u32 hash, const struct tcpfsm_towards *to)
{
	struct tcpfsm_destination *d;

	hlist_for_each_entry_rcu(d, &table.bucket[hash % NR_BUCKETS], node)
		if (is_same(&d->to, to))
			return d;
	return NULL;
}

/**
 * tcpfsm_ports_find() - look a destination up
 * @to: which
 *
 * Context: any, under RCU.
 *
 * Return: the destination, perhaps dead by now; or NULL.
 */
struct tcpfsm_destination *tcpfsm_ports_find(const struct tcpfsm_towards *to)
{
	return find(hash_of(to), to);
}

/**
 * tcpfsm_ports_towards() - where an end holds its port towards
 * @to: written
 * @flow: the flow
 * @end: index of the end
 *
 * Context: any.
 */
void tcpfsm_ports_towards(struct tcpfsm_towards *to, const struct tcpfsm_flow *flow,
			  unsigned int end)
{
	memset(to, 0, sizeof(*to));
	to->tn = flow->tn;
	to->ipv6 = !!(flow->flags & TCPFSM_FLOW_IPV6);
	to->device = flow->device;
	to->port = flow->port[!end];
	if (to->ipv6) {
		memcpy(to->local, tcpfsm_flow_addr(flow, end), sizeof(to->local));
		memcpy(to->remote, tcpfsm_flow_addr(flow, !end), sizeof(to->remote));
	} else {
		to->local[0] = *tcpfsm_flow_addr(flow, end);
		to->remote[0] = *tcpfsm_flow_addr(flow, !end);
	}
}

static bool is_loopback(u16 ipv6, const __be32 *addr)
{
	if (ipv6)
		return ipv6_addr_loopback((const struct in6_addr *)addr);
	return ipv4_is_loopback(addr[0]);
}

/* As tcp_twsk_unique() has it. */
static bool over_loopback(const struct tcpfsm_towards *to)
{
	return to->device == LOOPBACK_IFINDEX || is_loopback(to->ipv6, to->local) ||
	       is_loopback(to->ipv6, to->remote);
}

/**
 * tcpfsm_ports_reuses() - does connect() take such a flow's TIME_WAIT?
 * @flow: the flow
 *
 * Context: any.
 *
 * Return: what net.ipv4.tcp_tw_reuse says; the TIME_WAIT itself may be too young.
 */
bool tcpfsm_ports_reuses(const struct tcpfsm_flow *flow)
{
	struct tcpfsm_towards to;

	tcpfsm_ports_towards(&to, flow, 0);
	return tcpfsm_waits_taken(READ_ONCE(flow->tn->net->ipv4.sysctl_tcp_tw_reuse),
				  over_loopback(&to));
}

static bool charge(bool guest)
{
	if (atomic_inc_return(&table.count) > MOST)
		goto full;
	if (!guest || atomic_inc_return(&table.guests) <= MOST / 2)
		return true;
	atomic_dec(&table.guests);
full:
	atomic_dec(&table.count);
	return false;
}

static void uncharge(bool guest)
{
	atomic_dec(&table.count);
	if (guest)
		atomic_dec(&table.guests);
}

/* Return: the destination, another CPU's perhaps; or NULL: too many, or memory is short. */
static struct tcpfsm_destination *make(u32 hash, const struct tcpfsm_towards *to, u64 now_ms)
{
	spinlock_t *lock = &table.lock[hash % NR_LOCKS];
	bool guest = !net_eq(to->tn->net, &init_net);
	struct tcpfsm_destination *d, *other;

	if (!charge(guest))
		return NULL;
	d = kzalloc(sizeof(*d), GFP_ATOMIC | __GFP_NOWARN);
	if (!d) {
		uncharge(guest);
		return NULL;
	}
	spin_lock_init(&d->lock);
	d->to = *to;
	d->loopback = over_loopback(to);
	tcpfsm_pace_begin(&d->pace, 0, now_ms);
	spin_lock(lock);
	other = find(hash, to);
	if (!other)
		hlist_add_head_rcu(&d->node, &table.bucket[hash % NR_BUCKETS]);
	spin_unlock(lock);
	if (!other)
		return d;
	kfree(d);
	uncharge(guest);
	return other;
}

/**
 * tcpfsm_ports_forget() - out of the table; freed after a grace period
 * @d: nobody holds a port towards it; the caller has marked it dead, under its lock
 *
 * Context: softirq or process, with bottom halves off.
 */
void tcpfsm_ports_forget(struct tcpfsm_destination *d)
{
	u32 hash = hash_of(&d->to);

	spin_lock(&table.lock[hash % NR_LOCKS]);
	hlist_del_rcu(&d->node);
	spin_unlock(&table.lock[hash % NR_LOCKS]);
	uncharge(!net_eq(d->to.tn->net, &init_net));
	kfree_rcu(d, rcu);
}

/* An end enters TIME_WAIT, or was there before: when, as the kernel stamps it. */
static u32 wait_since_s(const struct tcpfsm_end *e, bool found, u64 now_ms)
{
	u64 age_ms = found && now_ms > tcpfsm_end_since(e) ? now_ms - tcpfsm_end_since(e) : 0;

	return ktime_get_seconds() - (u32)div_u64(age_ms, MSEC_PER_SEC);
}

/* Count an end's move. Return: false: the destination has been forgotten, look for it again. */
static bool count_move(struct tcpfsm_destination *d, struct tcpfsm_end *e, enum tcpfsm_state from,
		       enum tcpfsm_state to, u64 now_ms)
{
	bool was = e->flags & TCPFSM_END_PORT, is = to != TCPFSM_CLOSED && to != TCPFSM_LISTEN;
	bool stamped = e->flags & TCPFSM_END_TS, found = e->flags & TCPFSM_END_FOUND;
	bool grows = is && !was, shrinks = was && !is;
	u32 taken = 0;

	spin_lock(&d->lock);
	if (d->dead) {
		spin_unlock(&d->lock);
		return false;
	}
	if (unlikely(found))
		taken = tcpfsm_ports_taken(d);
	if (was && from == TCPFSM_TIME_WAIT)
		tcpfsm_waits_del(&d->waits, stamped);
	if (is && to == TCPFSM_TIME_WAIT)
		tcpfsm_waits_add(&d->waits, stamped, wait_since_s(e, !was, now_ms));
	if (grows || shrinks)
		e->flags ^= TCPFSM_END_PORT;
	d->used += grows - shrinks;
	if (unlikely(found))
		tcpfsm_pace_found(&d->pace, (int)(tcpfsm_ports_taken(d) - taken));
	if (grows)
		tcpfsm_ports_grown(d, now_ms);
	else if (shrinks)
		tcpfsm_ports_shrunk(d);
	/* Its line has another `used` or `time_wait` now. */
	if (d->anomaly.begun)
		tcpfsm_anomaly_changed(d->to.tn);
	spin_unlock(&d->lock);
	return true;
}

/**
 * tcpfsm_ports_changed() - count a port in, or out, or as one in TIME_WAIT
 * @flow: the flow
 * @end: index of an end that is counted (TCPFSM_END_PORT), or that is to be
 * @from: the state that it leaves
 * @to: the state that it enters
 *
 * tcpfsm_ports_moved() calls it where there is something to do.
 *
 * Context: softirq or process, with the flow's lock. One look-up, one lock.
 */
void tcpfsm_ports_changed(struct tcpfsm_flow *flow, unsigned int end, enum tcpfsm_state from,
			  enum tcpfsm_state to)
{
	struct tcpfsm_end *e = &flow->pair.end[end];
	bool begins = !(e->flags & TCPFSM_END_PORT);
	u64 now_ms = begins ? tcpfsm_now_ms() : 0;	/* for the pace of what is taken */
	struct tcpfsm_destination *d;
	struct tcpfsm_towards dest;
	bool counted = false;
	unsigned int tries;
	u32 hash;

	tcpfsm_ports_towards(&dest, flow, end);
	hash = hash_of(&dest);
	rcu_read_lock();
	/* One may be forgotten between two looks; twice in a row is left to fate. */
	for (tries = 0; tries < 3 && !counted; tries++) {
		d = find(hash, &dest);
		if (!d && begins)
			d = make(hash, &dest, now_ms);
		if (!d)
			break;
		counted = count_move(d, e, from, to, now_ms);
	}
	if (!counted)
		tcpfsm_account_add(&flow->tn->account, TCPFSM_ACCT_DESTINATIONS_UNTRACKED, 1);
	rcu_read_unlock();
}

/* Context: any. Return: are there any destinations? */
bool tcpfsm_ports_any(void)
{
	return atomic_read(&table.count);
}

/* Context: any. Return: how many buckets tcpfsm_ports_bucket() takes. */
unsigned int tcpfsm_ports_buckets(void)
{
	return NR_BUCKETS;
}

/* Context: any; the list is to be walked under RCU. */
struct hlist_head *tcpfsm_ports_bucket(unsigned int i)
{
	return &table.bucket[i % NR_BUCKETS];
}
