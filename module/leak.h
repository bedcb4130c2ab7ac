/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Leaks by whose they are: CLOSE_WAITs by listener or destination, uid and cgroup; ends that wait
 * for their peer by that peer and state. The caller's lock guards all of it.
 */
#ifndef TCPFSM_LEAK_H
#define TCPFSM_LEAK_H

#include <linux/compiler.h>
#include <linux/list.h>
#include <linux/rbtree.h>

#include "anomaly.h"

struct tcpfsm_net;
struct tcpfsm_socket_culprit;
struct tcpfsm_stay;

#define TCPFSM_LEAK_BUCKETS	256
#define TCPFSM_LEAK_MOST	4096	/* groups of each enum tcpfsm_leak_side in a namespace */

/*
 * Whose leaks they are. Each has room of its own: a client that leaks towards ever so many
 * destinations hides no server's leak.
 */
enum tcpfsm_leak_side {
	TCPFSM_LEAK_SERVER,	/* CLOSE_WAITs by listener */
	TCPFSM_LEAK_CLIENT,	/* CLOSE_WAITs by destination */
	TCPFSM_LEAK_PEER,	/* ends that wait for their peer */
	TCPFSM_NR_LEAK_SIDES
};

/**
 * struct tcpfsm_group - the leaks of one culprit
 * @node: in tcpfsm_leaks.bucket
 * @members: its leaks by age
 * @anomaly: whether it has begun: as long as there are members, and a moment longer
 * @subject: the culprit; what the group is found by
 * @unread_bytes: that wait to be read, of all members
 * @count: members
 * @known: of them, whose socket could be asked
 * @eof_read: of those, whose end of file has been read
 * @unaccepted: of those, that nobody has accepted
 * @old: members that have been a leak for more than an hour
 * @verdict: enum tcpfsm_verdict, of the members, or of the last there were
 * @passive: they have been opened by their peers
 */
struct tcpfsm_group {
	struct hlist_node node;
	struct rb_root_cached members;
	struct tcpfsm_anomaly anomaly;
	struct tcpfsm_anomaly_subject subject;
	u64 unread_bytes;
	u32 count;
	u32 known;
	u32 eof_read;
	u32 unaccepted;
	u32 old;
	u8 verdict;
	bool passive;
};

/**
 * struct tcpfsm_leaks - the groups of one namespace
 * @tn: it
 * @bucket: the groups, by the hash of their subject
 * @seed: of that hash
 * @groups: how many of each side
 * @ungrouped: leaks that are in no group, for there was no room
 */
struct tcpfsm_leaks {
	struct tcpfsm_net *tn;
	struct hlist_head bucket[TCPFSM_LEAK_BUCKETS];
	u32 seed;
	unsigned int groups[TCPFSM_NR_LEAK_SIDES];
	unsigned int ungrouped;
};

void tcpfsm_leak_join(struct tcpfsm_leaks *leaks, struct tcpfsm_stay *stay, u64 now_ms);
void tcpfsm_leak_leave(struct tcpfsm_leaks *leaks, struct tcpfsm_stay *stay, u64 now_ms);
void tcpfsm_leak_old(struct tcpfsm_leaks *leaks, struct tcpfsm_stay *stay, bool old);
void tcpfsm_leak_learn(struct tcpfsm_leaks *leaks, struct tcpfsm_stay *stay,
		       const struct tcpfsm_socket_culprit *socket, u64 now_ms);
void tcpfsm_leak_update(struct tcpfsm_leaks *leaks, unsigned int bucket, u64 now_ms);
void tcpfsm_leak_drop(struct tcpfsm_leaks *leaks, unsigned int bucket);
void tcpfsm_leak_collect(const struct tcpfsm_leaks *leaks, unsigned int bucket,
			 enum tcpfsm_anomaly_kind kind, struct tcpfsm_anomaly_lines *lines,
			 u64 now_ms);

static inline unsigned int tcpfsm_leak_groups(const struct tcpfsm_leaks *leaks)
{
	return READ_ONCE(leaks->groups[TCPFSM_LEAK_SERVER]) +
	       READ_ONCE(leaks->groups[TCPFSM_LEAK_CLIENT]) +
	       READ_ONCE(leaks->groups[TCPFSM_LEAK_PEER]);
}

#endif /* TCPFSM_LEAK_H */
