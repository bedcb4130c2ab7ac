/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The eleven states of RFC 9293, once.
 *
 * X(NAME, section) in the order in which every file and the tool show them.
 * The section is RFC 9293's, where the state is entered or described. This file
 * depends on nothing: the kernel, the tool and the host's tests include it alike.
 */
#ifndef TCPFSM_STATES_H
#define TCPFSM_STATES_H

#define TCPFSM_STATES(X)		\
	X(CLOSED,	"3.10.7.1")	\
	X(LISTEN,	"3.10.7.2")	\
	X(SYN_SENT,	"3.10.7.3")	\
	X(SYN_RECEIVED,	"3.5")		\
	X(ESTABLISHED,	"3.5")		\
	X(FIN_WAIT_1,	"3.6")		\
	X(FIN_WAIT_2,	"3.6")		\
	X(CLOSE_WAIT,	"3.6")		\
	X(CLOSING,	"3.6")		\
	X(LAST_ACK,	"3.6")		\
	X(TIME_WAIT,	"3.6.1")

#define TCPFSM_STATE_ENUM(name, section) TCPFSM_##name,
enum tcpfsm_state {
	TCPFSM_STATES(TCPFSM_STATE_ENUM)
	TCPFSM_NR_STATES
};
#undef TCPFSM_STATE_ENUM

#define TCPFSM_BIT(state) (1U << (state))

#endif /* TCPFSM_STATES_H */
