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

static void show_other(struct seq_file *m, const struct tcpfsm_account *acct,
		       enum tcpfsm_state from, enum tcpfsm_state to)
{
	s64 n[TCPFSM_NR_CAUSES], any = 0;
	enum tcpfsm_cause cause;

	for (cause = 0; cause < TCPFSM_NR_CAUSES; cause++) {
		n[cause] = tcpfsm_account_read_other(acct, from, to, cause);
		any |= n[cause];
	}
	if (!any)
		return;
	seq_printf(m, "%s %s", tcpfsm_state_names[from], tcpfsm_state_names[to]);
#define SHOW_CAUSE(name, key) seq_printf(m, " " #key "=%lld", n[TCPFSM_CAUSE_##name]);
	TCPFSM_CAUSES(SHOW_CAUSE)
#undef SHOW_CAUSE
	seq_puts(m, " transit=0\n");
}

/*
 * Pairs that no list foresees: a socket that moved more than once before it was looked at, or,
 * without the second witness, an end that was taken for open, or for gone, too early.
 */
static void show_others(struct seq_file *m, const struct tcpfsm_account *acct)
{
	enum tcpfsm_state from, to;

	for (from = 0; from < TCPFSM_NR_STATES; from++)
		for (to = 0; to < TCPFSM_NR_STATES; to++)
			if (!tcpfsm_account_listed(from, to))
				show_other(m, acct, from, to);
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
