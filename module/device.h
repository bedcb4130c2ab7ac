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
bool tcpfsm_device_gone(const struct tcpfsm_flow *flow);
void tcpfsm_device_add(struct tcpfsm_flow *flow, int device);
void tcpfsm_device_rebind(struct tcpfsm_flow *flow, const struct tcpfsm_key *key);

/* Is the socket that @key is of known by another device than it is bound to? */
static inline bool tcpfsm_device_differs(const struct tcpfsm_flow *flow,
					 const struct tcpfsm_key *key)
{
	return unlikely(key->bound && key->device != key->domain &&
			key->device != READ_ONCE(flow->device));
}

/**
 * tcpfsm_device_bind() - note what a socket is bound to now
 * @flow: found by @key; the caller holds its lock
 * @key: of a socket, or of anything else
 *
 * Context: softirq or process.
 *
 * Return: true: it was bound to something else, or to nothing; have the flow looked at.
 */
static inline bool tcpfsm_device_bind(struct tcpfsm_flow *flow, const struct tcpfsm_key *key)
{
	if (!tcpfsm_device_differs(flow, key))
		return false;
	tcpfsm_device_rebind(flow, key);
	return true;
}

#endif /* TCPFSM_DEVICE_H */
