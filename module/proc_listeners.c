// SPDX-License-Identifier: GPL-2.0
/*
 * `listeners`: a line for each listening address, with its connections by state.
 *
 * The connections are counted when the file is read from its beginning, in one pass over the flows
 * for all listeners. That costs those who open and close connections nothing.
 */
#include <linux/err.h>
#include <linux/hash.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>

#include "clock.h"
#include "flow.h"
#include "listener.h"
#include "net.h"
#include "proc.h"
#include "stay.h"

/*
 * tcpfsm_listener.connections: one reader at a time of a namespace. Others' may be many, and wait
 * for each other at times, but not for the first namespace's. Who waits may be killed.
 */
#define LOCK_BITS	4

static struct mutex reader_locks[1 + (1 << LOCK_BITS)];

static struct mutex *reader_lock(struct seq_file *m)
{
	const struct net *net = seq_file_net(m);

	return &reader_locks[net_eq(net, &init_net) ? 0 : 1 + hash_ptr(net, LOCK_BITS)];
}

/**
 * tcpfsm_proc_listeners_init() - before there are files
 *
 * Context: any.
 */
void tcpfsm_proc_listeners_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(reader_locks); i++)
		mutex_init(&reader_locks[i]);
}

static void count_flow(struct tcpfsm_flow *flow, u64 now_ms)
{
	struct tcpfsm_flow_view view;
	struct tcpfsm_listener *l;
	unsigned int end, state;

	tcpfsm_flow_look(flow, &view);
	end = !(view.flags & TCPFSM_FLOW_OPENER1);
	state = view.state[end];
	if (!(view.flags & (TCPFSM_FLOW_LOCAL0 << end)) || state == TCPFSM_CLOSED)
		return;
	l = tcpfsm_listener_of(flow, end);
	if (!l)
		return;
	l->connections[state]++;
	if (state == TCPFSM_CLOSE_WAIT &&
	    now_ms >= view.since_ms[end] + READ_ONCE(tcpfsm_close_wait_leak_ms))
		l->leaked++;
}

static void count_connections(const struct tcpfsm_net *tn)
{
	struct tcpfsm_listener *l;
	u64 now_ms = tcpfsm_now_ms();
	struct tcpfsm_flow *flow;
	unsigned int i;

	for (i = 0; i < tcpfsm_listener_buckets(); i++) {
		rcu_read_lock();
		hlist_for_each_entry_rcu(l, tcpfsm_listener_bucket(i), node)
			if (l->tn == tn) {
				memset(l->connections, 0, sizeof(l->connections));
				l->leaked = 0;
			}
		rcu_read_unlock();
		cond_resched();
	}
	for (i = 0; i < tcpfsm_flow_buckets(); i++) {
		if (!(i & 0xfff))
			cond_resched();
		if (!rcu_access_pointer(*tcpfsm_flow_bucket(i)))
			continue;
		rcu_read_lock();
		tcpfsm_flow_for_each(flow, tcpfsm_flow_bucket(i))
			if (flow->tn == tn && (flow->flags & TCPFSM_FLOW_LOCAL))
				count_flow(flow, now_ms);
		rcu_read_unlock();
		cond_resched();
	}
}

/* A record of the sequence is a bucket of the table, as in `flows`. */
static void *listeners_seek(loff_t *pos)
{
	for (; *pos < tcpfsm_listener_buckets(); ++*pos)
		if (!hlist_empty(tcpfsm_listener_bucket(*pos)))
			return tcpfsm_listener_bucket(*pos);
	return NULL;
}

static void *listeners_start(struct seq_file *m, loff_t *pos)
{
	if (mutex_lock_killable(reader_lock(m)))
		return ERR_PTR(-EINTR);
	if (!*pos)
		count_connections(tcpfsm_net(seq_file_net(m)));
	return listeners_seek(pos);
}

static void *listeners_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return listeners_seek(pos);
}

static void listeners_stop(struct seq_file *m, void *v)
{
	if (!IS_ERR(v))
		mutex_unlock(reader_lock(m));
}

static void show_listener(struct seq_file *m, struct tcpfsm_listener *l)
{
	struct tcpfsm_bound b;
	unsigned int state;

	spin_lock_bh(&l->lock);
	b = l->bound;
	spin_unlock_bh(&l->lock);
	seq_puts(m, "listener=");
	tcpfsm_proc_address(m, b.ipv6, b.addr, ntohs(b.port));
	seq_printf(m, " uid=%u cgroup=%llu", from_kuid_munged(seq_user_ns(m), b.uid), b.cgroup);
	for (state = TCPFSM_SYN_RECEIVED; state < TCPFSM_NR_STATES; state++)
		seq_printf(m, " %s=%u", tcpfsm_state_names[state], l->connections[state]);
#define SHOW_COUNT(name, key)								\
	seq_printf(m, " " #key "=%llu", (u64)atomic64_read(&l->count[TCPFSM_LISTENER_##name]));
	TCPFSM_LISTENER_COUNTS(SHOW_COUNT)
#undef SHOW_COUNT
	seq_printf(m, " close_wait_leaked=%u sockets=%u device=%d\n", l->leaked,
		   READ_ONCE(l->sockets), b.device);
}

static int listeners_show(struct seq_file *m, void *v)
{
	const struct tcpfsm_net *tn = tcpfsm_net(seq_file_net(m));
	struct hlist_head *bucket = v;
	struct tcpfsm_listener *l;

	rcu_read_lock();
	hlist_for_each_entry_rcu(l, bucket, node)
		if (l->tn == tn)
			show_listener(m, l);
	rcu_read_unlock();
	return 0;
}

const struct seq_operations tcpfsm_proc_listeners_ops = {
	.start = listeners_start,
	.next = listeners_next,
	.stop = listeners_stop,
	.show = listeners_show,
};
