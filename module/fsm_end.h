/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The core's own view of an end: what counts for it, and the one way into a state. Inline, for
 * the quiet path asks for every segment; only fsm*.c and fsm_quiet.h include this.
 */
#ifndef TCPFSM_FSM_END_H
#define TCPFSM_FSM_END_H

#include "fsm.h"
#include "segment.h"

#define ESTABLISHED_LIKE (TCPFSM_BIT(TCPFSM_ESTABLISHED) | TCPFSM_BIT(TCPFSM_FIN_WAIT_2) | \
			  TCPFSM_BIT(TCPFSM_CLOSE_WAIT))
#define CLOSING_LIKE (TCPFSM_BIT(TCPFSM_FIN_WAIT_1) | TCPFSM_BIT(TCPFSM_CLOSING) | \
		      TCPFSM_BIT(TCPFSM_LAST_ACK))
/* States in which an in-order FIN of the peer is news. */
#define AWAITS_FIN (TCPFSM_BIT(TCPFSM_SYN_RECEIVED) | TCPFSM_BIT(TCPFSM_ESTABLISHED) | \
		    TCPFSM_BIT(TCPFSM_FIN_WAIT_1) | TCPFSM_BIT(TCPFSM_FIN_WAIT_2))
/* States after it. */
#define FIN_RECEIVED (TCPFSM_BIT(TCPFSM_CLOSE_WAIT) | TCPFSM_BIT(TCPFSM_LAST_ACK) | \
		      TCPFSM_BIT(TCPFSM_CLOSING) | TCPFSM_BIT(TCPFSM_TIME_WAIT))
/* States with nothing to compare a segment with. */
#define UNSYNCHRONISED (TCPFSM_BIT(TCPFSM_CLOSED) | TCPFSM_BIT(TCPFSM_LISTEN) | \
			TCPFSM_BIT(TCPFSM_SYN_SENT))

static __always_inline bool in_states(const struct tcpfsm_end *e, u32 states)
{
	return TCPFSM_BIT(e->state) & states;
}

#ifndef after	/* net/tcp.h has the same */
/* Sequence numbers wrap: RFC 9293 section 3.4. */
static inline bool before(u32 a, u32 b)
{
	return (s32)(a - b) < 0;
}

static inline bool after(u32 a, u32 b)
{
	return before(b, a);
}
#endif

static __always_inline u32 later(u32 a, u32 b)
{
	return after(a, b) ? a : b;
}

/* RCV.NXT as far as it is known. */
static __always_inline u32 rcv_next(const struct tcpfsm_end *e)
{
	if (in_states(e, TCPFSM_BIT(TCPFSM_SYN_SENT) | TCPFSM_BIT(TCPFSM_SYN_RECEIVED)))
		return e->ack_sent;
	return later(e->ack_sent, e->rcv_nxt);
}

/* The first number past the window that @e has advertised, its peer being @peer. */
static __always_inline u32 right_edge(const struct tcpfsm_end *e, const struct tcpfsm_end *peer)
{
	u32 shift = e->wscale;

	/* TIME_WAIT has no room for anything but the next number. */
	if (e->state == TCPFSM_TIME_WAIT)
		return rcv_next(e);
	if ((e->flags & TCPFSM_END_WINDOW_RAW) || shift == TCPFSM_WSCALE_NONE ||
	    peer->wscale == TCPFSM_WSCALE_NONE)
		shift = 0;
	return e->ack_sent + ((u32)e->window << shift);
}

/* With a window of 0 what is in order is dropped as well: tcp_data_queue(). */
static inline bool has_room(const struct tcpfsm_end *r, const struct tcpfsm_end *s, u32 next)
{
	return !(r->flags & TCPFSM_END_ACKS) || after(right_edge(r, s), next);
}

static inline void enter(struct tcpfsm_end *e, enum tcpfsm_state state, u64 now_ms)
{
	/* The ISS has done its work; what had come by now was acknowledged. */
	if (e->state == TCPFSM_SYN_SENT || e->state == TCPFSM_SYN_RECEIVED) {
		if (state != TCPFSM_SYN_RECEIVED)
			e->rcv_nxt = e->ack_sent;
	}
	if (state == TCPFSM_TIME_WAIT)
		e->restarted = 0;
	e->flags &= ~(TCPFSM_END_DOOMED | TCPFSM_END_FOUND);
	e->state = state;
	e->since_lo = (u32)now_ms;
	e->since_hi = (u16)(now_ms >> 32);
}

/* Is its timestamp older than TS.Recent? A 0 is no word: tcp_paws_check(). */
static __always_inline bool older(const struct tcpfsm_end *r, const struct tcpfsm_segment *seg)
{
	return before(seg->tsval, r->ts_recent) && r->ts_recent;
}

/* tcp_paws_discard() lets a full socket take one tick less, TCP_PAWS_WINDOW. */
static __always_inline bool paws_rejects(const struct tcpfsm_end *r,
					 const struct tcpfsm_segment *seg)
{
	if (!(seg->options & TCPFSM_OPT_TS) || !(r->flags & TCPFSM_END_TS) ||
	    (seg->flags & TCPFSM_RST) || !older(r, seg))
		return false;
	return seg->tsval != r->ts_recent - 1 || r->state == TCPFSM_TIME_WAIT;
}

/*
 * Does @r take the segment at all? tcp_validate_incoming(), tcp_sequence(), tcp_ack(); the
 * reset's own rules come later. An end of which nothing is known takes everything.
 */
static inline bool acceptable(const struct tcpfsm_end *r, const struct tcpfsm_end *s,
			      const struct tcpfsm_segment *seg)
{
	if (r->state == TCPFSM_SYN_SENT)
		return !(seg->flags & TCPFSM_ACK) ||
		       (after(seg->ack, r->iss) && !after(seg->ack, r->snd_nxt));
	if (in_states(r, UNSYNCHRONISED) || !(r->flags & TCPFSM_END_ACKS))
		return true;
	if (paws_rejects(r, seg))
		return false;
	if (before(tcpfsm_segment_end(seg), r->ack_sent) || after(seg->seq, right_edge(r, s)))
		return false;
	return !(seg->flags & TCPFSM_ACK) || (seg->flags & TCPFSM_RST) ||
	       !after(seg->ack, r->snd_nxt);
}

/* Does this reset end @r? RFC 5961 section 3.2 and tcp_reset_check(); 3.10.7.3; RFC 1337. */
static inline bool reset_counts(const struct tcpfsm_end *r, const struct tcpfsm_end *s,
				const struct tcpfsm_segment *seg, bool rfc1337)
{
	u32 next = rcv_next(r);

	switch (r->state) {
	case TCPFSM_CLOSED:
	case TCPFSM_LISTEN:
		return false;
	case TCPFSM_SYN_SENT:
		return (seg->flags & TCPFSM_ACK) && acceptable(r, s, seg);
	case TCPFSM_SYN_RECEIVED:
		/* Exact; an older kernel's request sock takes any in its window (tcp_check_req). */
		return seg->seq == next;
	case TCPFSM_TIME_WAIT:
		/* Here alone PAWS is for resets, too: tcp_timewait_state_process(). */
		return seg->seq == next && !rfc1337 &&
		       !((seg->options & TCPFSM_OPT_TS) && (r->flags & TCPFSM_END_TS) &&
			 older(r, seg));
	case TCPFSM_CLOSE_WAIT:
	case TCPFSM_LAST_ACK:
	case TCPFSM_CLOSING:
		if (seg->seq == next - 1)
			return true;
		break;
	}
	if (!(r->flags & TCPFSM_END_ACKS))
		return true;
	/* Beyond a hole the highest octet received is the right-most SACK edge. */
	return seg->seq == next || (after(s->snd_nxt, next) && seg->seq == s->snd_nxt);
}

/* Does a reset end its own sender? Not where it merely answers a bad segment. */
static inline bool reset_ends_sender(const struct tcpfsm_end *s, const struct tcpfsm_segment *seg)
{
	switch (s->state) {
	case TCPFSM_SYN_SENT:
		/* It answers a bad ACK with that ACK's number; with its own it had opened. */
		return seg->seq == s->snd_nxt;
	case TCPFSM_SYN_RECEIVED:
		/* With seq 0 and an ACK it answers a bad SYN, which drops the request sock. */
		return seg->seq == s->snd_nxt || ((seg->flags & TCPFSM_ACK) && !seg->seq);
	}
	return true;
}

/* Has @e's own FIN been acknowledged, by an ACK that @peer was seen to send? */
static inline bool fin_acked(const struct tcpfsm_end *e, const struct tcpfsm_end *peer)
{
	return (e->flags & TCPFSM_END_FIN_SENT) && peer->ack_sent == e->snd_nxt;
}

/* Is the FIN in order, and is there room for it? tcp_data_queue(); in doubt, await the ACK. */
static inline bool fin_counts(const struct tcpfsm_end *r, const struct tcpfsm_end *s,
			      const struct tcpfsm_segment *seg, u32 next)
{
	u32 end = tcpfsm_segment_end(seg);

	if (!(seg->flags & TCPFSM_FIN) || after(seg->seq, next) || !after(end, next) ||
	    !has_room(r, s, next))
		return false;
	return !(r->flags & TCPFSM_END_ACKS) || !after(end - 1, right_edge(r, s));
}

/* TIME_WAIT takes nothing in; it may start anew: tcp_timewait_state_process(). */
static inline bool restarts_time_wait(const struct tcpfsm_end *r, const struct tcpfsm_segment *seg)
{
	if (seg->flags & TCPFSM_RST)
		return false;
	return (seg->flags & TCPFSM_ACK) || paws_rejects(r, seg) ||
	       (seg->seq == rcv_next(r) && tcpfsm_segment_end(seg) == seg->seq);
}

#endif /* TCPFSM_FSM_END_H */
