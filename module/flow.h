/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_FLOW_H
#define TCPFSM_FLOW_H

#include <linux/in6.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>

#include "fsm.h"
#include "fsm_silence.h"
#include "socket.h"

struct tcpfsm_ends;
struct tcpfsm_net;

/* tcpfsm_flow.flags; written under the flow's lock */
#define TCPFSM_FLOW_LOCAL0	0x01	/* end 0 is a socket of this namespace */
#define TCPFSM_FLOW_LOCAL1	0x02	/* end 1 is */
#define TCPFSM_FLOW_LOCAL	(TCPFSM_FLOW_LOCAL0 | TCPFSM_FLOW_LOCAL1)
#define TCPFSM_FLOW_SELF	0x04	/* a socket connected to itself: end 0; end 1 is its echo */
#define TCPFSM_FLOW_IPV6	0x08
#define TCPFSM_FLOW_OPENER1	0x10	/* end 1 opened actively, otherwise end 0 */
#define TCPFSM_FLOW_ADOPTED	0x20	/* older than the module, or picked up in mid-stream */
#define TCPFSM_FLOW_DEAD	0x40	/* out of the table, awaiting RCU */
#define TCPFSM_FLOW_CHECK	0x80	/* its deadline is a look at the sockets */

/* tcpfsm_flow.shard: of a namespace other than the first; it may be gone before the flow is */
#define TCPFSM_FLOW_GUEST	0x80

/**
 * struct tcpfsm_flow - one TCP connection in one namespace
 * @timer_node: in the wheel, under the lock of @shard
 * @rcu: once it is out of wheel and table
 * @gone: likewise, where many go together: the one before
 * @tn: the namespace
 * @lock: states, flags; taken for transitions only, in softirq and process context (_bh)
 * @deadline: when to look again, jiffies truncated to 32 bits
 * @pair: the two ends: 0 is the lower address and port
 * @next: in its bucket, or NULL; written under the bucket's lock, and left as it is when the flow
 *        goes, for those who have found it by RCU
 * @born_lo: when the flow began, ms since boot: lower 32 bits
 * @born_hi: the next 16 bits
 * @flags: TCPFSM_FLOW_*
 * @shard: which of the wheel's shards holds it; and TCPFSM_FLOW_GUEST
 * @device: the interface that the local socket is bound to, 0: none; of a forwarded flow, its VRF
 * @port: of the ends
 * @addr: of the ends, one word each, or four; with witness=0, struct tcpfsm_silence of each follows
 */
struct tcpfsm_flow {
	union {
		struct hlist_node timer_node;
		struct rcu_head rcu;
		struct tcpfsm_flow *gone;
	};
	struct tcpfsm_net *tn;
	spinlock_t lock;	/* states, flags */
	u32 deadline;
	struct tcpfsm_pair pair;
	/* Who passes by on a chain reads from here on, mostly one line. */
	struct tcpfsm_flow __rcu *next;
	u32 born_lo;
	u16 born_hi;
	u8 flags;
	u8 shard;
	int device;
	__be16 port[2];
	__be32 addr[];
};

/**
 * struct tcpfsm_key - what a flow is found by
 * @tn: namespace
 * @addr: of the lower end, then of the higher; one word each for IPv4, four for IPv6
 * @port: likewise
 * @hash: keyed hash of all that
 * @domain: the interface of the VRF, 0: none. Not in the hash: a device may change its VRF
 * @device: where it comes in, or what its socket is bound to; 0: any
 * @from: which of the two ends sends
 * @ipv6: addresses have four words
 * @self: both ends are the same
 * @bound: @device is the word of the socket of @from
 */
struct tcpfsm_key {
	struct tcpfsm_net *tn;
	__be32 addr[8];
	__be16 port[2];
	u32 hash;
	int domain;
	int device;
	u8 from;
	bool ipv6;
	bool self;
	bool bound;
};

/**
 * struct tcpfsm_flow_view - what users see of a flow, all of it of one moment
 * @since_ms: when each end entered its state
 * @state: tcpfsm_flow_shown_state() of each end
 * @device: as in struct tcpfsm_flow
 * @flags: TCPFSM_FLOW_*
 */
struct tcpfsm_flow_view {
	u64 since_ms[2];
	enum tcpfsm_state state[2];
	int device;
	u8 flags;
};

extern unsigned int tcpfsm_flow_max;	/* max_flows */

int tcpfsm_flow_init(void);
void tcpfsm_flow_uninit(void);

void tcpfsm_flow_key_init(void);
void tcpfsm_flow_key(struct tcpfsm_key *key, struct tcpfsm_net *tn,
		     const struct tcpfsm_ends *ends);
struct tcpfsm_flow *tcpfsm_flow_find(const struct tcpfsm_key *key);
struct tcpfsm_flow *tcpfsm_flow_create(const struct tcpfsm_key *key, bool local, u64 now_ms);
bool tcpfsm_flow_insert(struct tcpfsm_flow *flow, const struct tcpfsm_key *key);
void tcpfsm_flow_discard(struct tcpfsm_flow *flow);
void tcpfsm_flow_kill(struct tcpfsm_flow *flow);
void tcpfsm_flow_kill_dying(void);
void tcpfsm_flow_kill_all(void);
unsigned int tcpfsm_flow_count(void);
bool tcpfsm_flow_room(const struct tcpfsm_net *tn);

void tcpfsm_flow_look(struct tcpfsm_flow *flow, struct tcpfsm_flow_view *view);
unsigned int tcpfsm_flow_buckets(void);
struct tcpfsm_flow __rcu **tcpfsm_flow_bucket(unsigned int i);

/* Under RCU: each flow of a bucket. One that goes meanwhile still leads on. */
#define tcpfsm_flow_for_each(flow, bucket)				\
	for ((flow) = rcu_dereference(*(bucket)); (flow);		\
	     (flow) = rcu_dereference((flow)->next))

/* Bit of @end among TCPFSM_FLOW_LOCAL. */
static inline bool tcpfsm_flow_is_local(const struct tcpfsm_flow *flow, unsigned int end)
{
	return flow->flags & (TCPFSM_FLOW_LOCAL0 << end);
}

/*
 * Is @end known to have a socket? A local one that is over may get another, while its peer on
 * loopback keeps the flow: a cookie from before is good for two minutes.
 */
static inline bool tcpfsm_flow_has_socket(const struct tcpfsm_flow *flow, unsigned int end)
{
	return tcpfsm_flow_is_local(flow, end) && !tcpfsm_end_over(&flow->pair.end[end]);
}

/* The address words of @end: one, or four. */
static inline const __be32 *tcpfsm_flow_addr(const struct tcpfsm_flow *flow, unsigned int end)
{
	return flow->addr + (flow->flags & TCPFSM_FLOW_IPV6 ? 4 * end : end);
}

/* What @end has not been answered; there is room for it with witness=0 only. */
static inline struct tcpfsm_silence *tcpfsm_flow_silence(const struct tcpfsm_flow *flow,
							 unsigned int end)
{
	return (struct tcpfsm_silence *)tcpfsm_flow_addr(flow, 2) + end;
}

/* All its ends are taken for gone, but may come back; nobody sees or counts it. */
static inline bool tcpfsm_flow_parked(const struct tcpfsm_flow *flow)
{
	return flow->pair.end[0].flags & TCPFSM_END_PARKED;
}

static inline u64 tcpfsm_flow_born(const struct tcpfsm_flow *flow)
{
	return (u64)flow->born_hi << 32 | flow->born_lo;
}

static inline unsigned int tcpfsm_flow_opener(const struct tcpfsm_flow *flow)
{
	return !!(flow->flags & TCPFSM_FLOW_OPENER1);
}

/*
 * A flow with a local end lives as long as that: a remote TIME_WAIT is not worth a minute of
 * memory. An echo of oneself is nobody.
 */
static inline bool tcpfsm_flow_over(const struct tcpfsm_flow *flow)
{
	unsigned int local = flow->flags & TCPFSM_FLOW_LOCAL;
	const struct tcpfsm_end *e = flow->pair.end;

	return (local == TCPFSM_FLOW_LOCAL1 || tcpfsm_end_over(&e[0])) &&
	       (local == TCPFSM_FLOW_LOCAL0 || tcpfsm_end_over(&e[1]));
}

/*
 * What users see of an end: of an inferred one nobody knows whether it listens, so before
 * it answers it is CLOSED.
 */
static inline enum tcpfsm_state tcpfsm_flow_shown_state(const struct tcpfsm_flow *flow,
							unsigned int end)
{
	enum tcpfsm_state state = READ_ONCE(flow->pair.end[end].state);

	return state == TCPFSM_LISTEN ? TCPFSM_CLOSED : state;
}

#endif /* TCPFSM_FLOW_H */
