// SPDX-License-Identifier: GPL-2.0
/*
 * The judge before the table: which of the segment's claims count for an end, by RFC
 * 9293's 3.10.7 with RFC 5961 and RFC 7323, where they differ as Linux does it.
 *
 * Two rules make an observer right where the wire can be:
 * - An end that is only inferred moves on a receipt that it would not answer (an ACK, a
 *   reset). A SYN-ACK or a FIN it would acknowledge, so its own ACK is awaited: a segment
 *   that got lost behind us then moves nobody.
 * - An ACK proves what its sender has received. It moves the sender where the receipt itself
 *   could not: a FIN that came before a hole was filled, or into a doubtful window.
 */
#include "fsm.h"

#include "fsm_end.h"
#include "segment.h"

#define UNDER_WAY_MS	1000	/* no segment is on its way for longer */

static void clear(struct tcpfsm_result *res)
{
	res->n = 0;
	res->rearm = false;
	res->out_of_window = false;
}

/* @e: of @p */
static void move(const struct tcpfsm_pair *p, struct tcpfsm_end *e, enum tcpfsm_state to,
		 u64 now_ms, struct tcpfsm_result *res)
{
	u64 since = tcpfsm_end_since(e);
	struct tcpfsm_move *m;

	if (e->state == to || res->n == TCPFSM_MAX_MOVES)
		return;
	m = &res->move[res->n++];
	m->end = e != p->end;
	m->from = e->state;
	m->to = to;
	m->since_ms = since;
	m->held_ms = now_ms > since ? now_ms - since : 0;
	m->found = e->flags & TCPFSM_END_FOUND;
	enter(e, to, now_ms);
}

static void apply(const struct tcpfsm_pair *p, struct tcpfsm_end *e, enum tcpfsm_event event,
		  u64 now_ms, struct tcpfsm_result *res)
{
	move(p, e, tcpfsm_fsm_table[e->state][event], now_ms, res);
}

/*
 * The receiver moves; but whether it has ended is for its socket to say, if that is asked, and so
 * is every move of one that did not take the last.
 */
static void receive(const struct tcpfsm_pair *p, struct tcpfsm_end *r, enum tcpfsm_event event,
		    const struct tcpfsm_sighting *at, struct tcpfsm_result *res)
{
	u8 to = tcpfsm_fsm_table[r->state][event];

	if (!at->asked || (to != TCPFSM_CLOSED && !(r->flags & TCPFSM_END_DEAF))) {
		move(p, r, to, at->now_ms, res);
		return;
	}
	if (to == TCPFSM_CLOSED)
		r->flags |= TCPFSM_END_DOOMED;
	if (to != r->state)
		res->rearm = true;
}

static void note_sent(struct tcpfsm_end *s, const struct tcpfsm_segment *seg)
{
	u32 end = tcpfsm_segment_end(seg);

	if (seg->flags & TCPFSM_SYN) {
		/* Fast Open's data may be left out when the SYN is sent again. */
		if (s->state != TCPFSM_SYN_SENT || s->iss != seg->seq || after(end, s->snd_nxt))
			s->snd_nxt = end;
		s->iss = seg->seq;
		s->wscale = seg->options & TCPFSM_OPT_WSCALE ? seg->wscale : TCPFSM_WSCALE_NONE;
		s->ack_sent = seg->ack;
		s->window = seg->window;
		/* What it sent before, unasked, was no part of this. */
		s->flags &= ~(TCPFSM_END_ACKS | TCPFSM_END_FIN_SENT);
		s->flags |= TCPFSM_END_WINDOW_RAW;
	} else {
		/* A FIN is the last: nothing new can follow it. */
		if (after(end, s->snd_nxt) && !(s->flags & TCPFSM_END_FIN_SENT))
			s->snd_nxt = end;
		if (!(seg->flags & TCPFSM_ACK))
			return;
		if (!(s->flags & TCPFSM_END_ACKS) || !before(seg->ack, s->ack_sent)) {
			s->ack_sent = seg->ack;
			if (s->state != TCPFSM_TIME_WAIT)
				s->window = seg->window;
			s->flags &= ~TCPFSM_END_WINDOW_RAW;
		}
	}
	if (seg->flags & TCPFSM_ACK)
		s->flags |= TCPFSM_END_ACKS;
}

static void note_received(struct tcpfsm_end *r, const struct tcpfsm_segment *seg)
{
	if ((seg->options & TCPFSM_OPT_TS) && !(seg->flags & TCPFSM_RST) &&
	    (!(r->flags & TCPFSM_END_TS) || (seg->flags & TCPFSM_SYN) ||
	     (!after(seg->seq, r->ack_sent) && !older(r, seg)))) {
		r->ts_recent = seg->tsval;
		r->flags |= TCPFSM_END_TS;
	}
}

/*
 * An end has received a FIN that was not seen, as its socket says, and has acknowledged all that it
 * has received: the last of that is the FIN.
 */
static void show_fin(struct tcpfsm_pair *p, unsigned int end, u64 now_ms,
		     struct tcpfsm_result *res)
{
	struct tcpfsm_end *e = &p->end[end], *peer = &p->end[!end];

	if (!in_states(e, FIN_RECEIVED) || (peer->flags & TCPFSM_END_FIN_SENT))
		return;
	/* An ACK of the peer's behind its FIN may have shown that number already. */
	peer->snd_nxt = later(e->ack_sent, peer->snd_nxt);
	peer->flags |= TCPFSM_END_FIN_SENT;
	/* Its ACK of the SYN-ACK may not have been seen either. */
	apply(p, peer, TCPFSM_SENT_ACK, now_ms, res);
	apply(p, peer, TCPFSM_SENT_FIN, now_ms, res);
	apply(p, peer, TCPFSM_RCVD_ACK_OF_FIN, now_ms, res);
}

/* The sender: what it sends proves where it is. */
static void sent(struct tcpfsm_pair *p, struct tcpfsm_end *s, const struct tcpfsm_end *r,
		 const struct tcpfsm_segment *seg, const struct tcpfsm_sighting *at,
		 struct tcpfsm_result *res)
{
	if (seg->flags & TCPFSM_RST) {
		if (reset_ends_sender(s, seg))
			apply(p, s, TCPFSM_SENT_RST, at->now_ms, res);
		return;
	}
	if (seg->flags & TCPFSM_SYN) {
		/*
		 * A retransmission after more was sent or learnt must not set that back. While
		 * the client waits, another number is no retransmission: a second request sock.
		 */
		if (in_states(s, UNSYNCHRONISED) ||
		    (r->state == TCPFSM_SYN_SENT && s->state == TCPFSM_SYN_RECEIVED &&
		     seg->seq != s->iss)) {
			/* That it listened was an assumption: who sends a SYN opens actively. */
			if (s->state == TCPFSM_LISTEN && !(seg->flags & TCPFSM_ACK))
				enter(s, TCPFSM_CLOSED, at->now_ms);
			note_sent(s, seg);
		}
		apply(p, s, seg->flags & TCPFSM_ACK ? TCPFSM_SENT_SYNACK : TCPFSM_SENT_SYN,
		      at->now_ms, res);
		return;
	}
	if (!(seg->flags & TCPFSM_ACK))
		return; /* every segment after the SYN carries one; others are dropped */
	note_sent(s, seg);
	/*
	 * It may have been told where it is by its socket, which acknowledges all that has come
	 * with whatever it sends.
	 */
	if (at->sender == TCPFSM_WITNESS_SURE && at->receiver == TCPFSM_WITNESS_INFERRED &&
	    !before(seg->ack, r->snd_nxt))
		show_fin(p, at->from, at->now_ms, res);
	apply(p, s, TCPFSM_SENT_ACK, at->now_ms, res);
	if ((r->flags & TCPFSM_END_FIN_SENT) && seg->ack == r->snd_nxt && in_states(s, AWAITS_FIN))
		apply(p, s, fin_acked(s, r) ? TCPFSM_RCVD_FIN_ACK : TCPFSM_RCVD_FIN,
		      at->now_ms, res);
	if (seg->flags & TCPFSM_FIN) {
		apply(p, s, TCPFSM_SENT_FIN, at->now_ms, res);
		if (in_states(s, TCPFSM_BIT(TCPFSM_FIN_WAIT_1) | TCPFSM_BIT(TCPFSM_LAST_ACK)) &&
		    tcpfsm_segment_end(seg) == s->snd_nxt)
			s->flags |= TCPFSM_END_FIN_SENT;
	}
}

/* A receiver in SYN_SENT: 3.10.7.3. */
static void received_in_syn_sent(const struct tcpfsm_pair *p, struct tcpfsm_end *r,
				 const struct tcpfsm_segment *seg,
				 const struct tcpfsm_sighting *at, struct tcpfsm_result *res)
{
	bool ack = seg->flags & TCPFSM_ACK;

	if (!(seg->flags & TCPFSM_SYN) || at->receiver != TCPFSM_WITNESS_SURE)
		return;
	note_received(r, seg);
	r->ack_sent = seg->seq + 1;
	receive(p, r, ack ? TCPFSM_RCVD_SYNACK : TCPFSM_RCVD_SYN, at, res);
}

/* The receiver, once the segment is known to be acceptable and no reset. */
static void received(const struct tcpfsm_pair *p, struct tcpfsm_end *r,
		     const struct tcpfsm_end *s, const struct tcpfsm_segment *seg,
		     const struct tcpfsm_sighting *at, struct tcpfsm_result *res)
{
	bool sure = at->receiver == TCPFSM_WITNESS_SURE;
	bool fin_acks, fin;
	u32 next, end;

	if (seg->flags & TCPFSM_SYN) {
		/* Only a crossing SYN-ACK of a simultaneous open counts; the rest is challenged. */
		if (r->state == TCPFSM_SYN_RECEIVED && (seg->flags & TCPFSM_ACK) &&
		    seg->ack == r->snd_nxt && seg->seq + 1 == rcv_next(r) && sure)
			receive(p, r, TCPFSM_RCVD_SYNACK, at, res);
		return;
	}
	if (!(seg->flags & TCPFSM_ACK))
		return;
	if (r->state == TCPFSM_SYN_RECEIVED) {
		if (!after(seg->ack, r->iss))
			return; /* answered with a reset */
		receive(p, r, TCPFSM_RCVD_ACK_OF_SYN, at, res);
	}
	note_received(r, seg);
	next = rcv_next(r);
	end = tcpfsm_segment_end(seg);
	fin = fin_counts(r, s, seg, next);
	fin_acks = (r->flags & TCPFSM_END_FIN_SENT) && seg->ack == r->snd_nxt;
	if (in_states(r, AWAITS_FIN) && !after(seg->seq, next) && after(end, next) &&
	    has_room(r, s, next))
		r->rcv_nxt = (fin && !(r->flags & TCPFSM_END_DEAF)) ||
			     !(seg->flags & TCPFSM_FIN) ? end : later(end - 1, next);
	if (fin && sure)
		receive(p, r, fin_acks ? TCPFSM_RCVD_FIN_ACK : TCPFSM_RCVD_FIN, at, res);
	else if (fin_acks && !(fin && r->state == TCPFSM_FIN_WAIT_1))
		receive(p, r, TCPFSM_RCVD_ACK_OF_FIN, at, res);
}

static void restart_time_wait(struct tcpfsm_end *e, u64 now_ms)
{
	u64 late = now_ms - tcpfsm_end_since(e);

	/* Rounded up: to be late is to look once more, to be early would be wrong. */
	e->restarted = late > 64 * 0xfffeULL ? 0xffff : (u16)((late + 63) >> 6);
}

/*
 * A segment that its receiver is to take, or that is to have been sent if it does. Out of line, so
 * that the ends are pointers, and not reckoned from their indices for each access.
 */
static noinline void judge(struct tcpfsm_pair *p, struct tcpfsm_end *s, struct tcpfsm_end *r,
			   const struct tcpfsm_segment *seg, const struct tcpfsm_sighting *at,
			   struct tcpfsm_result *res)
{
	bool rst = seg->flags & TCPFSM_RST;
	bool ok = acceptable(r, s, seg);
	bool reset = rst && reset_counts(r, s, seg, at->rfc1337);

	res->out_of_window = at->receiver && !ok && !reset;
	/* Nobody looked at what it sent in peace: its numbers are learnt where it arrives. */
	if (at->passed && ok && tcpfsm_segment_plain(seg) &&
	    in_states(s, ESTABLISHED_LIKE | CLOSING_LIKE | TCPFSM_BIT(TCPFSM_TIME_WAIT)))
		note_sent(s, seg);

	/* Judge the receiver by what it knew before this segment; then let both move. */
	if (at->receiver && r->state == TCPFSM_TIME_WAIT && restarts_time_wait(r, seg)) {
		restart_time_wait(r, at->now_ms);
		res->rearm = true;
	}
	if (at->sender == TCPFSM_WITNESS_SURE ||
	    (at->sender && (rst ? reset || tcpfsm_end_over(r) : ok)))
		sent(p, s, r, seg, at, res);
	if (!at->receiver)
		return;
	if (reset)
		receive(p, r, TCPFSM_RCVD_RST, at, res);
	if (rst || !ok)
		return;
	if (r->state == TCPFSM_SYN_SENT)
		received_in_syn_sent(p, r, seg, at, res);
	else if (!in_states(r, UNSYNCHRONISED | TCPFSM_BIT(TCPFSM_TIME_WAIT)))
		received(p, r, s, seg, at, res);
}

/**
 * tcpfsm_fsm_step() - one segment moves the ends that it is evidence of
 * @p: the connection; updated
 * @seg: the segment
 * @at: where it was seen: what it proves of its sender and of its receiver
 * @res: written: transitions in order, at most TCPFSM_MAX_MOVES
 *
 * The steps are those of RFC 9293 section 3.10.7: sequence number, RST, SYN, ACK, FIN.
 *
 * Context: any; the caller holds the flow's lock.
 */
void tcpfsm_fsm_step(struct tcpfsm_pair *p, const struct tcpfsm_segment *seg,
		     const struct tcpfsm_sighting *at, struct tcpfsm_result *res)
{
	struct tcpfsm_end *s = &p->end[at->from];
	struct tcpfsm_end *r = &p->end[!at->from];

	clear(res);
	/* What leaves for another end here is judged where it arrives. */
	if (at->receiver || at->passed || at->sender == TCPFSM_WITNESS_INFERRED)
		judge(p, s, r, seg, at, res);
	else if (at->sender)
		sent(p, s, r, seg, at, res);
}

/**
 * tcpfsm_fsm_revive() - does an end that was taken for gone go on?
 * @p: the connection; updated
 * @seg: what that end has sent
 * @at: its sighting, at the other end
 * @res: written: where it is, by what its peer knows
 *
 * A reset may not have been its own, but a firewall's in its name, or it was one for it, which got
 * lost. What was under way then has arrived by now; what TCP takes later, one that lives has sent.
 *
 * Context: any; the caller holds the flow's lock.
 *
 * Return: true: it does. Step the segment afterwards.
 */
bool tcpfsm_fsm_revive(struct tcpfsm_pair *p, const struct tcpfsm_segment *seg,
		       const struct tcpfsm_sighting *at, struct tcpfsm_result *res)
{
	struct tcpfsm_end *s = &p->end[at->from];
	struct tcpfsm_end *r = &p->end[!at->from];
	bool syn = seg->flags & TCPFSM_SYN;

	clear(res);
	if (s->state != TCPFSM_CLOSED || at->sender != TCPFSM_WITNESS_INFERRED ||
	    at->receiver != TCPFSM_WITNESS_SURE ||
	    !in_states(r, ESTABLISHED_LIKE | CLOSING_LIKE) ||
	    at->now_ms - tcpfsm_end_since(s) < UNDER_WAY_MS)
		return false;
	if ((seg->flags & (TCPFSM_RST | TCPFSM_ACK)) != TCPFSM_ACK || !acceptable(r, s, seg) ||
	    (syn && tcpfsm_segment_end(seg) != r->ack_sent))
		return false;
	move(p, s, syn ? TCPFSM_SYN_RECEIVED : tcpfsm_fsm_peer[r->state], at->now_ms, res);
	if (syn)
		s->iss = seg->seq;
	return true;
}

/**
 * tcpfsm_fsm_catch_up() - what a local end has sent, advertised and received, by its socket's word
 * @p: the connection; updated
 * @end: index of an end that tcpfsm_end_behind()
 * @word: the socket's numbers
 *
 * Of an established socket that goes on in peace nobody looks at the segments that it sends, nor,
 * if its peer is a socket here, at those that it receives. That may have been any number of octets:
 * what was known before is not compared with, but for what may wait in the socket's backlog.
 *
 * Context: any; the caller holds the flow's lock.
 */
void tcpfsm_fsm_catch_up(struct tcpfsm_pair *p, unsigned int end, const struct tcpfsm_word *word)
{
	struct tcpfsm_end *e = &p->end[end];
	u32 window = word->room >> word->wscale;

	e->snd_nxt = word->snd_nxt;
	e->ack_sent = word->ack_sent;
	if (e->rcv_nxt - word->rcv_nxt > word->ack_sent + word->room - word->rcv_nxt)
		e->rcv_nxt = word->rcv_nxt;
	if (e->flags & TCPFSM_END_TS)
		e->ts_recent = word->ts_recent;
	e->window = window > 0xffff ? 0xffff : window;
	if (e->wscale != TCPFSM_WSCALE_NONE)
		e->wscale = word->wscale;
	e->flags |= TCPFSM_END_ACKS;
	e->flags &= ~TCPFSM_END_WINDOW_RAW;
}

/**
 * tcpfsm_fsm_timeout() - a deadline has passed
 * @p: the connection; updated
 * @end: index of the end
 * @now_ms: the time
 * @res: written
 *
 * Context: any; the caller holds the flow's lock.
 */
void tcpfsm_fsm_timeout(struct tcpfsm_pair *p, unsigned int end, u64 now_ms,
			struct tcpfsm_result *res)
{
	clear(res);
	apply(p, &p->end[end], TCPFSM_TIMEOUT, now_ms, res);
}

/**
 * tcpfsm_fsm_follow() - the kernel's socket says where the end is
 * @p: the connection; updated
 * @end: index of the end
 * @state: the socket's state
 * @now_ms: the time
 * @res: written
 *
 * Context: any; the caller holds the flow's lock.
 */
void tcpfsm_fsm_follow(struct tcpfsm_pair *p, unsigned int end, enum tcpfsm_state state,
		       u64 now_ms, struct tcpfsm_result *res)
{
	struct tcpfsm_end *e = &p->end[end];
	bool ahead;

	clear(res);
	ahead = tcpfsm_fsm_ahead(e->state, state);
	move(p, e, state, now_ms, res);
	e->flags &= ~TCPFSM_END_DEAF;
	/* What seemed good was not taken. Nor will what is like it be, until the socket says so. */
	if (ahead)
		e->flags |= TCPFSM_END_DEAF;
	if (res->n && in_states(e, TCPFSM_BIT(TCPFSM_SYN_SENT) | TCPFSM_BIT(TCPFSM_SYN_RECEIVED)))
		e->iss = e->snd_nxt - 1;
	else if (ahead)
		e->rcv_nxt = e->ack_sent;
}

/**
 * tcpfsm_fsm_infer_fin() - a socket has received a FIN that nobody saw for one
 * @p: the connection; updated
 * @end: index of the socket's end, in the socket's state; it has acknowledged all it has received
 * @now_ms: the time
 * @res: written: what that proves of the peer
 *
 * The first segment of a cookie's connection, one in fragments. One that is not acknowledged yet,
 * the ACK will show.
 *
 * Context: any; the caller holds the flow's lock.
 */
void tcpfsm_fsm_infer_fin(struct tcpfsm_pair *p, unsigned int end, u64 now_ms,
			  struct tcpfsm_result *res)
{
	clear(res);
	show_fin(p, end, now_ms, res);
}

/**
 * tcpfsm_fsm_early() - did the socket merely move first?
 * @wire: where the segments have shown the end
 * @socket: where its socket is
 *
 * The program has made the step: connect(), close(), shutdown(). Its SYN or FIN waits: for a
 * Fast Open's data, behind data, before a closed window. When it leaves, the wire shows the same.
 *
 * Context: any.
 *
 * Return: false: the wire alone had it wrong, or could not know.
 */
bool tcpfsm_fsm_early(enum tcpfsm_state wire, enum tcpfsm_state socket)
{
	switch (socket) {
	case TCPFSM_SYN_SENT:
		return wire == TCPFSM_CLOSED;
	case TCPFSM_FIN_WAIT_1:
		return wire == TCPFSM_SYN_RECEIVED || wire == TCPFSM_ESTABLISHED;
	case TCPFSM_LAST_ACK:
		return wire == TCPFSM_CLOSE_WAIT;
	default:
		return false;
	}
}

/**
 * tcpfsm_fsm_ahead() - did the wire show what TCP did not take?
 * @wire: where the segments have shown the end
 * @socket: where its socket is
 *
 * The states before CLOSED are named in the order in which a connection goes through them, and
 * what takes an end from one of a close to another is a segment of its peer.
 *
 * Context: any.
 *
 * Return: true: the end has received what its socket has not: an ACK, a FIN, a SYN.
 */
bool tcpfsm_fsm_ahead(enum tcpfsm_state wire, enum tcpfsm_state socket)
{
	return socket >= TCPFSM_SYN_SENT && wire > socket;
}
