// SPDX-License-Identifier: GPL-2.0
/*
 * The listening addresses, and what has become of the connections made to them.
 *
 * A socket tells when it begins to listen; a walk of the kernel's table (listen.c) is the authority
 * on who still does. An entry goes with its last socket, whatever connections are left: they are
 * in `flows`, and who listens there next begins to count anew.
 */
#include "listener.h"

#include <linux/jiffies.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <net/net_namespace.h>

#include "account.h"
#include "collision.h"
#include "device.h"
#include "flow_find.h"
#include "listen.h"
#include "net.h"
#include "socket.h"

#define NR_BUCKETS	1024
#define MOST		16384	/* addresses, all namespaces together; guests share half */
#define YOUNG_JIFFIES	HZ	/* one that told of itself may not be in the kernel's table yet */

static struct {
	struct hlist_head bucket[NR_BUCKETS];
	hsiphash_key_t secret;
	spinlock_t lock;	/* all but the counts and look-ups */
	unsigned int count;
	unsigned int guests;	/* of them, in namespaces other than the first */
	unsigned int walk;	/* the present one's number */
} table = {
	.lock = __SPIN_LOCK_UNLOCKED(table.lock),
};

/**
 * tcpfsm_listener_init() - the empty table
 *
 * Context: process, before anything else is called.
 */
void tcpfsm_listener_init(void)
{
	get_random_bytes(&table.secret, sizeof(table.secret));
}

/* @addr: of one word or four; the wildcards of both families are in one bucket. */
static struct hlist_head *bucket_of(const struct tcpfsm_net *tn, bool ipv6, const __be32 *addr,
				    __be16 port)
{
	/* Nobody chooses the salt: it keeps one address of many namespaces out of one bucket. */
	u32 salted = (__force u16)port ^ (u32)(unsigned long)tn;
	struct {
		__be32 addr[4];
		u32 salted;
	} __aligned(sizeof(long)) all;
	u32 hash;

	if (ipv6 && (addr[1] | addr[2] | addr[3])) {
		memcpy(all.addr, addr, sizeof(all.addr));
		all.salted = salted;
		hash = hsiphash(&all, offsetofend(typeof(all), salted), &table.secret);
	} else {
		hash = hsiphash_2u32((__force u32)addr[0], salted, &table.secret);
	}
	return &table.bucket[hash % NR_BUCKETS];
}

static bool is_wildcard(const struct tcpfsm_bound *b)
{
	return !b->addr[0] && (!b->ipv6 || !(b->addr[1] | b->addr[2] | b->addr[3]));
}

/**
 * tcpfsm_listener_hears() - does a listening socket hear from where a connection is?
 * @bound: where it listens
 * @device: the interface that the connection's socket is bound to, or its peer's here; 0: none
 * @domain: the VRF of @device, 0: none
 * @all: tcpfsm_socket_hears_all()
 *
 * As inet_bound_dev_eq().
 *
 * Context: any.
 *
 * Return: whether it may be this connection's.
 */
bool tcpfsm_listener_hears(const struct tcpfsm_bound *bound, int device, int domain, bool all)
{
	if (!bound->device)
		return !domain || all;
	return bound->device == device || bound->device == domain;
}

/**
 * tcpfsm_listener_score() - how well a listening address serves a connection's
 * @bound: where it listens
 * @ipv6: @addr has four words
 * @addr: the connection's local address
 * @port: its local port
 *
 * As compute_score() of inet_hashtables.c and inet6_hashtables.c, but for tcpfsm_listener_hears().
 *
 * Context: any.
 *
 * Return: 0: not at all; more is better.
 */
int tcpfsm_listener_score(const struct tcpfsm_bound *bound, bool ipv6, const __be32 *addr,
			  __be16 port)
{
	int score = 1 + !!bound->device + (!ipv6 && !bound->ipv6);

	if (bound->port != port)
		return 0;
	if (is_wildcard(bound))
		return bound->ipv6 == ipv6 || (bound->ipv6 && !READ_ONCE(bound->v6only)) ?
		       score : 0;
	if (bound->ipv6 != ipv6 || !tcpfsm_flow_addr_equal(bound->addr, addr, ipv6))
		return 0;
	/* An exact address is looked for first (__inet_lookup_listener()). */
	return score + 4;
}

/**
 * tcpfsm_listener_find() - who listens where a connection ends
 * @tn: the namespace
 * @ipv6: @addr has four words
 * @addr: the connection's local address
 * @port: its local port
 * @device: the interface that its socket is bound to, or its peer's here; 0: none
 *
 * Context: any, under RCU; no lock.
 *
 * Return: the entry, valid as long as RCU is held; NULL: nobody listens there (any more).
 */
struct tcpfsm_listener *tcpfsm_listener_find(const struct tcpfsm_net *tn, bool ipv6,
					     const __be32 *addr, __be16 port, int device)
{
	static const __be32 any[4];
	struct hlist_head *bucket = bucket_of(tn, ipv6, addr, port);
	int score, most = 0, tries, domain = tcpfsm_device_domain(tn, device);
	struct tcpfsm_listener *l, *best = NULL;
	bool all = tcpfsm_socket_hears_all(tn);

	for (tries = 0; tries < 2 && !best; tries++) {
		hlist_for_each_entry_rcu(l, bucket, node) {
			if (l->tn != tn || !tcpfsm_listener_hears(&l->bound, device, domain, all))
				continue;
			score = tcpfsm_listener_score(&l->bound, ipv6, addr, port);
			if (score > most) {
				most = score;
				best = l;
			}
		}
		if (!tries && !best)
			bucket = bucket_of(tn, true, any, port);
	}
	return best;
}

/**
 * tcpfsm_listener_of() - tcpfsm_listener_find() for a local end
 * @flow: the flow
 * @end: index of an end that opened passively
 *
 * Context: any, under RCU.
 *
 * Return: as tcpfsm_listener_find().
 */
struct tcpfsm_listener *tcpfsm_listener_of(const struct tcpfsm_flow *flow, unsigned int end)
{
	return tcpfsm_listener_find(flow->tn, flow->flags & TCPFSM_FLOW_IPV6,
				    tcpfsm_flow_addr(flow, end), flow->port[end],
				    READ_ONCE(flow->device));
}

static bool is_same(const struct tcpfsm_bound *a, const struct tcpfsm_bound *b)
{
	return a->port == b->port && a->device == b->device && a->ipv6 == b->ipv6 &&
	       !memcmp(a->addr, b->addr, sizeof(a->addr));
}

/* Under table.lock. Return: NULL: there are too many, or memory is short. */
static struct tcpfsm_listener *find_or_make(struct tcpfsm_net *tn,
					    const struct tcpfsm_bound *bound)
{
	struct hlist_head *bucket = bucket_of(tn, bound->ipv6, bound->addr, bound->port);
	bool guest = !net_eq(tn->net, &init_net);
	struct tcpfsm_listener *l;

	hlist_for_each_entry(l, bucket, node)
		if (l->tn == tn && is_same(&l->bound, bound))
			return l;
	if (table.count >= MOST || (guest && table.guests >= MOST / 2))
		return NULL;
	l = kzalloc(sizeof(*l), GFP_ATOMIC | __GFP_NOWARN);
	if (!l)
		return NULL;
	l->tn = tn;
	l->bound = *bound;
	spin_lock_init(&l->lock);
	/* No walk has seen it: it lives for YOUNG_JIFFIES. */
	l->walk = table.walk - 1;
	l->heard = jiffies;
	table.count++;
	table.guests += guest;
	hlist_add_head_rcu(&l->node, bucket);
	return l;
}

/* Under table.lock. */
static void drop(struct tcpfsm_listener *l)
{
	table.count--;
	table.guests -= !net_eq(l->tn->net, &init_net);
	hlist_del_rcu(&l->node);
	tcpfsm_collision_drop(l);
	kfree_rcu(l, rcu);
}

/**
 * tcpfsm_listener_heard() - a socket begins to listen
 * @tn: its namespace, being observed
 * @bound: where, and whose it is
 *
 * Context: softirq or process. Where there is no room the next walk tries again.
 */
void tcpfsm_listener_heard(struct tcpfsm_net *tn, const struct tcpfsm_bound *bound)
{
	struct tcpfsm_listener *l;

	spin_lock_bh(&table.lock);
	l = find_or_make(tn, bound);
	if (l) {
		l->heard = jiffies;
		WRITE_ONCE(l->sockets, l->sockets + 1);
	}
	spin_unlock_bh(&table.lock);
}

/**
 * tcpfsm_listener_walk_begin() - the kernel's table is about to be walked, whole
 *
 * Context: process; one walk at a time.
 */
void tcpfsm_listener_walk_begin(void)
{
	spin_lock_bh(&table.lock);
	table.walk++;
	spin_unlock_bh(&table.lock);
}

/*
 * Within the lock of a bucket of the kernel's. Where disabling bottom halves is a lock of its own,
 * that is taken before the bucket's, not after it (inet_hash); and nobody asks for this one there
 * but in process context.
 */
static void lock_in_bucket(void)
	__acquires(&table.lock)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		spin_lock(&table.lock);
	else
		spin_lock_bh(&table.lock);
}

static void unlock_in_bucket(void)
	__releases(&table.lock)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		spin_unlock(&table.lock);
	else
		spin_unlock_bh(&table.lock);
}

/**
 * tcpfsm_listener_seen() - a socket that listens
 * @tn: its namespace, being observed
 * @bound: where, and whose it is
 *
 * Context: softirq or process, between tcpfsm_listener_walk_begin() and _end(). Where there is no
 * room the namespace counts it.
 */
void tcpfsm_listener_seen(struct tcpfsm_net *tn, const struct tcpfsm_bound *bound)
{
	struct tcpfsm_listener *l;

	lock_in_bucket();
	l = find_or_make(tn, bound);
	if (l && l->walk != table.walk) {
		/* The first one of this walk speaks for those that share the address. */
		l->walk = table.walk;
		l->seen = 0;
		spin_lock(&l->lock);
		l->bound.uid = bound->uid;
		l->bound.cgroup = bound->cgroup;
		WRITE_ONCE(l->bound.v6only, bound->v6only);
		spin_unlock(&l->lock);
	}
	if (l)
		l->seen++;
	unlock_in_bucket();
	if (!l)
		tcpfsm_account_add_rare(&tn->account, TCPFSM_ACCT_LISTENERS_UNTRACKED, 1);
}

/* Under table.lock. Return: it may be about to come into the kernel's table. */
static bool settle(struct tcpfsm_listener *l)
{
	if (l->walk == table.walk) {
		WRITE_ONCE(l->sockets, l->seen);
		l->heard = jiffies - YOUNG_JIFFIES;
		return false;
	}
	if (time_before(jiffies, l->heard + YOUNG_JIFFIES))
		return true;
	drop(l);
	return false;
}

/**
 * tcpfsm_listener_walk_end() - nobody else listens
 *
 * Call it only if no socket began or ended to listen during the walk.
 *
 * Context: process; may sleep.
 *
 * Return: true: some told of themselves, and were not seen yet: walk again in a while.
 */
bool tcpfsm_listener_walk_end(void)
{
	struct tcpfsm_listener *l;
	struct hlist_node *next;
	bool again = false;
	unsigned int i;

	for (i = 0; i < NR_BUCKETS; i++) {
		if (hlist_empty(&table.bucket[i]))
			continue;
		spin_lock_bh(&table.lock);
		hlist_for_each_entry_safe(l, next, &table.bucket[i], node)
			again |= settle(l);
		spin_unlock_bh(&table.lock);
		cond_resched();
	}
	return again;
}

/**
 * tcpfsm_listener_drop() - nobody listens any more
 * @tn: in this namespace; NULL: anywhere
 *
 * Context: process; may sleep. No event and no walk can bring one back.
 */
void tcpfsm_listener_drop(const struct tcpfsm_net *tn)
{
	struct tcpfsm_listener *l;
	struct hlist_node *next;
	unsigned int i;

	for (i = 0; i < NR_BUCKETS; i++) {
		if (hlist_empty(&table.bucket[i]))
			continue;
		spin_lock_bh(&table.lock);
		hlist_for_each_entry_safe(l, next, &table.bucket[i], node)
			if (!tn || l->tn == tn)
				drop(l);
		spin_unlock_bh(&table.lock);
		cond_resched();
	}
}

/**
 * tcpfsm_listener_counts() - what a move of a passively opened end means
 * @from: enum tcpfsm_state
 * @to: where it goes
 * @cause: what showed it
 *
 * Who sends the first FIN closes first. A segment that closes an end is a reset, but for the ACK of
 * its FIN, the last word of a connection that both have ended (LAST_ACK), and what takes away a
 * TIME_WAIT.
 *
 * Context: any.
 *
 * Return: a bit for each enum tcpfsm_listener_count.
 */
unsigned int tcpfsm_listener_counts(enum tcpfsm_state from, enum tcpfsm_state to,
				    enum tcpfsm_cause cause)
{
	const unsigned int open = TCPFSM_BIT(TCPFSM_LISTEN) | TCPFSM_BIT(TCPFSM_SYN_RECEIVED) |
				  TCPFSM_BIT(TCPFSM_ESTABLISHED);
	unsigned int counts = 0;

	if (from == TCPFSM_LISTEN && to != TCPFSM_CLOSED)
		counts = 1 << TCPFSM_LISTENER_OPENED;
	switch (to) {
	case TCPFSM_FIN_WAIT_1:
	case TCPFSM_FIN_WAIT_2:
	case TCPFSM_CLOSING:
	case TCPFSM_TIME_WAIT:
		if (TCPFSM_BIT(from) & open)
			counts |= 1 << TCPFSM_LISTENER_CLOSED_FIRST_LOCAL;
		break;
	case TCPFSM_CLOSE_WAIT:
	case TCPFSM_LAST_ACK:
		if (TCPFSM_BIT(from) & open)
			counts |= 1 << TCPFSM_LISTENER_CLOSED_FIRST_REMOTE;
		break;
	case TCPFSM_CLOSED:
		/* Not once both have sent their FIN. */
		if (cause == TCPFSM_CAUSE_SEGMENT && from != TCPFSM_LISTEN &&
		    from != TCPFSM_CLOSING && from != TCPFSM_LAST_ACK &&
		    from != TCPFSM_TIME_WAIT)
			counts = 1 << TCPFSM_LISTENER_RESET;
		break;
	default:
		break;
	}
	return counts;
}

/**
 * tcpfsm_listener_moved() - count a move with its listener
 * @flow: the flow
 * @move: of a local end that opened passively
 * @cause: what showed it
 *
 * Context: softirq or process, with the flow's lock. Most moves mean nothing here and cost nothing.
 */
void tcpfsm_listener_moved(const struct tcpfsm_flow *flow, const struct tcpfsm_move *move,
			   enum tcpfsm_cause cause)
{
	unsigned int counts = tcpfsm_listener_counts(move->from, move->to, cause), i;
	struct tcpfsm_listener *l;

	if (!counts)
		return;
	rcu_read_lock();
	l = tcpfsm_listener_of(flow, move->end);
	for (i = 0; l && i < TCPFSM_NR_LISTENER_COUNTS; i++)
		if (counts & 1 << i)
			atomic64_inc(&l->count[i]);
	rcu_read_unlock();
	/* Somebody listens of whom nobody knows. */
	if (!l && counts & 1 << TCPFSM_LISTENER_OPENED)
		tcpfsm_listen_look();
}

/* Context: any. Return: how many buckets tcpfsm_listener_bucket() takes. */
unsigned int tcpfsm_listener_buckets(void)
{
	return NR_BUCKETS;
}

/* Context: any; the list is to be walked under RCU. */
struct hlist_head *tcpfsm_listener_bucket(unsigned int i)
{
	return &table.bucket[i % NR_BUCKETS];
}
