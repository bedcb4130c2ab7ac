// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: orphans, and the minisocks that they become, end when the kernel ends them: after
 * tcp_fin_timeout or TCP_LINGER2, short or longer than a minute, by data that comes too late, or at
 * once, for there are too many. A FIN_WAIT_2 whose program lives stays.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "compare.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"
#include "start.h"

#define MANY 6

static int listener;

static struct pair one(struct test *t)
{
	return sock_pair(t, listener, PORT);
}

/*
 * TCP_LINGER2 of 3, 80 and 119 s, the namespace's 10 s: more than a minute is a full socket first.
 * The servers close one minute, or never, after that.
 */
static void fin_wait_2_timeouts(struct test *t)
{
	static const int seconds[MANY] = { 0, 3, 80, 119, -1, 0 };
	struct pair p[MANY];
	int i;

	ns_sysctl(t, CLIENT, "net/ipv4/tcp_fin_timeout", "10");
	listener = sock_listen(t, SERVER, PORT, MANY);
	for (i = 0; i < MANY; i++) {
		p[i] = one(t);
		if (seconds[i])
			sock_option(p[i].client, IPPROTO_TCP, TCP_LINGER2, seconds[i]);
		sock_shut(p[i].client);
	}
	reach(t, CLIENT, FIN_WAIT_2, MANY);
	compare(t);
	for (i = 0; i < MANY - 1; i++)
		close(p[i].client);
	/* A negative one ends it at once, with a reset. */
	reach(t, CLIENT, FIN_WAIT_2, MANY - 1);
	compare_for(t, 15000, 700);
	reach(t, CLIENT, FIN_WAIT_2, 3);
	compare_for(t, 140000, 7000);
	reach(t, CLIENT, FIN_WAIT_2, 1);
	for (i = 0; i < MANY; i++)
		close(p[i].server);
	compare(t);
	close(p[MANY - 1].client);
	close(listener);
	compare_ended(t);
}

/* The FIN's acknowledgement finds an orphan: what has been a socket becomes a minisock, or nothing. */
static void fin_wait_1_orphans(struct test *t)
{
	static const int seconds[] = { 5, 100, -1 };
	struct pair p[3];
	int i;

	listener = sock_listen(t, SERVER, PORT, MANY);
	for (i = 0; i < 3; i++) {
		p[i] = one(t);
		sock_option(p[i].client, IPPROTO_TCP, TCP_LINGER2, seconds[i]);
	}
	ns_filter(t, SERVER, "tcp dport 5000 tcp flags & fin == fin drop", NULL);
	for (i = 0; i < 3; i++)
		close(p[i].client);
	reach(t, CLIENT, FIN_WAIT_1, 3);
	compare_for(t, 1500, 300);
	ns_filter(t, SERVER, NULL, NULL);
	reach(t, CLIENT, FIN_WAIT_1, 0);
	compare_for(t, 8000, 500);
	reach(t, CLIENT, FIN_WAIT_2, 1);
	compare_for(t, 100000, 7000);
	reach(t, CLIENT, FIN_WAIT_2, 0);
	for (i = 0; i < 3; i++)
		close(p[i].server);
	close(listener);
	compare_ended(t);
}

/* Nobody reads any more: data, or data with a FIN, is answered with a reset, in silence for us. */
static void data_for_minisock(struct test *t)
{
	struct pair p[3];
	int i;

	listener = sock_listen(t, SERVER, PORT, MANY);
	for (i = 0; i < 3; i++) {
		p[i] = one(t);
		close(p[i].client);
	}
	reach(t, CLIENT, FIN_WAIT_2, 3);
	compare(t);
	sock_send(p[0].server, 100);
	reach(t, CLIENT, FIN_WAIT_2, 2);
	compare(t);
	/* Together in one segment; the reset gets lost, and the server goes on trying. */
	ns_filter(t, SERVER, "tcp sport != 5000 tcp flags & rst == rst drop", NULL);
	check(send(p[1].server, "x", 1, MSG_MORE) == 1, "send: %s", strerror(errno));
	close(p[1].server);
	reach(t, CLIENT, FIN_WAIT_2, 1);
	compare_for(t, 3000, 300);
	ns_filter(t, SERVER, NULL, NULL);
	close(p[2].server);
	reach(t, CLIENT, TIME_WAIT, 1);
	compare(t);
	close(p[0].server);
	close(listener);
	sleep_ms(30000);
	compare_ended(t);
}

/* Over tcp_max_tw_buckets neither TIME_WAIT nor an orphan's FIN_WAIT_2 comes to be. */
static void too_many_minisocks(struct test *t)
{
	struct pair p[2 * MANY];
	int i;

	ns_sysctl(t, CLIENT, "net/ipv4/tcp_max_tw_buckets", "3");
	listener = sock_listen(t, SERVER, PORT, 2 * MANY);
	for (i = 0; i < 2 * MANY; i++)
		p[i] = one(t);
	for (i = 0; i < MANY; i++) {
		close(p[i].client);
		compare(t);
		close(p[i].server);
	}
	compare(t);
	ns_enter(t, CLIENT);
	for (; i < 2 * MANY; i++)
		close(p[i].client);
	compare(t);
	for (i = MANY; i < 2 * MANY; i++)
		close(p[i].server);
	close(listener);
	compare_ended(t);
}

/* The limit is the first namespace's alone. */
static void max_orphans(const char *value)
{
	static const char path[] = "/proc/sys/net/ipv4/tcp_max_orphans";
	int ns = ns_host(), fd;

	check(ns >= 0 && !setns(ns, CLONE_NEWNET), "the first namespace: %s", strerror(errno));
	fd = open(path, O_WRONLY | O_CLOEXEC);
	check(fd >= 0 && write(fd, value, strlen(value)) > 0, "%s: %s", path, strerror(errno));
	close(fd);
	close(ns);
}

/* Over tcp_max_orphans a close() resets, and so does a retransmission. */
static void too_many_orphans(struct test *t)
{
	struct pair p[MANY];
	int i;

	listener = sock_listen(t, SERVER, PORT, MANY);
	for (i = 0; i < MANY; i++)
		p[i] = one(t);
	ns_filter(t, SERVER, "tcp dport 5000 tcp flags & fin == fin drop", NULL);
	close(p[0].client);
	compare(t);
	max_orphans("0");
	for (i = 1; i < MANY; i++) {
		if (i > 2)
			sock_shut(p[i].server);
		close(p[i].client);
		compare(t);
	}
	compare_for(t, 5000, 500);
	max_orphans("8192");
	ns_filter(t, SERVER, NULL, NULL);
	for (i = 0; i < MANY; i++)
		close(p[i].server);
	close(listener);
	sleep_ms(5000);
	compare_ended(t);
}

/* Its program has said its last word and listens on: no timer runs, whatever the orphans' is. */
static void patient(struct test *t)
{
	struct pair p;

	ns_sysctl(t, CLIENT, "net/ipv4/tcp_fin_timeout", "5");
	listener = sock_listen(t, SERVER, PORT, MANY);
	p = one(t);
	close(listener);
	sock_shut(p.client);
	alarm(1000);
	compare_for(t, 600000, 150000);
	reach(t, CLIENT, FIN_WAIT_2, 1);
	reach(t, SERVER, CLOSE_WAIT, 1);
	/* Much later its program is gone, too. */
	close(p.client);
	compare_for(t, 8000, 500);
	reach(t, CLIENT, FIN_WAIT_2, 0);
	close(p.server);
	compare_ended(t);
}

const struct scenario end_orphan_scenarios[] = {
	{ "end_fin_wait_2_timeouts", ON_VETH | IN_EXACT, fin_wait_2_timeouts },
	{ "end_fin_wait_1_orphans", ON_VETH | IN_EXACT, fin_wait_1_orphans },
	{ "end_data_for_minisock", ON_BOTH | IN_EXACT, data_for_minisock },
	{ "end_too_many_minisocks", ON_VETH | IN_EXACT, too_many_minisocks },
	{ "end_too_many_orphans", ON_VETH | IN_EXACT, too_many_orphans },
	{ "end_patient", ON_VETH | IN_EXACT, patient },
	{ 0 }
};
