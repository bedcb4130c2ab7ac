// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: a TIME_WAIT ends when the kernel's does: a minute after what restarted it, a FIN, an
 * ACK, an old timestamp, and not what didn't; at once by a reset, unless tcp_rfc1337; by a SYN that
 * reopens it, even if nothing comes of that; by a connect() that takes it.
 */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "compare.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"
#include "wire.h"

/* What comes for a TIME_WAIT half a minute later: out of the blue, or delayed until then. */
static const struct forged late[] = {
	{ 0 },						/* none: how long it lasts */
	{ .flags = FIN | ACK, .seq = -1 },		/* the FIN again */
	{ .flags = ACK },				/* in sequence */
	{ .flags = ACK, .seq = -1 },			/* a keep-alive's */
	{ .flags = ACK, .seq = 5000 },			/* out of window */
	{ .flags = ACK | PSH, .seq = -101, .len = 100 },	/* old data */
	{ .flags = ACK | PSH, .len = 100 },		/* new data */
	{ .flags = ACK, .ts = -100000 },		/* older than the last: PAWS */
	{ .flags = FIN, .seq = -1 },			/* no ACK */
	{ .flags = PSH, .len = 10 },
	{ .flags = 0 },
	{ .flags = SYN, .seq = -5000, .ts = -100000 },	/* an old SYN */
	{ .flags = SYN, .seq = -5000, .no_ts = true },
	{ .flags = SYN, .seq = 5000 },			/* a new one; but nobody listens */
	{ .flags = SYN | ACK, .seq = -1 },
	{ .flags = RST, .seq = 1 },			/* beside the number */
	{ .flags = RST, .seq = -1 },
	{ .flags = RST, .ts = -100000 },
	{ .flags = RST | ACK },				/* the number */
	{ .flags = RST | SYN },
};

#define TIME_WAIT_MINUTE 65000
#define LATE ((int)ARRAY_SIZE(late))

static int listener;

static void time_waits(struct test *t, struct talk *talk, int n)
{
	struct pair p;
	int i;

	for (i = 0; i < n; i++) {
		p = sock_pair(t, listener, PORT);
		sock_shut(p.client);
		sock_eof(p.server);
		wire_talk(t, p.client, PORT, &talk[i]);
		close(p.server);
		sock_eof(p.client);
		close(p.client);
	}
	reach(t, CLIENT, TIME_WAIT, n);
	for (i = 0; i < n; i++)
		wire_hear(t, &talk[i]);
}

static void restarted_and_not(struct test *t, const char *rfc1337)
{
	struct talk talk[LATE];
	int i;

	ns_sysctl(t, CLIENT, "net/ipv4/tcp_rfc1337", rfc1337);
	wire_open(t);
	listener = sock_listen(t, SERVER, PORT, 8);
	time_waits(t, talk, LATE);
	compare(t);
	sleep_ms(30000);
	reach(t, CLIENT, TIME_WAIT, LATE);
	for (i = 1; i < LATE; i++) {
		compare_after("late[%d]", i);
		wire_forge(t, &talk[i], CLIENT, &late[i]);
		compare(t);
	}
	compare_for(t, 65000, 1300);
	reach(t, CLIENT, TIME_WAIT, 0);
	close(listener);
	compare_ended(t);
}

static void restarted(struct test *t)
{
	restarted_and_not(t, "0");
}

static void restarted_rfc1337(struct test *t)
{
	restarted_and_not(t, "1");
}

/* A FIN_WAIT_2 minisock judges otherwise: each of these to one of its own. */
static const struct forged to_fin_wait_2[] = {
	{ .flags = ACK },
	{ .flags = ACK, .seq = -1 },
	{ .flags = ACK | PSH, .len = 100 },
	{ .flags = ACK | PSH, .seq = 1000, .len = 100 },
	{ .flags = ACK | PSH, .seq = 10000000, .len = 100 },
	{ .flags = FIN | ACK },
	{ .flags = FIN | ACK, .len = 100 },
	{ .flags = FIN | ACK, .seq = 1 },
	{ .flags = FIN | ACK, .ts = -100000 },
	{ .flags = FIN },
	{ .flags = SYN },
	{ .flags = SYN, .seq = 1000 },
	{ .flags = SYN, .seq = -1000 },
	{ .flags = SYN | ACK },
	{ .flags = RST },
	{ .flags = RST, .seq = 1000 },
	{ .flags = RST, .seq = -1 },
	{ .flags = RST, .seq = -1000 },
	{ .flags = RST, .seq = 10000000 },
	{ .flags = RST, .seq = 1000, .ts = -100000 },
};

#define TO_FIN_WAIT_2 ((int)ARRAY_SIZE(to_fin_wait_2))

static void forged_for_minisock(struct test *t)
{
	struct talk talk[TO_FIN_WAIT_2];
	struct pair p[TO_FIN_WAIT_2];
	int i;

	wire_open(t);
	listener = sock_listen(t, SERVER, PORT, 8);
	for (i = 0; i < TO_FIN_WAIT_2; i++) {
		p[i] = sock_pair(t, listener, PORT);
		wire_talk(t, p[i].client, PORT, &talk[i]);
		close(p[i].client);
	}
	reach(t, SERVER, CLOSE_WAIT, TO_FIN_WAIT_2);
	compare(t);
	for (i = 0; i < TO_FIN_WAIT_2; i++) {
		compare_after("to_fin_wait_2[%d]", i);
		wire_hear(t, &talk[i]);
		wire_forge(t, &talk[i], CLIENT, &to_fin_wait_2[i]);
		compare(t);
	}
	compare_for(t, 62000, 5000);
	for (i = 0; i < TO_FIN_WAIT_2; i++)
		close(p[i].server);
	close(listener);
	compare_ended(t);
}

/* The server closes first: TIME_WAIT is at its port, where a new SYN may come. */
static int server_time_wait(struct test *t)
{
	struct pair p = sock_pair(t, listener, PORT);
	int port = sock_port(p.client);

	sock_shut(p.server);
	sock_eof(p.client);
	close(p.client);
	sock_eof(p.server);
	close(p.server);
	return port;
}

/* The same port again. Returns the socket, which connects or doesn't. */
static int again(struct test *t, int port)
{
	int fd = sock_new(t, CLIENT, port);

	sock_start(t, fd, SERVER, PORT);
	return fd;
}

/* By its higher sequence number, or its timestamp; it is a connection like any other. */
static void reopened(struct test *t)
{
	int ports[4], fds[4], i, n;

	listener = sock_listen(t, SERVER, PORT, 8);
	for (n = 0; n < 2; n++) {
		ns_sysctl(t, CLIENT, "net/ipv4/tcp_timestamps", n ? "0" : "1");
		for (i = 0; i < 4; i++)
			ports[i] = server_time_wait(t);
		reach(t, SERVER, TIME_WAIT, 4);
		compare(t);
		sleep_ms(2000);
		for (i = 0; i < 4; i++) {
			fds[i] = again(t, ports[i]);
			check(!sock_finish(fds[i]), "connect");
			compare(t);
		}
		reach(t, SERVER, TIME_WAIT, 0);
		for (i = 0; i < 4; i++)
			close(fds[i]);
		for (i = 0; i < 4; i++)
			close(sock_accept(listener));
		compare(t);
		sleep_ms(TIME_WAIT_MINUTE);
	}
	close(listener);
	compare_ended(t);
}

/*
 * The SYN takes the TIME_WAIT away, and then nothing comes of it: the queue is full, or the answer
 * is a cookie and gets lost. Or nobody listens, and it is answered as an old one.
 */
static void reopened_in_vain(struct test *t)
{
	int ports[6], fds[6], fill[3], i;

	listener = sock_listen(t, SERVER, PORT, 1);
	for (i = 0; i < 6; i++)
		ports[i] = server_time_wait(t);
	reach(t, SERVER, TIME_WAIT, 6);
	sleep_ms(2000);
	for (i = 0; i < 2; i++) {
		fill[i] = sock_new(t, CLIENT, 0);
		sock_connect(t, fill[i], PORT);
	}
	compare(t);
	for (i = 0; i < 2; i++) {
		fds[i] = again(t, ports[i]);
		reach(t, SERVER, TIME_WAIT, 5 - i);
		compare(t);
	}
	for (i = 0; i < 2; i++) {
		close(fill[i]);
		close(sock_accept(listener));
	}
	ns_sysctl(t, SERVER, "net/ipv4/tcp_syncookies", "2");
	ns_filter(t, CLIENT, "tcp sport 5000 drop", NULL);
	for (i = 2; i < 4; i++)
		fds[i] = again(t, ports[i]);
	compare(t);
	ns_filter(t, CLIENT, NULL, NULL);
	close(listener);
	for (i = 4; i < 6; i++)
		fds[i] = again(t, ports[i]);
	compare_for(t, 5000, 300);
	for (i = 0; i < 6; i++)
		close(fds[i]);
	compare_ended(t);
}

static int time_wait_of_port(struct test *t, int port)
{
	struct pair p;

	p.client = again(t, port);
	if (sock_finish(p.client)) {
		close(p.client);
		return -1;
	}
	p.server = sock_accept(listener);
	close(p.client);
	sock_eof(p.server);
	close(p.server);
	return 0;
}

/* A connect() takes the TIME_WAIT of its own port, if tcp_tw_reuse lets it. */
static void reused(struct test *t)
{
	int reuse = t->place == ON_LOOPBACK ? 2 : 1, i, fd;

	ns_sysctl(t, CLIENT, "net/ipv4/tcp_tw_reuse", reuse == 2 ? "2" : "1");
	listener = sock_listen(t, SERVER, PORT, 8);
	ns_sysctl(t, CLIENT, "net/ipv4/ip_local_port_range", "40000 40000");
	for (i = 0; i < 3; i++) {
		check(!time_wait_of_port(t, 0), "connect");
		reach(t, CLIENT, TIME_WAIT, 1);
		compare(t);
		sleep_ms(1500);
	}
	/* Nobody answers any more: SYN_SENT in its place, and then nothing at all. */
	ns_filter(t, SERVER, "tcp dport 5000 drop", NULL);
	fd = again(t, 0);
	reach(t, CLIENT, SYN_SENT, 1);
	reach(t, CLIENT, TIME_WAIT, 0);
	compare(t);
	close(fd);
	compare(t);
	ns_filter(t, SERVER, NULL, NULL);
	/* bind() to the port takes it in any case. */
	for (i = 0; i < 2; i++) {
		check(!time_wait_of_port(t, 40000), "connect");
		reach(t, CLIENT, TIME_WAIT, 1);
		compare(t);
	}
	close(listener);
	compare_ended(t);
}

/* Where it may not be taken, or can't be reached, connect() fails and the TIME_WAIT stays. */
static void not_reused(struct test *t)
{
	int fd;

	ns_sysctl(t, CLIENT, "net/ipv4/tcp_tw_reuse", "0");
	ns_sysctl(t, CLIENT, "net/ipv4/ip_local_port_range", "40000 40000");
	listener = sock_listen(t, SERVER, PORT, 8);
	check(!time_wait_of_port(t, 0), "connect");
	sleep_ms(1500);
	fd = sock_new(t, CLIENT, 0);
	sock_refused(t, fd, SERVER, PORT, EADDRNOTAVAIL);
	compare(t);
	ns_sysctl(t, CLIENT, "net/ipv4/tcp_tw_reuse", "1");
	ns_run(t, CLIENT, "ip link set veth0 down");
	compare(t);
	sock_refused(t, fd, SERVER, PORT, ENETUNREACH);
	compare(t);
	close(fd);
	close(listener);
	compare_ended(t);
}

const struct scenario end_time_wait_scenarios[] = {
	{ "end_tw_restarted", ON_BOTH | IN_EXACT, restarted },
	{ "end_tw_restarted_rfc1337", ON_VETH | IN_EXACT, restarted_rfc1337 },
	{ "end_tw_reopened", ON_VETH | IN_EXACT, reopened },
	{ "end_tw_reopened_in_vain", ON_VETH | IN_EXACT, reopened_in_vain },
	{ "end_tw_reused", ON_BOTH | IN_EXACT, reused },
	{ "end_tw_not_reused", ON_VETH | IN_EXACT, not_reused },
	{ "end_forged_for_minisock", ON_VETH | IN_EXACT, forged_for_minisock },
	{ 0 }
};
