// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: peers of an unusual kind make no difference: oneself; a peer that opens at the same time,
 * held half-way and let go in each way; one that closes at the same time; an IPv4 peer of an IPv6
 * socket, as client and as server, of this module's life or older.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "compare.h"
#include "module.h"
#include "ns.h"
#include "scenarios.h"
#include "start.h"

#define N 4
#define FLAGS "tcp flags & (fin | syn | rst | ack) "

static int clients[N], servers[N];

/* A socket that connects to the address it is bound to. */
static int to_itself(struct test *t, int port)
{
	int fd = sock_new(t, CLIENT, port);

	sock_start(t, fd, CLIENT, port);
	return fd;
}

static void self_connect(struct test *t)
{
	int i;

	ns_netem(t, CLIENT, "delay 500ms");
	for (i = 0; i < N; i++)
		clients[i] = to_itself(t, 6000 + i);
	reach(t, CLIENT, SYN_SENT, N);
	compare(t);
	reach(t, CLIENT, SYN_RECEIVED, N);
	compare(t);
	finish_many(clients, N, 0);
	ns_netem(t, CLIENT, "");
	compare(t);
	sock_send(clients[0], 10000);
	sock_recv(clients[0], 10000);
	sock_shut(clients[0]);
	sock_eof(clients[0]);
	close(clients[1]);
	sock_reset(clients[2]);
	sock_disconnect(clients[3]);
	reach(t, CLIENT, ESTABLISHED, 0);
	reach(t, CLIENT, TIME_WAIT, 2);
	compare(t);
	close(clients[0]);
	close(clients[3]);
	compare_ended(t);
}

/* Held on the way: alone in SYN_SENT, in SYN_RECEIVED, with a FIN that never comes back. */
static void self_connect_held(struct test *t)
{
	ns_filter(t, CLIENT, "tcp dport 6000 drop\n"
		  "tcp dport { 6001, 6002 } " FLAGS "== (syn | ack) drop\n"
		  "tcp dport 6003 tcp flags & fin == fin drop", NULL);
	clients[0] = to_itself(t, 6000);
	clients[1] = to_itself(t, 6001);
	clients[2] = to_itself(t, 6002);
	clients[3] = to_itself(t, 6003);
	sock_shut(clients[3]);
	reach(t, CLIENT, SYN_SENT, 1);
	reach(t, CLIENT, SYN_RECEIVED, 2);
	reach(t, CLIENT, FIN_WAIT_1, 1);
	compare(t);
	compare_for(t, 2000, 300);
	close(clients[0]);
	sock_reset(clients[1]);
	reach(t, CLIENT, SYN_SENT, 0);
	reach(t, CLIENT, SYN_RECEIVED, 1);
	compare(t);
	ns_filter(t, CLIENT, NULL, NULL);
	sock_eof(clients[3]);
	check(!sock_finish(clients[2]), "connect");
	compare(t);
	close_many(clients + 2, 2);
	compare_ended(t);
}

/* Both in SYN_RECEIVED, with sockets of their own: no SYN-ACK arrives. Each goes another way then. */
static void simultaneous_open_held(struct test *t)
{
	int i;

	ns_netem(t, CLIENT, "delay 100ms");
	if (ns_count(t) > 1)
		ns_netem(t, SERVER, "delay 100ms");
	for (i = 0; i < ns_count(t); i++)
		ns_filter(t, i, "tcp dport 6000-6103 " FLAGS "== (syn | ack) drop", NULL);
	for (i = 0; i < N; i++) {
		clients[i] = sock_new(t, CLIENT, 6000 + i);
		servers[i] = sock_new(t, SERVER, 6100 + i);
	}
	for (i = 0; i < N; i++) {
		ns_enter(t, CLIENT);
		sock_start(t, clients[i], SERVER, 6100 + i);
		ns_enter(t, SERVER);
		sock_start(t, servers[i], CLIENT, 6000 + i);
	}
	reach_both(t, SYN_RECEIVED, N, N);
	compare(t);
	sock_reset(clients[0]);
	close(clients[1]);
	/* A FIN takes its peer along. */
	reach_both(t, SYN_RECEIVED, N - 2, N - 2);
	reach_both(t, CLOSE_WAIT, 0, 1);
	compare_for(t, 2000, 300);
	for (i = 0; i < ns_count(t); i++)
		ns_filter(t, i, NULL, NULL);
	finish_many(clients + 2, 2, 0);
	finish_many(servers + 2, 2, 0);
	compare_for(t, 3000, 300);
	/* And both close at once. */
	close_many(clients + 2, 2);
	close_many(servers, N);
	sleep_ms(1000);
	reach_both(t, TIME_WAIT, 3, 2);
	compare(t);
	ns_netem(t, CLIENT, "");
	if (ns_count(t) > 1)
		ns_netem(t, SERVER, "");
	sleep_ms(3000);
	compare_ended(t);
}

/* SYN-ACKs of a crossed open run out, at both ends. */
static void simultaneous_open_in_vain(struct test *t)
{
	int i;

	for (i = 0; i < 2; i++) {
		ns_sysctl(t, i, "net/ipv4/tcp_syn_retries", "1");
		ns_sysctl(t, i, "net/ipv4/tcp_synack_retries", "1");
		ns_sysctl(t, i, "net/ipv4/tcp_retries2", "3");
		ns_netem(t, i, "delay 100ms");
		ns_filter(t, i, FLAGS "== (syn | ack) drop", NULL);
	}
	clients[0] = sock_new(t, CLIENT, 6000);
	servers[0] = sock_new(t, SERVER, 6100);
	sock_start(t, servers[0], CLIENT, 6000);
	ns_enter(t, CLIENT);
	sock_start(t, clients[0], SERVER, 6100);
	reach_both(t, SYN_RECEIVED, 1, 1);
	compare_for(t, 20000, 400);
	reach_both(t, SYN_RECEIVED, 0, 0);
	compare(t);
	close(clients[0]);
	close(servers[0]);
	compare_ended(t);
}

/* An IPv6 socket to talk IPv4 with, if that is the test's family; where it connects to is mapped. */
static int dual_new(struct test *t, enum side side)
{
	int fd, zero = 0;

	ns_enter(t, side);
	fd = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	check(fd >= 0, "socket: %s", strerror(errno));
	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof(zero));
	return fd;
}

static int dual_connect(struct test *t, int port)
{
	struct sockaddr_in6 a = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	int fd = dual_new(t, CLIENT);

	if (t->family == AF_INET) {
		a.sin6_addr.s6_addr[10] = 0xff;
		a.sin6_addr.s6_addr[11] = 0xff;
		inet_pton(AF_INET, ns_address(t, SERVER), a.sin6_addr.s6_addr + 12);
	} else {
		inet_pton(AF_INET6, ns_address(t, SERVER), &a.sin6_addr);
	}
	check(!connect(fd, (void *)&a, sizeof(a)) || errno == EINPROGRESS, "connect: %s",
	      strerror(errno));
	return fd;
}

static int dual_listen(struct test *t, int port)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	int fd = dual_new(t, SERVER), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	check(!bind(fd, (void *)&any, sizeof(any)) && !listen(fd, 4 * N), "listen: %s",
	      strerror(errno));
	return fd;
}

/* Half of the clients are of the test's own family. */
static void dual_start(struct test *t, int *fds, int port)
{
	int i;

	start_many(t, fds, N / 2, port);
	for (i = N / 2; i < N; i++)
		fds[i] = dual_connect(t, port);
}

/* N in SYN_SENT, N requests, and four pairs: half-closed, with an orphan, in TIME_WAIT, open. */
static void dual_stack(struct test *t, bool older)
{
	int listeners[3], waiting[N], requested[N], i;

	if (older)
		check(!module_unload(), "rmmod: %s", strerror(errno));
	for (i = 0; i < 3; i++)
		listeners[i] = dual_listen(t, PORT + i);
	ns_filter(t, SERVER, "tcp dport 5001 drop\n"
		  "tcp dport 5002 " FLAGS "== ack drop", NULL);
	dual_start(t, clients, PORT);
	finish_many(clients, N, 0);
	accept_many(listeners[0], servers, N);
	sock_shut(clients[0]);
	close(servers[1]);
	sock_eof(clients[1]);
	close(servers[2]);
	sock_eof(clients[2]);
	close(clients[2]);
	dual_start(t, waiting, PORT + 1);
	dual_start(t, requested, PORT + 2);
	reach_both(t, SYN_SENT, N, 0);
	reach_both(t, SYN_RECEIVED, 0, N);
	reach_both(t, TIME_WAIT, 0, 1);
	if (older)
		check(!module_load(""), "insmod: %s", strerror(errno));
	compare(t);
	ns_filter(t, SERVER, NULL, NULL);
	finish_many(waiting, N, 0);
	reach_both(t, SYN_RECEIVED, 0, 0);
	compare(t);
	sock_reset(clients[3]);
	close(servers[0]);
	close(clients[0]);
	close(clients[1]);
	close(servers[3]);
	close_many(waiting, N);
	close_many(requested, N);
	compare(t);
	close_many(listeners, 3);
	compare_ended(t);
}

static void dual_stack_now(struct test *t)
{
	dual_stack(t, false);
}

static void dual_stack_before(struct test *t)
{
	dual_stack(t, true);
}

const struct scenario peer_scenarios[] = {
	{ "self_connect", ON_LOOPBACK | IN_EXACT, self_connect },
	{ "self_connect_held", ON_LOOPBACK | IN_EXACT, self_connect_held },
	{ "simultaneous_open_held", ON_BOTH | IN_EXACT, simultaneous_open_held },
	{ "simultaneous_open_in_vain", ON_VETH | IN_EXACT, simultaneous_open_in_vain },
	{ "dual_stack", ON_BOTH | IN_EXACT, dual_stack_now },
	{ "dual_stack_adopted", ON_BOTH | IN_EXACT, dual_stack_before },
	{ 0 }
};
