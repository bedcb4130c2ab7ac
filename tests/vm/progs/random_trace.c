// SPDX-License-Identifier: GPL-2.0
/* What the kernel's tracepoints, and ours, have told of an endpoint. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "random.h"

#define TRACING	"/sys/kernel/tracing/"
#define SHOWN	40

static bool tracing;

static void set(const char *file, const char *value)
{
	int fd = open(file, O_WRONLY | O_TRUNC | O_CLOEXEC);

	check(fd >= 0 && write(fd, value, strlen(value)) > 0, "%s: %s", file, strerror(errno));
	close(fd);
}

void trace_begin(void)
{
	tracing = true;
}

void trace_seed(void)
{
	if (!tracing)
		return;
	set(TRACING "buffer_size_kb", "16384");
	set(TRACING "trace", "\n");
	set(TRACING "events/sock/inet_sock_set_state/enable", "1");
	set(TRACING "events/tcp/enable", "1");
	set(TRACING "events/tcpfsm/enable", "1");
}

void trace_show(unsigned int lport, unsigned int rport)
{
	static char last[SHOWN][640];
	unsigned int n = 0, i;
	char words[4][24], line[640];
	FILE *f;

	if (!tracing)
		return;
	f = fopen(TRACING "trace", "r");
	check(f, TRACING "trace: %s", strerror(errno));
	for (i = 0; i < 4; i++)
		snprintf(words[i], sizeof(words[i]), "%cport=%u ", "sdsd"[i],
			 (i == 0 || i == 3) ? lport : rport);
	while (fgets(line, sizeof(line), f))
		if ((strstr(line, words[0]) && strstr(line, words[1])) ||
		    (strstr(line, words[2]) && strstr(line, words[3])))
			strcpy(last[n++ % SHOWN], line);
	fclose(f);
	for (i = n > SHOWN ? n - SHOWN : 0; i < n; i++)
		note("    %.*s", (int)strcspn(last[i % SHOWN], "\n"), last[i % SHOWN]);
}
