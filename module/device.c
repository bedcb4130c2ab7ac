// SPDX-License-Identifier: GPL-2.0
/*
 * Which of several connections with the same addresses and ports it is: those in different VRFs,
 * and those whose sockets are bound to different devices, as all are that have link-local peers.
 */
#include "device.h"

#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/l3mdev.h>
#include <net/route.h>
#include <net/sock.h>

#include "account.h"
#include "net.h"
#include "socket.h"

/**
 * tcpfsm_device_domain() - which VRF is a device in?
 * @tn: the namespace
 * @device: what a socket is bound to, 0: nothing
 *
 * One that is gone was in nobody's but its own.
 *
 * Context: under RCU.
 *
 * Return: the VRF's interface, 0: none.
 */
int tcpfsm_device_domain(const struct tcpfsm_net *tn, int device)
{
	const struct net_device *dev;

	if (likely(!device))
		return 0;
	dev = dev_get_by_index_rcu(tn->net, device);
	return dev ? l3mdev_master_ifindex_rcu(dev) : device;
}

static int domain_of(const struct net_device *dev)
{
	if (likely(!dev || (!netif_is_l3_master(dev) && !netif_is_l3_slave(dev))))
		return 0;
	return l3mdev_master_ifindex_rcu(dev);
}

static const struct net_device *route_device(const struct sk_buff *skb)
{
	return skb_dst(skb) ? skb_dst(skb)->dev : NULL;
}

/*
 * Where TCP finds that it has come in: over loopback, what its sender was bound to. In a VRF, by
 * which of its devices.
 */
static int arrives_at(const struct tcpfsm_key *key, const struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (key->ipv6)
		return key->domain ? inet6_sdif(skb) : inet6_iif(skb);
#endif
	/* Merely reads; 5.10's does not say so. */
	return key->domain ? inet_sdif((struct sk_buff *)skb) : inet_iif(skb);
}

/**
 * tcpfsm_device_of_segment() - a segment's VRF and device
 * @key: its addresses'; those are written
 * @place: where it is seen
 * @skb: the packet
 * @owned: at LOCAL_OUT: its sender is @skb's own socket, which says for itself
 *
 * What passes between two VRFs is in none.
 *
 * Context: under RCU.
 */
void tcpfsm_device_of_segment(struct tcpfsm_key *key, enum tcpfsm_place place,
			      const struct sk_buff *skb, bool owned)
{
	const struct net_device *out = route_device(skb);
	int in;

	switch (place) {
	case TCPFSM_PLACE_OUT:
		if (owned) {
			key->bound = true;
			key->device = READ_ONCE(skb->sk->sk_bound_dev_if);
			key->domain = tcpfsm_device_domain(key->tn, key->device);
			return;
		}
		key->domain = domain_of(out);
		if (out && !(out->flags & IFF_LOOPBACK))
			key->device = out->ifindex;
		return;
	case TCPFSM_PLACE_IN:
		key->domain = domain_of(skb->dev);
		key->device = arrives_at(key, skb);
		return;
	case TCPFSM_PLACE_FORWARD:
		in = domain_of(skb->dev);
		key->domain = in && in == domain_of(out) ? in : 0;
		return;
	}
}

/* Its socket is not bound to what it was: it has been bound anew, or is gone. */
static bool moved_away(const struct tcpfsm_flow *flow, unsigned int end)
{
	struct sock *sk;

	if (!READ_ONCE(tcpfsm_witness) || !tcpfsm_flow_is_local(flow, end))
		return false;
	sk = tcpfsm_socket_get(flow, end);
	tcpfsm_socket_put(sk);
	return !sk;
}

/**
 * tcpfsm_device_gone() - has the device of a local pair gone?
 * @flow: the flow
 *
 * One end was bound to it, and the other may be bound to nothing.
 *
 * Context: under RCU.
 *
 * Return: true: the other end is to be found by no device.
 */
bool tcpfsm_device_gone(const struct tcpfsm_flow *flow)
{
	return (flow->flags & TCPFSM_FLOW_LOCAL) == TCPFSM_FLOW_LOCAL &&
	       !dev_get_by_index_rcu(flow->tn->net, READ_ONCE(flow->device));
}

/* Whoever is in no VRF. */
static bool domain_matches(const struct tcpfsm_flow *flow, int device, int domain)
{
	return device == domain || tcpfsm_device_domain(flow->tn, device) == domain ||
	       (!domain && tcpfsm_device_gone(flow));
}

/* A VRF's own interface is any of its devices. */
static int within(int domain, int device)
{
	return device == domain ? 0 : device;
}

/**
 * tcpfsm_device_matches() - are they of the same VRF and device?
 * @flow: of the same addresses and ports
 * @key: what is looked for
 *
 * What is bound is not told apart from what is not, nor from what is bound to the VRF: of two ends
 * here one may be.
 *
 * Context: under RCU.
 *
 * Return: the answer; also true if the flow's socket is no longer where it was bound to.
 */
bool tcpfsm_device_matches(const struct tcpfsm_flow *flow, const struct tcpfsm_key *key)
{
	int device = READ_ONCE(flow->device), its = within(key->domain, device);
	int wanted = within(key->domain, key->device);

	if (!domain_matches(flow, device, key->domain))
		return false;
	return !its || !wanted || its == wanted || (key->bound && moved_away(flow, key->from));
}

/**
 * tcpfsm_device_rebind() - a socket is bound to something else now
 * @flow: found by @key; the caller holds its lock
 * @key: of the socket; tcpfsm_device_differs()
 *
 * Context: softirq or process. Destinations are counted by device: out, and in again.
 */
void tcpfsm_device_rebind(struct tcpfsm_flow *flow, const struct tcpfsm_key *key)
{
	tcpfsm_account_flow(flow, -1);
	WRITE_ONCE(flow->device, key->device);
	tcpfsm_account_flow(flow, 1);
}

/**
 * tcpfsm_device_add() - one more end of a flow is a socket here
 * @flow: in the table; the caller holds its lock and has it out of the gauges
 * @device: what that is bound to, 0: nothing
 *
 * An unbound end is found by any device, and one that is bound to its VRF by that of the other end:
 * the one that says most stays.
 *
 * Context: softirq or process, under RCU.
 */
void tcpfsm_device_add(struct tcpfsm_flow *flow, int device)
{
	if (likely(!device) || device == flow->device)
		return;
	if (!flow->device || device != tcpfsm_device_domain(flow->tn, flow->device))
		WRITE_ONCE(flow->device, device);
}
