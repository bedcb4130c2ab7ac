// SPDX-License-Identifier: GPL-2.0
/*
 * `durations`: how long local endpoints stayed in each state before they left it, cumulative.
 */
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>

#include "account.h"
#include "net.h"
#include "proc.h"

int tcpfsm_proc_durations_show(struct seq_file *m, void *v)
{
#define DURATION_KEY(key, ms) #key,
	static const char * const keys[] = { TCPFSM_DURATIONS(DURATION_KEY) "count" };
#undef DURATION_KEY
	const struct tcpfsm_account *acct = &tcpfsm_net(seq_file_single_net(m))->account;
	unsigned int state, bin;
	s64 sum;

	for (state = 0; state < TCPFSM_NR_STATES; state++) {
		seq_puts(m, tcpfsm_state_names[state]);
		sum = 0;
		for (bin = 0; bin < TCPFSM_NR_DURATIONS; bin++) {
			sum += tcpfsm_account_read(acct, tcpfsm_account_duration(state, bin));
			seq_printf(m, " %s=%lld", keys[bin], sum);
		}
		seq_printf(m, " sum_ms=%lld\n", tcpfsm_account_read_held(acct, state));
	}
	return 0;
}
