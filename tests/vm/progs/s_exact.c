// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: `exact=1` says that every local socket is tracked, and is true: after a full table once
 * there is room again, after enabled=0 and 1, with sockets in tables of their own, and for those
 * that no segment has begun: TCP_REPAIR's, a Fast Open's connect() that waits for data, the children
 * of SYN cookies. Minisocks and request sockets that are killed in silence are missed soon. A flood
 * of forwarded flows keeps no local end out.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "compare.h"
#include "flood.h"
#include "memory.h"
#include "module.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"
#include "work.h"

#define RESYNC_MS 3000		/* the longest until a sweep has found what was missed */
#define CONNECTIONS 120

static long long exact(struct test *t, int side)
{
	struct stats s;

	ns_enter(t, side);
	procfs_stats(&s);
	return s.exact;
}

static void exact_again(struct test *t)
{
	long long end = now_ms() + RESYNC_MS;
	int side;

	for (side = 0; side < ns_count(t); side++)
		while (!exact(t, side)) {
			check(now_ms() < end, "still exact=0 after %d ms", RESYNC_MS);
			sleep_ms(50);
		}
}

/* More connections than flows; then there is room again, and those that were missed are found. */
static void full(struct test *t)
{
	int listener, side, i, left = 6;
	struct pair p[CONNECTIONS];
	struct stats s;

	module_reload("max_flows=128");
	listener = sock_listen(t, SERVER, PORT, 64);
	for (side = 0; side < ns_count(t); side++)
		check(exact(t, side), "nothing was missed yet, but exact=0");
	for (i = 0; i < CONNECTIONS; i++)
		p[i] = sock_pair(t, listener, PORT);
	for (side = 0; side < ns_count(t); side++) {
		ns_enter(t, side);
		procfs_stats(&s);
		check(!s.exact, "sockets were missed, but exact=1");
		check(s.flows_untracked >= CONNECTIONS - 64, "untracked=%lld", s.flows_untracked);
	}
	/* No room, no change. */
	sleep_ms(3 * RESYNC_MS);
	check(!exact(t, SERVER), "there is no room, but exact=1");
	/* The first were tracked and the last were not. */
	for (i = 0; i < CONNECTIONS - left; i++) {
		sock_reset(p[i].client);
		close(p[i].server);
	}
	exact_again(t);
	compare(t);
	for (i = CONNECTIONS - left; i < CONNECTIONS; i++) {
		sock_send(p[i].client, 100);
		sock_recv(p[i].server, 100);
		sock_shut(p[i].server);
		sock_eof(p[i].client);
	}
	compare(t);
	for (i = CONNECTIONS - left; i < CONNECTIONS; i++) {
		close(p[i].client);
		close(p[i].server);
	}
	close(listener);
	compare_ended(t);
}

/*
 * One that was missed sends again, or its socket moves: it need not wait for a sweep. One that was
 * found by its peer's FIN knows where that peer is.
 */
static void found_sooner(struct test *t)
{
	struct pair p[CONNECTIONS], *last = &p[CONNECTIONS - 1];
	struct flow_counts flows;
	int listener, i;

	module_reload("max_flows=128");
	listener = sock_listen(t, SERVER, PORT, 64);
	for (i = 0; i < CONNECTIONS; i++)
		p[i] = sock_pair(t, listener, PORT);
	for (i = 0; i < CONNECTIONS - 3; i++) {
		sock_reset(p[i].client);
		close(p[i].server);
	}
	sleep_ms(SETTLE_MS);
	sock_send(last->client, 100);
	sock_recv(last->server, 100);
	last--;
	sock_shut(last->client);
	ns_enter(t, CLIENT);
	procfs_flows(&flows);
	check(flows.local[ESTABLISHED] >= 1 && flows.local[FIN_WAIT_1] + flows.local[FIN_WAIT_2] == 1,
	      "ESTABLISHED %d, FIN_WAIT_1 %d, FIN_WAIT_2 %d", flows.local[ESTABLISHED],
	      flows.local[FIN_WAIT_1], flows.local[FIN_WAIT_2]);
	sleep_ms(SETTLE_MS);
	client_waits_for_fin(t);
	exact_again(t);
	compare(t);
	for (i = CONNECTIONS - 3; i < CONNECTIONS; i++) {
		close(p[i].client);
		close(p[i].server);
	}
	close(listener);
	compare_ended(t);
}

/* Not observing, or without the second witness, nothing is promised. */
static void switched_off(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), side;
	struct pair p = sock_pair(t, listener, PORT);

	check(exact(t, CLIENT) && exact(t, SERVER), "nothing was missed, but exact=0");
	check(!module_parameter("enabled", "0"), "enabled=0: %s", strerror(errno));
	for (side = 0; side < ns_count(t); side++)
		check(!exact(t, side), "enabled=0, but exact=1");
	sock_shut(p.client);
	check(!module_parameter("enabled", "1"), "enabled=1: %s", strerror(errno));
	for (side = 0; side < ns_count(t); side++)
		check(exact(t, side), "enabled=1, but exact=0");
	compare(t);
	module_reload("witness=0");
	for (side = 0; side < ns_count(t); side++)
		check(!exact(t, side), "witness=0, but exact=1");
	close(p.client);
	close(p.server);
	close(listener);
}

static int repair_socket(struct test *t, int port)
{
	int fd = sock_new(t, CLIENT, 0), one = 1;

	check(!setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &one, sizeof(one)), "TCP_REPAIR: %s",
	      strerror(errno));
	sock_start(t, fd, SERVER, port);
	return fd;
}

static void repair_end(int fd, int how)
{
	check(!setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &how, sizeof(how)), "TCP_REPAIR: %s",
	      strerror(errno));
}

/*
 * Sockets that are brought here from elsewhere, where their peers are: no segment begins them, and none ends
 * the last.
 */
static void repaired(struct test *t)
{
	int fd[4], i;

	for (i = 0; i < 4; i++)
		fd[i] = repair_socket(t, PORT + i);
	reach(t, CLIENT, ESTABLISHED, 4);
	compare(t);
	/* The peer knows nothing of it, and resets. */
	repair_end(fd[0], TCP_REPAIR_OFF_NO_WP);
	sock_send(fd[0], 10);
	compare(t);
	/* Silence: without a probe, then with the peer's answer lost. */
	repair_end(fd[1], TCP_REPAIR_OFF_NO_WP);
	compare(t);
	ns_drop(t, CLIENT, "tcp flags rst");
	sock_shut(fd[1]);
	compare(t);
	repair_end(fd[2], 0);
	compare(t);
	close(fd[3]);
	compare(t);
	check(exact(t, CLIENT), "exact=0");
	for (i = 0; i < 3; i++)
		sock_reset(fd[i]);
	ns_undrop(t, CLIENT);
	compare_ended(t);
}

/* In SYN_SENT, with no SYN sent, until there is data. */
static void waiting_for_data(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), fd[3], accepted, i, one = 1;
	struct differences d;

	ns_sysctl(t, CLIENT, "net/ipv4/tcp_fastopen", "5");
	for (i = 0; i < 3; i++) {
		fd[i] = sock_new(t, CLIENT, i == 2 ? 6000 : 0);
		check(!setsockopt(fd[i], IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &one, sizeof(one)),
		      "TCP_FASTOPEN_CONNECT: %s", strerror(errno));
		sock_start(t, fd[i], SERVER, PORT);
	}
	reach(t, CLIENT, SYN_SENT, 3);
	compare(t);
	ns_enter(t, CLIENT);
	procfs_witness(&d);
	check(d.early[CLOSED][SYN_SENT] == 3 && d.sum_early == 3 && !d.sum_corrected,
	      "CLOSED SYN_SENT early=%lld, %lld in all, corrected=%lld",
	      d.early[CLOSED][SYN_SENT], d.sum_early, d.sum_corrected);
	close(fd[1]);
	compare(t);
	for (i = 0; i < 3; i += 2) {
		sock_send(fd[i], 10);
		accepted = sock_accept(listener);
		sock_recv(accepted, 10);
		compare(t);
		close(fd[i]);
		sock_eof(accepted);
		close(accepted);
	}
	check(exact(t, CLIENT), "exact=0");
	check(procfs_transition(CLOSED, SYN_SENT) == 3, "CLOSED to SYN_SENT: %lld of 3",
	      procfs_transition(CLOSED, SYN_SENT));
	close(listener);
	compare_ended(t);
}

#define RANGE_FIRST	20000
#define RANGE_LAST	35999
#define RANGE_FREE	25000

/* Lets whoever has no say in it near the CPU for a moment, twenty times a second. */
static void hog(struct test *t)
{
	long long end = now_ms() + 50;

	(void)t;
	usleep(300);
	while (now_ms() < end)
		;
}

/*
 * The same, of a connect() that is kept from the CPU again and again while it looks for a port: of all but one
 * it finds that they are taken.
 */
static void waiting_for_port(struct test *t)
{
	struct rlimit limit = { RANGE_LAST, RANGE_LAST };
	struct sched_param idle = { 0 };
	int fd, i, port, one = 1;
	char range[32];
	pid_t hogging;

	check(!setrlimit(RLIMIT_NOFILE, &limit), "RLIMIT_NOFILE: %s", strerror(errno));
	ns_sysctl(t, CLIENT, "net/ipv4/tcp_fastopen", "5");
	snprintf(range, sizeof(range), "%d %d", RANGE_FIRST, RANGE_LAST);
	ns_sysctl(t, CLIENT, "net/ipv4/ip_local_port_range", range);
	for (port = RANGE_FIRST; port <= RANGE_LAST; port++)
		if (port != RANGE_FREE)
			sock_new(t, CLIENT, port);
	hogging = work_start(t, NULL, hog, 0);
	for (i = 0; i < 8; i++) {
		fd = sock_new(t, CLIENT, 0);
		check(!setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &one, sizeof(one)),
		      "TCP_FASTOPEN_CONNECT: %s", strerror(errno));
		check(!sched_setscheduler(0, SCHED_IDLE, &idle), "SCHED_IDLE: %s", strerror(errno));
		sock_start(t, fd, SERVER, PORT);
		check(!sched_setscheduler(0, SCHED_OTHER, &idle), "SCHED_OTHER: %s",
		      strerror(errno));
		check(sock_port(fd) == RANGE_FREE, "port %d", sock_port(fd));
		reach(t, CLIENT, SYN_SENT, 1);
		compare(t);
		close(fd);
	}
	work_stop(&hogging, 1);
	check(exact(t, CLIENT), "exact=0");
	compare(t);
}

/* Nothing of the connection is in the kernel before it is whole; then it is silent. */
static void cookies(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), fd, accepted;

	ns_sysctl(t, SERVER, "net/ipv4/tcp_syncookies", "2");
	fd = sock_new(t, CLIENT, 0);
	sock_connect(t, fd, PORT);
	compare(t);
	ns_enter(t, SERVER);
	check(procfs_transition(LISTEN, ESTABLISHED) == 1, "LISTEN to ESTABLISHED: %lld",
	      procfs_transition(LISTEN, ESTABLISHED));
	accepted = sock_accept(listener);
	close(fd);
	sock_eof(accepted);
	compare(t);
	close(accepted);
	close(listener);
	compare_ended(t);
}

/* Of minisocks and request sockets nothing tells that they are gone. */
static void killed(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), i;
	struct pair p[3];

	for (i = 0; i < 3; i++) {
		p[i] = sock_pair(t, listener, PORT);
		close(p[i].client);
		sock_eof(p[i].server);
		if (i != 1)
			close(p[i].server);
	}
	reach(t, CLIENT, TIME_WAIT, 2);
	reach(t, CLIENT, FIN_WAIT_2, 1);
	compare(t);
	ns_run(t, CLIENT, "ss -K -t state time-wait");
	reach(t, CLIENT, TIME_WAIT, 0);
	compare(t);
	ns_run(t, CLIENT, "ss -K -t state fin-wait-2");
	reach(t, CLIENT, FIN_WAIT_2, 0);
	compare(t);

	ns_drop(t, CLIENT, "tcp sport 5000");
	p[0].client = sock_new(t, CLIENT, 0);
	sock_start(t, p[0].client, SERVER, PORT);
	reach(t, SERVER, SYN_RECEIVED, 1);
	compare(t);
	ns_run(t, SERVER, "ss -K -t state syn-recv");
	reach(t, SERVER, SYN_RECEIVED, 0);
	compare(t);
	close(p[0].client);
	close(p[1].server);
	close(listener);
	ns_undrop(t, CLIENT);
	compare_ended(t);
}

/* A namespace may have a table of its own for its sockets: they are adopted, too. */
static void own_table(struct test *t)
{
	static const char *const path = "/proc/sys/net/ipv4/tcp_child_ehash_entries";
	int host = open("/proc/1/ns/net", O_RDONLY | O_CLOEXEC), fd, listener;
	struct test inner = *t;
	struct pair p;

	check(!setns(host, CLONE_NEWNET), "setns: %s", strerror(errno));
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		skip("this kernel has no such tables: %s", strerror(errno));
	check(write(fd, "64", 2) == 2, "%s: %s", path, strerror(errno));
	check(!unshare(CLONE_NEWNET), "unshare: %s", strerror(errno));
	check(pwrite(fd, "0", 1, 0) == 1, "%s: %s", path, strerror(errno));
	close(fd);
	inner.ns[0] = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	ns_run(&inner, CLIENT, "ip link set lo up");
	listener = sock_listen(&inner, SERVER, PORT, 8);
	p = sock_pair(&inner, listener, PORT);
	sock_shut(p.client);
	compare(&inner);
	module_reload("");
	check(exact(&inner, CLIENT), "exact=0");
	compare(&inner);
	close(p.client);
	close(p.server);
	close(listener);
	compare_ended(&inner);
}

/* The router's table is full of half-open forwarded flows; its own connections are tracked. */
static void reserve(struct test *t)
{
	static const struct flood syns = { .flags = { FLOOD_SYN }, .n_flags = 1, .dport = PORT };
	struct test router = *t;
	struct pair p[30];
	struct stats s;
	int i, listener;

	module_reload("max_flows=1024");
	flood_open(t);
	ns_drop(t, SERVER, "tcp dport 5000");
	flood_send(t, &syns, 5000);
	router.ns[0] = t->ns[ROUTER];
	router.place = ON_LOOPBACK;
	listener = sock_listen(&router, SERVER, PORT, 64);
	for (i = 0; i < 30; i++) {
		p[i] = sock_pair(&router, listener, PORT);
		flood_send(t, &syns, 500);
	}
	ns_enter(&router, CLIENT);
	procfs_stats(&s);
	note("current=%lld untracked=%lld evicted=%lld", s.flows_current, s.flows_untracked,
	     s.flows_evicted);
	check(s.state[SYN_SENT].transit > 300, "this was no flood: %lld half-open flows",
	      s.state[SYN_SENT].transit);
	check(s.exact && s.state[ESTABLISHED].local == 60,
	      "exact=%lld, ESTABLISHED local=%lld of 60", s.exact, s.state[ESTABLISHED].local);
	for (i = 0; i < 30; i++) {
		sock_reset(p[i].client);
		close(p[i].server);
	}
	close(listener);
	compare(&router);
}

/* Many sockets that say nothing, older than the module. */
#define MANY 30000
#define ENOUGH_KB (MANY * 5L)

static void many(struct test *t)
{
	struct rlimit limit = { MANY + 64, MANY + 64 };
	long long begin;
	int i, *fd;

	check(memory_kb("MemAvailable") > ENOUGH_KB, "no memory for %d sockets", MANY);
	check(!setrlimit(RLIMIT_NOFILE, &limit), "RLIMIT_NOFILE: %s", strerror(errno));
	check(!module_unload(), "rmmod: %s", strerror(errno));
	fd = calloc(MANY, sizeof(*fd));
	for (i = 0; i < MANY; i++)
		fd[i] = repair_socket(t, PORT + i / 10000);
	begin = now_ms();
	check(!module_load("max_flows=65536"), "insmod: %s", strerror(errno));
	note("insmod with %d sockets: %lld ms", MANY, now_ms() - begin);
	check(exact(t, CLIENT), "exact=0");
	compare(t);
	begin = now_ms();
	for (i = 0; i < MANY; i++)
		close(fd[i]);
	note("all closed: %lld ms", now_ms() - begin);
	free(fd);
	compare(t);
	check(exact(t, CLIENT), "exact=0");
}

const struct scenario exact_scenarios[] = {
	{ "exact_full", ON_BOTH | IN_EXACT, full },
	{ "exact_found_sooner", ON_BOTH | IN_EXACT, found_sooner },
	{ "exact_switched_off", ON_BOTH | IN_EXACT, switched_off },
	{ "exact_repaired", ON_VETH | IN_EXACT, repaired },
	{ "exact_waiting_for_data", ON_BOTH | IN_EXACT, waiting_for_data },
	{ "exact_waiting_for_port", ON_VETH | IN_EXACT, waiting_for_port },
	{ "exact_cookies", ON_BOTH | IN_EXACT, cookies },
	{ "exact_killed", ON_BOTH | IN_EXACT, killed },
	{ "exact_own_table", ON_LOOPBACK | IN_EXACT, own_table },
	{ "exact_reserve", ON_ROUTER | IN_EXACT, reserve },
	{ "exact_many", ON_VETH | IN_EXACT, many },
	{ 0 }
};
