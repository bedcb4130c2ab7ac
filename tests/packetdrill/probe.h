/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What packetdrill's interpreter calls after each event (tests/packetdrill/run builds it in): the
 * connections of this network namespace as the kernel's socket table has them, and as
 * /proc/self/net/tcpfsm/flows does. Writes to the file that $PROBE names a line for each event where they
 * differ, and at the end how many events there were and how many connections. A difference is young for as
 * long as the kernel's table was not seen at rest for 200 ms; once more they are compared after that.
 */
#ifndef PROBE_H
#define PROBE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PROBE_MOST 64		/* connections of one script */
#define PROBE_LINE 48
#define PROBE_REST_MS 200	/* of the sockets, and no difference is left */

struct probe_list {
	int n;
	char line[PROBE_MOST][PROBE_LINE];
};

static unsigned long probe_events, probe_connections, probe_young, probe_differ;

/* The kernel's table as it was last, and since when. */
static struct probe_list probe_last;
static long long probe_since_ms;

static int probe_compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void probe_add(struct probe_list *l, unsigned int here, unsigned int there, const char *state)
{
	if (l->n == PROBE_MOST) {
		fprintf(stderr, "probe: more than %d connections\n", PROBE_MOST);
		exit(1);
	}
	snprintf(l->line[l->n++], PROBE_LINE, "%u-%u %.16s", here, there, state);
}

static void probe_sockets(struct probe_list *l, const char *path)
{
	static const char *const names[] = {
		[1] = "ESTABLISHED", [2] = "SYN_SENT", [3] = "SYN_RECEIVED", [4] = "FIN_WAIT_1",
		[5] = "FIN_WAIT_2", [6] = "TIME_WAIT", [8] = "CLOSE_WAIT", [9] = "LAST_ACK",
		[11] = "CLOSING",
	};
	unsigned int here, there, state;
	char line[512];
	FILE *f = fopen(path, "r");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, " %*d: %*[0-9A-F]:%x %*[0-9A-F]:%x %x", &here, &there, &state) == 3 &&
		    state < sizeof(names) / sizeof(*names) && names[state])
			probe_add(l, here, there, names[state]);
	if (f)
		fclose(f);
}

static void probe_flows(struct probe_list *l)
{
	char line[1024], here[80], there[80], state[20];
	FILE *f = fopen("/proc/self/net/tcpfsm/flows", "r");

	if (!f) {
		fprintf(stderr, "probe: no /proc/self/net/tcpfsm/flows\n");
		exit(1);
	}
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "local %*s %79s %79s state=%19s", here, there, state) == 3)
			probe_add(l, atoi(strrchr(here, ':') + 1), atoi(strrchr(there, ':') + 1), state);
	fclose(f);
}

static void probe_show(FILE *f, const char *who, const struct probe_list *l)
{
	int i;

	fprintf(f, " %s {", who);
	for (i = 0; i < l->n; i++)
		fprintf(f, "%s%s", i ? ", " : "", l->line[i]);
	fprintf(f, "}");
}

static long long probe_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static int probe_same(const struct probe_list *a, const struct probe_list *b)
{
	return a->n == b->n && !memcmp(a->line, b->line, a->n * PROBE_LINE);
}

static void probe_event(const char *script, int line)
{
	struct probe_list sockets = { 0 }, flows = { 0 };
	const char *path = getenv("PROBE");
	long long now = probe_now_ms();
	int old;
	FILE *f;

	if (!path)
		return;
	probe_sockets(&sockets, "/proc/self/net/tcp");
	probe_sockets(&sockets, "/proc/self/net/tcp6");
	probe_flows(&flows);
	qsort(sockets.line, sockets.n, PROBE_LINE, probe_compare);
	qsort(flows.line, flows.n, PROBE_LINE, probe_compare);
	probe_events++;
	probe_connections += sockets.n;
	if (!probe_same(&sockets, &probe_last))
		probe_since_ms = now;
	probe_last = sockets;
	if (probe_same(&sockets, &flows))
		return;
	old = now - probe_since_ms >= PROBE_REST_MS;
	probe_differ += old;
	probe_young += !old;
	f = fopen(path, "a");
	fprintf(f, "%s: %s:%d: %lld ms:", old ? "differ" : "young", script, line, now - probe_since_ms);
	probe_show(f, "sockets", &sockets);
	probe_show(f, "flows", &flows);
	fprintf(f, "\n");
	fclose(f);
}

static void __attribute__((destructor)) probe_end(void)
{
	const char *path = getenv("PROBE");
	FILE *f;

	if (!path || !probe_events)
		return;
	/* What moves in this time, as minisocks do, gets another. */
	do {
		probe_event("end", 0);
		usleep((PROBE_REST_MS + 50) * 1000);
		probe_event("end", 0);
	} while (probe_now_ms() - probe_since_ms < PROBE_REST_MS);
	f = fopen(path, "a");
	fprintf(f, "events %lu connections %lu young %lu differ %lu\n", probe_events, probe_connections,
		probe_young, probe_differ);
	fclose(f);
}

#endif
