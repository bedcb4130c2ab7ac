// SPDX-License-Identifier: GPL-2.0
/*
 * `namespaces`: one line for each observed namespace, in the first one only.
 */
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/seq_file.h>

#include "net.h"
#include "proc.h"
#include "stay.h"

static void show_namespace(struct seq_file *m, const struct tcpfsm_net *tn)
{
	struct tcpfsm_stay_summary stays;
	unsigned int state;

	seq_printf(m, "%u", tn->net->ns.inum);
	for (state = 0; state < TCPFSM_NR_STATES; state++)
		seq_printf(m, " %s=%lld", tcpfsm_state_names[state],
			   tcpfsm_account_read_gauge(&tn->account, TCPFSM_ACCT_LOCAL + state));
	tcpfsm_stay_read(tn, &stays);
	seq_printf(m, " close_wait_leaked=%u anomalies=%u flows=%lld\n",
		   stays.passed[TCPFSM_STAY_LEAKED],
		   atomic_read(&tn->anomalies.holding),
		   tcpfsm_account_read_gauge(&tn->account, TCPFSM_ACCT_FLOWS));
}

/* All in one reading: between two, a namespace that ends would move others past the place. */
int tcpfsm_proc_namespaces_show(struct seq_file *m, void *v)
{
	const struct tcpfsm_net *tn;

	if (mutex_lock_killable(&tcpfsm_nets_lock))
		return -EINTR;
	/* Where the text does not fit, seq_file comes again with more room. */
	list_for_each_entry(tn, &tcpfsm_nets, list) {
		if (seq_has_overflowed(m))
			break;
		show_namespace(m, tn);
		cond_resched();
	}
	mutex_unlock(&tcpfsm_nets_lock);
	return 0;
}
