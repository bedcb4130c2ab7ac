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

static void show_other(struct seq_file *m, const struct tcpfsm_account *acct)
{
	/* Pairs with account_grow()'s release. */
	const struct tcpfsm_other_move *other = smp_load_acquire(&acct->other);
	unsigned int i;
	int pair;

	for (i = 0; other && i < TCPFSM_NR_OTHER_MOVES; i++, other++) {
		pair = atomic_read(&other->pair) - 1;
		if (pair < 0)
			return;
		seq_printf(m, "%s %s", tcpfsm_state_names[pair / TCPFSM_NR_STATES],
			   tcpfsm_state_names[pair % TCPFSM_NR_STATES]);
#define SHOW_CAUSE(name, key)								\
		seq_printf(m, " " #key "=%d",						\
			   atomic_read(&other->count[TCPFSM_CAUSE_##name]));
		TCPFSM_CAUSES(SHOW_CAUSE)
#undef SHOW_CAUSE
		seq_printf(m, " transit=%d\n", atomic_read(&other->count[TCPFSM_NR_CAUSES]));
	}
}

int tcpfsm_proc_transitions_show(struct seq_file *m, void *v)
{
	const struct tcpfsm_account *acct = &tcpfsm_net(seq_file_single_net(m))->account;

#define SHOW_LISTED(from, to, reason)							\
	show_listed(m, acct, #from, #to, TCPFSM_T_##from##_##to);
	TCPFSM_TRANSITIONS(SHOW_LISTED)
#undef SHOW_LISTED
	show_other(m, acct);
	return 0;
}
