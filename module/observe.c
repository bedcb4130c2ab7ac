// SPDX-License-Identifier: GPL-2.0
/*
 * From a segment to transitions: find or begin its flow, let the core judge, write down.
 */
#include "observe.h"

#include <linux/skbuff.h>
#include <net/sock.h>

#include "account.h"
#include "adopt.h"
#include "alone.h"
#include "clock.h"
#include "collision.h"
#include "cookie_note.h"
#include "device.h"
#include "exact.h"
#include "flow.h"
#include "fsm_quiet.h"
#include "net.h"
#include "parse.h"
#include "ports.h"
#include "segment.h"
#include "sighting.h"
#include "socket.h"
#include "socket_quick.h"
#include "syn_note.h"
#include "timer.h"
#include "witness.h"

bool tcpfsm_transit = true;

/*
 * This end is a socket here. Beside a local one, an end that has not opened is in no account, and
 * so it is afterwards: the peer of who connects over loopback need not be counted out and in again.
 */
static void mark_local(struct tcpfsm_flow *flow, unsigned int end, int device)
{
	bool counts = !(flow->flags & TCPFSM_FLOW_LOCAL) ||
		      !tcpfsm_end_over(&flow->pair.end[end]) ||
		      (device && device != flow->device);

	if (counts)
		tcpfsm_account_flow(flow, -1);
	flow->flags |= TCPFSM_FLOW_LOCAL0 << end;
	tcpfsm_device_add(flow, device);
	flow->pair.end[end].flags &= ~TCPFSM_END_NOBODY;
	if (counts)
		tcpfsm_account_flow(flow, 1);
}

/* A SYN-ACK that nobody owns is a cookie. */
static bool is_cookie(const struct sighting *s)
{
	return s->place == TCPFSM_PLACE_OUT && s->owner == TCPFSM_OWNER_NONE &&
	       (s->seg->flags & (TCPFSM_SYN | TCPFSM_ACK)) == (TCPFSM_SYN | TCPFSM_ACK);
}

/* If a cookie comes back, the tracepoint tells; or, with no socket to ask, the note does. */
static bool sends_cookie(const struct sighting *s, const struct tcpfsm_flow *flow)
{
	return is_cookie(s) && (flow->flags & TCPFSM_FLOW_LOCAL) &&
	       !tcpfsm_flow_is_local(flow, s->at.from) &&
	       (!READ_ONCE(tcpfsm_witness) || tcpfsm_witness_hears());
}

/* Return: an end is taken for a local one, or its device known, only now: look at its socket. */
static bool learn_local(struct sighting *s, struct tcpfsm_flow *flow)
{
	unsigned int to = !s->at.from;
	bool learnt = false;

	if (flow->flags & TCPFSM_FLOW_SELF)
		return false;
	if (sends_cookie(s, flow))
		flow->pair.end[s->at.from].flags |= TCPFSM_END_NOBODY;
	if (s->place == TCPFSM_PLACE_OUT && !tcpfsm_flow_is_local(flow, s->at.from) &&
	    (s->owner == TCPFSM_OWNER_TCP || s->owner == TCPFSM_OWNER_REQUEST)) {
		mark_local(flow, s->at.from, s->skb->sk->sk_bound_dev_if);
		learnt = true;
	}
	/* A SYN on its way in proves no socket: nobody need listen. */
	if (s->place == TCPFSM_PLACE_IN && !tcpfsm_flow_is_local(flow, to) &&
	    !tcpfsm_end_over(&flow->pair.end[to])) {
		mark_local(flow, to, 0);
		learnt = true;
	}
	return tcpfsm_device_bind(flow, &s->key) || learnt;
}

/*
 * A reset, or a SYN, for a connection: what a socket makes of it depends on more than we know. It
 * may take away a minisock or a request sock without a word.
 */
static bool disturbs(const struct sighting *s)
{
	return s->at.asked && (s->seg->flags & (TCPFSM_SYN | TCPFSM_RST));
}

/* Let the segment move the ends. Return: those that a deadline is to be set for anew, as a mask. */
static unsigned int step(struct sighting *s, struct tcpfsm_flow *flow)
{
	u8 was = flow->pair.end[!s->at.from].state;
	struct tcpfsm_account *acct = &s->tn->account;
	struct tcpfsm_result *res = &s->res;
	const struct tcpfsm_move *m;
	unsigned int ends = 0;
	bool rearm = false;

	tcpfsm_fsm_step(&flow->pair, s->seg, &s->at, res);
	if (res->n)
		tcpfsm_account_moves(flow, res, TCPFSM_CAUSE_SEGMENT);
	for (m = res->move; m < res->move + res->n; m++) {
		ends |= BIT(m->end);
		if (m->from == TCPFSM_TIME_WAIT && tcpfsm_flow_is_local(flow, m->end))
			tcpfsm_account_add(acct, TCPFSM_ACCT_TW_ASSASSINATED, 1);
	}
	if (res->out_of_window)
		tcpfsm_account_add(acct, TCPFSM_ACCT_OUT_OF_WINDOW, 1);
	if (was == TCPFSM_CLOSE_WAIT && syn_comes_in(s))
		tcpfsm_collision(flow, !s->at.from, s->at.now_ms);
	/* What the other end ignores, a probe left of its window, has been sent all the same. */
	if (!READ_ONCE(tcpfsm_witness) &&
	    !(res->out_of_window && s->at.receiver == TCPFSM_WITNESS_SURE)) {
		rearm = tcpfsm_alone_correct(flow, s->seg, &s->at, s->owner == TCPFSM_OWNER_TCP);
		rearm |= tcpfsm_alone_note(flow, s->seg, &s->at, s->owner == TCPFSM_OWNER_TCP);
	}
	if (res->rearm || rearm || disturbs(s))
		ends |= BIT(!s->at.from);
	return ends;
}

/* After the last step, which has moved @ends: let the flow go, or see to its deadline. */
static void conclude(const struct sighting *s, struct tcpfsm_flow *flow, unsigned int ends)
{
	if (tcpfsm_flow_over(flow))
		tcpfsm_flow_kill(flow);
	else if (ends)
		tcpfsm_timer_arm(flow, ends);
	else if (!(flow->flags & TCPFSM_FLOW_LOCAL))
		tcpfsm_timer_touch(flow);
}

/* The SYN that a SYN-ACK answers, so that the flow begins with its beginning. */
static void step_answered_syn(struct sighting *s, struct tcpfsm_flow *flow)
{
	const struct tcpfsm_segment *synack = s->seg;
	struct tcpfsm_sighting at = s->at;
	struct tcpfsm_segment syn;

	if (!tcpfsm_syn_note_get(&s->key, s->seg, &syn)) {
		/* Nobody saw it: what it must have been. Its scale is not known: the largest. */
		memset(&syn, 0, sizeof(syn));
		syn.flags = TCPFSM_SYN;
		syn.seq = s->seg->ack - 1;
		syn.window = U16_MAX;
		syn.options = s->seg->options & TCPFSM_OPT_WSCALE;
		syn.wscale = TCPFSM_WSCALE_MAX;
	}
	s->seg = &syn;
	s->at.from = !at.from;
	s->at.sender = TCPFSM_WITNESS_INFERRED;
	s->at.receiver = TCPFSM_WITNESS_NONE;
	step(s, flow);
	s->seg = synack;
	s->at = at;
}

/* The connection that was here is gone at the sender, and at an end that is merely inferred. */
static void end_life(struct sighting *s, struct tcpfsm_flow *flow, bool keep_other)
{
	struct tcpfsm_end *sender = &flow->pair.end[s->at.from];
	struct tcpfsm_result res;
	unsigned int end, slot;

	if (sender->state == TCPFSM_TIME_WAIT && tcpfsm_flow_is_local(flow, s->at.from)) {
		slot = TCPFSM_ACCT_TW_REUSED;
		if (s->seg->flags & TCPFSM_ACK)
			slot = TCPFSM_ACCT_TW_REOPENED;
		/* Its time was over a moment ago: no look has come since. */
		else if (!tcpfsm_ports_reuses(flow))
			slot = TCPFSM_ACCT_TW_EXPIRED;
		tcpfsm_account_add(&s->tn->account, slot, 1);
	}
	for (end = 0; end < 2; end++) {
		if (tcpfsm_end_over(&flow->pair.end[end]) || (keep_other && end != s->at.from))
			continue;
		tcpfsm_fsm_follow(&flow->pair, end, TCPFSM_CLOSED, s->at.now_ms, &res);
		tcpfsm_account_moves(flow, &res, TCPFSM_CAUSE_SEGMENT);
	}
}

/* A flow begins: by the segment itself, or by what it proves. The flow is locked, and new. */
static void begin_life(struct sighting *s, struct tcpfsm_flow *flow)
{
	bool syn = s->seg->flags & TCPFSM_SYN;
	unsigned int opener = s->at.from;

	if (syn && (s->seg->flags & TCPFSM_ACK))
		opener = !s->at.from;
	/* First of all: whose local port the connection holds depends on it. */
	flow->flags &= ~TCPFSM_FLOW_OPENER1;
	if (opener)
		flow->flags |= TCPFSM_FLOW_OPENER1;
	if (opener != s->at.from) {
		if (tcpfsm_end_over(&flow->pair.end[opener]))
			step_answered_syn(s, flow);
	} else if (!syn) {
		tcpfsm_account_flow(flow, -1);
		tcpfsm_fsm_pick_up(&flow->pair, s->seg, &s->at);
		tcpfsm_account_flow(flow, 1);
		flow->flags |= TCPFSM_FLOW_ADOPTED;
	}
	apply_witness_rule(s, flow);
	step(s, flow);
	conclude(s, flow, TCPFSM_TIMER_ENDS);
}

/*
 * Of two local ends one may begin anew while the other does not know yet: a server whose client was
 * killed, and whose answer will tell the new client so.
 */
static void restart_life(struct sighting *s, struct tcpfsm_flow *flow)
{
	struct tcpfsm_end *other = &flow->pair.end[!s->at.from], kept;
	bool keep = tcpfsm_flow_is_local(flow, !s->at.from) && !tcpfsm_end_over(other);

	end_life(s, flow, keep);
	tcpfsm_account_flow(flow, -1);
	kept = *other;
	tcpfsm_fsm_init(&flow->pair, s->at.now_ms);
	if (keep) {
		*other = kept;
	} else {
		flow->born_lo = (u32)s->at.now_ms;
		flow->born_hi = (u16)(s->at.now_ms >> 32);
		flow->flags &= ~TCPFSM_FLOW_ADOPTED;
	}
	tcpfsm_account_flow(flow, 1);
	begin_life(s, flow);
}

/* One comes back: there is a socket now. The flow is locked, in the table, and may be new. */
static void cookie_comes_back(struct sighting *s, struct tcpfsm_flow *flow, bool fresh)
{
	tcpfsm_alone_begin_cookie(flow, s->seg, &s->at, fresh);
	apply_witness_rule(s, flow);
	step(s, flow);
	conclude(s, flow, TCPFSM_TIMER_ENDS);
}

static bool returns_cookie(struct sighting *s)
{
	return s->place == TCPFSM_PLACE_IN && !READ_ONCE(tcpfsm_witness) &&
	       tcpfsm_cookie_note_take(&s->key, s->seg, s->at.now_ms);
}

/* May this segment begin a flow? */
static bool begins(const struct sighting *s)
{
	u8 flags = s->seg->flags & (TCPFSM_SYN | TCPFSM_ACK | TCPFSM_RST);

	if ((flags & TCPFSM_RST) || !flags)
		return false;
	switch (s->place) {
	case TCPFSM_PLACE_OUT:
		/* A cookie's SYN-ACK has no owner and leaves no state behind. */
		return s->owner == TCPFSM_OWNER_TCP ||
		       (s->owner == TCPFSM_OWNER_REQUEST && flags == (TCPFSM_SYN | TCPFSM_ACK));
	case TCPFSM_PLACE_FORWARD:
		return READ_ONCE(tcpfsm_transit);
	default:
		return false;
	}
}

/* No room for its flow. A local end that goes on has been counted when it began. */
static void miss(const struct sighting *s)
{
	bool local = s->place == TCPFSM_PLACE_OUT;

	if (!local || (s->seg->flags & TCPFSM_SYN))
		tcpfsm_account_add(&s->tn->account, TCPFSM_ACCT_UNTRACKED, 1);
	if (local)
		tcpfsm_exact_miss(s->tn);
}

/* A flow of its own for this segment. Return: false: there is one now, look again. */
static bool begin(struct sighting *s, bool cookie)
{
	struct tcpfsm_flow *flow;

	/* In the middle of a connection the socket knows more than the segment. */
	if (s->owner == TCPFSM_OWNER_TCP && !(s->seg->flags & TCPFSM_SYN) &&
	    READ_ONCE(tcpfsm_witness)) {
		if (tcpfsm_adopt(s->tn, s->skb->sk))
			return false;
		miss(s);
		return true;
	}
	flow = tcpfsm_flow_create(&s->key, cookie || s->place == TCPFSM_PLACE_OUT, s->at.now_ms);
	if (!flow) {
		miss(s);
		return true;
	}
	if (s->place == TCPFSM_PLACE_OUT)
		flow->flags |= TCPFSM_FLOW_LOCAL0 << s->at.from;
	spin_lock_bh(&flow->lock);
	if (!tcpfsm_flow_insert(flow, &s->key)) {
		spin_unlock_bh(&flow->lock);
		tcpfsm_flow_discard(flow);
		return false;
	}
	if (cookie)
		cookie_comes_back(s, flow, true);
	else
		begin_life(s, flow);
	spin_unlock_bh(&flow->lock);
	return true;
}

/*
 * A reset that leaves here without the socket's word: TCP's answer, which ends the socket, or a
 * firewall's (nf_send_reset), which does not. The socket tells, a moment later.
 */
static bool someone_elses_reset(const struct sighting *s, const struct tcpfsm_flow *flow)
{
	return s->place == TCPFSM_PLACE_OUT && (s->seg->flags & TCPFSM_RST) &&
	       s->owner != TCPFSM_OWNER_TCP && s->owner != TCPFSM_OWNER_CLOSED &&
	       READ_ONCE(tcpfsm_witness) &&
	       tcpfsm_flow_is_local(flow, s->at.from);
}

/* The sender was taken for gone: it may not be. */
static void revive(const struct sighting *s, struct tcpfsm_flow *flow)
{
	struct tcpfsm_result res;

	if (tcpfsm_fsm_revive(&flow->pair, s->seg, &s->at, &res))
		tcpfsm_account_moves(flow, &res, TCPFSM_CAUSE_SEGMENT);
}

/* It opens, or resets. Return: true: that was all. */
static bool takes_over(struct sighting *s, struct tcpfsm_flow *flow)
{
	if (syn_comes_in(s))
		tcpfsm_syn_note_put(&s->key, s->seg);
	if (someone_elses_reset(s, flow)) {
		flow->pair.end[s->at.from].flags |= TCPFSM_END_DOOMED;
		tcpfsm_timer_arm(flow, BIT(s->at.from));
		return true;
	}
	if (!tcpfsm_fsm_new_life(&flow->pair, s->seg, &s->at))
		return false;
	restart_life(s, flow);
	return true;
}

/* Return: false: the flow is dead, look again. */
static bool advance(struct sighting *s, struct tcpfsm_flow *flow)
{
	bool learnt, taken;

	spin_lock_bh(&flow->lock);
	if (flow->flags & TCPFSM_FLOW_DEAD) {
		spin_unlock_bh(&flow->lock);
		return false;
	}
	s->at.now_ms = tcpfsm_now_ms();
	if (!READ_ONCE(tcpfsm_witness) &&
	    !tcpfsm_alone_return(flow, s->seg, &s->at, s->owner == TCPFSM_OWNER_TCP)) {
		apply_witness_rule(s, flow);
		taken = tcpfsm_alone_pass(flow, s->seg, &s->at);
		spin_unlock_bh(&flow->lock);
		return taken;
	}
	if (!READ_ONCE(tcpfsm_witness) && is_cookie(s)) {
		tcpfsm_cookie_note_put(&s->key, s->seg, s->at.now_ms);
		tcpfsm_alone_answer_cookie(flow, &s->at);
	}
	if (is_nobody(flow, !s->at.from) && returns_cookie(s)) {
		cookie_comes_back(s, flow, false);
		spin_unlock_bh(&flow->lock);
		return true;
	}
	learnt = learn_local(s, flow);
	apply_witness_rule(s, flow);
	catch_up(s, flow);
	if (!(s->seg->flags & (TCPFSM_SYN | TCPFSM_RST)) || !takes_over(s, flow)) {
		if (unlikely(flow->pair.end[s->at.from].state == TCPFSM_CLOSED))
			revive(s, flow);
		conclude(s, flow, step(s, flow) | (learnt ? TCPFSM_TIMER_ENDS : 0));
	}
	spin_unlock_bh(&flow->lock);
	return true;
}

/* A segment of no flow. Return: false: there is one after all, look again. */
static bool no_flow(struct sighting *s)
{
	s->at.now_ms = tcpfsm_now_ms();
	if (begins(s))
		return begin(s, false);
	if (returns_cookie(s))
		return begin(s, true);
	if (is_cookie(s) && !READ_ONCE(tcpfsm_witness))
		tcpfsm_cookie_note_put(&s->key, s->seg, s->at.now_ms);
	if (syn_comes_in(s))
		tcpfsm_syn_note_put(&s->key, s->seg);
	else if (s->place != TCPFSM_PLACE_FORWARD || READ_ONCE(tcpfsm_transit))
		tcpfsm_account_add(&s->tn->account, TCPFSM_ACCT_STATELESS, 1);
	return true;
}

/* A socket that is bound to no device may hear from a VRF (tcp_l3mdev_accept). */
static struct tcpfsm_flow *find(struct sighting *s)
{
	struct tcpfsm_flow *flow = tcpfsm_flow_find(&s->key);
	int domain = s->key.domain;

	if (flow || likely(!domain) || s->place != TCPFSM_PLACE_IN)
		return flow;
	s->key.domain = 0;
	flow = tcpfsm_socket_hears_all(s->tn) ? tcpfsm_flow_find(&s->key) : NULL;
	s->key.domain = domain;
	return flow;
}

/* Nobody moves: no lock is needed. Return: false: somebody may. */
static bool quietly(struct sighting *s, struct tcpfsm_flow *flow)
{
	if (arrives_later(s, flow))
		return true;
	if (nobody_hears(s, flow)) {
		tcpfsm_syn_note_put(&s->key, s->seg);
		return true;
	}
	/* Cheaper than the rule, and mostly enough: what is quiet has hardly come this far. */
	if (!tcpfsm_fsm_in_peace(&flow->pair, s->seg, s->at.from))
		return false;
	apply_witness_rule(s, flow);
	if (!tcpfsm_fsm_quiet(&flow->pair, s->seg, &s->at))
		return false;
	if (!(READ_ONCE(flow->flags) & TCPFSM_FLOW_LOCAL))
		tcpfsm_timer_touch(flow);
	else if (!READ_ONCE(tcpfsm_witness))
		tcpfsm_alone_quiet(flow, s->seg, &s->at, s->owner == TCPFSM_OWNER_TCP);
	return true;
}

/**
 * tcpfsm_observe() - one segment, seen at one place
 * @tn: the namespace
 * @place: where
 * @skb: the packet, for its owner; never changed
 * @by: the socket in whose name it is sent, NULL: none
 * @ends: its addresses
 * @seg: its content
 *
 * Context: softirq or process, under RCU (as netfilter's hooks are). Takes the flow's lock for
 * what may be a transition only.
 */
void tcpfsm_observe(struct tcpfsm_net *tn, enum tcpfsm_place place, const struct sk_buff *skb,
		    const struct sock *by, const struct tcpfsm_ends *ends,
		    const struct tcpfsm_segment *seg)
{
	struct sighting s = { .tn = tn, .seg = seg, .skb = skb, .place = place };
	struct tcpfsm_flow *flow;
	unsigned int tries;

	if (place == TCPFSM_PLACE_OUT) {
		s.owner = tcpfsm_socket_owner(tn->net, skb, seg->flags & TCPFSM_SYN);
		if (s.owner == TCPFSM_OWNER_STRANGER)
			return;
		/* TCP's own resets over IPv6 bear no owner; a firewall's have no sender either. */
		if (s.owner == TCPFSM_OWNER_NONE && by && (seg->flags & TCPFSM_RST))
			s.owner = TCPFSM_OWNER_STACK;
	}
	tcpfsm_flow_key(&s.key, tn, ends);
	tcpfsm_device_of_segment(&s.key, place, skb, s.owner >= TCPFSM_OWNER_REQUEST);
	/* Of a socket connected to itself only the place tells which of its roles this is. */
	s.at.from = s.key.self ? place == TCPFSM_PLACE_IN : s.key.from;
	s.at.rfc1337 = READ_ONCE(tn->net->ipv4.sysctl_tcp_rfc1337);

	/* A flow may die, or be born, between two looks; twice in a row is left to fate. */
	for (tries = 0; tries < 3; tries++) {
		flow = find(&s);
		if (!flow) {
			if (no_flow(&s))
				return;
			continue;
		}
		if (quietly(&s, flow) || advance(&s, flow))
			return;
	}
}
