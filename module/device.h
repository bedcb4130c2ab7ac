/* SPDX-License-Identifier: GPL-2.0 */
/* Which of several connections with the same addresses and ports it is: by VRF, and by device. */
#ifndef TCPFSM_DEVICE_H
#define TCPFSM_DEVICE_H

#include "flow.h"
#include "observe.h"

struct sk_buff;

int tcpfsm_device_domain(const struct tcpfsm_net *tn, int device);
void tcpfsm_device_of_segment(struct tcpfsm_key *key, enum tcpfsm_place place,
			      const struct sk_buff *skb, bool owned);
bool tcpfsm_device_matches(const struct tcpfsm_flow *flow, const struct tcpfsm_key *key);
bool tcpfsm_device_bind(struct tcpfsm_flow *flow, const struct tcpfsm_key *key);

/* Is the socket that @key is of known by another device than it is bound to? */
static inline bool tcpfsm_device_differs(const struct tcpfsm_flow *flow,
					 const struct tcpfsm_key *key)
{
	return unlikely(key->bound && key->device && !key->domain &&
			key->device != READ_ONCE(flow->device));
}

#endif /* TCPFSM_DEVICE_H */
