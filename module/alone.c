// SPDX-License-Identifier: GPL-2.0
/*
 * The wire alone, with witness=0: what an end's silence, and what it goes on to do, tell of a
 * socket that nobody may ask.
 */
#include "alone.h"

#include <linux/jiffies.h>
#include <net/tcp.h>

#include "account.h"
#include "clock.h"
#include "flow.h"
#include "fsm_silence.h"
#include "net.h"
#include "segment.h"
#include "socket.h"
#include "timer.h"

#define SLACK_MS	60	/* for a host that is busy */
#define PARKED_MS	(120 * MSEC_PER_SEC)

/**
 * tcpfsm_alone_timer() - when a timer of the kernel fires
 * @set_ms: when it was set
 * @for_ms: for how long
 * @now_ms: the time
 *
 * Context: any.
 *
 * Return: ms of the clock.
 */
u64 tcpfsm_alone_timer(u64 set_ms, u64 for_ms, u64 now_ms)
{
	/*
	 * A suspended machine's clock goes on: longer ago than that is long over. What is yet to
	 * be set counts from now.
	 */
	s64 ago_ms = clamp_t(s64, now_ms - set_ms, 0, INT_MAX / 2);
	u32 now = jiffies, set = now - (u32)msecs_to_jiffies((unsigned int)ago_ms);
	s32 left = tcpfsm_silence_timer(set, msecs_to_jiffies(for_ms)) - now;

	return left > 0 ? now_ms + jiffies_to_msecs(left) : now_ms - jiffies_to_msecs(-left);
}

/**
 * tcpfsm_alone_due() - when will a local end have been silent for too long?
 * @flow: the flow
 * @end: index of a local end
 * @now_ms: the time
 * @due_ms: written, if the answer is yes
 *
 * Context: any.
 *
 * Return: false: its silence says nothing; or there is its socket to be asked.
 */
bool tcpfsm_alone_due(const struct tcpfsm_flow *flow, unsigned int end, u64 now_ms, u64 *due_ms)
{
	u64 since_ms;
	u32 pause_ms;

	if (READ_ONCE(tcpfsm_witness) ||
	    !tcpfsm_silence_due(tcpfsm_flow_silence(flow, end), now_ms, &since_ms, &pause_ms))
		return false;
	*due_ms = tcpfsm_alone_timer(since_ms, pause_ms, now_ms) + SLACK_MS;
	return true;
}

/**
 * tcpfsm_alone_deaf() - does a local end not take what comes?
 * @flow: the flow
 * @end: index of an end
 *
 * Context: any, with witness=0.
 *
 * Return: true: nothing that comes moves it, before it speaks itself; but for a reset.
 */
bool tcpfsm_alone_deaf(const struct tcpfsm_flow *flow, unsigned int end)
{
	return tcpfsm_flow_is_local(flow, end) &&
	       (READ_ONCE(tcpfsm_flow_silence(flow, end)->flags) & TCPFSM_SILENCE_DEAF);
}

/* Time in FIN_WAIT_2 beyond TCP_TIMEWAIT_LEN is spent twice: with its socket, then without. */
static u64 fin_due(u64 since_ms, u64 ms, u64 now_ms)
{
	u64 len = jiffies_to_msecs(TCP_TIMEWAIT_LEN);

	if (ms <= len)
		return tcpfsm_alone_timer(since_ms, ms, now_ms);
	since_ms = tcpfsm_alone_timer(since_ms, ms - len, now_ms);
	return tcpfsm_alone_timer(since_ms, ms - len, now_ms);
}

/**
 * tcpfsm_alone_minisock_due() - when the kernel's timer ends a TIME_WAIT or an orphan's FIN_WAIT_2
 * @flow: the flow
 * @end: index of a local end in such a state
 * @since_ms: when that time began
 * @ms: how long it is
 * @now_ms: the time
 *
 * Context: any.
 *
 * Return: ms of the clock; 0: never, for it is no orphan.
 */
u64 tcpfsm_alone_minisock_due(const struct tcpfsm_flow *flow, unsigned int end, u64 since_ms,
			      u64 ms, u64 now_ms)
{
	const struct tcpfsm_silence *s = tcpfsm_flow_silence(flow, end);

	if (flow->pair.end[end].state == TCPFSM_TIME_WAIT)
		return tcpfsm_alone_timer(since_ms, ms, now_ms);
	if (READ_ONCE(s->flags) & TCPFSM_SILENCE_READS)
		return 0;
	return fin_due(since_ms, max_t(u64, ms, tcpfsm_silence_fin_time(s)), now_ms);
}

/* Does the wheel not know yet that it has to look so soon? */
static bool to_be_armed(const struct tcpfsm_flow *flow, unsigned int end, u64 now_ms)
{
	u32 due;
	u64 ms;

	if (!tcpfsm_alone_due(flow, end, now_ms, &ms))
		return false;
	due = (u32)jiffies + (u32)msecs_to_jiffies(ms > now_ms ? ms - now_ms : 0);
	return hlist_unhashed_lockless(&flow->timer_node) ||
	       (s32)(READ_ONCE(flow->deadline) - due) > 0;
}

static bool speaks(const struct tcpfsm_flow *flow, const struct tcpfsm_sighting *at)
{
	return tcpfsm_flow_is_local(flow, at->from) && at->sender == TCPFSM_WITNESS_SURE;
}

static bool hears(const struct tcpfsm_flow *flow, const struct tcpfsm_sighting *at)
{
	return tcpfsm_flow_is_local(flow, !at->from) && at->receiver == TCPFSM_WITNESS_SURE;
}

/* An orphan answers data with a reset, its minisock answers through the stack: somebody reads. */
static bool reads(const struct tcpfsm_flow *flow, unsigned int end,
		  const struct tcpfsm_segment *seg)
{
	return flow->pair.end[end].state == TCPFSM_FIN_WAIT_2 && !(seg->flags & TCPFSM_RST) &&
	       (tcpfsm_flow_silence(flow, end)->flags & TCPFSM_SILENCE_OWES);
}

/**
 * tcpfsm_alone_note() - note a segment that the core has judged
 * @flow: its flow
 * @seg: the segment, not one that the receiver ignores
 * @at: its sighting
 * @by_socket: at LOCAL_OUT: a socket has sent it, not the stack for a minisock
 *
 * Context: softirq or process, under RCU.
 *
 * Return: the flow's deadline is to be set anew.
 */
bool tcpfsm_alone_note(struct tcpfsm_flow *flow, const struct tcpfsm_segment *seg,
		       const struct tcpfsm_sighting *at, bool by_socket)
{
	unsigned int end = at->from;
	u64 now_ms = tcpfsm_now_ms();

	if (speaks(flow, at)) {
		if (by_socket && reads(flow, end, seg))
			tcpfsm_flow_silence(flow, end)->flags |= TCPFSM_SILENCE_READS;
		tcpfsm_silence_sent(tcpfsm_flow_silence(flow, end), seg, now_ms);
		return to_be_armed(flow, end, now_ms);
	}
	if (!hears(flow, at))
		return false;
	end = !end;
	tcpfsm_silence_heard(tcpfsm_flow_silence(flow, end), seg, now_ms);
	return to_be_armed(flow, end, now_ms);
}

/**
 * tcpfsm_alone_quiet() - likewise, of one that has moved nobody
 * @flow: its flow, found in the table
 * @seg: the segment
 * @at: its sighting
 * @by_socket: as above
 *
 * Context: softirq or process, under RCU, no flow's lock held. Takes it at most once in a
 * retransmission time-out.
 */
void tcpfsm_alone_quiet(struct tcpfsm_flow *flow, const struct tcpfsm_segment *seg,
			const struct tcpfsm_sighting *at, bool by_socket)
{
	if (!tcpfsm_alone_note(flow, seg, at, by_socket))
		return;
	spin_lock_bh(&flow->lock);
	/* One that has been parked meanwhile has its own deadline. */
	if (!(flow->flags & TCPFSM_FLOW_DEAD) && !tcpfsm_flow_parked(flow))
		tcpfsm_timer_arm(flow, TCPFSM_TIMER_ENDS);
	spin_unlock_bh(&flow->lock);
}

static void follow(struct tcpfsm_flow *flow, unsigned int end, enum tcpfsm_state state,
		   u64 now_ms, enum tcpfsm_cause cause)
{
	struct tcpfsm_result res;

	tcpfsm_fsm_follow(&flow->pair, end, state, now_ms, &res);
	tcpfsm_account_moves(flow, &res, cause);
}

/*
 * Where there are tcp_max_tw_buckets TIME_WAITs, the next is skipped: inet_twsk_alloc(). What
 * acknowledges the FIN that has led there is still the socket's word.
 */
static void skip_time_wait(struct tcpfsm_flow *flow, const struct tcpfsm_segment *seg,
			   const struct tcpfsm_sighting *at)
{
	int most = READ_ONCE(inet_death_row(flow->tn->net)->sysctl_max_tw_buckets);
	struct tcpfsm_account *acct = &flow->tn->account;
	unsigned int end;

	/* What all namespaces have is soon counted. */
	if (tcpfsm_flow_count() <= most)
		return;
	for (end = 0; end < 2; end++) {
		const struct tcpfsm_end *e = &flow->pair.end[end];

		if (!tcpfsm_flow_is_local(flow, end) || e->state != TCPFSM_TIME_WAIT ||
		    at->now_ms - tcpfsm_end_since(e) > SLACK_MS ||
		    (end != at->from && (seg->flags & TCPFSM_FIN)) ||
		    tcpfsm_account_read_gauge(acct, TCPFSM_ACCT_LOCAL + TCPFSM_TIME_WAIT) <= most)
			continue;
		tcpfsm_account_add(acct, TCPFSM_ACCT_TW_OVERFLOWED, 1);
		follow(flow, end, TCPFSM_CLOSED, at->now_ms, TCPFSM_CAUSE_SEGMENT);
	}
}

/**
 * tcpfsm_alone_correct() - what a local end sends shows that what came before was not taken
 * @flow: its flow; the caller holds its lock
 * @seg: a segment that the core has judged, and that is not noted yet
 * @at: its sighting
 * @by_socket: as for tcpfsm_alone_note()
 *
 * A request sock that repeats its SYN-ACK has not taken the ACK of it: the accept queue is full, or
 * data is awaited (tcp_check_req()). When at last its socket speaks, it has.
 *
 * Context: softirq or process.
 *
 * Return: the end has moved.
 */
bool tcpfsm_alone_correct(struct tcpfsm_flow *flow, const struct tcpfsm_segment *seg,
			  const struct tcpfsm_sighting *at, bool by_socket)
{
	u32 taken = TCPFSM_BIT(TCPFSM_ESTABLISHED) | TCPFSM_BIT(TCPFSM_CLOSE_WAIT);
	struct tcpfsm_end *e = &flow->pair.end[at->from];
	u16 flags;

	skip_time_wait(flow, seg, at);
	if (!speaks(flow, at) || (seg->flags & TCPFSM_RST))
		return false;
	flags = tcpfsm_flow_silence(flow, at->from)->flags;
	if ((seg->flags & TCPFSM_SYN) && (seg->flags & TCPFSM_ACK) &&
	    (flags & TCPFSM_SILENCE_OPENS) && (TCPFSM_BIT(e->state) & taken)) {
		follow(flow, at->from, TCPFSM_SYN_RECEIVED, at->now_ms, TCPFSM_CAUSE_SEGMENT);
		return true;
	}
	if (!(seg->flags & TCPFSM_SYN) && by_socket && (flags & TCPFSM_SILENCE_DEAF) &&
	    e->state == TCPFSM_SYN_RECEIVED) {
		follow(flow, at->from, TCPFSM_ESTABLISHED, at->now_ms, TCPFSM_CAUSE_SEGMENT);
		return true;
	}
	return false;
}

/**
 * tcpfsm_alone_expire() - a local end is taken for gone
 * @flow: its flow; the caller holds its lock
 * @end: index of the end
 * @now_ms: the time
 *
 * A TIME_WAIT's time is sure; any other may come back, see tcpfsm_alone_park().
 *
 * Context: softirq or process.
 */
void tcpfsm_alone_expire(struct tcpfsm_flow *flow, unsigned int end, u64 now_ms)
{
	struct tcpfsm_silence *s = tcpfsm_flow_silence(flow, end);
	enum tcpfsm_state was = flow->pair.end[end].state, to = TCPFSM_CLOSED;
	u64 due_ms;

	if (was != TCPFSM_FIN_WAIT_2 && was != TCPFSM_TIME_WAIT &&
	    tcpfsm_alone_due(flow, end, now_ms, &due_ms))
		to = tcpfsm_silence_proves(s);
	if (to == TCPFSM_CLOSED && was != TCPFSM_TIME_WAIT)
		s->was = was;
	follow(flow, end, to, now_ms, TCPFSM_CAUSE_TIMER);
}

/**
 * tcpfsm_alone_park() - all ends of a flow are taken for gone: keep it, in case one speaks again
 * @flow: the flow, over; the caller holds its lock
 *
 * A FIN_WAIT_2 is an orphan, or is not, and a program may read for hours before it writes. What its
 * socket says then cannot be understood without what went before. Nobody sees or counts the flow
 * meanwhile.
 *
 * Context: softirq or process.
 *
 * Return: ms for which to keep it; 0: let it go.
 */
u64 tcpfsm_alone_park(struct tcpfsm_flow *flow)
{
	if (READ_ONCE(tcpfsm_witness) || tcpfsm_flow_parked(flow) ||
	    (tcpfsm_flow_silence(flow, 0)->was == TCPFSM_CLOSED &&
	     tcpfsm_flow_silence(flow, 1)->was == TCPFSM_CLOSED))
		return 0;
	tcpfsm_account_flow(flow, -1);
	flow->pair.end[0].flags |= TCPFSM_END_PARKED;
	return PARKED_MS;
}

/**
 * tcpfsm_alone_return() - a local end that was taken for gone may speak again
 * @flow: its flow; the caller holds its lock
 * @seg: a segment, not judged yet
 * @at: its sighting
 * @by_socket: as for tcpfsm_alone_note()
 *
 * Context: softirq or process.
 *
 * Return: false: the flow is parked, and this is no reason to take it back.
 */
bool tcpfsm_alone_return(struct tcpfsm_flow *flow, const struct tcpfsm_segment *seg,
			 const struct tcpfsm_sighting *at, bool by_socket)
{
	struct tcpfsm_silence *s = tcpfsm_flow_silence(flow, at->from);
	enum tcpfsm_state was = s->was;

	if (!by_socket || was == TCPFSM_CLOSED || !tcpfsm_flow_is_local(flow, at->from) ||
	    !tcpfsm_end_over(&flow->pair.end[at->from]) ||
	    (seg->flags & (TCPFSM_SYN | TCPFSM_RST)))
		return !tcpfsm_flow_parked(flow);
	if (tcpfsm_flow_parked(flow)) {
		flow->pair.end[0].flags &= ~TCPFSM_END_PARKED;
		tcpfsm_account_flow(flow, 1);
	}
	s->was = TCPFSM_CLOSED;
	follow(flow, at->from, was, at->now_ms, TCPFSM_CAUSE_SEGMENT);
	return true;
}

/**
 * tcpfsm_alone_pass() - a segment of a parked flow that is no reason to take it back
 * @flow: its flow; the caller holds its lock
 * @seg: the segment
 * @at: its sighting
 *
 * What comes in may be what an end speaks again about. Anything else shows that it is gone.
 *
 * Context: softirq or process.
 *
 * Return: false: so is the flow.
 */
bool tcpfsm_alone_pass(struct tcpfsm_flow *flow, const struct tcpfsm_segment *seg,
		       const struct tcpfsm_sighting *at)
{
	struct tcpfsm_result res;

	if (at->receiver != TCPFSM_WITNESS_SURE || (seg->flags & (TCPFSM_SYN | TCPFSM_RST))) {
		tcpfsm_flow_kill(flow);
		return false;
	}
	tcpfsm_fsm_step(&flow->pair, seg, at, &res);
	return true;
}

/**
 * tcpfsm_alone_answer_cookie() - an end answers with a SYN cookie: it has no state, and had none
 * @flow: its flow; the caller holds its lock
 * @at: the SYN-ACK's sighting
 *
 * Context: softirq or process.
 */
void tcpfsm_alone_answer_cookie(struct tcpfsm_flow *flow, const struct tcpfsm_sighting *at)
{
	if (!tcpfsm_flow_has_socket(flow, at->from))
		return;
	follow(flow, at->from, TCPFSM_CLOSED, at->now_ms, TCPFSM_CAUSE_SEGMENT);
	flow->pair.end[at->from].flags |= TCPFSM_END_NOBODY;
}

/**
 * tcpfsm_alone_begin_cookie() - a SYN cookie comes back: the end that sent it has a socket now
 * @flow: its flow, in the table; the caller holds its lock
 * @seg: the segment that brings it, to be judged afterwards
 * @at: its sighting
 * @fresh: nothing else is known of the connection
 *
 * Context: softirq or process.
 */
void tcpfsm_alone_begin_cookie(struct tcpfsm_flow *flow, const struct tcpfsm_segment *seg,
			       const struct tcpfsm_sighting *at, bool fresh)
{
	unsigned int end = !at->from;
	struct tcpfsm_origin origin = {
		.since_ms = at->now_ms,
		.snd_nxt = seg->ack,
		.rcv_nxt = seg->seq,
		.state = TCPFSM_ESTABLISHED,
	};

	tcpfsm_account_flow(flow, -1);
	flow->flags |= TCPFSM_FLOW_LOCAL0 << end;
	if (fresh && !end)
		flow->flags |= TCPFSM_FLOW_OPENER1;
	tcpfsm_fsm_adopt(&flow->pair, end, &origin, !tcpfsm_flow_is_local(flow, !end));
	flow->pair.end[end].state = TCPFSM_LISTEN;
	tcpfsm_flow_silence(flow, end)->flags = TCPFSM_SILENCE_COOKIE;
	tcpfsm_account_flow(flow, 1);
	follow(flow, end, TCPFSM_ESTABLISHED, at->now_ms, TCPFSM_CAUSE_SEGMENT);
}
