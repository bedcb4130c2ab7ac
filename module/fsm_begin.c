// SPDX-License-Identifier: GPL-2.0
/*
 * Where a connection begins: before its first segment, in its middle, at its socket; and
 * when what seemed to go on is another one.
 */
#include "fsm.h"

#include "fsm_end.h"
#include "segment.h"

/**
 * tcpfsm_fsm_init() - a connection before its first segment
 * @p: written: both ends LISTEN, so that either can open passively
 * @now_ms: the time
 *
 * Context: any; the caller owns @p.
 */
void tcpfsm_fsm_init(struct tcpfsm_pair *p, u64 now_ms)
{
	static const struct tcpfsm_pair none;
	unsigned int i;

	*p = none;
	for (i = 0; i < 2; i++) {
		p->end[i].wscale = TCPFSM_WSCALE_NONE;
		enter(&p->end[i], TCPFSM_LISTEN, now_ms);
	}
}

/**
 * tcpfsm_fsm_pick_up() - begin in the middle of a connection
 * @p: written: both ends ESTABLISHED, as far as @seg tells
 * @seg: the first segment seen, with ACK, without SYN and RST; step it afterwards
 * @at: its sighting
 *
 * What scale the windows have is not known: the largest is assumed, and an end is held to
 * its window only after its own first ACK.
 *
 * Context: any; the caller owns @p.
 */
void tcpfsm_fsm_pick_up(struct tcpfsm_pair *p, const struct tcpfsm_segment *seg,
			const struct tcpfsm_sighting *at)
{
	struct tcpfsm_end *s = &p->end[at->from];
	struct tcpfsm_end *r = &p->end[!at->from];

	tcpfsm_fsm_init(p, at->now_ms);
	s->wscale = TCPFSM_WSCALE_MAX;
	r->wscale = TCPFSM_WSCALE_MAX;
	enter(s, TCPFSM_ESTABLISHED, at->now_ms);
	enter(r, TCPFSM_ESTABLISHED, at->now_ms);
	s->flags |= TCPFSM_END_FOUND;
	r->flags |= TCPFSM_END_FOUND;
	s->snd_nxt = seg->seq;
	s->rcv_nxt = seg->ack;
	s->ack_sent = seg->ack;
	r->snd_nxt = seg->ack;
	r->rcv_nxt = seg->seq;
	r->ack_sent = seg->seq;
}

/**
 * tcpfsm_fsm_adopt() - an end whose socket is older than we
 * @p: the connection; @end is written, and its peer's numbers
 * @end: index of the end
 * @from: where its socket is
 * @infer_peer: nothing is known of the peer: let it be where such an end's peer is
 *
 * Context: any; the caller holds the flow's lock.
 */
void tcpfsm_fsm_adopt(struct tcpfsm_pair *p, unsigned int end, const struct tcpfsm_origin *from,
		      bool infer_peer)
{
	struct tcpfsm_end *e = &p->end[end], *peer = &p->end[!end];

	enter(e, from->state, from->since_ms);
	e->wscale = TCPFSM_WSCALE_MAX;
	e->flags = TCPFSM_END_FOUND | (from->fin_sent ? TCPFSM_END_FIN_SENT : 0) |
		   (from->stamped ? TCPFSM_END_TS : 0);
	e->ts_recent = from->ts_recent;
	e->snd_nxt = from->snd_nxt;
	e->ack_sent = from->rcv_nxt;
	e->rcv_nxt = from->rcv_nxt;
	/* Of a SYN nothing has come yet but itself. */
	if (in_states(e, TCPFSM_BIT(TCPFSM_SYN_SENT) | TCPFSM_BIT(TCPFSM_SYN_RECEIVED)))
		e->iss = from->snd_nxt - 1;
	if (!infer_peer)
		return;
	enter(peer, tcpfsm_fsm_peer[from->state], from->since_ms);
	peer->wscale = TCPFSM_WSCALE_MAX;
	peer->flags = in_states(e, FIN_RECEIVED) ? TCPFSM_END_FIN_SENT : 0;
	peer->snd_nxt = from->rcv_nxt;
	peer->ack_sent = from->snd_nxt;
	peer->rcv_nxt = from->snd_nxt;
}

/**
 * tcpfsm_fsm_new_life() - does this SYN belong to another connection of the same tuple?
 * @p: the connection that is known
 * @seg: a segment with SYN
 * @at: its sighting
 *
 * A port comes round again: tcp_tw_reuse, a SYN that reopens a TIME_WAIT, a connection that
 * ended in silence. What a sender surely sent is proof. A SYN that merely came by may be
 * forged or stale, and a synchronised receiver would challenge it (RFC 5961 section 4): then
 * only the SYN-ACK counts.
 *
 * Context: any; the caller holds the flow's lock.
 *
 * Return: true: let the known connection end, initialise, and step @seg in the new one.
 */
bool tcpfsm_fsm_new_life(const struct tcpfsm_pair *p, const struct tcpfsm_segment *seg,
			 const struct tcpfsm_sighting *at)
{
	const struct tcpfsm_end *s = &p->end[at->from];
	const struct tcpfsm_end *r = &p->end[!at->from];
	u32 gone = TCPFSM_BIT(TCPFSM_CLOSED) | TCPFSM_BIT(TCPFSM_TIME_WAIT);
	bool known;

	if (!(seg->flags & TCPFSM_SYN) || (seg->flags & TCPFSM_RST) || !at->sender)
		return false;
	if (s->state == TCPFSM_LISTEN)
		return false;
	if (in_states(s, TCPFSM_BIT(TCPFSM_SYN_SENT) | TCPFSM_BIT(TCPFSM_SYN_RECEIVED)))
		known = seg->seq == s->iss;
	else
		known = seg->seq + 1 == s->snd_nxt && !in_states(s, gone);
	if (known)
		return false;
	if (at->sender == TCPFSM_WITNESS_SURE)
		return true;
	/* An end here that has sent no SYN challenges a SYN-ACK, whoever sent that. */
	if (seg->flags & TCPFSM_ACK)
		return at->receiver != TCPFSM_WITNESS_SURE && r->state != TCPFSM_SYN_SENT;
	return at->receiver == TCPFSM_WITNESS_INFERRED &&
	       in_states(r, gone | TCPFSM_BIT(TCPFSM_LISTEN));
}
