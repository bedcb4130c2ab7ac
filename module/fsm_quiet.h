/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The core's fast path, inline: a segment that can move nobody. It does to the numbers what
 * tcpfsm_fsm_step() would, and is asked first.
 */
#ifndef TCPFSM_FSM_QUIET_H
#define TCPFSM_FSM_QUIET_H

#include "fsm.h"
#include "fsm_end.h"
#include "segment.h"

/**
 * struct tcpfsm_limits - what the receiver takes
 * @ack_sent: not what ends before this
 * @edge: not what begins behind this
 * @snd_nxt: no acknowledgment of more than this
 */
struct tcpfsm_limits {
	u32 ack_sent;
	u32 edge;
	u32 snd_nxt;
};

/* By the segments that it was seen to send. */
static __always_inline struct tcpfsm_limits tcpfsm_limits_seen(const struct tcpfsm_end *r,
							       const struct tcpfsm_end *s)
{
	struct tcpfsm_limits l = {
		.ack_sent = r->ack_sent,
		.edge = right_edge(r, s),
		.snd_nxt = r->snd_nxt,
	};

	return l;
}

/* Both ends are open, and no FIN is out that this segment could show, or the receipt of. */
static __always_inline bool tcpfsm_quiet_ends(const struct tcpfsm_end *s,
					      const struct tcpfsm_end *r)
{
	if (!in_states(s, ESTABLISHED_LIKE) || !in_states(r, ESTABLISHED_LIKE))
		return false;
	if (!(s->flags & r->flags & TCPFSM_END_ACKS) || (s->flags & TCPFSM_END_WINDOW_RAW))
		return false;
	/* The peer's FIN is out, and this ACK may be the proof that it came; or it came unseen. */
	return !(r->flags & TCPFSM_END_FIN_SENT) == (s->state != TCPFSM_CLOSE_WAIT);
}

/*
 * Both are established, and have said so to each other: of a plain segment between two sockets that
 * can be asked for their numbers nothing is to be learnt.
 */
static __always_inline bool tcpfsm_quiet_pair(const struct tcpfsm_end *s,
					      const struct tcpfsm_end *r)
{
	return s->state == TCPFSM_ESTABLISHED && r->state == TCPFSM_ESTABLISHED &&
	       (s->flags & r->flags & TCPFSM_END_ACKS) &&
	       !(s->flags & TCPFSM_END_WINDOW_RAW) &&
	       !((s->flags | r->flags) & (TCPFSM_END_FIN_SENT | TCPFSM_END_NOBODY));
}

/* tcp_validate_incoming(), tcp_sequence(), tcp_ack(): as acceptable(), of ends that are open. */
static __always_inline bool tcpfsm_quiet_takes(const struct tcpfsm_end *r,
					       const struct tcpfsm_segment *seg,
					       const struct tcpfsm_limits *l)
{
	return !paws_rejects(r, seg) && !before(seg->seq + seg->len, l->ack_sent) &&
	       !after(seg->seq, l->edge) && !after(seg->ack, l->snd_nxt);
}

static __always_inline void tcpfsm_quiet_sent(struct tcpfsm_end *s,
					      const struct tcpfsm_segment *seg)
{
	u32 end = seg->seq + seg->len;

	if (after(end, s->snd_nxt) && !(s->flags & TCPFSM_END_FIN_SENT))
		s->snd_nxt = end;
	if (before(seg->ack, s->ack_sent))
		return;
	if (s->window != seg->window)
		s->window = seg->window;
	if (s->ack_sent != seg->ack)
		s->ack_sent = seg->ack;
}

static __always_inline void tcpfsm_quiet_received(struct tcpfsm_end *r,
						  const struct tcpfsm_segment *seg,
						  const struct tcpfsm_limits *l)
{
	u32 next = later(l->ack_sent, r->rcv_nxt), end = seg->seq + seg->len;

	if ((seg->options & TCPFSM_OPT_TS) && (r->flags & TCPFSM_END_TS) &&
	    r->ts_recent != seg->tsval && !after(seg->seq, l->ack_sent) && !older(r, seg))
		r->ts_recent = seg->tsval;
	/* In CLOSE_WAIT nothing new can come; into a closed window nothing goes. */
	if (seg->len && r->state != TCPFSM_CLOSE_WAIT && !after(seg->seq, next) &&
	    after(end, next) && after(l->edge, next))
		r->rcv_nxt = end;
}

/*
 * tcpfsm_fsm_quiet(), of ends that tcpfsm_quiet_ends(). @seg: with ACK, without SYN, FIN and RST;
 * @sent, @received: the sender's, the receiver's numbers are to be learnt here; @l: what the
 * receiver takes.
 */
static __always_inline bool tcpfsm_quiet_within(struct tcpfsm_end *s, struct tcpfsm_end *r,
						const struct tcpfsm_segment *seg, bool sent,
						bool received, struct tcpfsm_limits l)
{
	if (!tcpfsm_quiet_takes(r, seg, &l))
		return false;
	if (sent)
		tcpfsm_quiet_sent(s, seg);
	if (received)
		tcpfsm_quiet_received(r, seg, &l);
	return true;
}

/* Whatever it proves, and of whom: may this be a segment that moves nobody? */
static __always_inline bool tcpfsm_fsm_in_peace(const struct tcpfsm_pair *p,
						const struct tcpfsm_segment *seg, unsigned int from)
{
	return tcpfsm_segment_plain(seg) && tcpfsm_quiet_ends(&p->end[from], &p->end[!from]);
}

/*
 * May this segment, on its way from one end that is asked to another, wait until it arrives? An ACK
 * moves its sender only if it shows that the peer's FIN has come. What it tells of the sender's
 * numbers is learnt there, too (tcpfsm_sighting.passed).
 */
static __always_inline bool tcpfsm_fsm_can_wait(const struct tcpfsm_pair *p,
						const struct tcpfsm_segment *seg, unsigned int from)
{
	const struct tcpfsm_end *s = &p->end[from], *r = &p->end[!from];

	return tcpfsm_segment_plain(seg) &&
	       (in_states(s, FIN_RECEIVED) ||
		(in_states(s, ESTABLISHED_LIKE) && !(r->flags & TCPFSM_END_FIN_SENT)));
}

/**
 * tcpfsm_fsm_quiet() - the fast path: a segment that can move nobody
 * @p: sequence numbers are brought up to date, nothing else
 * @seg: any segment
 * @at: its sighting
 *
 * Context: under RCU, no lock. Another direction's segment may be in here at the same
 * time: it writes other fields. States change only under the flow's lock; one that changes
 * meanwhile makes the answer merely as old as the segment.
 *
 * Return: true if the step is done; false: take the lock and call tcpfsm_fsm_step().
 */
static __always_inline bool tcpfsm_fsm_quiet(struct tcpfsm_pair *p,
					     const struct tcpfsm_segment *seg,
					     const struct tcpfsm_sighting *at)
{
	struct tcpfsm_end *s = &p->end[at->from], *r = &p->end[!at->from];

	return tcpfsm_fsm_in_peace(p, seg, at->from) &&
	       tcpfsm_quiet_within(s, r, seg, at->sender || at->passed, at->receiver,
				   tcpfsm_limits_seen(r, s));
}

#endif /* TCPFSM_FSM_QUIET_H */
