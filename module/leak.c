// SPDX-License-Identifier: GPL-2.0
/*
 * Leaks by whose they are.
 *
 * A group lasts as long as its anomaly does, a moment longer than its last member: what leaks again
 * and again is one anomaly. The number of groups is bounded: what finds no room is counted, and
 * tries again.
 */
#include "leak.h"

#include <linux/jhash.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "flow.h"
#include "listener.h"
#include "net.h"
#include "stay.h"

static bool is_close_wait(const struct tcpfsm_stay *stay)
{
	return stay->state == TCPFSM_CLOSE_WAIT;
}

static bool is_old(const struct tcpfsm_stay *stay)
{
	return is_close_wait(stay) && (stay->aged.passed & BIT(TCPFSM_STAY_OLD));
}

/* Where it listens; once nobody does any more, where the connection arrived. */
static void listener_of(const struct tcpfsm_flow *flow, unsigned int end,
			struct tcpfsm_anomaly_subject *subject)
{
	const struct tcpfsm_listener *l;

	subject->local_port = flow->port[end];
	memcpy(subject->local, tcpfsm_flow_addr(flow, end),
	       subject->ipv6 ? sizeof(subject->local) : sizeof(subject->local[0]));
	rcu_read_lock();
	l = tcpfsm_listener_of(flow, end);
	if (l) {
		/* One for both families shows its own address. */
		subject->ipv6 = l->bound.ipv6;
		subject->device = l->bound.device;
		memcpy(subject->local, l->bound.addr, sizeof(subject->local));
	}
	rcu_read_unlock();
}

/* A server's by where it listens, a client's by where it connects to. Return: opened passively. */
static bool subject_of(const struct tcpfsm_stay *stay, struct tcpfsm_anomaly_subject *subject)
{
	const struct tcpfsm_flow *flow = tcpfsm_stay_flow(stay);
	unsigned int end = tcpfsm_stay_end(stay);
	bool passive = tcpfsm_flow_opener(flow) != end;
	size_t size;

	memset(subject, 0, sizeof(*subject));
	subject->ipv6 = flow->flags & TCPFSM_FLOW_IPV6;
	subject->device = flow->device;
	subject->state = stay->state;
	subject->kind = TCPFSM_ANOMALY_PEER_LEAK;
	size = subject->ipv6 ? sizeof(subject->local) : sizeof(subject->local[0]);
	if (is_close_wait(stay)) {
		subject->kind = TCPFSM_ANOMALY_CLOSE_WAIT_LEAK;
		subject->uid = stay->socket.uid;
		subject->cgroup = stay->socket.cgroup;
	}
	if (is_close_wait(stay) && passive) {
		listener_of(flow, end, subject);
	} else {
		subject->remote_port = flow->port[!end];
		memcpy(subject->remote, tcpfsm_flow_addr(flow, !end), size);
	}
	return passive;
}

static struct hlist_head *bucket_of(struct tcpfsm_leaks *leaks,
				    const struct tcpfsm_anomaly_subject *subject)
{
	u32 hash = jhash(subject, sizeof(*subject), leaks->seed);

	return &leaks->bucket[hash % TCPFSM_LEAK_BUCKETS];
}

static enum tcpfsm_leak_side side_of(u8 kind, bool passive)
{
	if (kind == TCPFSM_ANOMALY_PEER_LEAK)
		return TCPFSM_LEAK_PEER;
	return passive ? TCPFSM_LEAK_SERVER : TCPFSM_LEAK_CLIENT;
}

static struct tcpfsm_group *group_get(struct tcpfsm_leaks *leaks,
				      const struct tcpfsm_anomaly_subject *subject, bool passive)
{
	struct hlist_head *bucket = bucket_of(leaks, subject);
	unsigned int *count = &leaks->groups[side_of(subject->kind, passive)];
	struct tcpfsm_group *group;

	hlist_for_each_entry(group, bucket, node)
		if (!memcmp(&group->subject, subject, sizeof(*subject)))
			return group;
	if (*count >= TCPFSM_LEAK_MOST)
		return NULL;
	group = kzalloc(sizeof(*group), GFP_ATOMIC | __GFP_NOWARN);
	if (!group)
		return NULL;
	group->members = RB_ROOT_CACHED;
	/* Byte by byte: what is between the fields is compared, too. */
	memcpy(&group->subject, subject, sizeof(*subject));
	group->passive = passive;
	hlist_add_head(&group->node, bucket);
	++*count;
	return group;
}

static void group_free(struct tcpfsm_leaks *leaks, struct tcpfsm_group *group)
{
	hlist_del(&group->node);
	leaks->groups[side_of(group->subject.kind, group->passive)]--;
	kfree(group);
}

/* What a member adds to its group; @n: 1 or -1. */
static void contribute(struct tcpfsm_group *group, const struct tcpfsm_stay *stay, int n)
{
	const struct tcpfsm_socket_culprit *s = &stay->socket;

	group->count += n;
	group->old += is_old(stay) ? n : 0;
	if (s->known) {
		group->known += n;
		group->eof_read += s->accepted && s->eof_read ? n : 0;
		group->unaccepted += s->accepted ? 0 : n;
		group->unread_bytes += n * (s64)s->unread;
	}
	if (group->count)
		group->verdict = tcpfsm_anomaly_verdict(group->count, group->known,
							group->eof_read, group->unaccepted);
}

static void member_add(struct tcpfsm_group *group, struct tcpfsm_stay *stay)
{
	struct rb_node **link = &group->members.rb_root.rb_node, *parent = NULL;
	const struct tcpfsm_stay *other;
	bool oldest = true;

	while (*link) {
		parent = *link;
		other = rb_entry(parent, struct tcpfsm_stay, member);
		if (stay->aged.since_ms < other->aged.since_ms) {
			link = &parent->rb_left;
		} else {
			link = &parent->rb_right;
			oldest = false;
		}
	}
	rb_link_node(&stay->member, parent, link);
	rb_insert_color_cached(&stay->member, &group->members, oldest);
}

/**
 * tcpfsm_leak_join() - a stay is a leak from now on
 * @leaks: the groups
 * @stay: without a group
 * @now_ms: the time
 *
 * Context: softirq or process, with bottom halves off. Where there is no room it stays without a
 * group, counted; the next call for it tries again, after tcpfsm_leak_leave().
 */
void tcpfsm_leak_join(struct tcpfsm_leaks *leaks, struct tcpfsm_stay *stay, u64 now_ms)
{
	struct tcpfsm_anomaly_subject subject;
	bool passive = subject_of(stay, &subject);
	struct tcpfsm_group *group = group_get(leaks, &subject, passive);

	stay->group = group;
	if (!group) {
		leaks->ungrouped++;
		return;
	}
	member_add(group, stay);
	contribute(group, stay, 1);
	tcpfsm_anomaly_update(leaks->tn, &group->anomaly, &group->subject, true, now_ms);
	tcpfsm_anomaly_changed(leaks->tn);
}

/**
 * tcpfsm_leak_leave() - a stay is no leak any more
 * @leaks: the groups
 * @stay: a leak; it need not have a group
 * @now_ms: the time
 *
 * Context: softirq or process, with bottom halves off. Frees nothing: the group lingers.
 */
void tcpfsm_leak_leave(struct tcpfsm_leaks *leaks, struct tcpfsm_stay *stay, u64 now_ms)
{
	struct tcpfsm_group *group = stay->group;

	if (!group) {
		leaks->ungrouped--;
		return;
	}
	stay->group = NULL;
	rb_erase_cached(&stay->member, &group->members);
	contribute(group, stay, -1);
	tcpfsm_anomaly_update(leaks->tn, &group->anomaly, &group->subject, group->count, now_ms);
	tcpfsm_anomaly_changed(leaks->tn);
}

/**
 * tcpfsm_leak_old() - a leak is no new one any more, or is again
 * @leaks: the groups
 * @stay: it
 * @old: which
 *
 * Context: softirq or process, with bottom halves off.
 */
void tcpfsm_leak_old(struct tcpfsm_leaks *leaks, struct tcpfsm_stay *stay, bool old)
{
	if (!stay->group)
		return;
	stay->group->old += old ? 1 : -1;
	tcpfsm_anomaly_changed(leaks->tn);
}

/**
 * tcpfsm_leak_learn() - a look at a leak's socket
 * @leaks: the groups
 * @stay: in CLOSE_WAIT; written: @socket
 * @socket: what there is
 * @now_ms: the time
 *
 * Who accepts becomes the owner: the leak may go to another account then.
 *
 * Context: softirq or process, with bottom halves off.
 */
void tcpfsm_leak_learn(struct tcpfsm_leaks *leaks, struct tcpfsm_stay *stay,
		       const struct tcpfsm_socket_culprit *socket, u64 now_ms)
{
	bool other = !uid_eq(socket->uid, stay->socket.uid) ||
		     socket->cgroup != stay->socket.cgroup;

	if (!stay->group) {
		stay->socket = *socket;
	} else if (other) {
		tcpfsm_leak_leave(leaks, stay, now_ms);
		stay->socket = *socket;
		tcpfsm_leak_join(leaks, stay, now_ms);
	} else {
		contribute(stay->group, stay, -1);
		stay->socket = *socket;
		contribute(stay->group, stay, 1);
		tcpfsm_anomaly_changed(leaks->tn);
	}
}

/**
 * tcpfsm_leak_update() - let time pass for a bucket's groups
 * @leaks: the groups
 * @bucket: less than TCPFSM_LEAK_BUCKETS
 * @now_ms: the time
 *
 * Context: softirq or process, with bottom halves off.
 */
void tcpfsm_leak_update(struct tcpfsm_leaks *leaks, unsigned int bucket, u64 now_ms)
{
	struct tcpfsm_group *group;
	struct hlist_node *next;

	hlist_for_each_entry_safe(group, next, &leaks->bucket[bucket], node)
		if (!tcpfsm_anomaly_update(leaks->tn, &group->anomaly, &group->subject,
					   group->count, now_ms))
			group_free(leaks, group);
}

/**
 * tcpfsm_leak_drop() - nobody watches any more: let a bucket's groups go
 * @leaks: the groups, without members
 * @bucket: less than TCPFSM_LEAK_BUCKETS
 *
 * Context: softirq or process, with bottom halves off.
 */
void tcpfsm_leak_drop(struct tcpfsm_leaks *leaks, unsigned int bucket)
{
	struct tcpfsm_group *group;
	struct hlist_node *next;

	hlist_for_each_entry_safe(group, next, &leaks->bucket[bucket], node) {
		if (group->count)
			continue;
		tcpfsm_anomaly_drop(leaks->tn, &group->anomaly, &group->subject);
		group_free(leaks, group);
	}
}

/**
 * tcpfsm_leak_collect() - a line for each of a bucket's groups
 * @leaks: the groups
 * @bucket: less than TCPFSM_LEAK_BUCKETS
 * @kind: of which kind
 * @lines: where to
 * @now_ms: the time
 *
 * Context: softirq or process, with bottom halves off.
 */
void tcpfsm_leak_collect(const struct tcpfsm_leaks *leaks, unsigned int bucket,
			 enum tcpfsm_anomaly_kind kind, struct tcpfsm_anomaly_lines *lines,
			 u64 now_ms)
{
	const struct tcpfsm_stay *oldest;
	const struct tcpfsm_group *group;
	struct tcpfsm_anomaly_line *line;

	hlist_for_each_entry(group, &leaks->bucket[bucket], node) {
		if (group->subject.kind != kind)
			continue;
		line = tcpfsm_anomaly_line(lines, &group->subject);
		if (!line)
			return;
		oldest = rb_entry_safe(rb_first_cached(&group->members), struct tcpfsm_stay,
				       member);
		if (oldest)
			line->oldest_ms = now_ms - min(now_ms, oldest->aged.since_ms);
		line->weight = group->count;
		line->leak.count = group->count;
		line->leak.eof_read = group->eof_read;
		line->leak.unaccepted = group->unaccepted;
		line->leak.unread_bytes = group->unread_bytes;
		line->leak.new_1h = group->count - group->old;
		line->leak.verdict = group->verdict;
		line->leak.passive = group->passive;
	}
}
