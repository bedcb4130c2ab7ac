/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What nearly every segment is, inline: linear headers, no IP options, no fragment. Everything else
 * is parse.c's. Only parse.c and the hook include this.
 */
#ifndef TCPFSM_PARSE_PLAIN_H
#define TCPFSM_PARSE_PLAIN_H

#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <linux/socket.h>
#include <linux/tcp.h>
#include <net/ip.h>
#include <net/tcp.h>

#include "parse.h"
#include "segment.h"

/* The first octet of nearly every IPv4 packet: version 4, five words of header. */
#define TCPFSM_PLAIN_IPV4	0x45

/* What RFC 7323 appendix A recommends, and all that most established segments carry. */
#define TCPFSM_PLAIN_TS_LEN	12
#define TCPFSM_PLAIN_TS		(TCPOPT_NOP << 24 | TCPOPT_NOP << 16 | \
				 TCPOPT_TIMESTAMP << 8 | TCPOLEN_TIMESTAMP)

/* tcp_options_write() of a SYN, with all that is on by default. */
#define TCPFSM_PLAIN_SYN_LEN	20
#define TCPFSM_PLAIN_SYN_TS	(TCPOPT_SACK_PERM << 24 | TCPOLEN_SACK_PERM << 16 | \
				 TCPOPT_TIMESTAMP << 8 | TCPOLEN_TIMESTAMP)
#define TCPFSM_PLAIN_SYN_WSCALE	(TCPOPT_NOP << 16 | TCPOPT_WINDOW << 8 | TCPOLEN_WINDOW)

/* How much of the packet is linear, from its IP header on; less than 0 if it begins later. */
static inline int tcpfsm_plain_linear(const struct sk_buff *skb)
{
	return (int)skb_headlen(skb) - skb_network_offset(skb);
}

/* Options have no alignment, and the header with get_unaligned_be32() has no fixed name. */
static inline u32 tcpfsm_plain_be32(const u8 *p)
{
	return (u32)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

/**
 * struct tcpfsm_plain - where a plain segment's headers are
 * @src: the source's address, in the IP header
 * @dst: the destination's
 * @tcp: the TCP header, contiguous as far as its doff says
 * @doff: its octets
 * @len: octets of payload
 */
struct tcpfsm_plain {
	const __be32 *src;
	const __be32 *dst;
	const u8 *tcp;
	unsigned int doff;
	unsigned int len;
};

/* A TCP header with ACK, without SYN, RST and FIN. */
static __always_inline bool tcpfsm_plain_is_ack(const u8 *tcp)
{
	return (tcp[13] & (TCPFSM_SYN | TCPFSM_RST | TCPFSM_FIN | TCPFSM_ACK)) == TCPFSM_ACK;
}

/*
 * Is this a plain segment? @ipv6: the family, a constant. Return: false: perhaps it is one of
 * another kind, for tcpfsm_parse_ipv4() or tcpfsm_parse_ipv6() to tell.
 */
static __always_inline bool tcpfsm_plain_find(const struct sk_buff *skb, bool ipv6,
					      struct tcpfsm_plain *plain)
{
	int size = ipv6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr), linear, total, doff;
	const u8 *ip = skb_network_header(skb);

	linear = tcpfsm_plain_linear(skb);
	if (unlikely(linear < size + (int)sizeof(struct tcphdr)))
		return false;
	if (ipv6) {
		const struct ipv6hdr *iph = (const struct ipv6hdr *)ip;

		if (unlikely(iph->version != 6 || iph->nexthdr != IPPROTO_TCP || !iph->payload_len))
			return false;
		total = ntohs(iph->payload_len) + size;
		plain->src = iph->saddr.s6_addr32;
		plain->dst = iph->daddr.s6_addr32;
	} else {
		const struct iphdr *iph = (const struct iphdr *)ip;

		if (unlikely(*ip != TCPFSM_PLAIN_IPV4 || iph->protocol != IPPROTO_TCP ||
			     (iph->frag_off & htons(IP_MF | IP_OFFSET))))
			return false;
		total = ntohs(iph->tot_len);
		plain->src = &iph->saddr;
		plain->dst = &iph->daddr;
	}
	plain->tcp = ip + size;
	doff = (plain->tcp[12] & 0xf0) >> 2;
	plain->doff = doff;
	plain->len = total - size - doff;
	return likely(doff >= (int)sizeof(struct tcphdr) && size + doff <= linear &&
		      size + doff <= total && total <= linear + (int)skb->data_len);
}

/* Does it carry no options but a timestamp, as nearly all do? Else it is not peeked into. */
static __always_inline bool tcpfsm_plain_options(const struct tcpfsm_plain *plain)
{
	return plain->doff == sizeof(struct tcphdr) ||
	       (plain->doff == sizeof(struct tcphdr) + TCPFSM_PLAIN_TS_LEN &&
		tcpfsm_plain_be32(plain->tcp + sizeof(struct tcphdr)) == TCPFSM_PLAIN_TS);
}

/* What tcpfsm_parse_ipv4() makes of it, without its addresses and options. */
static __always_inline void tcpfsm_plain_fixed(const struct tcpfsm_plain *plain,
					       struct tcpfsm_segment *seg)
{
	const struct tcphdr *th = (const struct tcphdr *)plain->tcp;

	seg->seq = ntohl(th->seq);
	seg->ack = ntohl(th->ack_seq);
	seg->len = plain->len;
	seg->window = ntohs(th->window);
	seg->flags = plain->tcp[13] & (TCPFSM_FIN | TCPFSM_SYN | TCPFSM_RST |
				       TCPFSM_PSH | TCPFSM_ACK | TCPFSM_URG);
	seg->wscale = 0;
	seg->options = 0;
	seg->tsval = 0;
}

/* Likewise, with its options. Only if tcpfsm_plain_options(). */
static __always_inline void tcpfsm_plain_value(const struct tcpfsm_plain *plain,
					       struct tcpfsm_segment *seg)
{
	tcpfsm_plain_fixed(plain, seg);
	if (plain->doff == sizeof(struct tcphdr))
		return;
	seg->options = TCPFSM_OPT_TS;
	seg->tsval = tcpfsm_plain_be32(plain->tcp + sizeof(struct tcphdr) + 4);
}

/* The options of a SYN as Linux sends it: MSS, SACK permitted, timestamp, NOP, window scale. */
static __always_inline bool tcpfsm_plain_syn(const struct tcpfsm_plain *plain)
{
	const u8 *p = plain->tcp + sizeof(struct tcphdr);

	return plain->doff == sizeof(struct tcphdr) + TCPFSM_PLAIN_SYN_LEN &&
	       (plain->tcp[13] & TCPFSM_SYN) &&
	       tcpfsm_plain_be32(p) >> 16 == (TCPOPT_MSS << 8 | TCPOLEN_MSS) &&
	       tcpfsm_plain_be32(p + 4) == TCPFSM_PLAIN_SYN_TS &&
	       tcpfsm_plain_be32(p + 16) >> 8 == TCPFSM_PLAIN_SYN_WSCALE;
}

/* What tcpfsm_parse_ipv4() makes of any plain segment, without its addresses. */
static __always_inline void tcpfsm_plain_segment(const struct tcpfsm_plain *plain,
						 struct tcpfsm_segment *seg)
{
	if (likely(tcpfsm_plain_options(plain))) {
		tcpfsm_plain_value(plain, seg);
		return;
	}
	tcpfsm_plain_fixed(plain, seg);
	if (tcpfsm_plain_syn(plain)) {
		seg->options = TCPFSM_OPT_TS | TCPFSM_OPT_WSCALE;
		seg->tsval = tcpfsm_plain_be32(plain->tcp + sizeof(struct tcphdr) + 8);
		seg->wscale = min_t(u8, plain->tcp[sizeof(struct tcphdr) + 19], TCP_MAX_WSCALE);
		return;
	}
	tcpfsm_parse_options(plain->tcp + sizeof(struct tcphdr),
			     plain->doff - sizeof(struct tcphdr), seg);
}

#endif /* TCPFSM_PARSE_PLAIN_H */
