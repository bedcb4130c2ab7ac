// SPDX-License-Identifier: GPL-2.0
/* Which addresses are meant: 10.0.0.0/8, [2001:db8::1]:443, :443. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "addresses.h"

#define IPV4_BITS 32
#define IPV6_BITS 128
#define PORT_MAX 65535

/* All octets of the prefix ::ffff:0:0/96, which stands for IPv4. */
static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

struct parts {
	char host[INET6_ADDRSTRLEN];
	const char *bits;	/* NULL: there are none */
	const char *port;
};

static bool take_host(struct parts *parts, const char *text, size_t length)
{
	if (length >= sizeof(parts->host))
		return false;
	memcpy(parts->host, text, length);
	parts->host[length] = '\0';
	return true;
}

/* Cuts at the brackets, the slash and the colon; an IPv6 address alone has several colons. */
static bool cut(struct parts *parts, const char *text)
{
	const char *rest;
	size_t length;

	*parts = (struct parts){ .host = "" };
	if (*text == '[') {
		length = strcspn(text, "]");
		if (!text[length] || !take_host(parts, text + 1, length - 1))
			return false;
		rest = text + length + 1;
	} else {
		const char *colon = strchr(text, ':');
		bool ipv6 = colon && strchr(colon + 1, ':');

		length = strcspn(text, ipv6 ? "/" : ":/");
		if (!take_host(parts, text, length))
			return false;
		rest = text + length;
	}
	if (*rest == '/') {
		parts->bits = rest + 1;
		rest += 1 + strspn(rest + 1, "0123456789");
	}
	if (*rest == ':')
		parts->port = rest + 1;
	else if (*rest)
		return false;
	return true;
}

/* Returns the number of bits that the address has, or 0. */
static unsigned int parse_host(const char *host, unsigned char octets[16])
{
	memcpy(octets, mapped, sizeof(mapped));
	if (inet_pton(AF_INET, host, octets + sizeof(mapped)) == 1)
		return IPV4_BITS;
	return inet_pton(AF_INET6, host, octets) == 1 ? IPV6_BITS : 0;
}

/* A number that ends where the text does, or with the character. */
static bool parse_number(const char *text, char end, unsigned int max, unsigned int *number)
{
	size_t digits = strspn(text, "0123456789");

	if (!digits || digits > 5 || (text[digits] && text[digits] != end))
		return false;
	*number = (unsigned int)strtoul(text, NULL, 10);
	return *number <= max;
}

bool addresses_parse(struct address_filter *filter, const char *text)
{
	struct parts parts;
	unsigned int bits;

	*filter = (struct address_filter){ 0 };
	if (!cut(&parts, text) || (!*parts.host && (!parts.port || parts.bits)))
		return false;
	if (*parts.host) {
		bits = parse_host(parts.host, filter->octets);
		if (!bits)
			return false;
		filter->by_address = true;
		filter->bits = bits;
		if (parts.bits && !parse_number(parts.bits, ':', bits, &filter->bits))
			return false;
		filter->bits += IPV6_BITS - bits;
	}
	filter->by_port = parts.port;
	return !parts.port || parse_number(parts.port, '\0', PORT_MAX, &filter->port);
}

static bool same_bits(const unsigned char *a, const unsigned char *b, unsigned int bits)
{
	unsigned int rest = bits % 8;

	if (memcmp(a, b, bits / 8))
		return false;
	return !rest || !((a[bits / 8] ^ b[bits / 8]) >> (8 - rest));
}

static bool is_mapped(const struct address_filter *filter)
{
	return !memcmp(filter->octets, mapped, sizeof(mapped));
}

bool addresses_match(const struct address_filter *filter, const char *address)
{
	struct address_filter found;

	if (!filter->by_address && !filter->by_port)
		return true;
	if (!address || !addresses_parse(&found, address))
		return false;
	if (filter->by_port && found.port != filter->port)
		return false;
	if (!filter->by_address)
		return true;
	/* ::/0 is all of IPv6, and no more. */
	return is_mapped(&found) == is_mapped(filter) &&
	       same_bits(filter->octets, found.octets, filter->bits);
}
