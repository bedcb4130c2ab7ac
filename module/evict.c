// SPDX-License-Identifier: GPL-2.0
/*
 * Whom to give up when the table is nearly full.
 *
 * Forwarded flows only: half-open ones first, then closing ones, then those idle the
 * longest. An endpoint that has a socket is what we are here for, and is never given up.
 */
#include "evict.h"

#include <linux/jiffies.h>

#include "account.h"
#include "flow.h"
#include "net.h"
#include "socket.h"

/*
 * Looked at for one victim: a bound, as nf_conntrack's early_drop() has one. In a flood the first
 * few have a half-open flow; one that is better is given up only if so many have none.
 */
#define EVICT_BUCKETS 48

enum { KEEP, IDLE, CLOSING, HALF_OPEN };

static bool waits_to_close(const struct tcpfsm_flow *flow, unsigned int end)
{
	return tcpfsm_flow_is_local(flow, end) &&
	       flow->pair.end[end].state == TCPFSM_CLOSE_WAIT;
}

static int dispensable(const struct tcpfsm_flow *flow)
{
	const struct tcpfsm_end *a = &flow->pair.end[0], *b = &flow->pair.end[1];
	u32 states = TCPFSM_BIT(a->state) | TCPFSM_BIT(b->state);

	if (flow->flags & TCPFSM_FLOW_DEAD)
		return KEEP;
	/*
	 * Without the second witness nobody knows whether there is a socket; but one in CLOSE_WAIT
	 * ends with a segment.
	 */
	if ((flow->flags & TCPFSM_FLOW_LOCAL) &&
	    (READ_ONCE(tcpfsm_witness) || waits_to_close(flow, 0) || waits_to_close(flow, 1)))
		return KEEP;
	if ((states & (TCPFSM_BIT(TCPFSM_LISTEN) | TCPFSM_BIT(TCPFSM_SYN_SENT) |
		       TCPFSM_BIT(TCPFSM_SYN_RECEIVED))) ||
	    !(a->flags & b->flags & TCPFSM_END_ACKS))
		return HALF_OPEN;
	return states == TCPFSM_BIT(TCPFSM_ESTABLISHED) ? IDLE : CLOSING;
}

/**
 * tcpfsm_evict() - give up one flow
 * @start: a hash: where to begin to look
 * @guests: only one of a namespace other than the first will do
 *
 * Context: softirq or process, under RCU; no flow's lock held. Bounded.
 */
void tcpfsm_evict(u32 start, bool guests)
{
	struct tcpfsm_flow *flow, *victim = NULL;
	int best = KEEP, rank;
	u32 i;

	for (i = 0; i < EVICT_BUCKETS && best != HALF_OPEN; i++) {
		tcpfsm_flow_for_each(flow, tcpfsm_flow_bucket(start + i)) {
			rank = dispensable(flow);
			if (rank == KEEP || rank < best ||
			    (guests && !(flow->shard & TCPFSM_FLOW_GUEST)))
				continue;
			/* Of equals, the one whose deadline is nearest was silent the longest. */
			if (rank == best && (s32)(READ_ONCE(flow->deadline) -
						  READ_ONCE(victim->deadline)) >= 0)
				continue;
			victim = flow;
			best = rank;
		}
	}
	if (!victim)
		return;
	spin_lock_bh(&victim->lock);
	if (dispensable(victim) != KEEP) {
		tcpfsm_account_add(&victim->tn->account, TCPFSM_ACCT_EVICTED, 1);
		tcpfsm_flow_kill(victim);
	}
	spin_unlock_bh(&victim->lock);
}
