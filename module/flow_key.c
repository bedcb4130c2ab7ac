// SPDX-License-Identifier: GPL-2.0
/*
 * What a flow is found by.
 */
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/random.h>

#include "flow.h"
#include "flow_find.h"
#include "parse.h"

/*
 * The hash of the last key, on each CPU: what a segment makes its socket do, and how that answers,
 * is told here before the next segment comes, and is of the same flow.
 */
struct flow_memo {
	const struct tcpfsm_net *tn;
	__be32 addr[8];
	__be16 port[2];
	u32 hash;
	bool busy;	/* who comes in between, a softirq, does without */
};

static DEFINE_PER_CPU(struct flow_memo [2], flow_memos);	/* IPv4, IPv6 */

/**
 * tcpfsm_flow_key_init() - a secret of the hash
 *
 * Context: process; no key is made meanwhile.
 */
void tcpfsm_flow_key_init(void)
{
	int cpu;

	get_random_bytes(&tcpfsm_flow_index.secret, sizeof(tcpfsm_flow_index.secret));
	/* Hashes with another are worth nothing. */
	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(&flow_memos[0], cpu), 0, sizeof(flow_memos));
}

/* @ipv6: a constant, so that sizes are, too. */
static __always_inline bool is_noted(const struct flow_memo *memo, const struct tcpfsm_key *key,
				     bool ipv6)
{
	unsigned int size = ipv6 ? 4 : 1;

	return tcpfsm_flow_ports(memo->port, false) == tcpfsm_flow_ports(key->port, false) &&
	       memo->tn == key->tn && tcpfsm_flow_addr_equal(memo->addr, key->addr, ipv6) &&
	       tcpfsm_flow_addr_equal(memo->addr + size, key->addr + size, ipv6);
}

static __always_inline void note(struct flow_memo *memo, const struct tcpfsm_key *key, bool ipv6)
{
	memo->tn = key->tn;
	memo->port[0] = key->port[0];
	memo->port[1] = key->port[1];
	memcpy(memo->addr, key->addr, ipv6 ? 32 : 8);
	memo->hash = key->hash;
}

static __always_inline void hash_key(struct tcpfsm_key *key, bool ipv6)
{
	struct flow_memo *memo;

	preempt_disable();
	memo = this_cpu_ptr(&flow_memos[ipv6]);
	if (likely(!READ_ONCE(memo->busy))) {
		WRITE_ONCE(memo->busy, true);
		barrier();
		if (is_noted(memo, key, ipv6)) {
			key->hash = memo->hash;
		} else {
			key->hash = tcpfsm_flow_hash_ends(key->tn, key->addr, key->port, ipv6);
			note(memo, key, ipv6);
		}
		barrier();
		WRITE_ONCE(memo->busy, false);
	} else {
		key->hash = tcpfsm_flow_hash_ends(key->tn, key->addr, key->port, ipv6);
	}
	preempt_enable();
}

/* What a key has of a segment's addresses and ports. @ipv6: likewise. */
static __always_inline void key_ends(struct tcpfsm_key *key, const struct tcpfsm_ends *ends,
				     bool ipv6)
{
	int order = tcpfsm_flow_order(ends->src, ends->dst, ends->port, ipv6);
	size_t size = ipv6 ? 16 : 4;
	bool swap = order > 0;

	key->from = swap;
	key->self = !order;
	key->port[0] = ends->port[swap];
	key->port[1] = ends->port[!swap];
	memcpy(key->addr, swap ? ends->dst : ends->src, size);
	memcpy(key->addr + size / sizeof(*key->addr), swap ? ends->src : ends->dst, size);
	hash_key(key, ipv6);
}

/* Out of line: IPv4's keys need fewer registers. */
static noinline void key_ipv6(struct tcpfsm_key *key, const struct tcpfsm_ends *ends)
{
	key_ends(key, ends, true);
}

/**
 * tcpfsm_flow_key() - what a segment's flow is found by
 * @key: written
 * @tn: namespace
 * @ends: the segment's addresses
 *
 * In no VRF, and of any device, until the caller knows of one.
 *
 * Context: any.
 */
void tcpfsm_flow_key(struct tcpfsm_key *key, struct tcpfsm_net *tn,
		     const struct tcpfsm_ends *ends)
{
	key->tn = tn;
	key->domain = 0;
	key->device = 0;
	key->bound = false;
	key->ipv6 = ends->ipv6;
	if (key->ipv6)
		key_ipv6(key, ends);
	else
		key_ends(key, ends, false);
}
