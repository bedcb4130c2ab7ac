// SPDX-License-Identifier: GPL-2.0
/* seeds PARSE-FOLDER CORE-FOLDER: what the fuzzers start from, in their own input formats. */
#include <err.h>
#include <linux/kernel.h>
#include <stdio.h>

#include "random.h"

#define PACKETS		300

static void save(const char *folder, unsigned int n, const void *data, size_t len)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/seed-%03u", folder, n);
	file = fopen(path, "w");
	if (!file || fwrite(data, 1, len, file) != len || fclose(file))
		err(1, "%s", path);
}

static void save_packet(const char *folder, unsigned int n, const struct packet *packet)
{
	u8 data[1 + CUTS_MAX + PACKET_MAX];
	unsigned int i, len = 0, at = 0;

	data[len++] = packet->ipv6 | packet->gso << 1 | packet->nr_cuts << 2;
	for (i = 0; i < packet->nr_cuts; at = packet->cuts[i++])
		data[len++] = packet->cuts[i] - at;
	for (i = 0; i < packet->len; i++)
		data[len++] = packet->octets[i];
	save(folder, n, data, len);
}

static void packets(const char *folder)
{
	struct random random = { 793 };
	struct packet packet;
	struct parsed expected;
	unsigned int n;

	for (n = 0; n < PACKETS; n++) {
		struct wish wish = {
			.sport = random_u32(&random),
			.dport = random_u32(&random),
			.seq = random_u32(&random),
			.ack = random_u32(&random),
			.window = random_u32(&random),
			.flags = random_u32(&random),
			.payload = random_below(&random, 16),
		};

		random_packet(&random, &wish, &packet, &expected);
		save_packet(folder, n, &packet);
	}
}

/* Lives of a connection, in fuzz_core.c's events; end 0 opens. Low bits of the first: the hook. */
static void lives(const char *folder)
{
#define EVENT(from, flags, ack, len)	(from) << 3, flags, 0, ack, len, 0xff, 0x80, 1
#define TIMEOUT(end)			0xe0 | (end) << 3, 0, 0, 0, 0, 0, 0, 1
#define OPENING		EVENT(0, TCPFSM_SYN, 0, 0), EVENT(1, TCPFSM_SYN | TCPFSM_ACK, 0, 0), \
			EVENT(0, TCPFSM_ACK, 0, 0), EVENT(0, TCPFSM_PSH | TCPFSM_ACK, 0, 9), \
			EVENT(1, TCPFSM_PSH | TCPFSM_ACK, 0, 9)
	static const u8 closing[] = {
		OPENING, EVENT(0, TCPFSM_FIN | TCPFSM_ACK, 0, 0), EVENT(1, TCPFSM_ACK, 0, 0),
		EVENT(1, TCPFSM_FIN | TCPFSM_ACK, 0, 0), EVENT(0, TCPFSM_ACK, 0, 0), TIMEOUT(0),
	};
	static const u8 crossing[] = {
		EVENT(0, TCPFSM_SYN, 0, 0), EVENT(1, TCPFSM_SYN, 0, 0),
		EVENT(0, TCPFSM_SYN | TCPFSM_ACK, 0, 0), EVENT(1, TCPFSM_SYN | TCPFSM_ACK, 0, 0),
		EVENT(0, TCPFSM_FIN | TCPFSM_ACK, 0, 0), EVENT(1, TCPFSM_FIN | TCPFSM_ACK, 0xff, 0),
		EVENT(0, TCPFSM_ACK, 0, 0), EVENT(1, TCPFSM_ACK, 0, 0), TIMEOUT(0), TIMEOUT(1),
	};
	static const u8 reset[] = {
		OPENING, EVENT(1, TCPFSM_RST, 0, 0), EVENT(0, TCPFSM_SYN, 0, 0),
		EVENT(1, TCPFSM_RST | TCPFSM_ACK, 0, 0),
	};
	static const u8 picked_up[] = {
		EVENT(1, TCPFSM_ACK, 0, 0), EVENT(0, TCPFSM_ACK, 0, 99), EVENT(1, TCPFSM_ACK, 0, 0),
		EVENT(1, TCPFSM_FIN | TCPFSM_ACK, 0, 0), EVENT(0, TCPFSM_ACK, 0, 0), TIMEOUT(1),
	};
	static const struct {
		const u8 *events;
		size_t len;
	} all[] = {
		{ closing, sizeof(closing) }, { crossing, sizeof(crossing) },
		{ reset, sizeof(reset) }, { picked_up, sizeof(picked_up) },
	};
	unsigned int i, hook, n = 0;
	u8 data[256];
	size_t at;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		for (hook = 0; hook < NR_HOOKS; hook++) {
			for (at = 0; at < all[i].len; at++)
				data[at] = all[i].events[at] | (at % 8 ? 0 : hook);
			save(folder, n++, data, all[i].len);
		}
	}
}

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: seeds PARSE-FOLDER CORE-FOLDER");
	packets(argv[1]);
	lives(argv[2]);
	return 0;
}
