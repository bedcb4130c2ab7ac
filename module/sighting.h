/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rule of witnesses: what it proves to see a segment where it was seen, and where it proves
 * nothing. Inline, for it is asked for every segment; only observe.c includes this.
 */
#ifndef TCPFSM_SIGHTING_H
#define TCPFSM_SIGHTING_H

#include "alone.h"
#include "device.h"
#include "flow.h"
#include "observe.h"
#include "segment.h"
#include "socket.h"
#include "socket_quick.h"

/* One segment on its way through observe.c. */
struct sighting {
	struct tcpfsm_net *tn;
	const struct tcpfsm_segment *seg;
	const struct sk_buff *skb;
	enum tcpfsm_place place;
	enum tcpfsm_owner owner;	/* at LOCAL_OUT */
	struct tcpfsm_key key;
	struct tcpfsm_sighting at;
	struct tcpfsm_result res;	/* of the last step: it is cleared with the rest */
};

/* What is said to or by an end that has no socket here, moves nobody: its socket's birth does. */
static inline bool is_nobody(const struct tcpfsm_flow *flow, unsigned int end)
{
	return READ_ONCE(flow->pair.end[end].flags) & TCPFSM_END_NOBODY;
}

/* What this place proves, given whose ends are local. */
static inline void apply_witness_rule(struct sighting *s, const struct tcpfsm_flow *flow)
{
	u8 flags = READ_ONCE(flow->flags);
	bool sender_local = flags & (TCPFSM_FLOW_LOCAL0 << s->at.from);
	bool receiver_local = flags & (TCPFSM_FLOW_LOCAL0 << !s->at.from);

	s->at.sender = TCPFSM_WITNESS_INFERRED;
	s->at.receiver = TCPFSM_WITNESS_INFERRED;
	s->at.passed = false;
	switch (s->place) {
	case TCPFSM_PLACE_OUT:
		s->at.sender = TCPFSM_WITNESS_SURE;
		if (receiver_local)
			s->at.receiver = TCPFSM_WITNESS_NONE;
		/* A firewall here answers in another's name (nf_send_reset): not its word. */
		if (receiver_local && !sender_local && (s->seg->flags & TCPFSM_RST))
			s->at.sender = TCPFSM_WITNESS_NONE;
		/* Nor a local end's; whether that has ended, its socket says if it is asked. */
		if (s->owner == TCPFSM_OWNER_NONE && (s->seg->flags & TCPFSM_RST))
			s->at.sender = TCPFSM_WITNESS_NONE;
		break;
	case TCPFSM_PLACE_IN:
		s->at.receiver = TCPFSM_WITNESS_SURE;
		s->at.asked = receiver_local && READ_ONCE(tcpfsm_witness);
		if (sender_local) {
			s->at.sender = TCPFSM_WITNESS_NONE;
			s->at.passed = static_branch_likely(&tcpfsm_socket_trusted);
		}
		if (!READ_ONCE(tcpfsm_witness) && tcpfsm_alone_deaf(flow, !s->at.from) &&
		    !(s->seg->flags & TCPFSM_RST))
			s->at.receiver = TCPFSM_WITNESS_NONE;
		break;
	case TCPFSM_PLACE_FORWARD:
		/* An end that is local is seen at its own hooks (a VRF, a bridge). */
		if (flags & TCPFSM_FLOW_LOCAL) {
			s->at.sender = TCPFSM_WITNESS_NONE;
			s->at.receiver = TCPFSM_WITNESS_NONE;
		}
		break;
	}
	if (is_nobody(flow, s->at.from)) {
		s->at.sender = TCPFSM_WITNESS_NONE;
		s->at.passed = false;
	}
	if (is_nobody(flow, !s->at.from))
		s->at.receiver = TCPFSM_WITNESS_NONE;
}

/* What an end has sent in peace was not looked at: now it, or its peer, is to be judged by that. */
static inline void catch_up(const struct sighting *s, struct tcpfsm_flow *flow)
{
	unsigned int end = s->place == TCPFSM_PLACE_IN ? !s->at.from : s->at.from;
	struct tcpfsm_word word;

	if (static_branch_likely(&tcpfsm_socket_trusted) &&
	    (s->place == TCPFSM_PLACE_IN || s->owner == TCPFSM_OWNER_TCP) &&
	    tcpfsm_flow_is_local(flow, end) && tcpfsm_end_behind(&flow->pair.end[end]) &&
	    tcpfsm_socket_word(flow, end, s->skb, &word))
		tcpfsm_fsm_catch_up(&flow->pair, end, &word);
}

static inline bool syn_comes_in(const struct sighting *s)
{
	return s->place == TCPFSM_PLACE_IN &&
	       (s->seg->flags & (TCPFSM_SYN | TCPFSM_ACK | TCPFSM_RST)) == TCPFSM_SYN;
}

/* An ACK that leaves for another end here: its sender stays, and it is seen again. */
static inline bool arrives_later(const struct sighting *s, const struct tcpfsm_flow *flow)
{
	return s->place == TCPFSM_PLACE_OUT && static_branch_likely(&tcpfsm_socket_trusted) &&
	       (READ_ONCE(flow->flags) & TCPFSM_FLOW_LOCAL) == TCPFSM_FLOW_LOCAL &&
	       tcpfsm_fsm_can_wait(&flow->pair, s->seg, s->at.from) &&
	       !tcpfsm_device_differs(flow, &s->key);
}

/* A SYN from an end here to where there is none yet. Who has sent it moved as it left. */
static inline bool nobody_hears(const struct sighting *s, const struct tcpfsm_flow *flow)
{
	return syn_comes_in(s) && READ_ONCE(tcpfsm_witness) &&
	       (READ_ONCE(flow->flags) & (TCPFSM_FLOW_LOCAL | TCPFSM_FLOW_SELF)) ==
	       TCPFSM_FLOW_LOCAL0 << s->at.from && tcpfsm_end_over(&flow->pair.end[!s->at.from]);
}

#endif /* TCPFSM_SIGHTING_H */
