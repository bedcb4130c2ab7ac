/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A TCP segment as a value: what the parser makes of an skb, and all that the core ever
 * sees of it. No pointers into the packet, everything in host byte order.
 */
#ifndef TCPFSM_SEGMENT_H
#define TCPFSM_SEGMENT_H

#include <linux/types.h>

/* Control bits, as in the header's 14th byte (RFC 9293 section 3.1). */
#define TCPFSM_FIN	0x01
#define TCPFSM_SYN	0x02
#define TCPFSM_RST	0x04
#define TCPFSM_PSH	0x08
#define TCPFSM_ACK	0x10
#define TCPFSM_URG	0x20

/* Options that matter to an observer: bits of tcpfsm_segment.options. */
#define TCPFSM_OPT_WSCALE	0x01	/* RFC 7323 section 2, only on SYN */
#define TCPFSM_OPT_TS		0x02	/* RFC 7323 section 3 */

/**
 * struct tcpfsm_segment - one segment
 * @seq: sequence number of the first octet (of the SYN where it is set)
 * @ack: acknowledgment number; means nothing without TCPFSM_ACK
 * @len: payload octets, SYN and FIN not counted; of a GSO skb, of the whole
 * @tsval: timestamp value, with TCPFSM_OPT_TS
 * @window: the header's field, not scaled
 * @flags: TCPFSM_FIN to TCPFSM_URG
 * @options: TCPFSM_OPT_*
 * @wscale: shift count, with TCPFSM_OPT_WSCALE; at most 14 (RFC 7323 section 2.3)
 */
struct tcpfsm_segment {
	u32 seq;
	u32 ack;
	u32 len;
	u32 tsval;
	u16 window;
	u8 flags;
	u8 options;
	u8 wscale;
};

/* SEG.SEQ + SEG.LEN of RFC 9293: the number after the segment's last, SYN and FIN counted. */
static inline u32 tcpfsm_segment_end(const struct tcpfsm_segment *seg)
{
	return seg->seq + seg->len + !!(seg->flags & TCPFSM_SYN) + !!(seg->flags & TCPFSM_FIN);
}

/* One that neither opens, closes nor resets: an ACK, with or without data. */
static inline bool tcpfsm_segment_plain(const struct tcpfsm_segment *seg)
{
	return (seg->flags & (TCPFSM_SYN | TCPFSM_RST | TCPFSM_FIN | TCPFSM_ACK)) == TCPFSM_ACK;
}

#endif /* TCPFSM_SEGMENT_H */
