// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "ns.h"
#include "packet.h"
#include "sock.h"

static unsigned int below(unsigned int n)
{
	return test_random() % n;
}

static bool seldom(void)
{
	return below(8) == 0;
}

static void put16(unsigned char *p, unsigned int v)
{
	p[0] = v >> 8;
	p[1] = v;
}

/* A TCP header, mostly well-formed, of any content; its ports are few so that flows are met again. */
static size_t random_tcp(unsigned char *p, bool to_server)
{
	/* What connections are made of; all other combinations come too. */
	static const unsigned char flags[] = { 0x02, 0x12, 0x10, 0x18, 0x11, 0x14, 0x04, 0x01 };
	size_t len, i, options = 4 * below(11), data = below(100);

	len = 20 + options + data;
	for (i = 0; i < len; i++)
		p[i] = test_random();
	put16(p + (to_server ? 0 : 2), 30000 + below(32));
	put16(p + (to_server ? 2 : 0), PORT + below(2));
	p[12] = (20 + options) / 4 << 4 | (p[12] & 0x0f);
	p[13] = seldom() ? test_random() : flags[below(ARRAY_SIZE(flags))];
	if (!seldom()) {
		/* Sequence numbers that belong together, sometimes. */
		memset(p + 4, 0, 8);
		p[7] = below(4);
		p[11] = below(4);
	}
	if (options >= 4 && !seldom()) {
		/* Window scale and its like, with lengths right and wrong. */
		p[20] = below(9);
		p[21] = below(2) ? below(12) : test_random();
	}
	if (seldom())
		p[12] = test_random();		/* a wrong offset */
	return seldom() ? below(len + 1) : len;	/* cut short */
}

static void checksum(unsigned char *ip, size_t len)
{
	unsigned long sum = 0;
	size_t i;

	ip[10] = ip[11] = 0;
	for (i = 0; i < len; i += 2)
		sum += ip[i] << 8 | ip[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	put16(ip + 10, ~sum);
}

static size_t random_ipv4(unsigned char *p, const char *from, const char *to, bool to_server)
{
	size_t options = seldom() ? 4 * below(11) : 0, header = 20 + options, len;

	memset(p, 0, header);
	memset(p + 20, 1, options);		/* no operation */
	len = header + random_tcp(p + header, to_server);
	p[0] = 0x40 | header / 4;
	p[1] = test_random();
	put16(p + 2, seldom() ? below(len + 1) : len);
	put16(p + 4, below(4));
	if (seldom())
		put16(p + 6, test_random() & 0x2003);	/* fragments, first and other ones */
	p[8] = 64;
	p[9] = IPPROTO_TCP;
	inet_pton(AF_INET, from, p + 12);
	inet_pton(AF_INET, to, p + 16);
	checksum(p, header);
	return len;
}

/* Extension headers in any order, the last one TCP's number. */
static size_t random_extensions(unsigned char *p, unsigned char *next)
{
	static const unsigned char kinds[] = { 0, 43, 44, 51, 60, 135 };
	size_t len = 0, size;
	unsigned int n = seldom() ? 1 + below(4) : 0;

	while (n--) {
		unsigned char kind = kinds[below(ARRAY_SIZE(kinds))];

		*next = kind;
		next = p + len;
		size = 8;
		memset(next, 0, 24);
		if (kind == 44) {
			put16(next + 2, seldom() ? test_random() : below(2));
		} else if (kind == 51) {
			size = 12;
			next[1] = 1;
		} else {
			size = 8 * (1 + below(2));
			next[1] = seldom() ? test_random() : size / 8 - 1;
			next[2] = 1;		/* PadN over the rest */
			next[3] = size - 4;
		}
		len += size;
	}
	*next = IPPROTO_TCP;
	return len;
}

static size_t random_ipv6(unsigned char *p, const char *from, const char *to, bool to_server)
{
	size_t len = 40;

	memset(p, 0, 40);
	len += random_extensions(p + len, &p[6]);
	len += random_tcp(p + len, to_server);
	p[0] = 0x60;
	put16(p + 4, seldom() ? below(len - 39) : len - 40);
	p[7] = 64;
	inet_pton(AF_INET6, from, p + 8);
	inet_pton(AF_INET6, to, p + 24);
	return len;
}

size_t packet_random(struct test *t, enum side from, enum side to, unsigned char *packet)
{
	const char *a = ns_address(t, from), *b = ns_address(t, to);
	size_t len;

	if (t->family == AF_INET)
		len = random_ipv4(packet, a, b, to == SERVER);
	else
		len = random_ipv6(packet, a, b, to == SERVER);
	/* Now and then a bit of anything. */
	if (below(16) == 0)
		packet[below(len)] ^= 1 << below(8);
	return len;
}
