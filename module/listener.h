/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The listening sockets, by what they are bound to, and what has become of the connections that
 * were made to them. Sockets that share an address (SO_REUSEPORT) share an entry.
 */
#ifndef TCPFSM_LISTENER_H
#define TCPFSM_LISTENER_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/uidgid.h>

#include "anomaly.h"
#include "transition.h"

struct tcpfsm_flow;
struct tcpfsm_move;
struct tcpfsm_net;

/**
 * struct tcpfsm_bound - what a listening socket is bound to, and whose it is
 * @addr: one word, or four; zeros: every address
 * @port: where it listens
 * @device: index of the interface that it is bound to, 0: any
 * @uid: its owner
 * @cgroup: id of the cgroup in which it was made; 0: not known
 * @ipv6: @addr has four words; a mapped IPv4 address has one
 * @v6only: every IPv6 address only, not every IPv4 address, too
 */
struct tcpfsm_bound {
	__be32 addr[4];
	__be16 port;
	int device;
	kuid_t uid;
	u64 cgroup;
	bool ipv6;
	bool v6only;
};

/* What is counted of a listener's connections, in the order of the file: X(NAME, key). */
#define TCPFSM_LISTENER_COUNTS(X)			\
	X(OPENED, opened)				\
	X(CLOSED_FIRST_LOCAL, closed_first_local)	\
	X(CLOSED_FIRST_REMOTE, closed_first_remote)	\
	X(RESET, reset)					\
	X(SYN_COLLISIONS, syn_collisions)

#define TCPFSM_LISTENER_COUNT_ENUM(name, key) TCPFSM_LISTENER_##name,
enum tcpfsm_listener_count {
	TCPFSM_LISTENER_COUNTS(TCPFSM_LISTENER_COUNT_ENUM)
	TCPFSM_NR_LISTENER_COUNTS
};
#undef TCPFSM_LISTENER_COUNT_ENUM

/**
 * struct tcpfsm_listener - a listening address of one namespace
 * @node: in the table
 * @rcu: once it is out of it
 * @tn: the namespace
 * @bound: where it listens; it never changes but for uid, cgroup and v6only, which a walk renews
 *         under @lock
 * @count: by enum tcpfsm_listener_count, since it is known
 * @sockets: how many share it, as of the last walk of the kernel's table
 * @seen: likewise, in the present walk
 * @walk: the last walk that has seen it
 * @heard: a socket told of itself, jiffies; no walk has seen it since
 * @lock: of what follows, and of what changes in @bound; in softirq and process context (_bh),
 *        inside a flow's lock
 * @anomaly: of syn_into_close_wait
 * @collisions: SYNs into CLOSE_WAIT, since that began
 * @hanging: connections in CLOSE_WAIT for which such SYNs came (TCPFSM_END_COLLIDED)
 * @collided_ms: when the last one came
 * @gone: it is out of the table, or about to be
 * @connections: by state, as of the last reading of the file; under the reader's lock
 * @leaked: of those in CLOSE_WAIT, that have been there for close_wait_leak_ms; likewise
 */
struct tcpfsm_listener {
	struct hlist_node node;
	struct rcu_head rcu;
	struct tcpfsm_net *tn;
	struct tcpfsm_bound bound;
	atomic64_t count[TCPFSM_NR_LISTENER_COUNTS];
	unsigned int sockets;
	unsigned int seen;
	unsigned int walk;
	unsigned long heard;
	spinlock_t lock;	/* of what follows, and of bound */
	struct tcpfsm_anomaly anomaly;
	u64 collided_ms;
	u64 collisions;
	u32 hanging;
	bool gone;
	unsigned int connections[TCPFSM_NR_STATES];
	unsigned int leaked;
};

void tcpfsm_listener_init(void);
void tcpfsm_listener_heard(struct tcpfsm_net *tn, const struct tcpfsm_bound *bound);
void tcpfsm_listener_walk_begin(void);
void tcpfsm_listener_seen(struct tcpfsm_net *tn, const struct tcpfsm_bound *bound);
bool tcpfsm_listener_walk_end(void);
void tcpfsm_listener_drop(const struct tcpfsm_net *tn);

bool tcpfsm_listener_hears(const struct tcpfsm_bound *bound, int device, int domain, bool all);
int tcpfsm_listener_score(const struct tcpfsm_bound *bound, bool ipv6, const __be32 *addr,
			  __be16 port);
struct tcpfsm_listener *tcpfsm_listener_find(const struct tcpfsm_net *tn, bool ipv6,
					     const __be32 *addr, __be16 port, int device);
struct tcpfsm_listener *tcpfsm_listener_of(const struct tcpfsm_flow *flow, unsigned int end);

unsigned int tcpfsm_listener_counts(enum tcpfsm_state from, enum tcpfsm_state to,
				    enum tcpfsm_cause cause);
void tcpfsm_listener_moved(const struct tcpfsm_flow *flow, const struct tcpfsm_move *move,
			   enum tcpfsm_cause cause);

unsigned int tcpfsm_listener_buckets(void);
struct hlist_head *tcpfsm_listener_bucket(unsigned int i);

#endif /* TCPFSM_LISTENER_H */
