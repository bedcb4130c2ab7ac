// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: with 20,000 leaks in 2,000 groups `anomalies` shows the worst first, and `stats` costs no
 * more than with ten; a namespace's end takes its leaks along; begin and end are shown by the
 * tracepoint; stays that come and go under readers, thresholds and enabled=0 and 1 that change
 * harm nobody; `durations` has each stay in its place.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "anomaly.h"
#include "compare.h"
#include "memory.h"
#include "module.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"
#include "start.h"
#include "traffic.h"
#include "work.h"

#define GROUPS		2000
#define FIRST_PORT	10000
#define IN_GROUP(i)	(1 + (i) % 19)
#define MOST_IN_GROUP	19
#define GROUP_BYTES	256	/* at most */
#define SLACK_KB	128	/* for whatever else the kernel allocates meanwhile */
#define FEW		10
#define TRACING		"/sys/kernel/tracing/"

/* With counted time a nanosecond is an instruction. */
static long long cost_of_stats(void)
{
	long long best = 0, cost;
	struct timespec a, b;
	char data[8192];
	int i, fd;

	for (i = 0; i < 5; i++) {
		fd = open(PROCFS "/stats", O_RDONLY);
		clock_gettime(CLOCK_MONOTONIC, &a);
		check(read(fd, data, sizeof(data)) > 0, "stats: %s", strerror(errno));
		clock_gettime(CLOCK_MONOTONIC, &b);
		close(fd);
		cost = (b.tv_sec - a.tv_sec) * 1000000000LL + b.tv_nsec - a.tv_nsec;
		if (!best || cost < best)
			best = cost;
	}
	return best;
}

/* So many CLOSE_WAITs at the server, by a port; the descriptors are left to the test's end. */
static void leak(struct test *t, int listener, int port, int n)
{
	struct pair p;

	while (n--) {
		p = sock_pair(t, listener, port);
		sock_shut(p.client);
		sock_eof(p.server);
	}
}

static void check_worst_first(const struct anomaly *a, int n)
{
	int i, of[MOST_IN_GROUP + 1] = { 0 };

	for (i = 0; i < n; i++) {
		check(!strcmp(a[i].kind, "close_wait_leak") && !strcmp(a[i].verdict, "fd_leak"),
		      "%s %s", a[i].kind, a[i].verdict);
		check(a[i].count >= 1 && a[i].count <= MOST_IN_GROUP, "count=%lld", a[i].count);
		of[a[i].count]++;
		check(!i || a[i].count < a[i - 1].count ||
		      (a[i].count == a[i - 1].count && a[i].oldest_ms <= a[i - 1].oldest_ms),
		      "line %d: count=%lld oldest_ms=%lld is worse than the one before", i,
		      a[i].count, a[i].oldest_ms);
	}
	of[FEW]--;
	for (i = 0; i < GROUPS; i++)
		of[IN_GROUP(i)]--;
	for (i = 0; i <= MOST_IN_GROUP; i++)
		check(!of[i], "%d groups of %d too many", of[i], i);
}

static void many(struct test *t)
{
	static struct anomaly a[GROUPS + 1];
	struct rlimit limit = { 100000, 100000 };
	long long few, all, begin, wanted = 0;
	int listener, i, n;
	struct leak_stats s;
	long before;

	check(!setrlimit(RLIMIT_NOFILE, &limit), "RLIMIT_NOFILE: %s", strerror(errno));
	module_reload("max_flows=131072 peer_leak_ms=86400000");
	listener = sock_listen(t, SERVER, PORT, 16);
	leak(t, listener, PORT, FEW);
	sleep_ms(62000);
	ns_enter(t, SERVER);
	leak_stats(&s);
	check(s.leaked == FEW, "leaked=%lld", s.leaked);
	few = cost_of_stats();
	for (i = 0; i < GROUPS; i++) {
		listener = sock_listen(t, SERVER, FIRST_PORT + i, 32);
		leak(t, listener, FIRST_PORT + i, IN_GROUP(i));
		wanted += IN_GROUP(i);
	}
	ns_enter(t, SERVER);
	/* What each end takes that waits is there after a second; the groups come when it is a leak. */
	sleep_ms(3000);
	before = memory_kernel_kb();
	sleep_ms(62000);
	leak_stats(&s);
	check(s.leaked == wanted + FEW && s.current == GROUPS + 1 && !s.ungrouped,
	      "leaked=%lld current=%lld ungrouped=%lld", s.leaked, s.current, s.ungrouped);
	before = memory_kernel_kb() - before;
	note("%d groups of %lld leaks take %ld KiB", GROUPS, wanted, before);
	check(before <= GROUPS * GROUP_BYTES / 1024 + SLACK_KB, "%d groups take %ld KiB", GROUPS,
	      before);
	all = cost_of_stats();
	note("stats: %lld instructions with %d leaks, %lld with %lld", few, FEW, all, s.leaked);
	check(all <= few + few / 10, "stats costs %lld instead of %lld", all, few);
	begin = now_ms();
	n = anomalies(a, GROUPS + 1);
	note("anomalies: %lld ms", now_ms() - begin);
	check(n == GROUPS + 1, "%d lines", n);
	check_worst_first(a, n);
	compare(t);
}

/* Leaks, groups and work go with their namespace, or with the module: the kernel would say so. */
static void namespace_ends(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 16), i, error;
	struct pair p[FEW];

	module_reload("close_wait_leak_ms=1000 peer_leak_ms=1000");
	for (i = 0; i < FEW; i++) {
		p[i] = sock_pair(t, listener, PORT);
		sock_shut(p[i].client);
	}
	sleep_ms(3000);
	ns_enter(t, SERVER);
	anomalies_become(1, 1000);
	ns_enter(t, CLIENT);
	anomalies_become(1, 1000);
	for (i = 0; i < FEW; i++)
		close(p[i].server);
	close(listener);
	ns_end(t, SERVER);
	ns_enter(t, CLIENT);
	sleep_ms(1000);
	error = module_unload();
	check(!error, "rmmod: %s", strerror(error));
	error = module_load("");
	check(!error, "insmod: %s", strerror(error));
	for (i = 0; i < FEW; i++)
		close(p[i].client);
}

/*
 * A leaked connection's client has died in silence and comes back by the same port: over loopback
 * its flow begins anew, while the server's end goes on leaking.
 */
static void client_anew(struct test *t)
{
	int listener, client, server;
	struct anomaly a[2];

	module_reload("close_wait_leak_ms=5000 peer_leak_ms=86400000");
	listener = sock_listen(t, SERVER, PORT, 8);
	client = sock_new(t, CLIENT, 20000);
	sock_connect(t, client, PORT);
	server = sock_accept(listener);
	sock_shut(client);
	sock_eof(server);
	sleep_ms(2000);
	ns_drop(t, SERVER, "tcp dport 5000");
	sock_reset(client);
	compare(t);
	ns_undrop(t, SERVER);
	/* It would answer the server's challenge with a reset. */
	ns_drop(t, CLIENT, "tcp sport 5000");
	client = sock_new(t, CLIENT, 20000);
	sock_start(t, client, SERVER, PORT);
	reach(t, CLIENT, SYN_SENT, 1);
	reach(t, SERVER, CLOSE_WAIT, 1);
	compare(t);
	ns_enter(t, SERVER);
	sleep_ms(5000);
	check(anomalies(a, 2) == 2, "not two anomalies: '%s', '%s'", a[0].kind, a[1].kind);
	check(!strcmp(a[0].kind, "syn_into_close_wait") && a[0].count > 0,
	      "the client's SYNs: %s count=%lld", a[0].kind, a[0].count);
	check(a[1].count == 1 && a[1].oldest_ms >= 7000,
	      "the leak: count=%lld oldest_ms=%lld", a[1].count, a[1].oldest_ms);
	close(server);
	close(client);
	ns_undrop(t, CLIENT);
	close(listener);
	/* Nobody listens any more, so nobody's SYNs are held against him. */
	anomalies_become(0, 8000);
}

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC);

	check(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), "%s: %s", path,
	      strerror(errno));
	close(fd);
}

static int occurrences(const char *text, const char *what)
{
	int n = 0;

	for (; (text = strstr(text, what)); text++)
		n++;
	return n;
}

static void traced(struct test *t)
{
	int listener;
	struct pair p;
	char *text;

	module_reload("close_wait_leak_ms=2000 peer_leak_ms=100000");
	listener = sock_listen(t, SERVER, PORT, 16);
	put(TRACING "trace", "\n");
	put(TRACING "events/tcpfsm/tcpfsm_anomaly/enable", "1");
	p = sock_pair(t, listener, PORT);
	sock_shut(p.client);
	sleep_ms(4000);
	text = procfs_slurp(TRACING "trace");
	check(occurrences(text, "close_wait_leak begin ") == 1 &&
	      !occurrences(text, "close_wait_leak end ") &&
	      strstr(text, ns_address(t, SERVER)) && strstr(text, "sport=5000"), "begin: %s", text);
	free(text);
	close(p.server);
	close(p.client);
	sleep_ms(9000);
	put(TRACING "events/tcpfsm/tcpfsm_anomaly/enable", "0");
	text = procfs_slurp(TRACING "trace");
	check(occurrences(text, "close_wait_leak begin ") == 1 &&
	      occurrences(text, "close_wait_leak end ") == 1, "end: %s", text);
	free(text);
	close(listener);
}

/* The container's root reads its own files; the host's other users do not. */
static void container_reads(struct test *t)
{
	struct flow_counts flows;
	struct anomaly a;
	int i;

	(void)t;
	module_reload("");
	check(!setresgid(1000, 1000, 1000) && !setresuid(1000, 1000, 1000) &&
	      !prctl(PR_SET_DUMPABLE, 1), "setresuid: %s", strerror(errno));
	check(access(PROCFS "/anomalies", R_OK), "user 1000 may read what is the host's");
	check(!unshare(CLONE_NEWUSER | CLONE_NEWNET), "unshare: %s", strerror(errno));
	put("/proc/self/setgroups", "deny");
	put("/proc/self/uid_map", "0 1000 1");
	put("/proc/self/gid_map", "0 1000 1");
	/* The module learns of the map a moment later. */
	for (i = 0; i < 20 && access(PROCFS "/anomalies", R_OK); i++)
		sleep_ms(50);
	check(!anomalies(&a, 1), "anomalies in a new namespace");
	procfs_flows(&flows);
}

#define HELD 24

static struct pair held[HELD];
static int churn_listener;

static void churn_begin(struct test *t, int id)
{
	(void)id;
	churn_listener = sock_listen(t, SERVER, PORT, 64);
	memset(held, 0, sizeof(held));
}

/* Each stays for 0 to some seconds, and is left in one way or another. */
static void churn_step(struct test *t)
{
	struct pair *p = &held[test_random() % HELD];

	if (!p->client) {
		*p = sock_pair(t, churn_listener, PORT);
		sock_send(p->client, test_random() % 3);
		sock_shut(test_random() % 4 ? p->client : p->server);
	} else {
		if (test_random() % 2)
			sock_reset(p->client);
		else
			close(p->client);
		close(p->server);
		memset(p, 0, sizeof(*p));
	}
	sleep_ms(test_random() % 100);
}

static void thresholds_step(struct test *t)
{
	(void)t;
	check(!module_parameter("close_wait_leak_ms", test_random() % 2 ? "1000" : "1500"),
	      "close_wait_leak_ms");
	check(!module_parameter("peer_leak_ms", test_random() % 2 ? "1000" : "2000"),
	      "peer_leak_ms");
	sleep_ms(test_random() % 400);
}

static void switch_step(struct test *t)
{
	(void)t;
	sleep_ms(500 + test_random() % 1500);
	check(!module_parameter("enabled", "0"), "enabled=0");
	check(!module_parameter("enabled", "1"), "enabled=1");
}

static void churn(struct test *t)
{
	struct leak_stats s;
	int side, n = 0;
	pid_t w[8];

	module_reload("close_wait_leak_ms=1000 peer_leak_ms=1000");
	w[n++] = work_start(t, churn_begin, churn_step, 0);
	w[n++] = work_start(t, traffic_begin, traffic_step, 1);
	w[n++] = work_start(t, NULL, loose_step, 0);
	w[n++] = work_start(t, NULL, thresholds_step, 0);
	w[n++] = work_start(t, NULL, switch_step, 0);
	w[n++] = work_start(t, NULL, namespace_step, 0);
	sleep_ms(12000);
	work_stop(w, n);
	compare(t);
	sleep_ms(9000);
	for (side = 0; side < ns_count(t); side++) {
		ns_enter(t, side);
		leak_stats(&s);
		check(!s.current && !s.leaked && s.begun == s.ended, "current=%lld leaked=%lld",
		      s.current, s.leaked);
	}
}

struct duration {
	long long le[9], count, sum_ms;
};

static struct duration duration(const char *state)
{
	char *text = procfs_slurp(PROCFS "/durations"), name[32], *line;
	struct duration d;
	int i;

	snprintf(name, sizeof(name), "%s le_1ms=", state);
	line = strstr(text, name);
	check(line && (line == text || line[-1] == '\n') &&
	      sscanf(line + strlen(state),
		     " le_1ms=%lld le_10ms=%lld le_100ms=%lld le_1s=%lld le_10s=%lld le_1m=%lld le_10m=%lld le_1h=%lld le_1d=%lld count=%lld sum_ms=%lld",
		     &d.le[0], &d.le[1], &d.le[2], &d.le[3], &d.le[4], &d.le[5], &d.le[6],
		     &d.le[7], &d.le[8], &d.count, &d.sum_ms) == 11, "durations: %s", state);
	for (i = 1; i < 9; i++)
		check(d.le[i - 1] <= d.le[i] && d.le[8] <= d.count, "durations: %s falls", state);
	check(occurrences(text, "\n") == STATES, "durations: not %d lines", STATES);
	free(text);
	return d;
}

static void durations(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 16), loop;
	struct duration d;
	struct pair p;

	module_reload("");
	p = sock_pair(t, listener, PORT);
	sleep_ms(2000);
	sock_shut(p.client);
	sock_eof(p.server);
	sleep_ms(50000);
	ns_enter(t, SERVER);
	check(!duration("CLOSE_WAIT").count, "it has not left CLOSE_WAIT");
	close(p.server);
	sock_eof(p.client);
	close(p.client);
	sleep_ms(SETTLE_MS);
	loop = ns_count(t) == 1 ? 2 : 1;
	d = duration("CLOSE_WAIT");
	check(d.count == 1 && !d.le[4] && d.le[5] == 1 && d.sum_ms >= 49900 && d.sum_ms <= 50200,
	      "CLOSE_WAIT for 50 s: le_10s=%lld le_1m=%lld count=%lld sum_ms=%lld", d.le[4],
	      d.le[5], d.count, d.sum_ms);
	d = duration("ESTABLISHED");
	check(d.count == loop && !d.le[3] && d.le[4] == loop && d.sum_ms >= loop * 1900 &&
	      d.sum_ms <= loop * 2200, "ESTABLISHED for 2 s: count=%lld sum_ms=%lld", d.count,
	      d.sum_ms);
	ns_enter(t, CLIENT);
	d = duration("FIN_WAIT_2");
	check(d.count == 1 && d.le[5] == 1 && !d.le[4], "FIN_WAIT_2 for 50 s: count=%lld", d.count);
	sleep_ms(65000);
	d = duration("TIME_WAIT");
	check(d.count == 1 && d.le[6] == 1 && d.sum_ms >= 59900 && d.sum_ms <= 62200,
	      "TIME_WAIT: count=%lld sum_ms=%lld", d.count, d.sum_ms);
	/* What was there before is left out of the state in which it was found. */
	p = sock_pair(t, listener, PORT);
	module_reload("");
	sleep_ms(1500);
	sock_shut(p.client);
	sock_eof(p.server);
	sleep_ms(1500);
	close(p.server);
	sleep_ms(SETTLE_MS);
	ns_enter(t, SERVER);
	d = duration("ESTABLISHED");
	check(!d.count, "found in ESTABLISHED: count=%lld", d.count);
	d = duration("CLOSE_WAIT");
	check(d.count == 1 && d.sum_ms >= 1400 && d.sum_ms <= 1700,
	      "then CLOSE_WAIT for 1.5 s: count=%lld sum_ms=%lld", d.count, d.sum_ms);
	close(p.client);
	close(listener);
}

const struct scenario leak_many_scenarios[] = {
	{ "leak_many", ON_VETH | IN_EXACT, many },
	{ "leak_namespace_ends", ON_VETH | IN_EXACT | IN_RACE, namespace_ends },
	{ "leak_client_anew", ON_BOTH | IN_EXACT, client_anew },
	{ "leak_traced", ON_BOTH | IN_EXACT, traced },
	{ "leak_container_reads", ON_HOST | IN_EXACT, container_reads },
	{ "leak_churn", ON_BOTH | IN_RACE, churn },
	{ "durations", ON_BOTH | IN_EXACT, durations },
	{ 0 }
};
