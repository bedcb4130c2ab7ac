/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finding a flow, inline: done for nearly every segment of the machine. What is here is written at
 * load alone, so that its cache lines are every CPU's.
 */
#ifndef TCPFSM_FLOW_FIND_H
#define TCPFSM_FLOW_FIND_H

#include <linux/cache.h>
#include <linux/in6.h>
#include <linux/siphash.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include "flow.h"

/**
 * struct tcpfsm_flow_index - where the flows are
 * @bucket: chains of flows, under RCU
 * @mask: their number, a power of two, less one
 * @secret: of the hash. A tuple is the sender's choice, so nobody may know which of them meet;
 *          for a table that hsiphash() is meant for
 */
struct tcpfsm_flow_index {
	struct tcpfsm_flow __rcu **bucket;
	u32 mask;
	hsiphash_key_t secret;
};

extern struct tcpfsm_flow_index tcpfsm_flow_index;

/*
 * Which of two ends is the lower one: by address, then by port. @src, @dst: one word, or four;
 * @ports: the source's, then the destination's. Less than 0: the source; 0: both are the same.
 */
static __always_inline int tcpfsm_flow_order(const __be32 *src, const __be32 *dst,
					     const __be16 *ports, bool ipv6)
{
	unsigned int i, size = ipv6 ? 4 : 1;

	for (i = 0; i < size; i++)
		if (src[i] != dst[i])
			return ntohl(src[i]) < ntohl(dst[i]) ? -1 : 1;
	return (int)ntohs(ports[0]) - (int)ntohs(ports[1]);
}

/* Are two addresses the same? Of one word, or four. */
static __always_inline bool tcpfsm_flow_addr_equal(const __be32 *a, const __be32 *b, bool ipv6)
{
	return ipv6 ? !memcmp(a, b, 16) : *a == *b;
}

/* Both ports as one word; the two halves change places with the ends. */
static __always_inline u32 tcpfsm_flow_ports(const __be16 *ports, bool swap)
{
	u32 word;

	memcpy(&word, ports, sizeof(word));
	return swap ? word << 16 | word >> 16 : word;
}

static inline u32 tcpfsm_flow_hash_ipv6(const __be32 *low, const __be32 *high, u32 salted)
{
	struct {
		struct in6_addr addr[2];
		u32 salted;
	} __aligned(sizeof(long)) all;

	memcpy(&all.addr[0], low, sizeof(all.addr[0]));
	memcpy(&all.addr[1], high, sizeof(all.addr[1]));
	all.salted = salted;
	return hsiphash(&all, offsetofend(typeof(all), salted), &tcpfsm_flow_index.secret);
}

/* The keyed hash of a flow: @low, @high: the ends' addresses; @ports: as above, the lower first. */
static __always_inline u32 tcpfsm_flow_hash(const struct tcpfsm_net *tn, const __be32 *low,
					    const __be32 *high, u32 ports, bool ipv6)
{
	/* Nobody chooses the salt: it keeps one tuple of many namespaces out of one bucket. */
	u32 salted = ports ^ (u32)(unsigned long)tn;

	return ipv6 ? tcpfsm_flow_hash_ipv6(low, high, salted) :
		      hsiphash_3u32((__force u32)*low, (__force u32)*high, salted,
				    &tcpfsm_flow_index.secret);
}

/* Likewise, with the addresses one behind the other; @ports: the lower end's first. */
static __always_inline u32 tcpfsm_flow_hash_ends(const struct tcpfsm_net *tn, const __be32 *addr,
						 const __be16 *ports, bool ipv6)
{
	return tcpfsm_flow_hash(tn, addr, addr + (ipv6 ? 4 : 1), tcpfsm_flow_ports(ports, false),
				ipv6);
}

/* The flow of these ends, in no VRF and bound to no device, or NULL; under RCU. */
static __always_inline struct tcpfsm_flow *tcpfsm_flow_find_ends(const struct tcpfsm_net *tn,
								 const __be32 *low,
								 const __be32 *high, u32 ports,
								 u32 hash, bool ipv6)
{
	const struct tcpfsm_flow_index *index = &tcpfsm_flow_index;
	unsigned int size = ipv6 ? 4 : 1;
	struct tcpfsm_flow *flow;

	tcpfsm_flow_for_each(flow, &index->bucket[hash & index->mask]) {
		if (tcpfsm_flow_ports(flow->port, false) != ports || flow->tn != tn ||
		    flow->device || !(flow->flags & TCPFSM_FLOW_IPV6) == ipv6)
			continue;
		if (tcpfsm_flow_addr_equal(flow->addr, low, ipv6) &&
		    tcpfsm_flow_addr_equal(flow->addr + size, high, ipv6))
			return flow;
	}
	return NULL;
}

#endif /* TCPFSM_FLOW_FIND_H */
