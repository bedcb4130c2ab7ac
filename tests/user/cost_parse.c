// SPDX-License-Identifier: GPL-2.0
/*
 * cost_parse CASE [TIMES]: parses one packet so often. Run under callgrind with 0 and with 1000
 * times, the difference is what parsing costs; tests/user/cost does it.
 */
#include <linux/kernel.h>
#include <linux/skbuff.h>
#include <stdlib.h>

#include "parse.h"
#include "segment.h"

struct sample {
	const char *name;
	bool ipv6;
	bool split;
	unsigned int len;
	u8 octets[100];
};

#define IPV4(len, protocol) \
	0x45, 0, 0, len, 0, 1, 0x40, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2
#define IPV6(len, next) \
	0x60, 0, 0, 0, 0, len, next, 64, \
	0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, \
	0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2
#define TCP(doff, flags) \
	0x9c, 0x40, 1, 0xbb, 1, 2, 3, 4, 5, 6, 7, 8, (doff) << 4, flags, 0x12, 0x34, 0, 0, 0, 0
#define TS	1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2
#define SYN	2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7

static const struct sample samples[] = {
	{ "ipv4-udp", false, false, 40, { IPV4(40, 17) } },
	{ "ipv4", false, false, 40, { IPV4(40, 6), TCP(5, 0x10) } },
	{ "ipv4-timestamps", false, false, 52, { IPV4(52, 6), TCP(8, 0x10), TS } },
	{ "ipv4-syn", false, false, 60, { IPV4(60, 6), TCP(10, 2), SYN } },
	{ "ipv4-timestamps-split", false, true, 52, { IPV4(52, 6), TCP(8, 0x10), TS } },
	{ "ipv6-udp", true, false, 60, { IPV6(20, 17) } },
	{ "ipv6-timestamps", true, false, 72, { IPV6(32, 6), TCP(8, 0x10), TS } },
};

int main(int argc, char **argv)
{
	const struct sample *sample = NULL;
	unsigned long times = argc > 2 ? strtoul(argv[2], NULL, 0) : 0;
	struct tcpfsm_tuple tuple;
	struct tcpfsm_segment seg;
	struct sk_buff *skb;
	struct page *page;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(samples); i++) {
		if (argc < 2)
			puts(samples[i].name);
		else if (!strcmp(samples[i].name, argv[1]))
			sample = &samples[i];
	}
	if (argc < 2)
		return 0;
	if (!sample)
		return 2;

	skb = alloc_skb(sample->len, GFP_KERNEL);
	skb_put_data(skb, sample->octets, sample->split ? 30 : sample->len);
	skb_reset_network_header(skb);
	if (sample->split) {
		page = alloc_page(GFP_KERNEL);
		memcpy(page_address(page), sample->octets + 30, sample->len - 30);
		skb_add_rx_frag(skb, 0, page, 0, sample->len - 30, PAGE_SIZE);
	}
	while (times--) {
		if (sample->ipv6)
			tcpfsm_parse_ipv6(skb, &tuple, &seg);
		else
			tcpfsm_parse_ipv4(skb, &tuple, &seg);
	}
	kfree_skb(skb);
	return 0;
}
