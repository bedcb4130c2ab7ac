// SPDX-License-Identifier: GPL-2.0
/* What holds for every packet. */
#include <linux/mm.h>
#include <linux/skbuff.h>
#include <linux/socket.h>
#include <stdio.h>

#include "check.h"
#include "parse_plain.h"

void (*check_describe)(void);

void check_failed(const char *file, int line, const char *condition)
{
	printf("# %s:%d: does not hold: %s\n", file, line, condition);
	if (check_describe)
		check_describe();
	fflush(stdout);
	abort();
}

void print_packet(const struct packet *packet)
{
	unsigned int i;

	printf("# %s%s, %u octets:", packet->ipv6 ? "ipv6" : "ipv4", packet->gso ? ", gso" : "",
	       packet->len);
	for (i = 0; i < packet->len; i++)
		printf("%s%02x", i % 4 ? "" : " ", packet->octets[i]);
	printf("\n# cut at");
	for (i = 0; i < packet->nr_cuts; i++)
		printf(" %u", packet->cuts[i]);
	putchar('\n');
}

static struct sk_buff *make_skb(const struct packet *packet, bool cut)
{
	unsigned int at = cut && packet->nr_cuts ? packet->cuts[0] : packet->len;
	struct sk_buff *skb = alloc_skb(at, GFP_KERNEL);
	struct page *page;
	unsigned int i;

	skb_put_data(skb, packet->octets, at);
	skb_reset_network_header(skb);
	skb_shinfo(skb)->gso_size = packet->gso ? 1448 : 0;
	if (at == packet->len)
		return skb;

	page = alloc_page(GFP_KERNEL);
	memcpy(page_address(page), packet->octets, packet->len);
	for (i = 1; at < packet->len; i++) {
		unsigned int end = i < packet->nr_cuts ? packet->cuts[i] : packet->len;

		get_page(page);
		skb_add_rx_frag(skb, i - 1, page, at, end - at, PAGE_SIZE);
		at = end;
	}
	put_page(page);
	return skb;
}

/* What is plain is read inline, to the same value. */
static void check_plain(const struct packet *packet, const struct sk_buff *skb,
			const struct parsed *parsed)
{
	struct parsed same = *parsed;
	struct tcpfsm_plain plain;

	if (!tcpfsm_plain_find(skb, packet->ipv6, &plain))
		return;
	CHECK(parsed->result == TCPFSM_PARSE_SEGMENT);
	memcpy(&same.tuple.src, plain.src, packet->ipv6 ? 16 : 4);
	memcpy(&same.tuple.dst, plain.dst, packet->ipv6 ? 16 : 4);
	memcpy(&same.tuple.sport, plain.tcp, 2);
	memcpy(&same.tuple.dport, plain.tcp + 2, 2);
	tcpfsm_plain_segment(&plain, &same.seg);
	check_parsed_equal(parsed, &same);
}

static struct parsed parse(const struct packet *packet, bool cut)
{
	struct sk_buff *skb = make_skb(packet, cut);
	struct sk_buff before = *skb;
	struct parsed parsed;
	unsigned int i;
	u8 octet;

	memset(&parsed, 0xaa, sizeof(parsed));
	if (packet->ipv6)
		parsed.result = tcpfsm_parse_ipv6(skb, &parsed.tuple, &parsed.seg);
	else
		parsed.result = tcpfsm_parse_ipv4(skb, &parsed.tuple, &parsed.seg);

	check_plain(packet, skb, &parsed);
	CHECK(!memcmp(&before, skb, sizeof(before)));
	for (i = 0; i < packet->len; i++)
		CHECK(skb_octet(skb, i, &octet) && octet == packet->octets[i]);
	kfree_skb(skb);
	return parsed;
}

void check_parsed_equal(const struct parsed *a, const struct parsed *b)
{
	CHECK(a->result == b->result);
	if (a->result != TCPFSM_PARSE_SEGMENT)
		return;
	CHECK(!memcmp(&a->tuple.src, &b->tuple.src, sizeof(a->tuple.src)));
	CHECK(!memcmp(&a->tuple.dst, &b->tuple.dst, sizeof(a->tuple.dst)));
	CHECK(a->tuple.sport == b->tuple.sport && a->tuple.dport == b->tuple.dport);
	CHECK(a->tuple.family == b->tuple.family);
	CHECK(a->seg.seq == b->seg.seq);
	CHECK(a->seg.ack == b->seg.ack);
	CHECK(a->seg.len == b->seg.len);
	CHECK(a->seg.window == b->seg.window);
	CHECK(a->seg.flags == b->seg.flags);
	CHECK(a->seg.options == b->seg.options);
	CHECK(a->seg.tsval == b->seg.tsval);
	CHECK(a->seg.wscale == b->seg.wscale);
}

static void check_sane(const struct packet *packet, const struct parsed *parsed)
{
	const struct tcpfsm_segment *seg = &parsed->seg;
	unsigned int headers = (packet->ipv6 ? 40 : 20) + 20;
	static const u8 zeros[12];

	CHECK(parsed->result <= TCPFSM_PARSE_MALFORMED);
	if (parsed->result != TCPFSM_PARSE_SEGMENT)
		return;
	CHECK(headers <= packet->len && seg->len <= packet->len - headers);
	CHECK(!(seg->flags & ~0x3f));
	CHECK(!(seg->options & ~(TCPFSM_OPT_WSCALE | TCPFSM_OPT_TS)));
	CHECK(seg->wscale <= 14);
	CHECK(!seg->wscale || seg->options & TCPFSM_OPT_WSCALE);
	CHECK(!seg->tsval || seg->options & TCPFSM_OPT_TS);
	CHECK(seg->flags & TCPFSM_SYN || !(seg->options & TCPFSM_OPT_WSCALE));
	CHECK(parsed->tuple.family == (packet->ipv6 ? AF_INET6 : AF_INET));
	if (!packet->ipv6) {
		CHECK(!memcmp(parsed->tuple.src.s6_addr + 4, zeros, sizeof(zeros)));
		CHECK(!memcmp(parsed->tuple.dst.s6_addr + 4, zeros, sizeof(zeros)));
	}
}

struct parsed check_parse(const struct packet *packet)
{
	struct parsed linear = parse(packet, false);
	struct parsed cut = parse(packet, true);

	check_sane(packet, &linear);
	check_parsed_equal(&linear, &cut);
	return linear;
}
