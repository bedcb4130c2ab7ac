// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer target: the core. Input: events of 8 octets. Sequence and acknowledgment numbers are
 * distances from what the flow expects, so that the fuzzer meets the window's edges soon.
 *
 * 0: bits 0-2 the hook, bit 3 the sender, bits 4-7 what: 14 a time-out, 15 the socket's state,
 *    anything else a segment
 * 1: flags, or the socket's state
 * 2: distance of seq, 3: of ack, 4: payload
 * 5: window's upper octet
 * 6: bit 0 timestamps, bit 1 window scale, bit 2 seq from the receiver's view, bit 3 from anywhere;
 *    the upper half: distance of the timestamp, and the shift
 * 7: time passed
 */
#include <stdio.h>

#include "check.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t len);

static struct flow flow;

static void describe(void)
{
	printf("# states %u, %u\n", flow.pair.end[0].state, flow.pair.end[1].state);
}

static struct tcpfsm_segment segment(const u8 *event, unsigned int from)
{
	const struct tcpfsm_end *s = &flow.pair.end[from];
	const struct tcpfsm_end *r = &flow.pair.end[!from];
	struct tcpfsm_segment seg = {
		.seq = (event[6] & 4 ? r->ack_sent : s->snd_nxt) + (s8)event[2],
		.ack = r->snd_nxt + (s8)event[3],
		.len = event[4],
		.window = event[5] << 8,
		.flags = event[1] & 0x3f,
	};

	if (event[6] & 8)
		seg.seq += (u32)event[2] << 24;
	if (event[6] & 1) {
		seg.options |= TCPFSM_OPT_TS;
		seg.tsval = r->ts_recent + (event[6] >> 4) - 8;
	}
	if (event[6] & 2 && seg.flags & TCPFSM_SYN) {
		seg.options |= TCPFSM_OPT_WSCALE;
		seg.wscale = event[6] >> 4 > 14 ? 14 : event[6] >> 4;
	}
	return seg;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t len)
{
	check_describe = describe;
	check_flow_init(&flow);
	for (; len >= 8; data += 8, len -= 8) {
		unsigned int from = data[0] >> 3 & 1;
		struct tcpfsm_segment seg;

		flow.now_ms += (u64)data[7] << (data[7] & 31);
		switch (data[0] >> 4) {
		case 14:
			check_timeout(&flow, from);
			break;
		case 15:
			check_follow(&flow, from, data[1] % TCPFSM_NR_STATES);
			break;
		default:
			seg = segment(data, from);
			check_segment(&flow, &seg, from, (data[0] & 7) % NR_HOOKS);
			break;
		}
	}
	return 0;
}
