// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer target: the parser. Input: an octet with bit 0 IPv6, bit 1 GSO, bits 2 to 4 the number
 * of cuts; an octet for each cut, its distance from the one before; the packet.
 */
#include <string.h>

#include "check.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t len);

static struct packet packet;

static void describe(void)
{
	print_packet(&packet);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t len)
{
	unsigned int i, at = 0, cuts;

	if (!len)
		return 0;
	cuts = data[0] >> 2 & 7;
	if (cuts > CUTS_MAX)
		cuts = CUTS_MAX;
	if (len < 1 + cuts || len - 1 - cuts > PACKET_MAX)
		return 0;

	check_describe = describe;
	packet.ipv6 = data[0] & 1;
	packet.gso = data[0] & 2;
	packet.len = len - 1 - cuts;
	packet.nr_cuts = cuts;
	for (i = 0; i < cuts; i++) {
		at += data[1 + i];
		packet.cuts[i] = at < packet.len ? at : packet.len;
	}
	memcpy(packet.octets, data + 1 + cuts, packet.len);
	check_parse(&packet);
	return 0;
}
