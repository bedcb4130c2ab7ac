// SPDX-License-Identifier: GPL-2.0
/* Random packets from a seed. */
#include <arpa/inet.h>
#include <string.h>

#include "random.h"

/* A 64-bit linear congruential generator, of which the upper half is good enough. */
u32 random_u32(struct random *random)
{
	random->state = random->state * 6364136223846793005ULL + 1442695040888963407ULL;
	return random->state >> 32;
}

u32 random_below(struct random *random, u32 bound)
{
	return (u64)random_u32(random) * bound >> 32;
}

static bool one_in(struct random *random, u32 n)
{
	return !random_below(random, n);
}

static void put(struct packet *packet, const void *octets, unsigned int len)
{
	memcpy(packet->octets + packet->len, octets, len);
	packet->len += len;
}

static void put_u8(struct packet *packet, u8 value)
{
	put(packet, &value, 1);
}

static void put_be16(struct packet *packet, u16 value)
{
	put_u8(packet, value >> 8);
	put_u8(packet, value);
}

static void put_be32(struct packet *packet, u32 value)
{
	put_be16(packet, value >> 16);
	put_be16(packet, value);
}

static void put_random(struct random *random, struct packet *packet, unsigned int len)
{
	while (len--)
		put_u8(packet, random_u32(random));
}

static void put_random_option(struct random *random, struct packet *packet,
			      struct tcpfsm_segment *seg)
{
	u32 value = random_u32(random);
	unsigned int n;

	switch (random_below(random, 6)) {
	case 0:
		put_u8(packet, 1);
		break;
	case 1:
		put_be16(packet, 0x080a);
		put_be32(packet, value);
		put_be32(packet, 0);
		seg->options |= TCPFSM_OPT_TS;
		seg->tsval = value;
		break;
	case 2:
		put_be16(packet, 0x0303);
		put_u8(packet, value);
		if (!(seg->flags & TCPFSM_SYN))
			break;
		seg->options |= TCPFSM_OPT_WSCALE;
		seg->wscale = (u8)value > 14 ? 14 : (u8)value;
		break;
	case 3:
		put_be16(packet, 0x0204);
		put_be16(packet, value);
		break;
	case 4:
		put_be16(packet, 0x0402);
		break;
	case 5:
		n = random_below(random, 10);
		put_u8(packet, 5 + random_below(random, 3));
		put_u8(packet, 2 + n);
		put_random(random, packet, n);
		break;
	}
}

/* Whole options as long as they fit, then end-of-list up to a multiple of 4. */
static void put_options(struct random *random, struct packet *packet, struct tcpfsm_segment *seg)
{
	unsigned int start = packet->len;
	struct tcpfsm_segment last = *seg;
	unsigned int end = start, want = random_below(random, 41);

	if (one_in(random, 3)) {
		put_be32(packet, 0x0101080a);
		seg->options |= TCPFSM_OPT_TS;
		seg->tsval = random_u32(random);
		put_be32(packet, seg->tsval);
		put_be32(packet, 0);
		return;
	}
	while (packet->len - start <= want) {
		end = packet->len;
		last = *seg;
		put_random_option(random, packet, seg);
	}
	*seg = last;
	packet->len = end;
	while ((packet->len - start) % 4)
		put_u8(packet, 0);
}

static void put_tcp(struct random *random, const struct wish *wish, struct packet *packet,
		    struct parsed *expected)
{
	struct tcpfsm_segment *seg = &expected->seg;
	unsigned int start = packet->len;

	expected->tuple.sport = htons(wish->sport);
	expected->tuple.dport = htons(wish->dport);
	seg->seq = wish->seq;
	seg->ack = wish->ack;
	seg->len = wish->payload;
	seg->window = wish->window;
	seg->flags = wish->flags & 0x3f;

	put_be16(packet, wish->sport);
	put_be16(packet, wish->dport);
	put_be32(packet, wish->seq);
	put_be32(packet, wish->ack);
	put_be16(packet, wish->flags);
	put_be16(packet, wish->window);
	put_random(random, packet, 4);
	if (!one_in(random, 4))
		put_options(random, packet, seg);
	packet->octets[start + 12] = (packet->len - start) / 4 << 4 | (random_u32(random) & 15);
	put_random(random, packet, wish->payload);
}

static void put_ipv4(struct random *random, const struct wish *wish, struct packet *packet,
		     struct parsed *expected)
{
	unsigned int words = one_in(random, 4) ? random_below(random, 11) : 0;
	u16 frag = random_u32(random) & 0xc000;

	if (one_in(random, 50)) {
		frag |= 1 + random_below(random, 0x3fff);
		expected->result = TCPFSM_PARSE_FRAGMENT;
	} else {
		expected->result = TCPFSM_PARSE_SEGMENT;
	}
	expected->tuple.family = AF_INET;
	put_u8(packet, 0x45 + words);
	put_random(random, packet, 5);
	put_be16(packet, frag);
	put_u8(packet, 64);
	put_u8(packet, IPPROTO_TCP);
	put_random(random, packet, 10);
	memcpy(&expected->tuple.src, packet->octets + 12, 4);
	memcpy(&expected->tuple.dst, packet->octets + 16, 4);
	put_random(random, packet, words * 4);
	put_tcp(random, wish, packet, expected);
	packet->octets[2] = packet->gso ? 0 : packet->len >> 8;
	packet->octets[3] = packet->gso ? 0 : packet->len;
}

/* Returns the octet that names what follows. */
static unsigned int put_extension(struct random *random, struct packet *packet, bool first,
				  u8 *name, struct parsed *expected)
{
	static const u8 kinds[] = { 0, 43, 44, 51, 60 };
	unsigned int len = random_below(random, 3), next = packet->len;

	*name = kinds[!first + random_below(random, sizeof(kinds) - !first)];
	put_u8(packet, 0);
	switch (*name) {
	case 43:
		put_u8(packet, len);
		put_u8(packet, random_u32(random));
		put_u8(packet, 0);
		put_random(random, packet, 4 + len * 8);
		break;
	case 44:
		put_u8(packet, random_u32(random));
		put_be16(packet, random_u32(random) & 6);
		put_random(random, packet, 4);
		if (one_in(random, 8)) {
			packet->octets[next + 3] |= 1;
			expected->result = TCPFSM_PARSE_FRAGMENT;
		}
		break;
	case 51:
		put_u8(packet, 1 + len * 2);
		put_random(random, packet, 10 + len * 8);
		break;
	default:
		put_u8(packet, len);
		put_random(random, packet, 6 + len * 8);
		break;
	}
	return next;
}

static void put_ipv6(struct random *random, const struct wish *wish, struct packet *packet,
		     struct parsed *expected)
{
	unsigned int extensions = one_in(random, 2) ? random_below(random, 13) : 0;
	unsigned int i, next = 6;

	expected->result = TCPFSM_PARSE_SEGMENT;
	expected->tuple.family = AF_INET6;
	put_u8(packet, 0x60);
	put_random(random, packet, 39);
	memcpy(&expected->tuple.src, packet->octets + 8, 16);
	memcpy(&expected->tuple.dst, packet->octets + 24, 16);
	for (i = 0; i < extensions; i++) {
		unsigned int following;
		u8 name;

		following = put_extension(random, packet, !i, &name, expected);
		packet->octets[next] = name;
		next = following;
	}
	packet->octets[next] = IPPROTO_TCP;
	put_tcp(random, wish, packet, expected);
	packet->octets[4] = packet->gso ? 0 : (packet->len - 40) >> 8;
	packet->octets[5] = packet->gso ? 0 : packet->len - 40;
}

void random_cuts(struct random *random, struct packet *packet)
{
	unsigned int i, at = 0;

	packet->nr_cuts = 1 + random_below(random, CUTS_MAX);
	for (i = 0; i < packet->nr_cuts; i++) {
		at += random_below(random, 48);
		packet->cuts[i] = at < packet->len ? at : packet->len;
	}
}

void random_packet(struct random *random, const struct wish *wish, struct packet *packet,
		   struct parsed *expected)
{
	memset(expected, 0, sizeof(*expected));
	packet->len = 0;
	packet->ipv6 = one_in(random, 2);
	packet->gso = one_in(random, 8);
	if (packet->ipv6)
		put_ipv6(random, wish, packet, expected);
	else
		put_ipv4(random, wish, packet, expected);
	if (!packet->gso && one_in(random, 4))
		put_random(random, packet, random_below(random, 12));
	random_cuts(random, packet);
}

void random_mutation(struct random *random, struct packet *packet)
{
	/* Numbers that mean something somewhere in the headers. */
	static const u8 telling[] = {
		0, 1, 2, 3, 4, 6, 8, 10, 14, 15, 17, 43, 44, 51, 59, 60, 0x45, 0x4f, 0x50, 0x60,
		0x7f, 0x80, 0xf0, 0xff
	};
	unsigned int n = 1 + random_below(random, 4), at;

	while (n-- && packet->len) {
		at = random_below(random, packet->len < 120 ? packet->len : 120);
		switch (random_below(random, 6)) {
		case 0:
		case 1:
			packet->octets[at] ^= 1 << random_below(random, 8);
			break;
		case 2:
		case 3:
			packet->octets[at] = telling[random_below(random, sizeof(telling))];
			break;
		case 4:
			packet->len = random_below(random, packet->len + 1);
			break;
		case 5:
			packet->gso = !packet->gso;
			break;
		}
	}
	random_cuts(random, packet);
}
