/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What silence proves, where nobody can be asked but the wire. An end repeats what has not been
 * acknowledged, each time after twice the pause; one that does not, when it is due, is gone. Pure,
 * as fsm.h is.
 */
#ifndef TCPFSM_FSM_SILENCE_H
#define TCPFSM_FSM_SILENCE_H

#include "states.h"

#include <linux/types.h>

struct tcpfsm_segment;

/* tcpfsm_silence.flags */
#define TCPFSM_SILENCE_KNOWN	0x001	/* it has sent something: the numbers are its own */
#define TCPFSM_SILENCE_OPENS	0x002	/* nothing but its SYN or SYN-ACK so far */
#define TCPFSM_SILENCE_ANSWERS	0x004	/* that is a SYN-ACK */
#define TCPFSM_SILENCE_BACKS	0x008	/* its pauses double: its timer is what repeats */
#define TCPFSM_SILENCE_PROBED	0x010	/* it has probed, and has sent nothing new since */
#define TCPFSM_SILENCE_PROBES	0x020	/* it has to probe again: no answer, or no room */
#define TCPFSM_SILENCE_OWES	0x040	/* what has come to it wants an ACK, and has none yet */
#define TCPFSM_SILENCE_COOKIE	0x080	/* a SYN cookie that came back: if TCP took it */
#define TCPFSM_SILENCE_AGAIN	0x100	/* a SYN-ACK after the ACK of the one before: not taken */
#define TCPFSM_SILENCE_DEAF	0x200	/* TCP does not take what comes: it sends SYN-ACKs still */
#define TCPFSM_SILENCE_READS	0x400	/* in FIN_WAIT_2 it has acknowledged data: no orphan */

/**
 * struct tcpfsm_silence - what an end has sent, and not been answered
 * @una: SND.UNA: the highest acknowledgment that has come to it
 * @nxt: the number after the highest octet that it has sent
 * @first_ms: when the oldest of that was first sent: the clock's lower 32 bits
 * @sent_ms: when it last sent what wants an answer
 * @pause_ms: the longest pause between two sendings of the same, since @una last moved
 * @owed_ms: since when it has owed an ACK
 * @rtt_ms: about the longest that an answer has taken lately
 * @rto_ms: about what its retransmission time-out was when @una last moved
 * @flags: TCPFSM_SILENCE_*
 * @was: where it was when it was taken for gone; CLOSED: it was not
 */
struct tcpfsm_silence {
	u32 una;
	u32 nxt;
	u32 first_ms;
	u32 sent_ms;
	u32 pause_ms;
	u32 owed_ms;
	u32 rtt_ms;
	u32 rto_ms;
	u16 flags;
	u8 was;
};

void tcpfsm_silence_sent(struct tcpfsm_silence *s, const struct tcpfsm_segment *seg, u64 now_ms);
void tcpfsm_silence_heard(struct tcpfsm_silence *s, const struct tcpfsm_segment *seg,
			  u64 now_ms);
bool tcpfsm_silence_due(const struct tcpfsm_silence *s, u64 now_ms, u64 *since_ms,
			u32 *pause_ms);
enum tcpfsm_state tcpfsm_silence_proves(struct tcpfsm_silence *s);
u32 tcpfsm_silence_fin_time(const struct tcpfsm_silence *s);
u32 tcpfsm_silence_timer(u32 set, u32 ticks);

#endif /* TCPFSM_FSM_SILENCE_H */
