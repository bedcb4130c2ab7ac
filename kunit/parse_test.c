// SPDX-License-Identifier: GPL-2.0
/*
 * The parser's way to the TCP header: IPv4, IPv6 and its extensions. Every packet is parsed as a
 * linear skb and as one with its first n octets linear and the rest in two fragments, for each n:
 * where a driver has split a packet must make no difference.
 */
#include "../module/parse.h"
#include "../module/segment.h"
#include "packet.h"

/* Extension headers of 8 octets; AH with a digest of 12 is 24 long, and counts otherwise */
#define HOP(next)		next "00 0104 00000000 "
#define DEST(next)		next "00 0104 00000000 "
#define ROUTING(next, left)	next "00 04" left "00000000 "
#define FRAGMENT(next, frag)	next "00" frag "00000001 "
#define AH(next)		next "04 0000 00000001 00000001 00112233 44556677 8899aabb "

struct packet {
	const char *claim;
	const char *hex;
	enum tcpfsm_parse_result result;
	u32 len;
	bool gso;
};

static enum tcpfsm_parse_result parse(const struct sk_buff *skb, bool ipv6,
				      struct tcpfsm_tuple *tuple, struct tcpfsm_segment *seg)
{
	memset(tuple, 0xaa, sizeof(*tuple));
	memset(seg, 0xaa, sizeof(*seg));
	return ipv6 ? tcpfsm_parse_ipv6(skb, tuple, seg) : tcpfsm_parse_ipv4(skb, tuple, seg);
}

static void expect_addresses(struct kunit *test, const struct tcpfsm_tuple *tuple, bool ipv6)
{
	static const struct tcpfsm_tuple ipv4_tuple = {
		.src.s6_addr = { 10, 0, 0, 1 },
		.dst.s6_addr = { 10, 0, 0, 2 },
	};
	static const struct tcpfsm_tuple ipv6_tuple = {
		.src.s6_addr = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 },
		.dst.s6_addr = { 0x20, 0x01, 0x0d, 0xb8, [15] = 2 },
	};
	const struct tcpfsm_tuple *expected = ipv6 ? &ipv6_tuple : &ipv4_tuple;

	KUNIT_EXPECT_EQ(test, memcmp(&tuple->src, &expected->src, sizeof(tuple->src)), 0);
	KUNIT_EXPECT_EQ(test, memcmp(&tuple->dst, &expected->dst, sizeof(tuple->dst)), 0);
	KUNIT_EXPECT_EQ(test, ntohs(tuple->sport), 40000);
	KUNIT_EXPECT_EQ(test, ntohs(tuple->dport), 443);
	KUNIT_EXPECT_EQ(test, (int)tuple->family, ipv6 ? AF_INET6 : AF_INET);
}

/* Of a packet whose options have been left to other tests. */
static void expect_packet(struct kunit *test, const struct packet *packet, bool ipv6)
{
	struct tcpfsm_segment seg;
	struct tcpfsm_tuple tuple;
	size_t len, head;
	u8 *octets;

	octets = kunit_kzalloc(test, PACKET_MAX, GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, octets);
	len = unhex(test, packet->hex, octets);

	for (head = 0; head <= len; head++) {
		struct sk_buff *skb = make_skb(test, octets, len, head);

		if (packet->gso)
			skb_shinfo(skb)->gso_size = 1448;
		KUNIT_EXPECT_EQ_MSG(test, packet->result, parse(skb, ipv6, &tuple, &seg),
				    "%zu of %zu octets linear", head, len);
		kfree_skb(skb);
		if (packet->result != TCPFSM_PARSE_SEGMENT)
			continue;

		expect_addresses(test, &tuple, ipv6);
		KUNIT_EXPECT_EQ(test, seg.seq, 0x01020304U);
		KUNIT_EXPECT_EQ(test, seg.ack, 0x05060708U);
		KUNIT_EXPECT_EQ(test, seg.len, packet->len);
		KUNIT_EXPECT_EQ(test, (int)seg.window, 0x1234);
		KUNIT_EXPECT_EQ(test, (int)seg.flags, TCPFSM_PSH | TCPFSM_ACK);
		KUNIT_EXPECT_EQ(test, (int)seg.options, 0);
		KUNIT_EXPECT_EQ(test, seg.tsval, 0U);
		KUNIT_EXPECT_EQ(test, (int)seg.wscale, 0);
	}
}

static void packet_desc(const struct packet *packet, char *desc)
{
	strscpy(desc, packet->claim, KUNIT_PARAM_DESC_SIZE);
}

static const struct packet ipv4_packets[] = {
	{ "a packet without options is a segment",
	  IPV4("45", "002c", "0000") PAYLOAD4, TCPFSM_PARSE_SEGMENT, 4 },
	{ "a segment may carry no payload",
	  IPV4("45", "0028", "0000") TCP("50", "18"), TCPFSM_PARSE_SEGMENT, 0 },
	{ "one word of IP options",
	  IPV4("46", "0030", "0000") OPTION4 PAYLOAD4, TCPFSM_PARSE_SEGMENT, 4 },
	{ "ten words of IP options",
	  IPV4("4f", "0054", "0000") OPTION4 OPTION4 OPTION4 OPTION4 OPTION4 OPTION4 OPTION4
	  OPTION4 OPTION4 OPTION4 PAYLOAD4, TCPFSM_PARSE_SEGMENT, 4 },
	{ "ihl 0 is malformed", IPV4("40", "002c", "0000") PAYLOAD4, TCPFSM_PARSE_MALFORMED },
	{ "ihl 4 is malformed", IPV4("44", "002c", "0000") PAYLOAD4, TCPFSM_PARSE_MALFORMED },
	{ "ihl beyond tot_len is malformed",
	  IPV4("4f", "002c", "0000") PAYLOAD4, TCPFSM_PARSE_MALFORMED },
	{ "ihl that leaves too little for TCP is malformed",
	  IPV4("47", "002c", "0000") PAYLOAD4, TCPFSM_PARSE_MALFORMED },
	{ "another version is malformed",
	  IPV4("65", "002c", "0000") PAYLOAD4, TCPFSM_PARSE_MALFORMED },
	{ "tot_len 0 is malformed", IPV4("45", "0000", "0000") PAYLOAD4, TCPFSM_PARSE_MALFORMED },
	{ "tot_len below ihl is malformed",
	  IPV4("45", "0013", "0000") PAYLOAD4, TCPFSM_PARSE_MALFORMED },
	{ "tot_len that ends in TCP's header is malformed",
	  IPV4("45", "0027", "0000") PAYLOAD4, TCPFSM_PARSE_MALFORMED },
	{ "tot_len beyond the skb is malformed",
	  IPV4("45", "002d", "0000") PAYLOAD4, TCPFSM_PARSE_MALFORMED },
	{ "tot_len 65535 beyond the skb is malformed",
	  IPV4("45", "ffff", "0000") PAYLOAD4, TCPFSM_PARSE_MALFORMED },
	{ "padding is not payload",
	  IPV4("45", "002c", "0000") PAYLOAD4 "0000", TCPFSM_PARSE_SEGMENT, 4 },
	{ "tot_len 0 of a GSO skb is the skb's length",
	  IPV4("45", "0000", "0000") PAYLOAD4 DATA, TCPFSM_PARSE_SEGMENT, 8, true },
	{ "tot_len of a GSO skb counts where there is one",
	  IPV4("45", "002c", "0000") PAYLOAD4 DATA, TCPFSM_PARSE_SEGMENT, 4, true },
	{ "tot_len 0 of a GSO skb without a TCP header is malformed",
	  IPV4("45", "0000", "0000"), TCPFSM_PARSE_MALFORMED, 0, true },
	{ "don't fragment is no fragment",
	  IPV4("45", "002c", "4000") PAYLOAD4, TCPFSM_PARSE_SEGMENT, 4 },
	{ "the reserved bit is no fragment",
	  IPV4("45", "002c", "8000") PAYLOAD4, TCPFSM_PARSE_SEGMENT, 4 },
	{ "a first fragment", IPV4("45", "002c", "2000") PAYLOAD4, TCPFSM_PARSE_FRAGMENT },
	{ "a fragment in the middle", IPV4("45", "002c", "2001") PAYLOAD4, TCPFSM_PARSE_FRAGMENT },
	{ "a last fragment", IPV4("45", "001c", "1fff") DATA DATA, TCPFSM_PARSE_FRAGMENT },
	{ "a fragment of UDP",
	  IPV4_OF("45", "002c", "2000", "11") PAYLOAD4, TCPFSM_PARSE_NOT_TCP },
	{ "UDP", IPV4_OF("45", "002c", "0000", "11") PAYLOAD4, TCPFSM_PARSE_NOT_TCP },
	{ "UDP in a malformed packet",
	  IPV4_OF("40", "0000", "0000", "11") PAYLOAD4, TCPFSM_PARSE_NOT_TCP },
	{ "nothing at all", "", TCPFSM_PARSE_NOT_TCP },
};

KUNIT_ARRAY_PARAM(ipv4, ipv4_packets, packet_desc);

static void ipv4(struct kunit *test)
{
	expect_packet(test, test->param_value, false);
}

#define DEST4(next) \
	"3c000104 00000000 3c000104 00000000 3c000104 00000000 " next "000104 00000000 "

static const struct packet ipv6_packets[] = {
	{ "a packet without extensions is a segment",
	  IPV6("0018", "06") PAYLOAD4, TCPFSM_PARSE_SEGMENT, 4 },
	{ "a segment may carry no payload",
	  IPV6("0014", "06") TCP("50", "18"), TCPFSM_PARSE_SEGMENT, 0 },
	{ "padding is not payload",
	  IPV6("0018", "06") PAYLOAD4 "0000", TCPFSM_PARSE_SEGMENT, 4 },
	{ "another version is malformed",
	  IPV6_OF("40", "0018", "06") PAYLOAD4, TCPFSM_PARSE_MALFORMED },
	{ "payload_len that ends in TCP's header is malformed",
	  IPV6("0013", "06") PAYLOAD4, TCPFSM_PARSE_MALFORMED },
	{ "payload_len beyond the skb is malformed",
	  IPV6("0019", "06") PAYLOAD4, TCPFSM_PARSE_MALFORMED },
	{ "payload_len 0 is malformed", IPV6("0000", "06") PAYLOAD4, TCPFSM_PARSE_MALFORMED },
	{ "payload_len 0 of a GSO skb is the skb's length",
	  IPV6("0000", "06") PAYLOAD4 DATA, TCPFSM_PARSE_SEGMENT, 8, true },
	{ "payload_len 0 with hop-by-hop options is a jumbogram's",
	  IPV6("0000", "00") "0600 c204 00000020" PAYLOAD4, TCPFSM_PARSE_SEGMENT, 4 },
	{ "payload_len 0 with hop-by-hop options on a GSO skb",
	  IPV6("0000", "00") "0600 c204 00000020" PAYLOAD4, TCPFSM_PARSE_SEGMENT, 4, true },
	{ "payload_len 0 with another extension ends before TCP is named",
	  IPV6("0000", "3c") DEST("06") PAYLOAD4, TCPFSM_PARSE_NOT_TCP },
	{ "UDP", IPV6("0018", "11") PAYLOAD4, TCPFSM_PARSE_NOT_TCP },
	{ "no next header", IPV6("0018", "3b") PAYLOAD4, TCPFSM_PARSE_NOT_TCP },
	{ "ESP hides what it carries", IPV6("0018", "32") PAYLOAD4, TCPFSM_PARSE_NOT_TCP },

	{ "hop-by-hop options", IPV6("0020", "00") HOP("06") PAYLOAD4, TCPFSM_PARSE_SEGMENT, 4 },
	{ "destination options", IPV6("0020", "3c") DEST("06") PAYLOAD4, TCPFSM_PARSE_SEGMENT, 4 },
	{ "destination options of 16 octets",
	  IPV6("0028", "3c") "0601 010c 00000000 00000000 00000000" PAYLOAD4,
	  TCPFSM_PARSE_SEGMENT, 4 },
	{ "a routing header at its end",
	  IPV6("0020", "2b") ROUTING("06", "00") PAYLOAD4, TCPFSM_PARSE_SEGMENT, 4 },
	{ "a routing header with segments left is for another host",
	  IPV6("0020", "2b") ROUTING("06", "01") PAYLOAD4, TCPFSM_PARSE_NOT_TCP },
	{ "an authentication header",
	  IPV6("0030", "33") AH("06") PAYLOAD4, TCPFSM_PARSE_SEGMENT, 4 },
	{ "all of RFC 8200's order",
	  IPV6("0058", "00") HOP("3c") DEST("2b") ROUTING("2c", "00") FRAGMENT("33", "0000")
	  AH("3c") DEST("06") PAYLOAD4, TCPFSM_PARSE_SEGMENT, 4 },
	{ "no next header after an extension",
	  IPV6("0020", "3c") DEST("3b") PAYLOAD4, TCPFSM_PARSE_NOT_TCP },
	{ "hop-by-hop options anywhere but first",
	  IPV6("0028", "3c") DEST("00") HOP("06") PAYLOAD4, TCPFSM_PARSE_NOT_TCP },
	{ "an extension longer than the packet is malformed",
	  IPV6("0020", "3c") "06ff 0104 00000000" PAYLOAD4, TCPFSM_PARSE_MALFORMED },
	{ "an extension up to the packet's end is malformed",
	  IPV6("0020", "3c") "0603 0104 00000000" PAYLOAD4, TCPFSM_PARSE_MALFORMED },
	{ "a chain that leaves the packet before it names TCP",
	  IPV6("0008", "3c") DEST("3c") PAYLOAD4, TCPFSM_PARSE_NOT_TCP },
	{ "twelve extension headers",
	  IPV6("0078", "3c") DEST4("3c") DEST4("3c") DEST4("06") PAYLOAD4,
	  TCPFSM_PARSE_SEGMENT, 4 },
	{ "thirteen extension headers are malformed",
	  IPV6("0080", "3c") DEST4("3c") DEST4("3c") DEST4("3c") DEST("06") PAYLOAD4,
	  TCPFSM_PARSE_MALFORMED },

	{ "RFC 6946: an atomic fragment is a whole packet",
	  IPV6("0020", "2c") FRAGMENT("06", "0000") PAYLOAD4, TCPFSM_PARSE_SEGMENT, 4 },
	{ "the reserved bits are no fragment",
	  IPV6("0020", "2c") FRAGMENT("06", "0006") PAYLOAD4, TCPFSM_PARSE_SEGMENT, 4 },
	{ "a first fragment",
	  IPV6("0020", "2c") FRAGMENT("06", "0001") PAYLOAD4, TCPFSM_PARSE_FRAGMENT },
	{ "a first fragment with an extension behind its header",
	  IPV6("0028", "2c") FRAGMENT("3c", "0001") DEST("06") PAYLOAD4, TCPFSM_PARSE_FRAGMENT },
	{ "a fragment in the middle",
	  IPV6("0020", "2c") FRAGMENT("06", "0009") PAYLOAD4, TCPFSM_PARSE_FRAGMENT },
	{ "a last fragment",
	  IPV6("0010", "2c") FRAGMENT("06", "fff8") DATA DATA, TCPFSM_PARSE_FRAGMENT },
	{ "a later fragment whose first one alone names TCP",
	  IPV6("0028", "2c") FRAGMENT("3c", "0008") DEST("06") PAYLOAD4, TCPFSM_PARSE_NOT_TCP },
	{ "a first fragment of UDP",
	  IPV6("0020", "2c") FRAGMENT("11", "0001") PAYLOAD4, TCPFSM_PARSE_NOT_TCP },
	{ "a later fragment of UDP",
	  IPV6("0020", "2c") FRAGMENT("11", "0008") PAYLOAD4, TCPFSM_PARSE_NOT_TCP },
	{ "nothing at all", "", TCPFSM_PARSE_NOT_TCP },
};

KUNIT_ARRAY_PARAM(ipv6, ipv6_packets, packet_desc);

static void ipv6(struct kunit *test)
{
	expect_packet(test, test->param_value, true);
}

/* An skb need not begin with the IP header, nor know where the transport header is. */
static void expect_found(struct kunit *test, const char *hex, bool ipv6)
{
	u8 *octets = kunit_kzalloc(test, PACKET_MAX, GFP_KERNEL);
	const size_t before = 12;
	struct tcpfsm_segment seg;
	struct tcpfsm_tuple tuple;
	size_t len, head;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, octets);
	len = before + unhex(test, hex, octets + before);
	for (head = before; head <= len; head++) {
		struct sk_buff *skb = make_skb(test, octets, len, head);

		skb_set_network_header(skb, before);
		skb_shinfo(skb)->gso_size = 1448;
		KUNIT_EXPECT_EQ_MSG(test, parse(skb, ipv6, &tuple, &seg), TCPFSM_PARSE_SEGMENT,
				    "%zu of %zu octets linear", head, len);
		expect_addresses(test, &tuple, ipv6);
		KUNIT_EXPECT_EQ(test, seg.len, 4U);
		KUNIT_EXPECT_EQ(test, (int)seg.options, TCPFSM_OPT_TS);
		KUNIT_EXPECT_EQ(test, seg.tsval, 7U);
		kfree_skb(skb);
	}
}

#define TIMESTAMPS4	TCP("80", "18") "0101080a 00000007 00000000" DATA

static void ipv4_is_found_from_the_network_header(struct kunit *test)
{
	expect_found(test, IPV4("45", "0000", "0000") TIMESTAMPS4, false);
}

static void ipv6_is_found_from_the_network_header(struct kunit *test)
{
	expect_found(test, IPV6("0000", "3c") DEST("2c") FRAGMENT("06", "0000") TIMESTAMPS4, true);
}

static struct kunit_case parse_cases[] = {
	KUNIT_CASE_PARAM(ipv4, ipv4_gen_params),
	KUNIT_CASE_PARAM(ipv6, ipv6_gen_params),
	KUNIT_CASE(ipv4_is_found_from_the_network_header),
	KUNIT_CASE(ipv6_is_found_from_the_network_header),
	{}
};

static struct kunit_suite parse_suite = {
	.name = "tcpfsm_parse",
	.test_cases = parse_cases,
};

kunit_test_suite(parse_suite);
