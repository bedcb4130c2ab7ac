// SPDX-License-Identifier: GPL-2.0
/*
 * Claims, with several CPUs in real time: sockets that begin and end to listen, connections to several
 * destinations until their ports run out, clients that come again onto CLOSE_WAITs, readers of
 * `listeners`, `anomalies` and all other files, parameters that change, and namespaces that end with all of
 * that, do not disturb each other; when it has ended, no listener, no destination under pressure and no
 * anomaly is left.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "anomaly.h"
#include "compare.h"
#include "module.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"
#include "start.h"
#include "traffic.h"
#include "work.h"

#define RACE_MS		7000
#define END_MS		8000	/* until the last anomaly has ended: a look, and what it lingers */
#define DESTINATIONS	4
#define FIRST_PORT	(PORT + 10)	/* of the destinations */
#define COLLIDE_PORT	(PORT + 1)
#define LISTEN_PORT	(PORT + 20)	/* of those who come and go */
#define RANGE		"40000 40039"
#define WAITS		"60"

static int first_port;

static void listen_begin(struct test *t, int id)
{
	(void)t;
	first_port = LISTEN_PORT + 4 * id;
}

/* Some listen where others have just listened; some are asked, and close with that unaccepted. */
static void listen_step(struct test *t)
{
	int port = first_port + test_random() % 4, listener, client = -1;

	listener = sock_listen(t, SERVER, port, 4);
	if (test_random() % 2) {
		client = sock_new(t, CLIENT, 0);
		sock_option(client, IPPROTO_TCP, TCP_SYNCNT, 1);
		if (sock_try(t, client, SERVER, port))
			usleep(1000);
	}
	if (test_random() % 4 == 0)
		usleep(test_random() % 60000);
	close(listener);
	if (client >= 0)
		sock_reset(client);
}

static int listeners[DESTINATIONS], next_client = 20000;

static void connect_begin(struct test *t, int id)
{
	int i;

	(void)id;
	for (i = 0; i < DESTINATIONS; i++)
		listeners[i] = sock_listen(t, SERVER, FIRST_PORT + i, 64);
}

/* Ports run out now and then: that is what it is for. */
static void connect_step(struct test *t)
{
	int i = test_random() % DESTINATIONS, client = sock_new(t, CLIENT, 0), server;

	if (sock_try(t, client, SERVER, FIRST_PORT + i)) {
		close(client);
		usleep(1000);
		return;
	}
	check(!sock_finish(client), "connect");
	server = sock_accept(listeners[i]);
	if (test_random() % 8) {
		sock_shut(client);
		sock_eof(server);
		close(server);
		close(client);
	} else {
		sock_reset(client);
		close(server);
	}
}

/*
 * A client that ends in silence, and comes again by its port: its answer to the challenge is a reset. A
 * connection that comes too late for its step goes with the listener.
 */
static void collide_step(struct test *t)
{
	int listener = sock_listen(t, SERVER, COLLIDE_PORT, 8), port = next_client++;
	int client = sock_new(t, CLIENT, port), server, again;

	sock_connect(t, client, COLLIDE_PORT);
	server = sock_accept(listener);
	sock_shut(client);
	sock_eof(server);
	sock_option(client, IPPROTO_TCP, TCP_REPAIR, 1);
	close(client);
	client = sock_new(t, CLIENT, port);
	sock_start(t, client, SERVER, COLLIDE_PORT);
	if (test_random() % 2) {
		check(!sock_finish(client), "connect again");
		again = sock_accept(listener);
		close(server);
		close(again);
	} else {
		close(server);
	}
	sock_reset(client);
	close(listener);
}

static void parameters_step(struct test *t)
{
	char value[16];

	(void)t;
	snprintf(value, sizeof(value), "%u", 1 + test_random() % 100);
	check(!module_parameter("port_pressure_pct", value), "port_pressure_pct");
	check(!module_parameter("close_wait_leak_ms", test_random() % 2 ? "1000" : "2000"),
	      "close_wait_leak_ms");
	usleep(test_random() % 200000);
	if (test_random() % 8)
		return;
	check(!module_parameter("enabled", "0"), "enabled=0");
	check(!module_parameter("enabled", "1"), "enabled=1");
}

/* Ends with a listener, a destination under pressure, and a leak that is asked for. */
static void end_step(struct test *t)
{
	struct test inner = { .name = t->name, .place = ON_LOOPBACK, .family = t->family };
	int fd, i;

	check(!unshare(CLONE_NEWNET), "unshare: %s", strerror(errno));
	inner.ns[0] = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	check(inner.ns[0] >= 0, "ns/net: %s", strerror(errno));
	ns_run(&inner, CLIENT, "ip link set lo up");
	ns_sysctl(&inner, CLIENT, "net/ipv4/ip_local_port_range", "40000 40003");
	fd = sock_listen(&inner, SERVER, PORT, 8);
	for (i = 0; i < 4; i++) {
		struct pair p = sock_pair(&inner, fd, PORT);

		sock_shut(i % 2 ? p.client : p.server);
		close(p.client);
		close(p.server);
	}
	collide_step(&inner);
	ns_enter(t, CLIENT);
	close(fd);
	close(inner.ns[0]);
}

static void anomalies_race(struct test *t)
{
	struct leak_stats s;
	struct stats stats;
	int side, n = 0;
	pid_t w[10];

	module_reload("close_wait_leak_ms=1000 peer_leak_ms=1000");
	ns_sysctl(t, CLIENT, "net/ipv4/ip_local_port_range", RANGE);
	for (side = 0; side < ns_count(t); side++)
		ns_sysctl(t, side, "net/ipv4/tcp_max_tw_buckets", WAITS);
	w[n++] = work_start(t, listen_begin, listen_step, 0);
	w[n++] = work_start(t, listen_begin, listen_step, 1);
	w[n++] = work_start(t, connect_begin, connect_step, 2);
	w[n++] = work_start(t, NULL, collide_step, 3);
	w[n++] = work_start(t, NULL, loose_step, 4);
	w[n++] = work_start(t, NULL, loose_step, 5);
	w[n++] = work_start(t, NULL, parameters_step, 6);
	w[n++] = work_start(t, NULL, end_step, 7);
	sleep_ms(RACE_MS);
	work_stop(w, n);
	compare(t);
	check(!module_parameter("port_pressure_pct", "100"), "port_pressure_pct=100");
	sleep_ms(END_MS);
	for (side = 0; side < ns_count(t); side++) {
		ns_enter(t, side);
		leak_stats(&s);
		procfs_stats(&stats);
		note("side %d: %lld anomalies, %lld SYNs into CLOSE_WAIT since enabled", side,
		     s.begun, stats.syn_collisions);
		check(!s.current && s.begun == s.ended, "current=%lld begun=%lld ended=%lld",
		      s.current, s.begun, s.ended);
		check(!stats.pressured, "pressured=%lld", stats.pressured);
		check(!procfs_listeners(), "%d listeners", procfs_listeners());
	}
}

const struct scenario race_anomaly_scenarios[] = {
	{ "anomalies_race", ON_BOTH | IN_RACE, anomalies_race },
	{ 0 }
};
