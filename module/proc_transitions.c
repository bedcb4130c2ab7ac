// SPDX-License-Identifier: GPL-2.0
/*
 * `transitions`: how often each pair of states was passed, by what showed it.
 */
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>

#include "account.h"
#include "net.h"
#include "proc.h"

static void show_listed(struct seq_file *m, const struct tcpfsm_account *acct, const char *from,
			const char *to, enum tcpfsm_transition_id id)
{
	unsigned int slot = TCPFSM_ACCT_MOVES + id * TCPFSM_NR_CAUSES;

	seq_printf(m, "%s %s", from, to);
#define SHOW_CAUSE(name, key)								\
	seq_printf(m, " " #key "=%lld",							\
		   tcpfsm_account_read(acct, slot + TCPFSM_CAUSE_##name));
	TCPFSM_CAUSES(SHOW_CAUSE)
#undef SHOW_CAUSE
	seq_printf(m, " transit=%lld\n",
		   tcpfsm_account_read(acct, TCPFSM_ACCT_TRANSIT_MOVES + id));
}

/* A pair that no list foresees: a socket that moved more than once before it was looked at. */
static void show_others(struct seq_file *m, const struct tcpfsm_account *acct)
{
	unsigned int from, to;
	s64 n;

	for (from = 0; from < TCPFSM_NR_STATES; from++)
		for (to = 0; to < TCPFSM_NR_STATES; to++) {
			n = tcpfsm_account_read_followed(acct, from, to);
			if (n && !tcpfsm_account_listed(from, to))
				seq_printf(m, "%s %s segment=0 timer=0 socket=%lld transit=0\n",
					   tcpfsm_state_names[from], tcpfsm_state_names[to], n);
		}
}

int tcpfsm_proc_transitions_show(struct seq_file *m, void *v)
{
	const struct tcpfsm_account *acct = &tcpfsm_net(seq_file_single_net(m))->account;

#define SHOW_LISTED(from, to, reason)							\
	show_listed(m, acct, #from, #to, TCPFSM_T_##from##_##to);
	TCPFSM_TRANSITIONS(SHOW_LISTED)
#undef SHOW_LISTED
	show_others(m, acct);
	return 0;
}
