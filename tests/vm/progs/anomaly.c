// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "anomaly.h"
#include "ns.h"
#include "procfs.h"

#define TRACING	"/sys/kernel/tracing/"

/* A number behind "key=", where there is nothing but blanks between pairs. */
static long long number(const char *line, const char *key)
{
	char word[64];
	const char *at;
	char *end;
	long long n;

	snprintf(word, sizeof(word), " %s=", key);
	at = strstr(line, word);
	check(at, "anomalies: no %s in '%s'", key, line);
	at += strlen(word);
	n = strtoll(at, &end, 10);
	check(end != at && (*end == ' ' || !*end) && n >= 0, "anomalies: %s in '%s'", key, line);
	return n;
}

/* One of the words that may follow " key=". */
static void word_of(const char *line, const char *key, const char *const *words, char *to,
		    size_t size)
{
	char pair[96];
	int i;

	for (i = 0; words[i]; i++) {
		snprintf(pair, sizeof(pair), " %s=%s ", key, words[i]);
		if (!strstr(line, pair))
			continue;
		snprintf(to, size, "%s", words[i]);
		return;
	}
	fail("anomalies: no %s, or an odd one, in '%s'", key, line);
}

static void parse_leak(const char *line, struct anomaly *a)
{
	static const char *const verdicts[] = {
		"fd_leak", "not_reading", "accept_starvation", "unknown", NULL
	};
	static const char *const opened[] = { "passive", "active", NULL };
	char word[32], again[512];

	word_of(line, "opened", opened, word, sizeof(word));
	a->passive = !strcmp(word, "passive");
	check(a->passive == !strncmp(a->who, "listener=", 9), "anomalies: whose is '%s'", line);
	word_of(line, "verdict", verdicts, a->verdict, sizeof(a->verdict));
	a->uid = number(line, "uid");
	a->cgroup = number(line, "cgroup");
	a->eof_read = number(line, "eof_read");
	a->unaccepted = number(line, "unaccepted");
	a->unread_bytes = number(line, "unread_bytes");
	a->new_1h = number(line, "new_1h");
	/* The interface's words in the interface's order. */
	snprintf(again, sizeof(again),
		 "%s %s opened=%s uid=%lld cgroup=%lld verdict=%s count=%lld eof_read=%lld unaccepted=%lld unread_bytes=%lld new_1h=%lld oldest_ms=%lld device=%lld",
		 a->kind, a->who, word, a->uid, a->cgroup, a->verdict, a->count, a->eof_read,
		 a->unaccepted, a->unread_bytes, a->new_1h, a->oldest_ms, a->device);
	check(!strcmp(line, again), "anomalies: '%s' is not '%s'", line, again);
	check(a->eof_read + a->unaccepted <= a->count && a->new_1h <= a->count,
	      "anomalies: more parts than the whole: '%s'", line);
}

static void parse_peer(const char *line, struct anomaly *a)
{
	static const char *const states[] = { "FIN_WAIT_1", "FIN_WAIT_2", "LAST_ACK", NULL };
	char again[512];

	word_of(line, "state", states, a->verdict, sizeof(a->verdict));
	snprintf(again, sizeof(again), "%s %s state=%s count=%lld oldest_ms=%lld device=%lld",
		 a->kind, a->who, a->verdict, a->count, a->oldest_ms, a->device);
	check(!strcmp(line, again), "anomalies: '%s' is not '%s'", line, again);
}

static void parse(char *line, struct anomaly *a)
{
	memset(a, 0, sizeof(*a));
	check(sscanf(line, "%31s %159s ", a->kind, a->who) == 2, "anomalies: '%s'", line);
	a->count = number(line, "count");
	a->device = number(line, "device");
	if (!strcmp(a->kind, "close_wait_leak") || !strcmp(a->kind, "peer_leak"))
		a->oldest_ms = number(line, "oldest_ms");
	if (!strcmp(a->kind, "close_wait_leak"))
		parse_leak(line, a);
	else if (!strcmp(a->kind, "peer_leak"))
		parse_peer(line, a);
}

int anomalies(struct anomaly *a, int room)
{
	char *text = procfs_slurp(PROCFS "/anomalies"), *save, *line;
	int n = 0;

	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (n++ < room)
			parse(line, &a[n - 1]);
	free(text);
	return n;
}

void leak_stats(struct leak_stats *s)
{
	char *text = procfs_slurp(PROCFS "/stats"), *line;

	line = strstr(text, "\nclose_wait ");
	check(line && sscanf(line, "\nclose_wait le_1m=%lld le_5m=%lld le_1h=%lld le_1d=%lld count=%lld oldest_ms=%lld leaked=%lld unaccepted=%lld",
			     &s->le_1m, &s->le_5m, &s->le_1h, &s->le_1d, &s->count, &s->oldest_ms,
			     &s->leaked, &s->unaccepted) == 8, "stats: close_wait");
	line = strstr(text, "\nanomalies ");
	check(line && sscanf(line, "\nanomalies current=%lld begun=%lld ended=%lld generation=%lld ungrouped=%lld",
			     &s->current, &s->begun, &s->ended, &s->generation,
			     &s->ungrouped) == 5, "stats: anomalies");
	free(text);
}

const char *anomaly_who(struct test *t, const char *key, enum side side, int port)
{
	static char who[160];

	snprintf(who, sizeof(who), t->family == AF_INET6 ? "%s=[%s]:%d" : "%s=%s:%d", key,
		 ns_address(t, side), port);
	return who;
}

void anomalies_become(int n, unsigned int ms)
{
	long long end = now_ms() + ms;
	struct anomaly a;
	int there;

	while ((there = anomalies(&a, 1)) != n) {
		check(now_ms() < end, "after %u ms %d anomalies, not %d", ms, there, n);
		sleep_ms(50);
	}
}

static void trace_put(const char *file, const char *text)
{
	char path[100];
	int fd;

	snprintf(path, sizeof(path), TRACING "%s", file);
	fd = open(path, O_WRONLY | O_TRUNC);
	check(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), "%s", path);
	close(fd);
}

void anomaly_trace_start(void)
{
	trace_put("trace", "\n");
	trace_put("events/tcpfsm/tcpfsm_anomaly/enable", "1");
}

char *anomaly_trace(void)
{
	return procfs_slurp(TRACING "trace");
}

/* One event's text, from its namespace on; of each address there are two notations. */
static void parse_event(const struct test *t, const char *text, struct anomaly_event *e)
{
	char family[8], saddr[2][64], daddr[2][64], again[512];
	bool ipv6 = t->family == AF_INET6;

	check(sscanf(text,
		     "netns=%u %31s %7s family=%7s saddr=%63s saddrv6=%63s sport=%u daddr=%63s daddrv6=%63s dport=%u state=%31s uid=%lld cgroup=%lld device=%d",
		     &e->netns, e->kind, e->what, family, saddr[0], saddr[1], &e->sport, daddr[0],
		     daddr[1], &e->dport, e->state, &e->uid, &e->cgroup, &e->device) == 14,
	      "tcpfsm_anomaly: '%s'", text);
	snprintf(again, sizeof(again),
		 "netns=%u %s %s family=%s saddr=%s saddrv6=%s sport=%u daddr=%s daddrv6=%s dport=%u state=%s uid=%lld cgroup=%lld device=%d\n",
		 e->netns, e->kind, e->what, ipv6 ? "ipv6" : "ipv4", saddr[0], saddr[1], e->sport,
		 daddr[0], daddr[1], e->dport, e->state, e->uid, e->cgroup, e->device);
	check(!strncmp(text, again, strlen(again)), "tcpfsm_anomaly: '%s' is not '%s'", text, again);
	strcpy(e->saddr, saddr[ipv6]);
	strcpy(e->daddr, daddr[ipv6]);
}

int anomaly_events(const struct test *t, const char *trace, struct anomaly_event *e, int room)
{
	const char *name = "tcpfsm_anomaly: ", *at;
	int n = 0;

	for (at = trace; (at = strstr(at, name)); n++) {
		at += strlen(name);
		if (n < room)
			parse_event(t, at, &e[n]);
	}
	return n;
}

void anomaly_trace_stop(void)
{
	trace_put("events/tcpfsm/tcpfsm_anomaly/enable", "0");
}
