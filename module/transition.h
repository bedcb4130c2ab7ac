/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pairs of states that RFC 9293 or Linux allows, once, in the order of the file
 * `transitions`. X(FROM, TO, reason): the reason names the specification or the kernel's
 * function. tcpfsm_fsm_table may lead nowhere else (tested exhaustively).
 */
#ifndef TCPFSM_TRANSITION_H
#define TCPFSM_TRANSITION_H

#include "states.h"

#define TCPFSM_TRANSITIONS(X)								\
	X(CLOSED,	LISTEN,		"figure 5: passive OPEN (a listening socket)")	\
	X(CLOSED,	SYN_SENT,	"figure 5: active OPEN")			\
	X(LISTEN,	CLOSED,		"figure 5: CLOSE (a listening socket)")		\
	X(LISTEN,	SYN_SENT,	"figure 5: SEND (Linux does not offer it)")	\
	X(LISTEN,	SYN_RECEIVED,	"figure 5: rcv SYN, snd SYN,ACK")		\
	X(LISTEN,	ESTABLISHED,	"Linux: a SYN cookie comes back, cookie_v4_check") \
	X(SYN_SENT,	CLOSED,		"figure 5: CLOSE; 3.10.7.3: RST; time-out")	\
	X(SYN_SENT,	SYN_RECEIVED,	"figure 5: rcv SYN, snd SYN,ACK")		\
	X(SYN_SENT,	ESTABLISHED,	"figure 5: rcv SYN,ACK, snd ACK")		\
	X(SYN_RECEIVED,	CLOSED,		"3.10.7.4: RST; SYN-ACK retries run out")	\
	X(SYN_RECEIVED,	LISTEN,		"figure 5, note 1: Linux's listener never left, so 0")	\
	X(SYN_RECEIVED,	ESTABLISHED,	"figure 5: rcv ACK of SYN")			\
	X(SYN_RECEIVED,	FIN_WAIT_1,	"figure 5: CLOSE, snd FIN")			\
	X(SYN_RECEIVED,	CLOSE_WAIT,	"3.10.7.4: FIN in SYN-RECEIVED; Linux: Fast Open")	\
	X(ESTABLISHED,	CLOSED,		"3.10.7.4: RST; user time-out")			\
	X(ESTABLISHED,	FIN_WAIT_1,	"figure 5: CLOSE, snd FIN")			\
	X(ESTABLISHED,	CLOSE_WAIT,	"figure 5: rcv FIN, snd ACK")			\
	X(FIN_WAIT_1,	CLOSED,		"3.10.7.4: RST; user time-out")			\
	X(FIN_WAIT_1,	FIN_WAIT_2,	"figure 5: rcv ACK of FIN")			\
	X(FIN_WAIT_1,	CLOSING,	"figure 5: rcv FIN, snd ACK")			\
	X(FIN_WAIT_1,	TIME_WAIT,	"figure 5, note 2: rcv FIN with ACK of FIN")	\
	X(FIN_WAIT_2,	CLOSED,		"3.10.7.4: RST; Linux: tcp_fin_timeout")	\
	X(FIN_WAIT_2,	TIME_WAIT,	"figure 5: rcv FIN, snd ACK")			\
	X(CLOSE_WAIT,	CLOSED,		"3.10.7.4: RST; 3.10.5: ABORT")			\
	X(CLOSE_WAIT,	LAST_ACK,	"figure 5: CLOSE, snd FIN")			\
	X(CLOSING,	CLOSED,		"3.10.7.4: RST; user time-out")			\
	X(CLOSING,	TIME_WAIT,	"figure 5: rcv ACK of FIN")			\
	X(LAST_ACK,	CLOSED,		"figure 5: rcv ACK of FIN; RST; user time-out")	\
	X(TIME_WAIT,	CLOSED,		"figure 5: 2MSL passed; RST (RFC 1337)")

#define TCPFSM_TRANSITION_ENUM(from, to, reason) TCPFSM_T_##from##_##to,
enum tcpfsm_transition_id {
	TCPFSM_TRANSITIONS(TCPFSM_TRANSITION_ENUM)
	TCPFSM_NR_TRANSITIONS
};
#undef TCPFSM_TRANSITION_ENUM

/* What showed a transition: the columns of `transitions`. */
#define TCPFSM_CAUSES(X)	\
	X(SEGMENT, segment)	\
	X(TIMER, timer)		\
	X(SOCKET, socket)

#define TCPFSM_CAUSE_ENUM(name, text) TCPFSM_CAUSE_##name,
enum tcpfsm_cause {
	TCPFSM_CAUSES(TCPFSM_CAUSE_ENUM)
	TCPFSM_NR_CAUSES
};
#undef TCPFSM_CAUSE_ENUM

#endif /* TCPFSM_TRANSITION_H */
