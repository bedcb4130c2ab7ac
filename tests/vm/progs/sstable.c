// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sstable.h"
#include "test.h"

/*
 * include/net/tcp_states.h's numbers. Request sockets are printed as 03, minisocks with the state
 * that they stand for (05 or 06); 07 is a socket that was never connected or is no more.
 */
static const enum state by_number[] = {
	[1] = ESTABLISHED, [2] = SYN_SENT, [3] = SYN_RECEIVED, [4] = FIN_WAIT_1,
	[5] = FIN_WAIT_2, [6] = TIME_WAIT, [7] = CLOSED, [8] = CLOSE_WAIT, [9] = LAST_ACK,
	[10] = LISTEN, [11] = CLOSING, [12] = SYN_RECEIVED,
};

enum state sstable_state(unsigned int number)
{
	check(number >= 1 && number < ARRAY_SIZE(by_number), "the kernel's table: state %u", number);
	return by_number[number];
}

static void count_file(const char *path, int counts[STATES])
{
	char line[512];
	unsigned int number;
	FILE *f;

	f = fopen(path, "r");
	check(f, "%s: %s", path, strerror(errno));
	check(fgets(line, sizeof(line), f), "%s is empty", path);
	while (fgets(line, sizeof(line), f)) {
		/* "  0: 0100007F:1389 00000000:0000 0A ..." */
		check(sscanf(line, "%*d: %*[0-9A-F]:%*x %*[0-9A-F]:%*x %x", &number) == 1,
		      "%s: strange line: %s", path, line);
		counts[sstable_state(number)]++;
	}
	fclose(f);
}

void sstable_read(int counts[STATES])
{
	memset(counts, 0, STATES * sizeof(*counts));
	count_file("/proc/self/net/tcp", counts);
	count_file("/proc/self/net/tcp6", counts);
}
