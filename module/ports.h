/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The destinations of those who connect: how many local ports each holds. A connect() finds no port
 * when all are held towards the one address and port that it wants, whatever is free elsewhere.
 */
#ifndef TCPFSM_PORTS_H
#define TCPFSM_PORTS_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "anomaly.h"
#include "flow.h"
#include "ports_rule.h"

struct tcpfsm_net;

/**
 * struct tcpfsm_ports - of one namespace
 * @destinations: towards which ports are held
 * @pressured: of them, those where they are short
 * @worst: the most ports that are held towards one destination
 * @most: likewise, since the last pass began
 * @shrunk: one that had @worst has fewer now: it may be less
 * @low: the range when @available was counted
 * @high: likewise
 * @available: ports that connect() may choose
 * @counted: when, jiffies
 */
struct tcpfsm_ports {
	atomic_t destinations;
	atomic_t pressured;
	atomic_t worst;
	atomic_t most;
	bool shrunk;
	int low;
	int high;
	u32 available;
	unsigned long counted;
};

/**
 * struct tcpfsm_towards - where a port is held towards; hashed as a whole, so nothing is between
 * @tn: the namespace
 * @local: the address here, one word or four, then zeros
 * @remote: the address there, likewise
 * @device: index of the interface that the sockets are bound to, 0: none; connect() looks for a
 *          port among those alone: the same addresses may be there in each VRF
 * @port: the port there
 * @ipv6: addresses have four words
 */
struct tcpfsm_towards {
	struct tcpfsm_net *tn;
	__be32 local[4];
	__be32 remote[4];
	int device;
	__be16 port;
	u16 ipv6;
};

/**
 * struct tcpfsm_destination - one towards which ports are held
 * @node: in the table
 * @rcu: once it is out of it
 * @to: which; it never changes
 * @lock: all that follows; in softirq and process context (_bh), inside a flow's lock
 * @loopback: either address is a loopback address
 * @dead: it is out of the table, or about to be
 * @used: local ports held: connections that were opened from here, TIME_WAIT included
 * @waits: of them, the TIME_WAITs
 * @pace: how fast ports go
 * @anomaly: of port_pressure
 * @reusable: TIME_WAITs that tcp_tw_reuse frees, at the last judgement
 * @available: ports there are, likewise
 */
struct tcpfsm_destination {
	struct hlist_node node;
	struct rcu_head rcu;
	struct tcpfsm_towards to;
	spinlock_t lock;	/* all that follows */
	bool loopback;
	bool dead;
	u32 used;
	struct tcpfsm_waits waits;
	struct tcpfsm_pace pace;
	struct tcpfsm_anomaly anomaly;
	u32 reusable;
	u32 available;
};

void tcpfsm_ports_init(void);
void tcpfsm_ports_changed(struct tcpfsm_flow *flow, unsigned int end, enum tcpfsm_state from,
			  enum tcpfsm_state to);
void tcpfsm_ports_towards(struct tcpfsm_towards *to, const struct tcpfsm_flow *flow,
			  unsigned int end);
bool tcpfsm_ports_reuses(const struct tcpfsm_flow *flow);
struct tcpfsm_destination *tcpfsm_ports_find(const struct tcpfsm_towards *to);
bool tcpfsm_ports_any(void);
unsigned int tcpfsm_ports_buckets(void);
struct hlist_head *tcpfsm_ports_bucket(unsigned int i);
void tcpfsm_ports_forget(struct tcpfsm_destination *d);

/**
 * tcpfsm_ports_moved() - an end moves: does that take, or free, a local port?
 * @flow: its LOCAL and OPENER flags say whose ends they are
 * @end: index of the end
 * @from: the state that it leaves; CLOSED where its flow begins
 * @to: the state that it enters; CLOSED where its flow ends
 *
 * Context: softirq or process, with the flow's lock.
 */
static inline void tcpfsm_ports_moved(struct tcpfsm_flow *flow, unsigned int end,
				      enum tcpfsm_state from, enum tcpfsm_state to)
{
	const u32 over = TCPFSM_BIT(TCPFSM_CLOSED) | TCPFSM_BIT(TCPFSM_LISTEN);
	bool counted = flow->pair.end[end].flags & TCPFSM_END_PORT;
	bool held = !(TCPFSM_BIT(to) & over);

	if (!counted && (!held || !tcpfsm_flow_is_local(flow, end) ||
			 tcpfsm_flow_opener(flow) != end || (flow->flags & TCPFSM_FLOW_SELF)))
		return;
	if (!counted || !held || from == TCPFSM_TIME_WAIT || to == TCPFSM_TIME_WAIT)
		tcpfsm_ports_changed(flow, end, from, to);
}

#endif /* TCPFSM_PORTS_H */
