// SPDX-License-Identifier: GPL-2.0
/*
 * `stats`: sums over CPUs, and nothing that grows with the number of flows.
 */
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>

#include "account.h"
#include "clock.h"
#include "exact.h"
#include "flow.h"
#include "fsm.h"
#include "net.h"
#include "ports_watch.h"
#include "proc.h"
#include "stay.h"
#include "version.h"

static void show_states(struct seq_file *m, const struct tcpfsm_account *acct)
{
	unsigned int state;

	for (state = 0; state < TCPFSM_NR_STATES; state++)
		seq_printf(m, "%s local=%lld remote=%lld transit=%lld entered=%lld\n",
			   tcpfsm_state_names[state],
			   tcpfsm_account_read_gauge(acct, TCPFSM_ACCT_LOCAL + state),
			   tcpfsm_account_read_gauge(acct, TCPFSM_ACCT_REMOTE + state),
			   tcpfsm_account_read_gauge(acct, TCPFSM_ACCT_TRANSIT + state),
			   tcpfsm_account_read_entered(acct, state));
}

/* The counters of one line, in the order of TCPFSM_COUNTERS. */
static void show_counters(struct seq_file *m, const struct tcpfsm_account *acct, const char *line)
{
#define SHOW_COUNTER(slot, its_line, key)						\
	if (!strcmp(line, #its_line))							\
		seq_printf(m, " " #key "=%lld", tcpfsm_account_read(acct, TCPFSM_ACCT_##slot));
	TCPFSM_COUNTERS(SHOW_COUNTER)
#undef SHOW_COUNTER
}

/* Where the second witness differed: all pairs, by which of the two was right. */
static void show_differences(struct seq_file *m, const struct tcpfsm_account *acct)
{
	unsigned int wire, socket;
	s64 n[2] = {};

	for (wire = 0; wire < TCPFSM_NR_STATES; wire++)
		for (socket = 0; socket < TCPFSM_NR_STATES; socket++)
			n[tcpfsm_fsm_early(wire, socket)] +=
				tcpfsm_account_read_followed(acct, wire, socket);
	seq_printf(m, " early=%lld corrected=%lld\n", n[true], n[false]);
}

/* Who is too young for the account of stays is in the gauge alone. */
static void show_close_wait(struct seq_file *m, const struct tcpfsm_account *acct,
			    const struct tcpfsm_stay_summary *stays)
{
	s64 count = tcpfsm_account_read_gauge(acct, TCPFSM_ACCT_LOCAL + TCPFSM_CLOSE_WAIT);

	seq_printf(m, "close_wait le_1m=%lld le_5m=%lld le_1h=%lld le_1d=%lld count=%lld oldest_ms=%llu leaked=%lld unaccepted=%lld",
		   max_t(s64, count - stays->passed[TCPFSM_STAY_1M], 0),
		   max_t(s64, count - stays->passed[TCPFSM_STAY_5M], 0),
		   max_t(s64, count - stays->passed[TCPFSM_STAY_1H], 0),
		   max_t(s64, count - stays->passed[TCPFSM_STAY_1D], 0),
		   count, stays->oldest_ms,
		   min_t(s64, stays->passed[TCPFSM_STAY_LEAKED], count),
		   min_t(s64, stays->unaccepted, count));
	show_counters(m, acct, "close_wait");
	seq_putc(m, '\n');
}

static void show_anomalies(struct seq_file *m, const struct tcpfsm_anomalies *anomalies,
			   const struct tcpfsm_stay_summary *stays)
{
	seq_printf(m, "anomalies current=%u begun=%u ended=%u generation=%u ungrouped=%u\n",
		   atomic_read(&anomalies->holding), atomic_read(&anomalies->begun),
		   atomic_read(&anomalies->ended), atomic_read(&anomalies->generation),
		   stays->ungrouped);
}

int tcpfsm_proc_stats_show(struct seq_file *m, void *v)
{
	const struct net *net = seq_file_single_net(m);
	struct tcpfsm_net *tn = tcpfsm_net(net);
	const struct tcpfsm_account *acct = &tn->account;
	struct tcpfsm_stay_summary stays;

	tcpfsm_stay_read(tn, &stays);
	seq_printf(m, "version abi=%d module=%s netns=%u loaded_ms=%llu\n",
		   TCPFSM_ABI, TCPFSM_VERSION, net->ns.inum, tcpfsm_now_ms() - tcpfsm_loaded_ms);
	show_states(m, acct);
	show_close_wait(m, acct, &stays);
	seq_puts(m, "time_wait");
	show_counters(m, acct, "time_wait");
	seq_printf(m, "\nports destinations=%d pressured=%d worst_used=%d worst_available=%u",
		   atomic_read(&tn->ports.destinations), atomic_read(&tn->ports.pressured),
		   atomic_read(&tn->ports.worst), tcpfsm_ports_available(tn));
	show_counters(m, acct, "ports");
	seq_putc(m, '\n');
	show_anomalies(m, &tn->anomalies, &stays);
	seq_printf(m, "flows current=%lld max=%u",
		   tcpfsm_account_read_gauge(acct, TCPFSM_ACCT_FLOWS), tcpfsm_flow_max);
	show_counters(m, acct, "flows");
	seq_puts(m, "\nsegments");
	show_counters(m, acct, "segments");
	seq_printf(m, "\nwitness exact=%d", tcpfsm_exact(tn));
	show_counters(m, acct, "witness");
	show_differences(m, acct);
	return 0;
}
