// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: connections that are kept alive, long polls that are half closed for less than the threshold,
 * and many short connections, spread so that no destination passes half of its ports, are no anomaly:
 * no line, the same generation, no tracepoint, at either end and at any time.
 *
 * quiet_hour is an hour of that with a million short connections; VMTEST_SOAK as for s_soak.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "anomaly.h"
#include "compare.h"
#include "module.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"

#define DESTINATIONS	20
#define KEPT		8
#define POLLS		8
#define POLL_MS		55000	/* half closed for so long; a leak begins at 60 s */
#define KEPT_PORT	(PORT + 30)
#define POLL_PORT	(PORT + 31)

static int listener[DESTINATIONS], kept_listener, poll_listener;
static struct pair kept[KEPT], polls[POLLS];
static long long poll_since[POLLS];

static void open_all(struct test *t)
{
	int i;

	for (i = 0; i < DESTINATIONS; i++)
		listener[i] = sock_listen(t, SERVER, PORT + i, 64);
	kept_listener = sock_listen(t, SERVER, KEPT_PORT, 64);
	poll_listener = sock_listen(t, SERVER, POLL_PORT, 64);
	for (i = 0; i < KEPT; i++)
		kept[i] = sock_pair(t, kept_listener, KEPT_PORT);
}

static void request(struct pair p)
{
	sock_send(p.client, 100);
	sock_recv(p.server, 100);
	sock_send(p.server, 1000);
	sock_recv(p.client, 1000);
}

static void poll_begin(struct test *t, int i)
{
	polls[i] = sock_pair(t, poll_listener, POLL_PORT);
	sock_send(polls[i].client, 100);
	sock_recv(polls[i].server, 100);
	sock_shut(polls[i].client);
	sock_eof(polls[i].server);
	poll_since[i] = now_ms();
}

static void poll_end(int i)
{
	sock_send(polls[i].server, 1000);
	close(polls[i].server);
	sock_recv(polls[i].client, 1000);
	sock_eof(polls[i].client);
	close(polls[i].client);
	polls[i].client = 0;
}

/* Either side closes first. */
static void short_connection(struct test *t, long n)
{
	int i = n % DESTINATIONS;
	struct pair p = sock_pair(t, listener[i], PORT + i);
	bool server = n / DESTINATIONS % 2;

	request(p);
	sock_shut(server ? p.server : p.client);
	sock_eof(server ? p.client : p.server);
	close(server ? p.client : p.server);
	sock_eof(server ? p.server : p.client);
	close(server ? p.server : p.client);
}

static long long nothing_raised(struct test *t)
{
	long long worst = 0;
	struct leak_stats s;
	struct stats stats;
	struct anomaly a;
	int side;

	for (side = 0; side < ns_count(t); side++) {
		ns_enter(t, side);
		check(!anomalies(&a, 1), "%s %s", a.kind, a.who);
		leak_stats(&s);
		procfs_stats(&stats);
		check(!s.current && !s.begun && !s.generation,
		      "begun=%lld generation=%lld", s.begun, s.generation);
		check(2 * stats.worst_used <= stats.worst_available,
		      "worst_used=%lld of %lld: the test's spread is wrong", stats.worst_used,
		      stats.worst_available);
		if (stats.worst_used > worst)
			worst = stats.worst_used;
	}
	return worst;
}

static void quiet_for(struct test *t, long connections, long seconds)
{
	long long begin = now_ms(), passed, worst = 0, w;
	long second, done = 0, n_polls = 0;
	char *text;
	int i;

	module_reload("");
	anomaly_trace_start();
	for (i = 0; i < ns_count(t); i++)
		ns_sysctl(t, i, "net/ipv4/tcp_max_tw_buckets", "200000");
	open_all(t);
	for (second = 1; second <= seconds; second++) {
		for (; done < (long long)connections * second / seconds; done++)
			short_connection(t, done);
		for (i = 0; i < KEPT; i++)
			request(kept[i]);
		i = second % POLLS;
		if (!polls[i].client) {
			poll_begin(t, i);
			n_polls++;
		}
		for (i = 0; i < POLLS; i++)
			if (polls[i].client && now_ms() >= poll_since[i] + POLL_MS)
				poll_end(i);
		w = nothing_raised(t);
		if (w > worst)
			worst = w;
		passed = now_ms() - begin;
		if (passed < second * 1000)
			sleep_ms(second * 1000 - passed);
	}
	note("%lld s, %ld short connections, %ld long polls, %d kept alive; the worst destination had %lld ports",
	     (now_ms() - begin) / 1000, done, n_polls, KEPT, worst);
	anomaly_trace_stop();
	text = anomaly_trace();
	check(!strstr(text, "tcpfsm_anomaly:"), "%s", strstr(text, "tcpfsm_anomaly:"));
	free(text);
	compare(t);
}

static void quiet(struct test *t)
{
	quiet_for(t, 1500, 120);
}

static void quiet_hour(struct test *t)
{
	const char *text = getenv("VMTEST_SOAK");
	long connections = 1000000, seconds = 3600;

	if (text)
		check(sscanf(text, "%ld %*d %ld", &connections, &seconds) == 2,
		      "VMTEST_SOAK=%s: CONNECTIONS SYNS SECONDS", text);
	quiet_for(t, connections, seconds);
}

const struct scenario quiet_scenarios[] = {
	{ "quiet", ON_VETH | IN_EXACT, quiet },
	{ "quiet_hour", ON_VETH | IN_SOAK, quiet_hour },
	{ 0 }
};
