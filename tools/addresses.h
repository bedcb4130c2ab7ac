/* SPDX-License-Identifier: GPL-2.0 */
/* Which addresses are meant: 10.0.0.0/8, [2001:db8::1]:443, :443. */
#ifndef TOOLS_ADDRESSES_H
#define TOOLS_ADDRESSES_H

#include <stdbool.h>

struct address_filter {
	bool by_address, by_port;
	unsigned char octets[16];	/* IPv4: as ::ffff:a.b.c.d */
	unsigned int bits;
	unsigned int port;
};

/* False: it is none of these. */
bool addresses_parse(struct address_filter *filter, const char *text);

/* address: as in the files. A filter that is all zeros matches any. */
bool addresses_match(const struct address_filter *filter, const char *address);

#endif
