// SPDX-License-Identifier: GPL-2.0
/*
 * `anomalies`: a line for each that holds, the worst first.
 *
 * One reading is one snapshot: seq_file keeps the text that one call has made.
 */
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>
#include <linux/sort.h>

#include "anomaly.h"
#include "collision.h"
#include "net.h"
#include "ports_watch.h"
#include "proc.h"
#include "stay.h"

#define LINES_SPARE	64	/* may begin while we collect */

/**
 * struct source - who knows of the anomalies of one kind
 * @collect: hands out the lines; process context, may sleep; stops where there is no more room
 * @show: prints what follows the kind's name
 */
struct source {
	void (*collect)(struct tcpfsm_net *tn, struct tcpfsm_anomaly_lines *lines);
	void (*show)(struct seq_file *m, const struct tcpfsm_anomaly_line *line);
};

static void show_local(struct seq_file *m, const char *key,
		       const struct tcpfsm_anomaly_subject *subject)
{
	seq_printf(m, " %s=", key);
	tcpfsm_proc_address(m, subject->ipv6, subject->local, ntohs(subject->local_port));
}

static void show_remote(struct seq_file *m, const struct tcpfsm_anomaly_subject *subject)
{
	seq_puts(m, " remote=");
	tcpfsm_proc_address(m, subject->ipv6, subject->remote, ntohs(subject->remote_port));
}

static void show_close_wait_leak(struct seq_file *m, const struct tcpfsm_anomaly_line *line)
{
	if (line->leak.passive)
		show_local(m, "listener", &line->subject);
	else
		show_remote(m, &line->subject);
	seq_printf(m, " opened=%s uid=%u cgroup=%llu verdict=%s count=%u eof_read=%u unaccepted=%u unread_bytes=%llu new_1h=%u oldest_ms=%llu",
		   line->leak.passive ? "passive" : "active",
		   from_kuid_munged(seq_user_ns(m), line->subject.uid), line->subject.cgroup,
		   tcpfsm_verdict_names[line->leak.verdict], line->leak.count, line->leak.eof_read,
		   line->leak.unaccepted, line->leak.unread_bytes, line->leak.new_1h,
		   line->oldest_ms);
}

static void show_peer_leak(struct seq_file *m, const struct tcpfsm_anomaly_line *line)
{
	show_remote(m, &line->subject);
	seq_printf(m, " state=%s count=%u oldest_ms=%llu", tcpfsm_state_names[line->subject.state],
		   line->leak.count, line->oldest_ms);
}

static void show_port_pressure(struct seq_file *m, const struct tcpfsm_anomaly_line *line)
{
	if (line->subject.ipv6)
		seq_printf(m, " local=%pI6c", line->subject.local);
	else
		seq_printf(m, " local=%pI4", line->subject.local);
	show_remote(m, &line->subject);
	seq_printf(m, " used=%u time_wait=%u reusable=%u available=%u seconds_left=%lld",
		   line->ports.used, line->ports.time_wait, line->ports.reusable,
		   line->ports.available, line->ports.seconds_left);
}

static void show_syn_into_close_wait(struct seq_file *m, const struct tcpfsm_anomaly_line *line)
{
	show_local(m, "listener", &line->subject);
	seq_printf(m, " count=%llu", line->collisions);
}

static const struct source sources[TCPFSM_NR_ANOMALIES] = {
	[TCPFSM_ANOMALY_PORT_PRESSURE] = { tcpfsm_ports_collect, show_port_pressure },
	[TCPFSM_ANOMALY_SYN_INTO_CLOSE_WAIT] = { tcpfsm_collision_collect,
						 show_syn_into_close_wait },
	[TCPFSM_ANOMALY_CLOSE_WAIT_LEAK] = {
		tcpfsm_stay_collect_close_wait, show_close_wait_leak
	},
	[TCPFSM_ANOMALY_PEER_LEAK] = { tcpfsm_stay_collect_peer, show_peer_leak },
};

static void collect(struct tcpfsm_net *tn, struct tcpfsm_anomaly_lines *lines)
{
	unsigned int kind;

	lines->n = 0;
	lines->full = false;
	for (kind = 0; kind < TCPFSM_NR_ANOMALIES; kind++)
		if (sources[kind].collect)
			sources[kind].collect(tn, lines);
}

/* All lines, with room for them. Return: false: no memory. */
static bool snapshot(struct tcpfsm_net *tn, struct tcpfsm_anomaly_lines *lines)
{
	lines->max = atomic_read(&tn->anomalies.holding) + LINES_SPARE;
	do {
		lines->line = kvmalloc_array(lines->max, sizeof(*lines->line), GFP_KERNEL);
		if (!lines->line)
			return false;
		collect(tn, lines);
		if (!lines->full)
			return true;
		kvfree(lines->line);
		lines->max *= 2;
	} while (true);
}

int tcpfsm_proc_anomalies_show(struct seq_file *m, void *v)
{
	struct tcpfsm_net *tn = tcpfsm_net(seq_file_single_net(m));
	struct tcpfsm_anomaly_lines lines;
	unsigned int i;

	if (!snapshot(tn, &lines))
		return -ENOMEM;
	sort(lines.line, lines.n, sizeof(*lines.line), tcpfsm_anomaly_compare, NULL);
	/* Where the text does not fit, seq_file comes again with more room. */
	for (i = 0; i < lines.n && !seq_has_overflowed(m); i++) {
		seq_puts(m, tcpfsm_anomaly_names[lines.line[i].subject.kind]);
		sources[lines.line[i].subject.kind].show(m, &lines.line[i]);
		seq_printf(m, " device=%d\n", lines.line[i].subject.device);
		cond_resched();
	}
	kvfree(lines.line);
	return 0;
}
