// SPDX-License-Identifier: GPL-2.0
/*
 * skb → tuple and segment: the only file that reads packet headers.
 *
 * Runs in softirq for every packet of the machine. Nothing is written to the skb; what is not known
 * to be linear is read through skb_header_pointer(); every loop is bounded. Only skb->data, the
 * network header and the lengths are relied upon: at netfilter's hooks the transport header need
 * not be set.
 *
 * Checksums are not verified. On the way out there is none yet (the device or the last step
 * computes it), on the way in it costs a pass over the payload that TCP will make anyway. A segment
 * that TCP drops for its checksum is for the socket, the second witness, to correct.
 */
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/kernel.h>
#include <linux/skbuff.h>
#include <linux/socket.h>
#include <linux/tcp.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include "parse.h"
#include "parse_plain.h"
#include "segment.h"

/* RFC 8200 section 4.1 knows six before TCP; nobody has a use for more than twice that. */
#define IPV6_EXTENSIONS_MAX	12

/* doff is four bits of 32-bit words. */
#define TCP_HEADER_MAX		(15 * 4)

/**
 * tcpfsm_parse_options() - read a TCP header's options
 * @p: the first octet behind the fixed header
 * @len: octets of options, 40 at most; all of them are there
 * @seg: of the segment; its options are written, if there are any that matter
 *
 * RFC 9293 section 3.1. As in the kernel's TCP, a length that cannot be ends the options without
 * taking the segment's validity, and of two options of a kind the later one counts.
 *
 * Context: any.
 */
void tcpfsm_parse_options(const u8 *p, unsigned int len, struct tcpfsm_segment *seg)
{
	while (len >= 2) {
		unsigned int size = p[1];

		if (p[0] == TCPOPT_EOL)
			return;
		if (p[0] == TCPOPT_NOP) {
			p++;
			len--;
			continue;
		}
		if (size < 2 || size > len)
			return;

		if (p[0] == TCPOPT_TIMESTAMP && size == TCPOLEN_TIMESTAMP) {
			seg->options |= TCPFSM_OPT_TS;
			seg->tsval = tcpfsm_plain_be32(p + 2);
		} else if (p[0] == TCPOPT_WINDOW && size == TCPOLEN_WINDOW &&
			   seg->flags & TCPFSM_SYN) {
			seg->options |= TCPFSM_OPT_WSCALE;
			seg->wscale = min_t(u8, p[2], TCP_MAX_WSCALE);
		}
		p += size;
		len -= size;
	}
}

/*
 * @h: the TCP header, contiguous as far as its doff and @len both say
 * @len: octets of header and payload, by the IP header; at least sizeof(struct tcphdr)
 */
static inline enum tcpfsm_parse_result read_tcp(const u8 *h, unsigned int len,
						struct tcpfsm_tuple *tuple,
						struct tcpfsm_segment *seg)
{
	const struct tcphdr *th = (const struct tcphdr *)h;
	unsigned int size = th->doff * 4;

	if (unlikely(size < sizeof(*th) || size > len))
		return TCPFSM_PARSE_MALFORMED;

	tuple->sport = th->source;
	tuple->dport = th->dest;

	seg->seq = ntohl(th->seq);
	seg->ack = ntohl(th->ack_seq);
	seg->len = len - size;
	seg->tsval = 0;
	seg->window = ntohs(th->window);
	seg->flags = h[13] & (TCPFSM_FIN | TCPFSM_SYN | TCPFSM_RST |
			      TCPFSM_PSH | TCPFSM_ACK | TCPFSM_URG);
	seg->options = 0;
	seg->wscale = 0;

	h += sizeof(*th);
	size -= sizeof(*th);
	if (size == TCPFSM_PLAIN_TS_LEN && tcpfsm_plain_be32(h) == TCPFSM_PLAIN_TS) {
		seg->options = TCPFSM_OPT_TS;
		seg->tsval = tcpfsm_plain_be32(h + 4);
	} else if (size) {
		tcpfsm_parse_options(h, size, seg);
	}
	return TCPFSM_PARSE_SEGMENT;
}

/*
 * Headers that are not linear are copied to the stack, out of line: an unused buffer in the fast
 * path costs its clearing and a stack canary on most kernels. @at: of the TCP header, from the IP
 * header; @len: as parse_tcp()'s
 */
static noinline enum tcpfsm_parse_result parse_tcp_split(const struct sk_buff *skb, unsigned int at,
							 unsigned int len,
							 struct tcpfsm_tuple *tuple,
							 struct tcpfsm_segment *seg)
{
	u32 buffer[TCP_HEADER_MAX / sizeof(u32)];
	const u8 *h;

	if (len < sizeof(struct tcphdr))
		return TCPFSM_PARSE_MALFORMED;

	h = skb_header_pointer(skb, skb_network_offset(skb) + at,
			       min_t(unsigned int, len, sizeof(buffer)), buffer);
	if (!h)
		return TCPFSM_PARSE_MALFORMED;
	return read_tcp(h, len, tuple, seg);
}

/*
 * @iph: the IP header; a copy only if @linear is less than its size
 * @linear: as tcpfsm_plain_linear() says
 * @at: where the TCP header begins, from @iph
 * @len: octets from there to the packet's end, by the IP header; all of them are in the skb
 */
static inline enum tcpfsm_parse_result parse_tcp(const struct sk_buff *skb, const void *iph,
						 int linear, unsigned int at, unsigned int len,
						 struct tcpfsm_tuple *tuple,
						 struct tcpfsm_segment *seg)
{
	const struct tcphdr *th = iph + at;

	linear -= at;
	if (unlikely(linear < (int)sizeof(*th) || linear < th->doff * 4))
		return parse_tcp_split(skb, at, len, tuple, seg);
	return read_tcp((const u8 *)th, len, tuple, seg);
}

/* @iph, @linear: as parse_tcp()'s */
static enum tcpfsm_parse_result parse_ipv4(const struct sk_buff *skb, const struct iphdr *iph,
					   int linear, struct tcpfsm_tuple *tuple,
					   struct tcpfsm_segment *seg)
{
	unsigned int size = sizeof(*iph);
	unsigned int available, len;

	if (iph->protocol != IPPROTO_TCP)
		return TCPFSM_PARSE_NOT_TCP;

	if (unlikely(*(const u8 *)iph != TCPFSM_PLAIN_IPV4)) {
		/* A raw socket with IP_HDRINCL can bring anything here. */
		if (iph->version != 4 || iph->ihl < 5)
			return TCPFSM_PARSE_MALFORMED;
		size = iph->ihl * 4;
	}
	if (unlikely(iph->frag_off & htons(IP_MF | IP_OFFSET)))
		return TCPFSM_PARSE_FRAGMENT;

	available = linear + skb->data_len;
	len = ntohs(iph->tot_len);
	if (unlikely(!len && skb_is_gso(skb)))
		len = available;
	if (unlikely(len < size || len > available))
		return TCPFSM_PARSE_MALFORMED;

	tuple->src = (struct in6_addr){ .s6_addr32 = { iph->saddr } };
	tuple->dst = (struct in6_addr){ .s6_addr32 = { iph->daddr } };
	tuple->family = AF_INET;

	return parse_tcp(skb, iph, linear, size, len - size, tuple, seg);
}

static noinline enum tcpfsm_parse_result parse_ipv4_split(const struct sk_buff *skb,
							  struct tcpfsm_tuple *tuple,
							  struct tcpfsm_segment *seg)
{
	struct iphdr buffer;
	const struct iphdr *iph;

	iph = skb_header_pointer(skb, skb_network_offset(skb), sizeof(buffer), &buffer);
	if (!iph)
		return TCPFSM_PARSE_NOT_TCP;
	return parse_ipv4(skb, iph, tcpfsm_plain_linear(skb), tuple, seg);
}

/**
 * tcpfsm_parse_ipv4() - read an IPv4 packet's TCP header
 * @skb: a packet at an IPv4 netfilter hook: skb_network_header() is its IP header; linear or not
 * @tuple: addresses and ports, in network byte order; valid only with TCPFSM_PARSE_SEGMENT
 * @seg: the segment, in host byte order; valid only with TCPFSM_PARSE_SEGMENT
 *
 * The payload's length is the IP header's, since the skb may have padding. An IP length of 0 on a
 * GSO skb stands for one that does not fit (BIG TCP); the skb's own is taken then.
 *
 * Context: any; takes no lock, allocates nothing.
 * Return: TCPFSM_PARSE_NOT_TCP also if the skb has no whole IP header. Source: RFC 791 section 3.1,
 * RFC 9293 section 3.1, RFC 7323 sections 2.2 and 3.2.
 */
enum tcpfsm_parse_result tcpfsm_parse_ipv4(const struct sk_buff *skb, struct tcpfsm_tuple *tuple,
					   struct tcpfsm_segment *seg)
{
	int linear = tcpfsm_plain_linear(skb);

	if (unlikely(linear < (int)sizeof(struct iphdr)))
		return parse_ipv4_split(skb, tuple, seg);
	return parse_ipv4(skb, ip_hdr(skb), linear, tuple, seg);
}

/*
 * Goes from the extension header @nexthdr, which follows the IPv6 header, to TCP's. @len: octets of
 * the packet. Return: where TCP's header begins, from the IPv6 header; or, negated, what the packet
 * is if not a segment.
 *
 * ipv6_skip_exthdr() has no bound but the packet's length, and does not tell a segment that has
 * arrived from one that a routing header sends on.
 */
static noinline int skip_extensions(const struct sk_buff *skb, unsigned int len, u8 nexthdr)
{
	unsigned int size = sizeof(struct ipv6hdr);
	int offset = skb_network_offset(skb);
	bool fragment = false;
	unsigned int i;

	for (i = 0; i <= IPV6_EXTENSIONS_MAX; i++) {
		const u8 *h;
		u8 buffer[4];

		if (nexthdr == IPPROTO_TCP)
			return fragment ? -TCPFSM_PARSE_FRAGMENT : (int)size;

		/* Each is a multiple of 8 octets but AH, of 4, and says all in the first 4. */
		h = skb_header_pointer(skb, offset + size, sizeof(buffer), buffer);
		if (!h || size + 8 > len)
			return -TCPFSM_PARSE_NOT_TCP;

		switch (nexthdr) {
		case NEXTHDR_HOP:
			/* Only the first may be one (RFC 8200 section 4.1); hosts drop others. */
			if (i)
				return -TCPFSM_PARSE_NOT_TCP;
			size += (h[1] + 1) * 8;
			break;
		case NEXTHDR_ROUTING:
			/* Segments left: whoever is to get it, not the header's destination. */
			if (h[3])
				return -TCPFSM_PARSE_NOT_TCP;
			size += (h[1] + 1) * 8;
			break;
		case NEXTHDR_DEST:
			size += (h[1] + 1) * 8;
			break;
		case NEXTHDR_AUTH:
			size += (h[1] + 2) * 4;
			break;
		case NEXTHDR_FRAGMENT: {
			unsigned int frag_off = h[2] << 8 | h[3];

			/* What follows in a later fragment is not a header. */
			if (frag_off & IP6_OFFSET)
				return h[0] == IPPROTO_TCP ? -TCPFSM_PARSE_FRAGMENT :
							     -TCPFSM_PARSE_NOT_TCP;
			/* Neither: an atomic fragment, which is a whole packet (RFC 6946). */
			if (frag_off & IP6_MF)
				fragment = true;
			size += 8;
			break;
		}
		default:
			return -TCPFSM_PARSE_NOT_TCP;
		}
		nexthdr = h[0];
	}
	/* Nobody needs so many: whatever it hides should be counted. */
	return -TCPFSM_PARSE_MALFORMED;
}

static inline unsigned int ipv6_octets(const struct sk_buff *skb, const struct ipv6hdr *iph,
				       int linear)
{
	unsigned int payload = ntohs(iph->payload_len);

	if (unlikely(!payload && (iph->nexthdr == NEXTHDR_HOP || skb_is_gso(skb))))
		return linear + skb->data_len;
	return sizeof(*iph) + payload;
}

/* @iph, @linear, @at: as parse_tcp()'s */
static inline enum tcpfsm_parse_result read_ipv6(const struct sk_buff *skb,
						 const struct ipv6hdr *iph, int linear,
						 unsigned int at, struct tcpfsm_tuple *tuple,
						 struct tcpfsm_segment *seg)
{
	unsigned int len = ipv6_octets(skb, iph, linear);

	if (unlikely(iph->version != 6 || len < at || len > linear + skb->data_len))
		return TCPFSM_PARSE_MALFORMED;

	tuple->src = iph->saddr;
	tuple->dst = iph->daddr;
	tuple->family = AF_INET6;

	return parse_tcp(skb, iph, linear, at, len - at, tuple, seg);
}

static noinline enum tcpfsm_parse_result parse_ipv6_extended(const struct sk_buff *skb,
							     const struct ipv6hdr *iph, int linear,
							     struct tcpfsm_tuple *tuple,
							     struct tcpfsm_segment *seg)
{
	int ret = skip_extensions(skb, ipv6_octets(skb, iph, linear), iph->nexthdr);

	return ret < 0 ? -ret : read_ipv6(skb, iph, linear, ret, tuple, seg);
}

/* @iph, @linear: as parse_tcp()'s */
static enum tcpfsm_parse_result parse_ipv6(const struct sk_buff *skb, const struct ipv6hdr *iph,
					   int linear, struct tcpfsm_tuple *tuple,
					   struct tcpfsm_segment *seg)
{
	switch (iph->nexthdr) {
	case IPPROTO_TCP:
		return read_ipv6(skb, iph, linear, sizeof(*iph), tuple, seg);
	case NEXTHDR_HOP:
	case NEXTHDR_ROUTING:
	case NEXTHDR_FRAGMENT:
	case NEXTHDR_AUTH:
	case NEXTHDR_DEST:
		return parse_ipv6_extended(skb, iph, linear, tuple, seg);
	}
	return TCPFSM_PARSE_NOT_TCP;
}

static noinline enum tcpfsm_parse_result parse_ipv6_split(const struct sk_buff *skb,
							  struct tcpfsm_tuple *tuple,
							  struct tcpfsm_segment *seg)
{
	struct ipv6hdr buffer;
	const struct ipv6hdr *iph;

	iph = skb_header_pointer(skb, skb_network_offset(skb), sizeof(buffer), &buffer);
	if (!iph)
		return TCPFSM_PARSE_NOT_TCP;
	return parse_ipv6(skb, iph, tcpfsm_plain_linear(skb), tuple, seg);
}

/**
 * tcpfsm_parse_ipv6() - read an IPv6 packet's TCP header
 * @skb: a packet at an IPv6 netfilter hook: skb_network_header() is its IP header; linear or not
 * @tuple: addresses and ports, in network byte order; valid only with TCPFSM_PARSE_SEGMENT
 * @seg: the segment, in host byte order; valid only with TCPFSM_PARSE_SEGMENT
 *
 * As tcpfsm_parse_ipv4(), behind at most 12 extension headers. A payload length of 0 is a
 * jumbogram's if a hop-by-hop header follows (the stack has trimmed the skb to the option's length,
 * RFC 2675), or BIG TCP's on a GSO skb. Segments that a routing header sends on to another address
 * are nobody's here, hence TCPFSM_PARSE_NOT_TCP; so are ESP, and what only a first fragment could
 * show to be TCP.
 *
 * Context: any; takes no lock, allocates nothing; does not need the ipv6 module.
 * Return: TCPFSM_PARSE_NOT_TCP also if the skb ends before TCP's name has been read;
 * TCPFSM_PARSE_MALFORMED also if there are too many extension headers. Source: RFC 8200 sections 3
 * and 4, RFC 9293 section 3.1, RFC 7323 sections 2.2 and 3.2.
 */
enum tcpfsm_parse_result tcpfsm_parse_ipv6(const struct sk_buff *skb, struct tcpfsm_tuple *tuple,
					   struct tcpfsm_segment *seg)
{
	int linear = tcpfsm_plain_linear(skb);

	if (unlikely(linear < (int)sizeof(struct ipv6hdr)))
		return parse_ipv6_split(skb, tuple, seg);
	return parse_ipv6(skb, ipv6_hdr(skb), linear, tuple, seg);
}
