// SPDX-License-Identifier: GPL-2.0
/*
 * `flows`: a line for each local endpoint and each forwarded flow.
 *
 * A record of the sequence is a bucket of the table, whole: the table never moves, so a flow
 * that lives from the first read to the last is shown exactly once, whatever comes and goes
 * around it.
 */
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>

#include "clock.h"
#include "flow.h"
#include "net.h"
#include "proc.h"
#include "socket.h"

/* The next bucket with anything in it, as a record; @pos is its number. */
static void *flows_seek(loff_t *pos)
{
	unsigned int buckets = tcpfsm_flow_buckets();

	for (; *pos < buckets; ++*pos) {
		struct tcpfsm_flow __rcu **bucket = tcpfsm_flow_bucket(*pos);

		if (!(*pos & 0xfff))
			cond_resched();
		if (rcu_access_pointer(*bucket))
			return bucket;
	}
	return NULL;
}

static void *flows_start(struct seq_file *m, loff_t *pos)
{
	return flows_seek(pos);
}

static void *flows_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return flows_seek(pos);
}

static void flows_stop(struct seq_file *m, void *v)
{
}

static void show_end(struct seq_file *m, const struct tcpfsm_flow *flow, unsigned int end)
{
	seq_putc(m, ' ');
	tcpfsm_proc_address(m, flow->flags & TCPFSM_FLOW_IPV6, tcpfsm_flow_addr(flow, end),
			    ntohs(flow->port[end]));
}

static void show_owner(struct seq_file *m, const struct tcpfsm_flow *flow, unsigned int end)
{
	struct tcpfsm_socket_facts facts;

	tcpfsm_socket_facts(flow, end, seq_user_ns(m), &facts);
	seq_printf(m, " accepted=%d uid=%u inode=%lu cgroup=%llu", facts.accepted, facts.uid,
		   facts.inode, facts.cgroup);
}

static void show_line(struct seq_file *m, const struct tcpfsm_flow *flow,
		      const struct tcpfsm_flow_view *view, unsigned int end, u64 now_ms)
{
	bool local = view->flags & (TCPFSM_FLOW_LOCAL0 << end);

	seq_printf(m, "%s %s", local ? "local" : "transit",
		   view->flags & TCPFSM_FLOW_IPV6 ? "ipv6" : "ipv4");
	show_end(m, flow, end);
	show_end(m, flow, !end);
	seq_printf(m, " state=%s remote_state=%s in_state_ms=%llu age_ms=%llu opened=%s adopted=%d",
		   tcpfsm_state_names[view->state[end]], tcpfsm_state_names[view->state[!end]],
		   now_ms - min(now_ms, view->since_ms[end]),
		   now_ms - min(now_ms, tcpfsm_flow_born(flow)),
		   !(view->flags & TCPFSM_FLOW_OPENER1) == !end ? "active" : "passive",
		   !!(view->flags & TCPFSM_FLOW_ADOPTED));
	if (local)
		show_owner(m, flow, end);
	seq_printf(m, " device=%d\n", view->device);
}

static void show_flow(struct seq_file *m, struct tcpfsm_flow *flow, u64 now_ms)
{
	struct tcpfsm_flow_view view;
	unsigned int end;

	tcpfsm_flow_look(flow, &view);
	if (!(view.flags & TCPFSM_FLOW_LOCAL)) {
		show_line(m, flow, &view, !!(view.flags & TCPFSM_FLOW_OPENER1), now_ms);
		return;
	}
	for (end = 0; end < 2; end++)
		if ((view.flags & (TCPFSM_FLOW_LOCAL0 << end)) &&
		    view.state[end] != TCPFSM_CLOSED)
			show_line(m, flow, &view, end, now_ms);
}

static int flows_show(struct seq_file *m, void *v)
{
	const struct tcpfsm_net *tn = tcpfsm_net(seq_file_net(m));
	struct tcpfsm_flow __rcu **bucket = v;
	struct tcpfsm_flow *flow;
	u64 now_ms = tcpfsm_now_ms();

	rcu_read_lock();
	tcpfsm_flow_for_each(flow, bucket)
		if (flow->tn == tn)
			show_flow(m, flow, now_ms);
	rcu_read_unlock();
	return 0;
}

const struct seq_operations tcpfsm_proc_flows_ops = {
	.start = flows_start,
	.next = flows_next,
	.stop = flows_stop,
	.show = flows_show,
};
