// SPDX-License-Identifier: GPL-2.0
/*
 * RFC 9293's machine of one end as data: the state it is in × what it was seen to do.
 *
 * What an observer can know: a segment that an end sends proves that the end has already
 * moved; one that it receives moves it only if it is acceptable, which fsm.c has judged
 * before it asks here. sXX below is the state after; where it is the row's own, the event
 * is a duplicate, or impossible, or no business of that state, and the comment says which.
 */
#include "fsm.h"

#define sCL TCPFSM_CLOSED
#define sLI TCPFSM_LISTEN
#define sSS TCPFSM_SYN_SENT
#define sSR TCPFSM_SYN_RECEIVED
#define sES TCPFSM_ESTABLISHED
#define sF1 TCPFSM_FIN_WAIT_1
#define sF2 TCPFSM_FIN_WAIT_2
#define sCW TCPFSM_CLOSE_WAIT
#define sCG TCPFSM_CLOSING
#define sLA TCPFSM_LAST_ACK
#define sTW TCPFSM_TIME_WAIT

const u8 tcpfsm_fsm_table[TCPFSM_NR_STATES][TCPFSM_NR_EVENTS] = {
/*
 * Columns: SENT:  SYN  SYNACK ACK  FIN  RST
 *          RCVD:  SYN  SYNACK ACK_OF_SYN ACK_OF_FIN FIN FIN_ACK RST,  then TIMEOUT
 */
[TCPFSM_CLOSED] = {
	sSS, sCL, sCL, sCL, sCL,
	sCL, sCL, sCL, sCL, sCL, sCL, sCL, sCL,
},
/*
 * SENT SYN: active OPEN (3.10.1). Everything else: the reset for a segment to a closed port
 * (3.10.7.1), stragglers of a former life. A SYN-ACK comes out of LISTEN, where
 * tcpfsm_fsm_init() puts the end that has not opened.
 */
[TCPFSM_LISTEN] = {
	sSS, sSR, sLI, sLI, sLI,
	sLI, sLI, sLI, sLI, sLI, sLI, sLI, sCL,
},
/*
 * SENT SYN: SEND in LISTEN (figure 5), and what simultaneous open looks like when the other
 * SYN was seen first. SENT SYNACK: rcv SYN / snd SYN,ACK (figure 5).
 * RCVD SYN: not yet. Linux may drop it (queue full), refuse it, or answer with a cookie; its
 * SYN-ACK is the proof, and leaves at once (tcp_conn_request).
 * SENT RST: nobody listens, or a bad ACK (3.10.7.2 second): there is no connection.
 * TIMEOUT: nobody answered the SYN; the end that never was is let go.
 */
[TCPFSM_SYN_SENT] = {
	sSS, sSR, sES, sSS, sCL,
	sSR, sES, sSS, sSS, sSS, sSS, sCL, sCL,
},
/*
 * SENT SYN: retransmission. SENT SYNACK, RCVD SYN: simultaneous open (3.5, figure 7).
 * SENT ACK: it can only acknowledge a SYN-ACK, whether that was seen or not.
 * SENT RST: fsm.c tells the answer to an unacceptable ACK, after which the state stays (3.10.7.3
 * first), from the ABORT of an end whose SYN-ACK we only infer. SENT FIN: carries an ACK, so the
 * end has already left.
 * RCVD ACK_OF_SYN without SYN: dropped (3.10.7.3 fifth). RCVD FIN: dropped (eighth).
 * RCVD RST: with an acceptable ACK, "connection reset" (second).
 * TIMEOUT: SYN retries run out (tcp_write_timeout).
 */
[TCPFSM_SYN_RECEIVED] = {
	sSR, sSR, sSR, sF1, sCL,
	sSR, sES, sES, sSR, sCW, sCW, sCL, sCL,
},
/*
 * SENT SYN, SYNACK: retransmissions. SENT ACK: the answer to an unacceptable segment, or to
 * a keep-alive of a client that has long been ESTABLISHED (tcp_check_req).
 * SENT FIN: CLOSE (3.10.4). SENT RST: fsm.c tells a reset that ends it from a mere answer.
 * RCVD SYN: retransmission. RCVD SYNACK: simultaneous open; it acknowledges our SYN.
 * RCVD ACK_OF_SYN: 3.10.7.4 fifth. RCVD FIN: eighth; with Fast Open before any ACK (tcp_fin).
 * RCVD RST: 3.10.7.4 second. Of a passive open the RFC's end returns to LISTEN; here an
 * end is a connection's, and Linux's listener has never left LISTEN.
 * TIMEOUT: SYN-ACK retries run out (reqsk_timer_handler).
 */
[TCPFSM_ESTABLISHED] = {
	sES, sES, sES, sF1, sCL,
	sES, sES, sES, sES, sCW, sCW, sCL, sCL,
},
/*
 * SENT SYN: a new life (tcpfsm_fsm_new_life), or a stray. SENT SYNACK: retransmission that
 * crossed the ACK. SENT FIN: CLOSE (3.10.4). SENT RST: ABORT (3.10.5).
 * RCVD SYN, SYNACK: challenge ACK (RFC 5961 section 4). RCVD FIN: 3.10.7.4 eighth.
 * RCVD RST: second. TIMEOUT: user time-out (3.10.8); for a forwarded flow, idle for too long.
 */
[TCPFSM_FIN_WAIT_1] = {
	sF1, sF1, sF1, sF1, sCL,
	sF1, sF1, sF1, sF2, sCG, sTW, sCL, sCL,
},
/*
 * SENT FIN: retransmission. SENT RST: data came for a closed program (tcp_rcv_state_process).
 * RCVD ACK_OF_FIN: 3.10.7.4 fifth. RCVD FIN: CLOSING, simultaneous close (3.6, figure 13).
 * RCVD FIN_ACK: TIME_WAIT at once (figure 5, note 2). TIMEOUT: retransmissions give up.
 */
[TCPFSM_FIN_WAIT_2] = {
	sF2, sF2, sF2, sF2, sCL,
	sF2, sF2, sF2, sF2, sTW, sTW, sCL, sCL,
},
/*
 * SENT FIN: retransmission that crossed its ACK. SENT RST: data for a closed program.
 * RCVD FIN, FIN_ACK: 3.10.7.4 eighth. TIMEOUT: Linux's tcp_fin_timeout, of an orphan.
 */
[TCPFSM_CLOSE_WAIT] = {
	sCW, sCW, sCW, sLA, sCL,
	sCW, sCW, sCW, sCW, sCW, sCW, sCL, sCW,
},
/*
 * SENT FIN: CLOSE (3.10.4). SENT RST: ABORT, or close() with unread data (__tcp_close).
 * RCVD FIN: retransmission. TIMEOUT: nothing: CLOSE_WAIT has no timer; a program that
 * forgets to close stays here for ever, and that is what we are here to show.
 */
[TCPFSM_CLOSING] = {
	sCG, sCG, sCG, sCG, sCL,
	sCG, sCG, sCG, sTW, sCG, sTW, sCL, sCL,
},
/*
 * SENT FIN: retransmission. RCVD ACK_OF_FIN: 3.10.7.4 fifth. RCVD FIN: retransmission,
 * which with the ACK of ours (FIN_ACK) still acknowledges. TIMEOUT: retransmissions give up.
 */
[TCPFSM_LAST_ACK] = {
	sLA, sLA, sLA, sLA, sCL,
	sLA, sLA, sLA, sCL, sLA, sCL, sCL, sCL,
},
/*
 * SENT FIN: retransmission. RCVD ACK_OF_FIN: 3.10.7.4 fifth: delete the TCB.
 * RCVD FIN: retransmission; FIN_ACK as in CLOSING. TIMEOUT: retransmissions give up.
 */
[TCPFSM_TIME_WAIT] = {
	sTW, sTW, sTW, sTW, sCL,
	sTW, sTW, sTW, sTW, sTW, sTW, sCL, sCL,
},
/*
 * SENT SYN, SYNACK: a new life (tcpfsm_fsm_new_life). SENT ACK: answers what comes late.
 * SENT RST: tcp_timewait_state_process said TCP_TW_RST. RCVD FIN: restarts the timer.
 * RCVD RST: assassination (RFC 1337), unless tcp_rfc1337; fsm.c judges. TIMEOUT: 2MSL.
 */
};

/* Where the peer of an end is that goes on, as far as the end's own state tells. */
const u8 tcpfsm_fsm_peer[TCPFSM_NR_STATES] = {
	[TCPFSM_CLOSED] = TCPFSM_CLOSED,
	[TCPFSM_LISTEN] = TCPFSM_CLOSED,
	[TCPFSM_SYN_SENT] = TCPFSM_LISTEN,
	[TCPFSM_SYN_RECEIVED] = TCPFSM_SYN_SENT,
	[TCPFSM_ESTABLISHED] = TCPFSM_ESTABLISHED,
	[TCPFSM_FIN_WAIT_1] = TCPFSM_ESTABLISHED,
	[TCPFSM_FIN_WAIT_2] = TCPFSM_CLOSE_WAIT,
	[TCPFSM_CLOSE_WAIT] = TCPFSM_FIN_WAIT_2,
	[TCPFSM_CLOSING] = TCPFSM_CLOSING,
	[TCPFSM_LAST_ACK] = TCPFSM_FIN_WAIT_2,
	[TCPFSM_TIME_WAIT] = TCPFSM_CLOSED,
};
