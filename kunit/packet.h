/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets for tests, written in hexadecimal as the RFCs draw them, and skbs made of them.
 */
#ifndef TCPFSM_KUNIT_PACKET_H
#define TCPFSM_KUNIT_PACKET_H

#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/skbuff.h>

/* 10.0.0.1 to 10.0.0.2; first: version and ihl; len: tot_len; frag: flags and fragment offset */
#define IPV4_OF(first, len, frag, protocol) \
	first "00" len "0001" frag "40" protocol "0000 0a000001 0a000002 "
#define IPV4(first, len, frag)	IPV4_OF(first, len, frag, "06")

/* 2001:db8::1 to 2001:db8::2 */
#define IPV6_OF(first, len, next) \
	first "000000" len next "40 20010db8000000000000000000000001 " \
	"20010db8000000000000000000000002 "
#define IPV6(len, next)		IPV6_OF("60", len, next)

/* Port 40000 to 443; doff: its octet; flags: theirs */
#define TCP(doff, flags)	"9c40 01bb 01020304 05060708" doff flags "1234 0000 0000 "
#define DATA			"64617461 "
#define PAYLOAD4		"9c4001bb 01020304 05060708 50181234 00000000 64617461 "
#define OPTION4			"01010101 "

#define PACKET_MAX		640

static inline u8 unhex_digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

static inline size_t unhex(struct kunit *test, const char *hex, u8 *octets)
{
	size_t n = 0;

	while (*hex) {
		if (*hex == ' ') {
			hex++;
			continue;
		}
		KUNIT_ASSERT_LT(test, n, (size_t)PACKET_MAX);
		octets[n++] = unhex_digit(hex[0]) << 4 | unhex_digit(hex[1]);
		hex += 2;
	}
	return n;
}

/* An skb of @len octets, the first @head of them linear, the rest in two fragments. */
static inline struct sk_buff *make_skb(struct kunit *test, const u8 *octets, size_t len,
				       size_t head)
{
	size_t half = (len - head) / 2;
	struct sk_buff *skb;
	struct page *page;

	skb = alloc_skb(len + 32, GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, skb);
	skb_reserve(skb, 32);
	skb_put_data(skb, octets, head);
	skb_reset_network_header(skb);
	if (len == head)
		return skb;

	page = alloc_page(GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, page);
	memcpy(page_address(page), octets + head, len - head);
	skb_add_rx_frag(skb, 0, page, 0, len - head - half, PAGE_SIZE);
	if (half) {
		get_page(page);
		skb_add_rx_frag(skb, 1, page, len - head - half, half, 0);
	}
	return skb;
}

#endif /* TCPFSM_KUNIT_PACKET_H */
