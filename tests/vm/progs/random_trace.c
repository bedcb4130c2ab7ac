// SPDX-License-Identifier: GPL-2.0
/* What the kernel's tracepoints, and ours, have told of an endpoint. */
#include <arpa/inet.h>
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

bool trace_wanted(void)
{
	return tracing;
}

void trace_seed(void)
{
	set(TRACING "buffer_size_kb", "16384");
	set(TRACING "trace", "\n");
	set(TRACING "events/sock/inet_sock_set_state/enable", "1");
	set(TRACING "events/tcpfsm/enable", "1");
	if (tracing)
		set(TRACING "events/tcp/enable", "1");
}

/* "saddr=10.9.1.1 " and the like, in either direction. */
static void words(const struct row *row, char out[8][64])
{
	const char *v6 = row->v6 ? "v6" : "";
	char local[INET6_ADDRSTRLEN], remote[INET6_ADDRSTRLEN];
	int family = row->v6 ? AF_INET6 : AF_INET;

	inet_ntop(family, row->local, local, sizeof(local));
	inet_ntop(family, row->remote, remote, sizeof(remote));
	snprintf(out[0], 64, "sport=%u ", row->lport);
	snprintf(out[1], 64, "dport=%u ", row->rport);
	snprintf(out[2], sizeof(out[2]), "saddr%s=%s ", v6, local);
	snprintf(out[3], 64, "daddr%s=%s ", v6, remote);
	snprintf(out[4], 64, "sport=%u ", row->rport);
	snprintf(out[5], 64, "dport=%u ", row->lport);
	snprintf(out[6], 64, "saddr%s=%s ", v6, remote);
	snprintf(out[7], 64, "daddr%s=%s ", v6, local);
}

static bool has(const char *line, char words[4][64])
{
	int i;

	for (i = 0; i < 4 && strstr(line, words[i]); i++)
		;
	return i == 4;
}

void trace_show(const struct row *row)
{
	static char last[SHOWN][641];
	char line[641], word[8][64];
	unsigned int n = 0, i;
	FILE *f;

	f = fopen(TRACING "trace", "r");
	check(f, TRACING "trace: %s", strerror(errno));
	words(row, word);
	while (fgets(line, sizeof(line) - 1, f)) {
		strcpy(line + strcspn(line, "\n"), " ");
		if (has(line, word) || has(line, word + 4))
			strcpy(last[n++ % SHOWN], line);
	}
	fclose(f);
	for (i = n > SHOWN ? n - SHOWN : 0; i < n; i++)
		note("    %s", last[i % SHOWN]);
}
