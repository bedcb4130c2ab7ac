// SPDX-License-Identifier: GPL-2.0
/*
 * Claims about `time_wait` of stats: reused and overflowed are the kernel's own counters
 * (TcpExt's TWRecycled and TCPTimeWaitOverflow of /proc/net/netstat), created less overflowed is its TW.
 * Expired, reopened and assassinated have none there; they are what the test has done, and with those
 * that are left they all sum up to created.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compare.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"
#include "start.h"
#include "wire.h"

#define WAITS 6
#define TIME_WAIT_MS 65000

/* A counter of TcpExt in this namespace. */
static long long kernels(const char *name)
{
	char *text = procfs_slurp("/proc/net/netstat"), *names, *numbers, *n, *v, *save[2];
	long long value = -1;

	names = strstr(text, "TcpExt: ");
	numbers = names ? strstr(names + 1, "TcpExt: ") : NULL;
	check(numbers, "/proc/net/netstat: no TcpExt");
	numbers[-1] = '\0';
	numbers[strcspn(numbers, "\n")] = '\0';
	n = strtok_r(names, " ", &save[0]);
	v = strtok_r(numbers, " ", &save[1]);
	for (; n && v; n = strtok_r(NULL, " ", &save[0]), v = strtok_r(NULL, " ", &save[1]))
		if (!strcmp(n, name))
			value = strtoll(v, NULL, 10);
	check(value >= 0, "/proc/net/netstat: no %s", name);
	free(text);
	return value;
}

struct counts {
	long long created, expired, reused, reopened, assassinated, overflowed;
};

/* What one side's TIME_WAITs have come to; the kernel agrees, and nothing is lost. */
static void wants(struct test *t, enum side side, struct counts w)
{
	struct stats s;

	sleep_ms(SETTLE_MS);
	ns_enter(t, side);
	procfs_stats(&s);
	check(s.created == w.created && s.expired == w.expired && s.reused == w.reused &&
	      s.reopened == w.reopened && s.assassinated == w.assassinated &&
	      s.overflowed == w.overflowed,
	      "created=%lld expired=%lld reused=%lld reopened=%lld assassinated=%lld overflowed=%lld; wanted %lld %lld %lld %lld %lld %lld",
	      s.created, s.expired, s.reused, s.reopened, s.assassinated, s.overflowed, w.created,
	      w.expired, w.reused, w.reopened, w.assassinated, w.overflowed);
	/* Those of FIN_WAIT_2, and of a short timer, apart: there are none. */
	check(s.created - s.overflowed == kernels("TW"),
	      "created=%lld overflowed=%lld, the kernel's TW is %lld", s.created, s.overflowed,
	      kernels("TW"));
	check(s.reused == kernels("TWRecycled"), "reused=%lld, the kernel's TWRecycled is %lld",
	      s.reused, kernels("TWRecycled"));
	check(s.overflowed == kernels("TCPTimeWaitOverflow"),
	      "overflowed=%lld, the kernel's TCPTimeWaitOverflow is %lld", s.overflowed,
	      kernels("TCPTimeWaitOverflow"));
	check(s.created == s.expired + s.reused + s.reopened + s.assassinated +
	      s.overflowed + s.state[TIME_WAIT].local, "created=%lld, but %lld are left", s.created,
	      s.state[TIME_WAIT].local);
}

/* One TIME_WAIT at that side; the client's port is this one, 0: any. */
static void time_wait(struct test *t, int listener, enum side side, int port, struct talk *talk)
{
	struct pair p;

	p.client = sock_new(t, CLIENT, port);
	sock_connect(t, p.client, PORT);
	p.server = sock_accept(listener);
	if (talk)
		wire_talk(t, p.client, PORT, talk);
	sock_shut(side == CLIENT ? p.client : p.server);
	sock_eof(side == CLIENT ? p.server : p.client);
	close(side == CLIENT ? p.server : p.client);
	sock_eof(side == CLIENT ? p.client : p.server);
	if (talk)
		wire_hear(t, talk);
	close(side == CLIENT ? p.client : p.server);
}

static void time_wait_counts(struct test *t)
{
	static const struct forged reset = { .flags = RST | ACK };
	int listener = sock_listen(t, SERVER, PORT, 8), i;
	struct talk talk[2];
	struct pair p;

	wire_open(t);
	ns_sysctl(t, CLIENT, "net/ipv4/tcp_tw_reuse", "1");
	wants(t, CLIENT, (struct counts){ 0 });
	for (i = 0; i < WAITS; i++)
		time_wait(t, listener, CLIENT, 0, i < 2 ? &talk[i] : NULL);
	wants(t, CLIENT, (struct counts){ .created = 6 });
	/* Two are killed by resets that come late. */
	wire_forge(t, &talk[0], CLIENT, &reset);
	wire_forge(t, &talk[1], CLIENT, &reset);
	wants(t, CLIENT, (struct counts){ .created = 6, .assassinated = 2 });
	sleep_ms(TIME_WAIT_MS);
	wants(t, CLIENT, (struct counts){ .created = 6, .assassinated = 2, .expired = 4 });
	/* One port: each connection takes the TIME_WAIT of the one before. */
	ns_sysctl(t, CLIENT, "net/ipv4/ip_local_port_range", "40000 40000");
	for (i = 0; i < 4; i++) {
		time_wait(t, listener, CLIENT, 0, NULL);
		sleep_ms(1500);
	}
	wants(t, CLIENT, (struct counts){ .created = 10, .assassinated = 2, .expired = 4,
					  .reused = 3 });
	/* Past the limit there is none. */
	ns_sysctl(t, CLIENT, "net/ipv4/ip_local_port_range", "41000 41999");
	ns_sysctl(t, CLIENT, "net/ipv4/tcp_max_tw_buckets", "1");
	for (i = 0; i < 3; i++)
		time_wait(t, listener, CLIENT, 0, NULL);
	wants(t, CLIENT, (struct counts){ .created = 13, .assassinated = 2, .expired = 4,
					  .reused = 3, .overflowed = 3 });
	/* Nor where the peer takes its time, and a FIN_WAIT_2 would have waited for that. */
	for (i = 0; i < 2; i++) {
		p = sock_pair(t, listener, PORT);
		close(p.client);
		sock_eof(p.server);
		sleep_ms(i ? 300 : 50);
		close(p.server);
	}
	wants(t, CLIENT, (struct counts){ .created = 15, .assassinated = 2, .expired = 4,
					  .reused = 3, .overflowed = 5 });
	sleep_ms(TIME_WAIT_MS);
	wants(t, CLIENT, (struct counts){ .created = 15, .assassinated = 2, .expired = 5,
					  .reused = 3, .overflowed = 5 });
	/* The server's are opened again by the client's next connection from that port. */
	wants(t, SERVER, (struct counts){ 0 });
	for (i = 0; i < 3; i++) {
		time_wait(t, listener, SERVER, 30000, NULL);
		sleep_ms(1500);
	}
	wants(t, SERVER, (struct counts){ .created = 3, .reopened = 2 });
	sleep_ms(TIME_WAIT_MS);
	wants(t, SERVER, (struct counts){ .created = 3, .reopened = 2, .expired = 1 });
	/* A FIN_WAIT_2 that nobody holds is a minisock, too, but no TIME_WAIT. */
	ns_sysctl(t, SERVER, "net/ipv4/tcp_fin_timeout", "5");
	p = sock_pair(t, listener, PORT);
	close(p.server);
	sock_eof(p.client);
	sleep_ms(10000);
	ns_enter(t, SERVER);
	compare(t);
	sock_reset(p.client);
	close(listener);
	compare_ended(t);
}

/* Whoever waits for a port has it the moment its TIME_WAIT is over, and has not reused that. */
static void time_wait_comes_free(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), client, error, tries = 0;

	ns_sysctl(t, CLIENT, "net/ipv4/tcp_tw_reuse", "0");
	ns_sysctl(t, CLIENT, "net/ipv4/ip_local_port_range", "40000 40000");
	time_wait(t, listener, CLIENT, 0, NULL);
	sleep_ms(59000);
	do {
		sleep_ms(1);
		client = sock_new(t, CLIENT, 0);
		error = sock_try(t, client, SERVER, PORT);
		if (error)
			close(client);
		check(!error || ++tries < 5000, "connect: %s", strerror(error));
	} while (error);
	check(tries, "the port was free at once");
	check(!sock_finish(client), "connect");
	wants(t, CLIENT, (struct counts){ .created = 1, .expired = 1 });
	sock_reset(client);
	close(sock_accept(listener));
	close(listener);
	compare_ended(t);
}

/* With TCP_LINGER2 less than 0 there is none, and none is missing where there is no room. */
static void time_wait_unwanted(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), i;
	struct pair p;

	ns_sysctl(t, CLIENT, "net/ipv4/tcp_max_tw_buckets", "0");
	for (i = 0; i < 2; i++) {
		p = sock_pair(t, listener, PORT);
		sock_option(p.client, IPPROTO_TCP, TCP_LINGER2, -1);
		close(p.client);
		sock_eof(p.server);
		sleep_ms(i ? 300 : 50);
		close(p.server);
	}
	wants(t, CLIENT, (struct counts){ 0 });
	close(listener);
	compare_ended(t);
}

const struct scenario time_wait_counts_scenarios[] = {
	{ "time_wait_counts", ON_VETH | IN_EXACT, time_wait_counts },
	{ "time_wait_comes_free", ON_VETH | IN_EXACT, time_wait_comes_free },
	{ "time_wait_unwanted", ON_VETH | IN_EXACT, time_wait_unwanted },
	{ 0 }
};
