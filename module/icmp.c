// SPDX-License-Identifier: GPL-2.0
/*
 * ICMP errors that end a connection which is not open yet, with witness=0: tcp_v4_err(),
 * tcp_v6_err(). With a socket to ask, that tells.
 */
#include "icmp.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <net/ip.h>

#include "account.h"
#include "clock.h"
#include "flow.h"
#include "parse.h"

/* What an error quotes of the segment: at least so much. */
struct quoted {
	__be16 sport;
	__be16 dport;
	__be32 seq;
};

/* A request sock heeds less than a connect() does: tcp_req_err(). */
static bool ends(const struct tcpfsm_end *e, u32 seq, bool hard)
{
	return seq == e->iss && (e->state == TCPFSM_SYN_SENT ||
				 (e->state == TCPFSM_SYN_RECEIVED && hard));
}

static void apply(struct tcpfsm_net *tn, const struct tcpfsm_tuple *tuple, u32 seq, bool hard)
{
	struct tcpfsm_ends both = tcpfsm_tuple_ends(tuple);
	struct tcpfsm_result res;
	struct tcpfsm_flow *flow;
	struct tcpfsm_key key;
	u64 now_ms;

	tcpfsm_flow_key(&key, tn, &both);
	flow = tcpfsm_flow_find(&key);
	if (!flow)
		return;
	now_ms = tcpfsm_now_ms();
	spin_lock_bh(&flow->lock);
	if (!(flow->flags & TCPFSM_FLOW_DEAD) && tcpfsm_flow_is_local(flow, key.from) &&
	    ends(&flow->pair.end[key.from], seq, hard)) {
		tcpfsm_fsm_follow(&flow->pair, key.from, TCPFSM_CLOSED, now_ms, &res);
		tcpfsm_account_moves(flow, &res, TCPFSM_CAUSE_SEGMENT);
		if (tcpfsm_flow_over(flow))
			tcpfsm_flow_kill(flow);
	}
	spin_unlock_bh(&flow->lock);
}

/**
 * tcpfsm_icmp_ipv4() - a packet that is not TCP comes in
 * @tn: the namespace
 * @skb: the packet, at LOCAL_IN
 *
 * Context: softirq or process, under RCU.
 */
void tcpfsm_icmp_ipv4(struct tcpfsm_net *tn, const struct sk_buff *skb)
{
	struct {
		struct icmphdr icmp;
		struct iphdr ip;
	} buffer;
	const struct iphdr *ip = ip_hdr(skb);
	int offset = skb_network_offset(skb) + ip->ihl * 4;
	const typeof(buffer) *h;
	struct tcpfsm_tuple tuple = { .family = AF_INET };
	const struct quoted *q;
	struct quoted space;
	bool hard;

	if (ip->protocol != IPPROTO_ICMP)
		return;
	h = skb_header_pointer(skb, offset, sizeof(buffer), &buffer);
	if (!h || h->ip.version != 4 || h->ip.ihl < 5 || h->ip.protocol != IPPROTO_TCP ||
	    (h->ip.frag_off & htons(IP_OFFSET)))
		return;
	switch (h->icmp.type) {
	case ICMP_DEST_UNREACH:
		if (h->icmp.code == ICMP_FRAG_NEEDED || h->icmp.code > NR_ICMP_UNREACH)
			return;
		hard = h->icmp.code == ICMP_NET_UNREACH || h->icmp.code == ICMP_HOST_UNREACH;
		break;
	case ICMP_PARAMETERPROB:
		hard = true;
		break;
	case ICMP_TIME_EXCEEDED:
		hard = false;
		break;
	default:
		return;
	}
	q = skb_header_pointer(skb, offset + sizeof(h->icmp) + h->ip.ihl * 4, sizeof(space),
			       &space);
	if (!q)
		return;
	tuple.src.s6_addr32[0] = h->ip.saddr;
	tuple.dst.s6_addr32[0] = h->ip.daddr;
	tuple.sport = q->sport;
	tuple.dport = q->dport;
	apply(tn, &tuple, ntohl(q->seq), hard);
}

/**
 * tcpfsm_icmp_ipv6() - likewise
 * @tn: the namespace
 * @skb: the packet, at LOCAL_IN
 *
 * Of packets with extension headers nothing is learnt: Linux sends none in SYNs.
 *
 * Context: softirq or process, under RCU.
 */
void tcpfsm_icmp_ipv6(struct tcpfsm_net *tn, const struct sk_buff *skb)
{
	struct {
		struct icmp6hdr icmp;
		struct ipv6hdr ip;
		struct quoted quoted;
	} buffer;
	int offset = skb_network_offset(skb) + sizeof(struct ipv6hdr);
	const typeof(buffer) *h;
	struct tcpfsm_tuple tuple = { .family = AF_INET6 };
	bool hard;

	if (ipv6_hdr(skb)->nexthdr != IPPROTO_ICMPV6)
		return;
	h = skb_header_pointer(skb, offset, sizeof(buffer), &buffer);
	if (!h || h->ip.version != 6 || h->ip.nexthdr != IPPROTO_TCP)
		return;
	switch (h->icmp.icmp6_type) {
	case ICMPV6_DEST_UNREACH:
		hard = h->icmp.icmp6_code == ICMPV6_ADM_PROHIBITED ||
		       h->icmp.icmp6_code >= ICMPV6_PORT_UNREACH;
		break;
	case ICMPV6_PARAMPROB:
		hard = true;
		break;
	case ICMPV6_TIME_EXCEED:
		hard = false;
		break;
	default:
		return;
	}
	tuple.src = h->ip.saddr;
	tuple.dst = h->ip.daddr;
	tuple.sport = h->quoted.sport;
	tuple.dport = h->quoted.dport;
	apply(tn, &tuple, ntohl(h->quoted.seq), hard);
}
