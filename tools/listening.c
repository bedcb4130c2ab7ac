// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's own list of listening sockets. They come first in /proc/net/tcp and tcp6, so
 * reading ends at the first other one.
 */
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "listening.h"

/* The kernel's TCP_LISTEN. */
#define LISTENING 0x0a

#define LINE_MAX_LENGTH 512

/* Four octets at a time, as a number of this machine's byte order. */
static void parse_octets(const char *hex, size_t words, unsigned char *octets)
{
	for (size_t i = 0; i < words; i++) {
		unsigned int word = 0;

		sscanf(hex + 8 * i, "%8x", &word);
		memcpy(octets + 4 * i, &word, 4);
	}
}

/* As in the module's files: one that is bound to a v4-mapped address listens at that of IPv4. */
static void write_address(const char *hex, unsigned int port, char *address, size_t size)
{
	char text[INET6_ADDRSTRLEN] = "";
	bool ipv6 = strlen(hex) == 32;
	struct in6_addr octets;
	const void *from = &octets;

	parse_octets(hex, strlen(hex) / 8, octets.s6_addr);
	if (ipv6 && IN6_IS_ADDR_V4MAPPED(&octets)) {
		ipv6 = false;
		from = &octets.s6_addr[12];
	}
	inet_ntop(ipv6 ? AF_INET6 : AF_INET, from, text, sizeof(text));
	snprintf(address, size, ipv6 ? "[%s]:%u" : "%s:%u", text, port);
}

static void read_file(const char *path,
		      void (*visit)(const char *address, unsigned long long inode, void *context),
		      void *context)
{
	char line[LINE_MAX_LENGTH];
	FILE *file = fopen(path, "re");

	if (!file)
		return;
	/* The first line has the headings. */
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	while (fgets(line, sizeof(line), file)) {
		char address[INET6_ADDRSTRLEN + sizeof("[]:65535")];
		unsigned long long inode;
		unsigned int port, state;
		char hex[33];

		if (sscanf(line, " %*d: %32[0-9A-F]:%x %*s %x %*s %*s %*s %*u %*u %llu",
			   hex, &port, &state, &inode) != 4 || state != LISTENING)
			break;
		if (strlen(hex) != 8 && strlen(hex) != 32)
			break;
		write_address(hex, port, address, sizeof(address));
		visit(address, inode, context);
	}
	fclose(file);
}

void listening_each(void (*visit)(const char *address, unsigned long long inode, void *context),
		    void *context)
{
	read_file("/proc/net/tcp", visit, context);
	read_file("/proc/net/tcp6", visit, context);
}
