// SPDX-License-Identifier: GPL-2.0
/*
 * `namespaces`: one line for each observed namespace, in the first one only.
 */
#include <linux/err.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>

#include "net.h"
#include "proc.h"
#include "stay.h"

static void *namespaces_start(struct seq_file *m, loff_t *pos)
{
	if (mutex_lock_killable(&tcpfsm_nets_lock))
		return ERR_PTR(-EINTR);
	return seq_list_start(&tcpfsm_nets, *pos);
}

static void *namespaces_next(struct seq_file *m, void *v, loff_t *pos)
{
	return seq_list_next(v, &tcpfsm_nets, pos);
}

static void namespaces_stop(struct seq_file *m, void *v)
{
	if (!IS_ERR(v))
		mutex_unlock(&tcpfsm_nets_lock);
}

static int namespaces_show(struct seq_file *m, void *v)
{
	const struct tcpfsm_net *tn = list_entry(v, struct tcpfsm_net, list);
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
	return 0;
}

const struct seq_operations tcpfsm_proc_namespaces_ops = {
	.start = namespaces_start,
	.next = namespaces_next,
	.stop = namespaces_stop,
	.show = namespaces_show,
};
