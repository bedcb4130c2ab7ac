// SPDX-License-Identifier: GPL-2.0
/*
 * The parser's reading of the TCP header: lengths, flags, options.
 */
#include "../module/parse.h"
#include "../module/segment.h"
#include "packet.h"

/* Parses a linear packet, after which its TCP options or lack of validity are what matters. */
static enum tcpfsm_parse_result parse_octets(struct kunit *test, const u8 *octets, size_t len,
					     struct tcpfsm_segment *seg)
{
	struct sk_buff *skb = make_skb(test, octets, len, len);
	enum tcpfsm_parse_result result;
	struct tcpfsm_tuple tuple;

	memset(seg, 0xaa, sizeof(*seg));
	result = tcpfsm_parse_ipv4(skb, &tuple, seg);
	kfree_skb(skb);
	return result;
}

#define IPV4_TOT_LEN	3
#define TCP_DOFF	(20 + 12)
#define TCP_FLAGS	(20 + 13)

static void doff_below_5_or_beyond_the_packet_is_malformed(struct kunit *test)
{
	static const char hex[] = IPV4("45", "0050", "0000") TCP("50", "18") OPTION4 OPTION4
				  OPTION4 OPTION4 OPTION4 OPTION4 OPTION4 OPTION4 OPTION4 OPTION4;
	u8 *octets = kunit_kzalloc(test, PACKET_MAX, GFP_KERNEL);
	struct tcpfsm_segment seg;
	unsigned int doff, len;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, octets);
	KUNIT_ASSERT_EQ(test, unhex(test, hex, octets), (size_t)80);

	for (doff = 0; doff <= 15; doff++) {
		octets[TCP_DOFF] = doff << 4;
		for (len = 40; len <= 80; len++) {
			bool valid = doff >= 5 && 20 + doff * 4 <= len;

			octets[IPV4_TOT_LEN] = len;
			KUNIT_EXPECT_EQ_MSG(test, parse_octets(test, octets, 80, &seg),
					    valid ? TCPFSM_PARSE_SEGMENT : TCPFSM_PARSE_MALFORMED,
					    "doff %u, tot_len %u", doff, len);
			if (valid)
				KUNIT_EXPECT_EQ(test, seg.len, len - 20 - doff * 4);
		}
	}
}

/* @truthful: the IP header's length is that of what is left. */
static void expect_truncated(struct kunit *test, bool truthful)
{
	u8 *octets = kunit_kzalloc(test, PACKET_MAX, GFP_KERNEL);
	struct tcpfsm_segment seg;
	size_t len, n;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, octets);
	len = unhex(test, IPV4("45", "0038", "0000") TCP("80", "18")
		    "0101080a 00000001 00000000" DATA, octets);
	KUNIT_ASSERT_EQ(test, len, (size_t)56);

	for (n = 0; n < len; n++) {
		enum tcpfsm_parse_result expected = TCPFSM_PARSE_MALFORMED;

		if (n < 20)
			expected = TCPFSM_PARSE_NOT_TCP;
		else if (truthful && n >= 52)
			expected = TCPFSM_PARSE_SEGMENT;
		if (truthful)
			octets[IPV4_TOT_LEN] = n;
		KUNIT_EXPECT_EQ_MSG(test, parse_octets(test, octets, n, &seg), expected,
				    "%zu octets", n);
	}
}

static void cut_off_at_each_octet(struct kunit *test)
{
	expect_truncated(test, false);
}

static void ends_at_each_octet(struct kunit *test)
{
	expect_truncated(test, true);
}

/* Of the 14th octet six bits are the segment's flags; the others are ECN's. */
static void flags_are_six_bits(struct kunit *test)
{
	u8 *octets = kunit_kzalloc(test, PACKET_MAX, GFP_KERNEL);
	struct tcpfsm_segment seg;
	unsigned int flags;
	size_t len;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, octets);
	len = unhex(test, IPV4("45", "002c", "0000") PAYLOAD4, octets);
	octets[TCP_DOFF] |= 0x0f;
	for (flags = 0; flags <= 0xff; flags++) {
		octets[TCP_FLAGS] = flags;
		KUNIT_EXPECT_EQ(test, parse_octets(test, octets, len, &seg), TCPFSM_PARSE_SEGMENT);
		KUNIT_EXPECT_EQ(test, (unsigned int)seg.flags, flags & 0x3f);
		KUNIT_EXPECT_EQ(test, seg.len, 4U);
	}
}

static void wscale_above_14_is_14(struct kunit *test)
{
	u8 *octets = kunit_kzalloc(test, PACKET_MAX, GFP_KERNEL);
	struct tcpfsm_segment seg;
	unsigned int wscale;
	size_t len;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, octets);
	len = unhex(test, IPV4("45", "002c", "0000") TCP("60", "02") "01030300", octets);
	for (wscale = 0; wscale <= 0xff; wscale++) {
		octets[len - 1] = wscale;
		KUNIT_EXPECT_EQ(test, parse_octets(test, octets, len, &seg), TCPFSM_PARSE_SEGMENT);
		KUNIT_EXPECT_EQ(test, (int)seg.options, TCPFSM_OPT_WSCALE);
		KUNIT_EXPECT_EQ(test, (unsigned int)seg.wscale, min(wscale, 14U));
	}
}

/* 40 octets of options: those given, then end-of-list. */
struct options {
	const char *claim;
	const char *hex;
	u8 flags;
	u8 options;
	u32 tsval;
	u8 wscale;
};

#define NOPS		"01010101 01010101 "
#define TS(tsval)	"080a" tsval "00000000 "
#define BOTH		(TCPFSM_OPT_TS | TCPFSM_OPT_WSCALE)

static const struct options option_lists[] = {
	{ "none", "00", TCPFSM_SYN, 0 },
	{ "only no-operations", NOPS NOPS NOPS NOPS NOPS, TCPFSM_SYN, 0 },
	{ "a Linux SYN's", "020405b4 0402" TS("00000007") "01 030307",
	  TCPFSM_SYN, BOTH, 7, 7 },
	{ "a SYN-ACK's", "020405b4 0402" TS("00000007") "01 030307",
	  TCPFSM_SYN | TCPFSM_ACK, BOTH, 7, 7 },
	{ "RFC 7323: window scale without SYN is ignored", "030307", TCPFSM_ACK, 0 },
	{ "timestamps first and unaligned", TS("ffffffff"), TCPFSM_ACK, TCPFSM_OPT_TS, 0xffffffff },
	{ "timestamps aligned, SACK behind", "0101" TS("00000007") "0101 050a 00000001 00000002",
	  TCPFSM_ACK, TCPFSM_OPT_TS, 7 },
	{ "timestamps behind SACK", "0101 050a 00000001 00000002 0101" TS("00000007"),
	  TCPFSM_ACK, TCPFSM_OPT_TS, 7 },
	{ "timestamps in the last ten octets", NOPS NOPS NOPS "010101010101" TS("00000007"),
	  TCPFSM_ACK, TCPFSM_OPT_TS, 7 },
	{ "timestamps cut off by the header's end",
	  NOPS NOPS NOPS "01010101010101 080a 00000007 000000",
	  TCPFSM_ACK, 0 },
	{ "timestamps with a wrong length", "0809 00000007 000000 030307", TCPFSM_SYN,
	  TCPFSM_OPT_WSCALE, 0, 7 },
	{ "window scale with a wrong length", "03040707" TS("00000007"), TCPFSM_SYN,
	  TCPFSM_OPT_TS, 7 },
	{ "window scale in the last three octets", NOPS NOPS NOPS NOPS "0101010101 030307",
	  TCPFSM_SYN, TCPFSM_OPT_WSCALE, 0, 7 },
	{ "window scale's length as the last octet", NOPS NOPS NOPS NOPS "010101010101 0303",
	  TCPFSM_SYN, 0 },
	{ "a kind as the last octet", NOPS NOPS NOPS NOPS "01010101010101 03", TCPFSM_SYN, 0 },
	{ "a length of 0 ends the list", "030307 fe00" TS("00000007"), TCPFSM_SYN,
	  TCPFSM_OPT_WSCALE, 0, 7 },
	{ "a length of 1 ends the list", "030307 fe01" TS("00000007"), TCPFSM_SYN,
	  TCPFSM_OPT_WSCALE, 0, 7 },
	{ "a length beyond the header ends the list", "030307 fe26" TS("00000007"), TCPFSM_SYN,
	  TCPFSM_OPT_WSCALE, 0, 7 },
	{ "a length up to the header's end", "030307 fe25" TS("00000007"), TCPFSM_SYN,
	  TCPFSM_OPT_WSCALE, 0, 7 },
	{ "an unknown option is stepped over", "fe06 deadbeef" TS("00000007") "030307",
	  TCPFSM_SYN, BOTH, 7, 7 },
	{ "nothing counts behind end-of-list", "00" TS("00000007") "030307", TCPFSM_SYN, 0 },
	{ "end-of-list has no length", "0002 030307", TCPFSM_SYN, 0 },
	{ "of two timestamps the later counts, also if the first is aligned",
	  "0101" TS("00000001") "0101" TS("00000002"), TCPFSM_ACK, TCPFSM_OPT_TS, 2 },
	{ "of two the later counts", TS("00000001") "030301" TS("00000002") "030302",
	  TCPFSM_SYN, BOTH, 2, 2 },
};

static void options_desc(const struct options *options, char *desc)
{
	strscpy(desc, options->claim, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(options, option_lists, options_desc);

static void options(struct kunit *test)
{
	const struct options *list = test->param_value;
	u8 *octets = kunit_kzalloc(test, PACKET_MAX, GFP_KERNEL);
	struct tcpfsm_segment seg;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, octets);
	KUNIT_ASSERT_EQ(test, unhex(test, IPV4("45", "0050", "0000") TCP("f0", "00"), octets),
			(size_t)40);
	KUNIT_ASSERT_LE(test, unhex(test, list->hex, octets + 40), (size_t)40);
	octets[TCP_FLAGS] = list->flags;

	KUNIT_EXPECT_EQ(test, parse_octets(test, octets, 80, &seg), TCPFSM_PARSE_SEGMENT);
	KUNIT_EXPECT_EQ(test, (int)seg.options, (int)list->options);
	KUNIT_EXPECT_EQ(test, seg.tsval, list->tsval);
	KUNIT_EXPECT_EQ(test, (int)seg.wscale, (int)list->wscale);
}

/* The fast path's exact form, and each octet of it wrong in turn. */
static void aligned_timestamps(struct kunit *test)
{
	u8 *octets = kunit_kzalloc(test, PACKET_MAX, GFP_KERNEL);
	struct tcpfsm_segment seg;
	unsigned int i;
	size_t len;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, octets);
	len = unhex(test, IPV4("45", "0034", "0000") TCP("80", "10") "0101080a 01020304 05060708",
		    octets);
	KUNIT_EXPECT_EQ(test, parse_octets(test, octets, len, &seg), TCPFSM_PARSE_SEGMENT);
	KUNIT_EXPECT_EQ(test, (int)seg.options, TCPFSM_OPT_TS);
	KUNIT_EXPECT_EQ(test, seg.tsval, 0x01020304U);

	for (i = 40; i < 44; i++) {
		octets[i] ^= 0xf0;
		KUNIT_EXPECT_EQ(test, parse_octets(test, octets, len, &seg), TCPFSM_PARSE_SEGMENT);
		KUNIT_EXPECT_EQ_MSG(test, (int)seg.options, 0, "octet %u", i);
		octets[i] ^= 0xf0;
	}
}

static struct kunit_case parse_tcp_cases[] = {
	KUNIT_CASE(doff_below_5_or_beyond_the_packet_is_malformed),
	KUNIT_CASE(cut_off_at_each_octet),
	KUNIT_CASE(ends_at_each_octet),
	KUNIT_CASE(flags_are_six_bits),
	KUNIT_CASE(wscale_above_14_is_14),
	KUNIT_CASE_PARAM(options, options_gen_params),
	KUNIT_CASE(aligned_timestamps),
	{}
};

static struct kunit_suite parse_tcp_suite = {
	.name = "tcpfsm_parse_tcp",
	.test_cases = parse_tcp_cases,
};

kunit_test_suite(parse_tcp_suite);
