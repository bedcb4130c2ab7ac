// SPDX-License-Identifier: GPL-2.0
/*
 * When silence becomes evidence: Linux's retransmission timers as the wire shows them.
 *
 * tcp_retransmit_timer(), reqsk_timer_handler() and tcp_probe_timer() repeat with pauses that
 * double, and give up where the next repetition would be, without a word. How long a pause can be
 * follows from the one before, and so does the moment from which the end is known to be gone.
 */
#include "fsm_silence.h"

#include <linux/kernel.h>

#include "fsm_end.h"
#include "segment.h"

#define SYN_MS		1000	/* TCP_TIMEOUT_INIT */
#define NEIGHBOUR_MS	3000	/* the first SYN waits for its neighbour: the second is left out */
#define DATA_MS		3000	/* TCP_TIMEOUT_FALLBACK: with no good sample of the RTT */
#define RTO_MIN_MS	200	/* TCP_RTO_MIN */
#define TIMER_MS	180	/* a pause as short as this is no timer's */
#define RTO_MAX_MS	120000	/* TCP_RTO_MAX */
#define ACK_MS		200	/* TCP_DELACK_MAX */

static void set(struct tcpfsm_silence *s, u16 flags)
{
	if (~s->flags & flags)
		WRITE_ONCE(s->flags, s->flags | flags);
}

static void clear(struct tcpfsm_silence *s, u16 flags)
{
	if (s->flags & flags)
		WRITE_ONCE(s->flags, s->flags & ~flags);
}

static bool outstanding(const struct tcpfsm_silence *s)
{
	return before(s->una, s->nxt);
}

static void send_anew(struct tcpfsm_silence *s, u32 now)
{
	s->first_ms = now;
	WRITE_ONCE(s->sent_ms, now);
	WRITE_ONCE(s->pause_ms, 0);
	clear(s, TCPFSM_SILENCE_BACKS | TCPFSM_SILENCE_PROBES | TCPFSM_SILENCE_PROBED);
}

static void send_again(struct tcpfsm_silence *s, u32 now)
{
	u32 pause = now - s->sent_ms;

	if (s->pause_ms >= TIMER_MS && pause >= s->pause_ms + s->pause_ms / 2)
		set(s, TCPFSM_SILENCE_BACKS);
	if (pause > s->pause_ms)
		WRITE_ONCE(s->pause_ms, pause);
	WRITE_ONCE(s->sent_ms, now);
}

static void sent_syn(struct tcpfsm_silence *s, const struct tcpfsm_segment *seg, u32 now)
{
	/* The same number: what came for it was no answer. Twice in a row: the queue is full. */
	if ((s->flags & TCPFSM_SILENCE_OPENS) && s->una - seg->seq <= 1) {
		if (s->una != seg->seq)
			set(s, s->flags & TCPFSM_SILENCE_AGAIN ? TCPFSM_SILENCE_DEAF :
								 TCPFSM_SILENCE_AGAIN);
		s->una = seg->seq;
		clear(s, TCPFSM_SILENCE_OWES);
		send_again(s, now);
		return;
	}
	s->una = seg->seq;
	s->nxt = tcpfsm_segment_end(seg);
	s->rtt_ms = 0;
	s->was = TCPFSM_CLOSED;
	s->flags = TCPFSM_SILENCE_KNOWN | TCPFSM_SILENCE_OPENS;
	if (seg->flags & TCPFSM_ACK)
		s->flags |= TCPFSM_SILENCE_ANSWERS;
	send_anew(s, now);
}

/* tcp_xmit_probe_skb(): the number before the first that is not acknowledged, and no data. */
static void sent_nothing(struct tcpfsm_silence *s, u32 seq, u32 now)
{
	if (outstanding(s) || seq + 1 != s->una)
		return;
	WRITE_ONCE(s->pause_ms, s->flags & TCPFSM_SILENCE_PROBED ? now - s->sent_ms : 0);
	WRITE_ONCE(s->sent_ms, now);
	set(s, TCPFSM_SILENCE_PROBED | TCPFSM_SILENCE_PROBES);
}

/**
 * tcpfsm_silence_sent() - an end has surely sent a segment
 * @s: the end's
 * @seg: the segment
 * @now_ms: the time
 *
 * Context: any. Another direction's segment may be in tcpfsm_silence_heard() at the same time: at
 * worst a pause is taken for longer or shorter than it was, once.
 */
void tcpfsm_silence_sent(struct tcpfsm_silence *s, const struct tcpfsm_segment *seg, u64 now_ms)
{
	u32 end = tcpfsm_segment_end(seg), now = now_ms;

	if (seg->flags & TCPFSM_RST)
		return;
	if (seg->flags & TCPFSM_SYN) {
		sent_syn(s, seg, now);
		return;
	}
	if (!(s->flags & TCPFSM_SILENCE_KNOWN)) {
		s->una = seg->seq;
		s->nxt = end;
		s->flags = TCPFSM_SILENCE_KNOWN;
		send_anew(s, now);
		return;
	}
	clear(s, TCPFSM_SILENCE_OPENS | TCPFSM_SILENCE_COOKIE | TCPFSM_SILENCE_OWES |
		 TCPFSM_SILENCE_DEAF);
	if (seg->seq == end) {
		sent_nothing(s, end, now);
	} else if (!after(end, s->nxt)) {
		if (after(end, s->una))
			send_again(s, now);
	} else {
		/* More of it restarts no timer that has fired: tcp_event_new_data_sent(). */
		if (!outstanding(s))
			send_anew(s, now);
		else if (!s->pause_ms)
			WRITE_ONCE(s->sent_ms, now);
		WRITE_ONCE(s->nxt, end);
	}
}

/* What came was an answer to what is outstanding: how long did that take, how long might it? */
static void take_time(struct tcpfsm_silence *s, const struct tcpfsm_segment *seg, u32 now)
{
	bool stamped = seg->options & TCPFSM_OPT_TS;

	/* With a timestamp what was repeated is a sample, too: tcp_ack_update_rtt(). */
	if (!s->pause_ms || stamped)
		s->rtt_ms = max_t(u32, min_t(u32, now - s->first_ms, RTO_MAX_MS / 5),
				  s->rtt_ms - s->rtt_ms / 8);
	if ((s->flags & TCPFSM_SILENCE_BACKS) && !stamped)
		s->rto_ms = min_t(u32, 2 * s->pause_ms, RTO_MAX_MS);
	else
		s->rto_ms = RTO_MIN_MS + s->rtt_ms;
}

/**
 * tcpfsm_silence_heard() - an end has received a segment, and takes it
 * @s: the end's
 * @seg: the segment, acceptable
 * @now_ms: the time
 *
 * Context: as tcpfsm_silence_sent().
 */
void tcpfsm_silence_heard(struct tcpfsm_silence *s, const struct tcpfsm_segment *seg, u64 now_ms)
{
	u32 now = now_ms;

	if (seg->flags & TCPFSM_RST)
		return;
	if ((seg->len || (seg->flags & TCPFSM_FIN)) && !(s->flags & TCPFSM_SILENCE_OWES)) {
		WRITE_ONCE(s->owed_ms, now);
		set(s, TCPFSM_SILENCE_OWES);
	}
	if (!(s->flags & TCPFSM_SILENCE_KNOWN))
		return;
	/* Where there is still no room, it will probe again. */
	if (seg->window)
		clear(s, TCPFSM_SILENCE_PROBES);
	if (!(seg->flags & TCPFSM_ACK) || !after(seg->ack, s->una) || after(seg->ack, s->nxt))
		return;
	take_time(s, seg, now);
	WRITE_ONCE(s->una, seg->ack);
	/* What is left of it is timed anew: tcp_rearm_rto(). */
	if (outstanding(s))
		send_anew(s, now);
	else
		clear(s, TCPFSM_SILENCE_BACKS);
}

/* It has sent nothing since its SYN-ACK, and does not take what comes. */
static bool owes(const struct tcpfsm_silence *s)
{
	u16 flags = READ_ONCE(s->flags);

	return (flags & TCPFSM_SILENCE_OWES) &&
	       (flags & (TCPFSM_SILENCE_OPENS | TCPFSM_SILENCE_COOKIE));
}

/* The next of the pauses that begin with one second; a SYN-ACK may also come in between. */
static u32 next_syn(u32 pause, u16 flags)
{
	u32 next = 2 * SYN_MS;

	if (!pause)
		return flags & TCPFSM_SILENCE_ANSWERS ? SYN_MS : NEIGHBOUR_MS;
	while (next <= pause && next < RTO_MAX_MS)
		next *= 2;
	return next;
}

/**
 * tcpfsm_silence_due() - when will silence prove something?
 * @s: the end's
 * @now_ms: the time
 * @since_ms: written, if the answer is yes: since when it lasts
 * @pause_ms: written likewise: what the timer is set for, at most, that would end it
 *
 * Context: any.
 *
 * Return: false: it has nothing to say.
 */
bool tcpfsm_silence_due(const struct tcpfsm_silence *s, u64 now_ms, u64 *since_ms,
			u32 *pause_ms)
{
	u32 sent = READ_ONCE(s->sent_ms), pause = READ_ONCE(s->pause_ms), ago;
	u16 flags = READ_ONCE(s->flags);

	if (owes(s)) {
		sent = READ_ONCE(s->owed_ms);
		pause = ACK_MS;
	} else if (flags & TCPFSM_SILENCE_PROBES) {
		/* The first pause may be a keep-alive's: of any length. */
		if (!pause)
			return false;
		pause *= 2;
	} else if (!before(READ_ONCE(s->una), READ_ONCE(s->nxt))) {
		return false;
	} else if (flags & TCPFSM_SILENCE_OPENS) {
		pause = next_syn(pause, flags);
	} else if (flags & TCPFSM_SILENCE_BACKS) {
		pause *= 2;
	} else {
		/*
		 * RFC 6298: SRTT + 4 * RTTVAR is five times the longest at most. With no sample
		 * since, the time-out is still what it had been doubled to.
		 */
		pause = max_t(u32, 2 * pause, DATA_MS);
		pause = max_t(u32, pause, max_t(u32, 5 * READ_ONCE(s->rtt_ms),
						READ_ONCE(s->rto_ms)));
	}
	/* It may have sent while we asked. */
	ago = (u32)now_ms - sent;
	*since_ms = now_ms - (ago > (u32)-SYN_MS ? 0 : ago);
	*pause_ms = min_t(u32, pause, RTO_MAX_MS);
	return flags & (TCPFSM_SILENCE_KNOWN | TCPFSM_SILENCE_COOKIE);
}

/**
 * tcpfsm_silence_proves() - what silence has proved
 * @s: the end's, whose time has come
 *
 * Context: the caller holds the flow's lock.
 *
 * Return: where the end is: CLOSED, or SYN_RECEIVED where TCP has not taken the ACK of its SYN-ACK.
 */
enum tcpfsm_state tcpfsm_silence_proves(struct tcpfsm_silence *s)
{
	if (!owes(s) || (s->flags & TCPFSM_SILENCE_COOKIE))
		return TCPFSM_CLOSED;
	clear(s, TCPFSM_SILENCE_OWES);
	set(s, TCPFSM_SILENCE_DEAF);
	s->una = s->nxt - 1;
	return TCPFSM_SYN_RECEIVED;
}

/**
 * tcpfsm_silence_fin_time() - how long an orphan stays in FIN_WAIT_2 at least
 * @s: the end's, of whose FIN the ACK has come
 *
 * tcp_fin_time(): three and a half times its retransmission time-out.
 *
 * Context: any.
 *
 * Return: ms.
 */
u32 tcpfsm_silence_fin_time(const struct tcpfsm_silence *s)
{
	u32 rto = READ_ONCE(s->rto_ms);

	return 4 * rto - rto / 2;
}

/**
 * tcpfsm_silence_timer() - when a timer of the kernel fires
 * @set: when it was set, in jiffies
 * @ticks: for how many
 *
 * calc_wheel_index(): late, on each level of the wheel by up to eight times as much.
 *
 * Context: any.
 *
 * Return: jiffies.
 */
u32 tcpfsm_silence_timer(u32 set, u32 ticks)
{
	u32 level = 63, shift = 0;

	while (ticks >= level && shift < 24) {
		level <<= 3;
		shift += 3;
	}
	return (((set + ticks) >> shift) + 1) << shift;
}
