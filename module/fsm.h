/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pure core: RFC 9293's machine for both ends of one connection, as an observer can
 * know them. No skb, lock, clock, allocation or log; callers bring the time and the lock.
 * The same files compile in the kernel, in KUnit and on the host.
 */
#ifndef TCPFSM_FSM_H
#define TCPFSM_FSM_H

#include "states.h"

#include <linux/types.h>

struct tcpfsm_segment;

/* What an end has been seen to do: the columns of tcpfsm_fsm_table. */
enum tcpfsm_event {
	TCPFSM_SENT_SYN,
	TCPFSM_SENT_SYNACK,
	TCPFSM_SENT_ACK,	/* an ACK without SYN, RST: only SYN_SENT cares */
	TCPFSM_SENT_FIN,
	TCPFSM_SENT_RST,
	TCPFSM_RCVD_SYN,
	TCPFSM_RCVD_SYNACK,	/* its ACK covers our SYN */
	TCPFSM_RCVD_ACK_OF_SYN,
	TCPFSM_RCVD_ACK_OF_FIN,
	TCPFSM_RCVD_FIN,	/* in order, and our FIN, if sent, is not acknowledged */
	TCPFSM_RCVD_FIN_ACK,	/* in order, with the ACK of our FIN */
	TCPFSM_RCVD_RST,	/* acceptable by RFC 5961 */
	TCPFSM_TIMEOUT,
	TCPFSM_NR_EVENTS
};

/* tcpfsm_end.flags */
#define TCPFSM_END_FIN_SENT	0x01	/* snd_nxt is the number after its FIN */
#define TCPFSM_END_ACKS		0x02	/* has sent an ACK: ack_sent, window are its word */
#define TCPFSM_END_WINDOW_RAW	0x04	/* window came on a SYN: never scaled */
#define TCPFSM_END_TS		0x08	/* ts_recent is valid */
#define TCPFSM_END_DOOMED	0x10	/* a segment has ended it, if TCP took that */
#define TCPFSM_END_NOBODY	0x20	/* sends from here without a socket: a SYN cookie */
#define TCPFSM_END_MISSED	0x40	/* the last look found no socket */
#define TCPFSM_END_DEAF		0x80	/* TCP did not take what came: only its socket moves it */
#define TCPFSM_END_FOUND	0x100	/* was found in its state: since when, nobody knows */
#define TCPFSM_END_STAYS	0x200	/* has an object in the account of stays (stay.c) */
#define TCPFSM_END_PORT		0x400	/* holds a port towards its destination (ports.c) */
#define TCPFSM_END_COLLIDED	0x800	/* in CLOSE_WAIT, and a SYN came for it (collision.c) */
#define TCPFSM_END_LATER	0x1000	/* moved just before a look, which is too soon for it */
#define TCPFSM_END_PARKED	0x2000	/* of end 0: nobody counts the flow any more (alone.c) */

#define TCPFSM_WSCALE_NONE	0xff	/* its SYN offered no window scale */
#define TCPFSM_WSCALE_MAX	14	/* RFC 7323 section 2.3 */

/**
 * struct tcpfsm_end - one end of a connection
 * @snd_nxt: the number after the highest octet (SYN and FIN counted) that it has sent
 * @ack_sent: the highest acknowledgment that it has sent; Linux's rcv_wup
 * @rcv_nxt: the number after the last octet known to have reached it in order; the
 *           greater of this and @ack_sent is RCV.NXT
 * @iss: in SYN_SENT and SYN_RECEIVED, where nothing but a SYN can have come: its ISS
 * @ts_recent: TS.Recent of RFC 7323, with TCPFSM_END_TS
 * @since_lo: when it entered @state, in ms of the caller's clock: lower 32 bits
 * @since_hi: the next 16 bits
 * @window: the last window it advertised, as in the header
 * @restarted: in TIME_WAIT, which advertises none: when its timer last started anew, in
 *             units of 64 ms after it entered; stops at the largest
 * @flags: TCPFSM_END_*
 * @state: enum tcpfsm_state
 * @wscale: shift its SYN offered, or TCPFSM_WSCALE_NONE
 *
 * A segment writes snd_nxt, ack_sent and window of the end that sends it and rcv_nxt and
 * ts_recent of the end that receives it, so each field has one writing direction.
 */
struct tcpfsm_end {
	u32 snd_nxt;
	u32 ack_sent;
	union {
		u32 rcv_nxt;
		u32 iss;
	};
	u32 ts_recent;
	u32 since_lo;
	u16 since_hi;
	union {
		u16 window;
		u16 restarted;
	};
	u16 flags;
	u8 state;
	u8 wscale;
};

struct tcpfsm_pair {
	struct tcpfsm_end end[2];
};

/**
 * struct tcpfsm_move - one transition of one end
 * @since_ms: when it had entered @from
 * @held_ms: how long it was there
 * @found: it had been found there: @held_ms is a lower bound
 * @end: index into tcpfsm_pair.end
 * @from: enum tcpfsm_state
 * @to: enum tcpfsm_state, never @from
 */
struct tcpfsm_move {
	u64 since_ms;
	u64 held_ms;
	u8 end;
	u8 from;
	u8 to;
	bool found;
};

/* Two for each end: a FIN that also acknowledges a SYN moves an end twice. */
#define TCPFSM_MAX_MOVES	4

/**
 * struct tcpfsm_result - what a step did
 * @move: the transitions in their order
 * @n: how many
 * @out_of_window: the receiver ignores the segment: outside its window, an old
 *                 timestamp (PAWS) or an acknowledgment of what was never sent
 * @rearm: a TIME_WAIT's timer has started anew, for it heard of its peer again; or the receiver
 *         is doomed, or deaf, and its socket is to be asked
 */
struct tcpfsm_result {
	struct tcpfsm_move move[TCPFSM_MAX_MOVES];
	u8 n;
	bool rearm;
	bool out_of_window;
};

/* The rule of witnesses: what a sighting proves of the sender and of the receiver. */
enum tcpfsm_witness {
	TCPFSM_WITNESS_NONE,	/* nothing: seen at another hook, or not an end at all */
	TCPFSM_WITNESS_INFERRED, /* passed by: probably sent, probably received */
	TCPFSM_WITNESS_SURE,	/* LOCAL_OUT for the sender, LOCAL_IN for the receiver */
};

/**
 * struct tcpfsm_sighting - where and when a segment was seen
 * @now_ms: the time, 48 bits used
 * @from: index of the sending end
 * @sender: enum tcpfsm_witness
 * @receiver: enum tcpfsm_witness
 * @rfc1337: the namespace ignores resets in TIME_WAIT (tcp_rfc1337)
 * @passed: the sender is local, and was not looked at where it sent this (LOCAL_OUT): of what it
 *          has sent and advertised this is the first word
 * @asked: the receiver's socket says whether what has come ends it: a segment that TCP has not
 *         taken, for its checksum or a filter's sake, must not end what lives
 */
struct tcpfsm_sighting {
	u64 now_ms;
	u8 from;
	u8 sender;
	u8 receiver;
	bool rfc1337;
	bool passed;
	bool asked;
};

/**
 * struct tcpfsm_word - the word of a local end's socket on what it has sent and received
 * @snd_nxt: SND.NXT, or what that will be when all has been sent that was written
 * @ack_sent: the last acknowledgment that it has sent
 * @room: octets of window that went with it
 * @rcv_nxt: RCV.NXT; more may wait for it in its backlog
 * @ts_recent: TS.Recent, if its segments bear timestamps
 * @wscale: shift of its windows
 */
struct tcpfsm_word {
	u32 snd_nxt;
	u32 ack_sent;
	u32 room;
	u32 rcv_nxt;
	u32 ts_recent;
	u8 wscale;
};

/**
 * struct tcpfsm_origin - what a socket tells of its end
 * @since_ms: when it entered @state, at the latest
 * @snd_nxt: SND.NXT
 * @rcv_nxt: RCV.NXT
 * @state: enum tcpfsm_state
 * @ts_recent: TS.Recent, if @stamped
 * @fin_sent: @snd_nxt is the number after its FIN
 */
struct tcpfsm_origin {
	u64 since_ms;
	u32 snd_nxt;
	u32 rcv_nxt;
	u32 ts_recent;
	u8 state;
	bool fin_sent;
	bool stamped;
};

extern const u8 tcpfsm_fsm_table[TCPFSM_NR_STATES][TCPFSM_NR_EVENTS];
extern const u8 tcpfsm_fsm_peer[TCPFSM_NR_STATES];

void tcpfsm_fsm_init(struct tcpfsm_pair *p, u64 now_ms);
void tcpfsm_fsm_pick_up(struct tcpfsm_pair *p, const struct tcpfsm_segment *seg,
			const struct tcpfsm_sighting *at);
void tcpfsm_fsm_adopt(struct tcpfsm_pair *p, unsigned int end, const struct tcpfsm_origin *from,
		      bool infer_peer);
bool tcpfsm_fsm_new_life(const struct tcpfsm_pair *p, const struct tcpfsm_segment *seg,
			 const struct tcpfsm_sighting *at);
void tcpfsm_fsm_step(struct tcpfsm_pair *p, const struct tcpfsm_segment *seg,
		     const struct tcpfsm_sighting *at, struct tcpfsm_result *res);
bool tcpfsm_fsm_revive(struct tcpfsm_pair *p, const struct tcpfsm_segment *seg,
		       const struct tcpfsm_sighting *at, struct tcpfsm_result *res);
void tcpfsm_fsm_catch_up(struct tcpfsm_pair *p, unsigned int end, const struct tcpfsm_word *word);
void tcpfsm_fsm_timeout(struct tcpfsm_pair *p, unsigned int end, u64 now_ms,
			struct tcpfsm_result *res);
void tcpfsm_fsm_infer_fin(struct tcpfsm_pair *p, unsigned int end, u64 now_ms,
			  struct tcpfsm_result *res);
void tcpfsm_fsm_follow(struct tcpfsm_pair *p, unsigned int end, enum tcpfsm_state state,
		       u64 now_ms, struct tcpfsm_result *res);
bool tcpfsm_fsm_early(enum tcpfsm_state wire, enum tcpfsm_state socket);
bool tcpfsm_fsm_ahead(enum tcpfsm_state wire, enum tcpfsm_state socket);

/* When it entered its state, ms of the caller's clock. */
static inline u64 tcpfsm_end_since(const struct tcpfsm_end *e)
{
	return (u64)e->since_hi << 32 | e->since_lo;
}

/*
 * May its socket have sent what was not looked at? It did so while it was established, and with its
 * FIN, which is looked at, we have caught up.
 */
static inline bool tcpfsm_end_behind(const struct tcpfsm_end *e)
{
	return !(e->flags & TCPFSM_END_FIN_SENT) &&
	       (TCPFSM_BIT(e->state) & (TCPFSM_BIT(TCPFSM_ESTABLISHED) |
					TCPFSM_BIT(TCPFSM_CLOSE_WAIT) |
					TCPFSM_BIT(TCPFSM_FIN_WAIT_1) |
					TCPFSM_BIT(TCPFSM_LAST_ACK)));
}

/* Closed, or never opened: such an end keeps no flow alive. */
static inline bool tcpfsm_end_over(const struct tcpfsm_end *e)
{
	return e->state == TCPFSM_CLOSED || e->state == TCPFSM_LISTEN;
}

#endif /* TCPFSM_FSM_H */
