// SPDX-License-Identifier: GPL-2.0
/*
 * `witness`: where the wire and the kernel's sockets differed, and how often.
 */
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>

#include "account.h"
#include "fsm.h"
#include "net.h"
#include "proc.h"

int tcpfsm_proc_witness_show(struct seq_file *m, void *v)
{
	const struct tcpfsm_account *acct = &tcpfsm_net(seq_file_single_net(m))->account;
	unsigned int wire, socket;
	bool early;
	s64 n;

	for (wire = 0; wire < TCPFSM_NR_STATES; wire++)
		for (socket = 0; socket < TCPFSM_NR_STATES; socket++) {
			n = tcpfsm_account_read_followed(acct, wire, socket);
			if (!n)
				continue;
			early = tcpfsm_fsm_early(wire, socket);
			seq_printf(m, "%s %s early=%lld corrected=%lld\n",
				   tcpfsm_state_names[wire], tcpfsm_state_names[socket],
				   early ? n : 0, early ? 0 : n);
		}
	return 0;
}
