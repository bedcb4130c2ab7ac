/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_IPV6_H
#define SHIM_IPV6_H

#include <netinet/in.h>
#include <linux/skbuff.h>

/* RFC 8200 section 3; libc's struct ip6_hdr has other names. */
struct ipv6hdr {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	u8 priority:4;
	u8 version:4;
#else
	u8 version:4;
	u8 priority:4;
#endif
	u8 flow_lbl[3];
	__be16 payload_len;
	u8 nexthdr;
	u8 hop_limit;
	struct in6_addr saddr;
	struct in6_addr daddr;
};

static inline struct ipv6hdr *ipv6_hdr(const struct sk_buff *skb)
{
	return (struct ipv6hdr *)skb_network_header(skb);
}

#endif /* SHIM_IPV6_H */
