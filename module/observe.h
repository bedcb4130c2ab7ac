/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_OBSERVE_H
#define TCPFSM_OBSERVE_H

#include <linux/types.h>

struct sk_buff;
struct sock;
struct tcpfsm_ends;
struct tcpfsm_net;
struct tcpfsm_segment;

/* Where a segment was seen, which is what it proves (the rule of witnesses). */
enum tcpfsm_place {
	TCPFSM_PLACE_IN,	/* LOCAL_IN: the receiver receives it */
	TCPFSM_PLACE_OUT,	/* LOCAL_OUT: the sender has sent it */
	TCPFSM_PLACE_FORWARD,	/* FORWARD: both are inferred */
};

extern bool tcpfsm_transit;

void tcpfsm_observe(struct tcpfsm_net *tn, enum tcpfsm_place place, const struct sk_buff *skb,
		    const struct sock *by, const struct tcpfsm_ends *ends,
		    const struct tcpfsm_segment *seg);

#endif /* TCPFSM_OBSERVE_H */
