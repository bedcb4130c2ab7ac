/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_PARSE_H
#define TCPFSM_PARSE_H

#include <linux/types.h>
#include <linux/in6.h>
#include <linux/socket.h>

struct sk_buff;
struct tcpfsm_segment;

/* What became of an skb. Each but the first two has a counter in `stats`. */
enum tcpfsm_parse_result {
	TCPFSM_PARSE_SEGMENT,	/* a segment: tuple and segment are filled in */
	TCPFSM_PARSE_NOT_TCP,	/* another protocol, or under way to another host: not ours */
	TCPFSM_PARSE_FRAGMENT,	/* a fragment of TCP: no whole segment to be had */
	TCPFSM_PARSE_MALFORMED,	/* claims to be TCP, has no valid header */
};

/**
 * struct tcpfsm_tuple - a segment's addresses, as the packet has them
 * @src: sender's address; of IPv4 the first word alone, the rest zero
 * @dst: receiver's address; likewise
 * @sport: sender's port
 * @dport: receiver's port
 * @family: AF_INET or AF_INET6, by the packet (a v4-mapped socket's segments are AF_INET)
 *
 * Padding is not set: compare and hash the members.
 */
struct tcpfsm_tuple {
	struct in6_addr src;
	struct in6_addr dst;
	__be16 sport;
	__be16 dport;	/* directly behind sport, as in the header */
	u8 family;
};

/**
 * struct tcpfsm_ends - a segment's addresses where they are: in its headers, a tuple, a socket
 * @src: sender's address; one word for IPv4, four for IPv6
 * @dst: receiver's
 * @port: sender's port, then the receiver's
 * @ipv6: addresses have four words
 */
struct tcpfsm_ends {
	const __be32 *src;
	const __be32 *dst;
	__be16 port[2];
	bool ipv6;
};

static inline struct tcpfsm_ends tcpfsm_tuple_ends(const struct tcpfsm_tuple *tuple)
{
	struct tcpfsm_ends ends = {
		.src = tuple->src.s6_addr32,
		.dst = tuple->dst.s6_addr32,
		.port = { tuple->sport, tuple->dport },
		.ipv6 = tuple->family == AF_INET6,
	};

	return ends;
}

enum tcpfsm_parse_result tcpfsm_parse_ipv4(const struct sk_buff *skb, struct tcpfsm_tuple *tuple,
					   struct tcpfsm_segment *seg);
enum tcpfsm_parse_result tcpfsm_parse_ipv6(const struct sk_buff *skb, struct tcpfsm_tuple *tuple,
					   struct tcpfsm_segment *seg);
void tcpfsm_parse_options(const u8 *p, unsigned int len, struct tcpfsm_segment *seg);

#endif /* TCPFSM_PARSE_H */
