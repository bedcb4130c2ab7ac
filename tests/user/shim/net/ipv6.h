/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_NET_IPV6_H
#define SHIM_NET_IPV6_H

#include <linux/ipv6.h>

#define NEXTHDR_HOP		IPPROTO_HOPOPTS
#define NEXTHDR_ROUTING		IPPROTO_ROUTING
#define NEXTHDR_FRAGMENT	IPPROTO_FRAGMENT
#define NEXTHDR_AUTH		IPPROTO_AH
#define NEXTHDR_DEST		IPPROTO_DSTOPTS

/* RFC 8200 section 4.5, in host byte order */
#define IP6_OFFSET		0xfff8
#define IP6_MF			0x0001

#endif /* SHIM_NET_IPV6_H */
