// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's own list of listening sockets. They come first in /proc/net/tcp and tcp6, so
 * reading ends at the first other one.
 */
#include <arpa/inet.h>
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

static void write_address(const char *hex, unsigned int port, char *address, size_t size)
{
	char text[INET6_ADDRSTRLEN] = "";
	unsigned char octets[16];
	size_t words = strlen(hex) / 8;

	parse_octets(hex, words, octets);
	inet_ntop(words == 1 ? AF_INET : AF_INET6, octets, text, sizeof(text));
	snprintf(address, size, words == 1 ? "%s:%u" : "[%s]:%u", text, port);
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
