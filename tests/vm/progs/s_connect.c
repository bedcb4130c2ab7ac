// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: a connect() that comes to nothing is in SYN_SENT for as long as the kernel says, and then
 * nowhere: given up by the program or by the kernel, in silence; refused by ICMP or a reset, near or
 * far; or one with a source route. So are requests whose SYN-ACKs nobody answers, or ICMP does. What
 * is open already, no ICMP changes.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "compare.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "start.h"

#define N 3

/* The words that nft has for both families' refusals. */
static const char *const refusals[N] = { "port-unreachable", "host-unreachable", "admin-prohibited" };
static const int errors[2][N] = {
	{ ECONNREFUSED, EHOSTUNREACH, EHOSTUNREACH }, { ECONNREFUSED, EHOSTUNREACH, EACCES },
};

static int clients[N], others[N], servers[N];

/* Another rule of this end's, beside those that there are. ns_undrop() takes them all away. */
static void rule(struct test *t, enum side side, const char *chain, const char *words)
{
	ns_run(t, side, "nft add table inet vmtest ; "
	       "add chain inet vmtest %s { type filter hook %s priority 0 ; } ; "
	       "add rule inet vmtest %s %s", chain, chain, chain, words);
}

static void reject(struct test *t, enum side side, const char *chain, const char *match,
		   const char *type)
{
	char words[128];

	snprintf(words, sizeof(words), "%s reject with icmpx type %s", match, type);
	rule(t, side, chain, words);
}

/* Given up by the program, in each of three ways; nothing is said of it. */
static void close_in_syn_sent(struct test *t)
{
	ns_drop(t, SERVER, "tcp dport 5000");
	start_many(t, clients, N, PORT);
	start_many(t, others, N, PORT);
	reach(t, CLIENT, SYN_SENT, 2 * N);
	compare(t);
	close(clients[0]);
	reach(t, CLIENT, SYN_SENT, 2 * N - 1);
	compare(t);
	sock_reset(clients[1]);
	sock_disconnect(clients[2]);
	reach(t, CLIENT, SYN_SENT, N);
	compare(t);
	/* As new again, it connects again. */
	sock_start(t, clients[2], SERVER, PORT);
	sleep_ms(1500);
	reach(t, CLIENT, SYN_SENT, N + 1);
	compare(t);
	close(clients[2]);
	close_many(others, N);
	reach(t, CLIENT, SYN_SENT, 0);
	compare_ended(t);
}

/* Given up by the kernel, after the namespace's number of retries or the socket's own. */
static void connect_times_out(struct test *t)
{
	int i;

	ns_sysctl(t, CLIENT, "net/ipv4/tcp_syn_retries", "1");
	rule(t, SERVER, "input", "tcp dport 5000 drop");
	rule(t, CLIENT, "output", "tcp dport 5001 drop");	/* these don't even leave */
	start_many(t, clients, N, PORT);
	start_many(t, others, N, PORT + 1);
	for (i = 0; i < 2; i++) {
		servers[i] = sock_new(t, CLIENT, 0);
		sock_option(servers[i], IPPROTO_TCP, TCP_SYNCNT, 2);
		sock_start(t, servers[i], SERVER, PORT + i);
	}
	reach(t, CLIENT, SYN_SENT, 2 * N + 2);
	compare(t);
	finish_many(clients, N, ETIMEDOUT);
	finish_many(others, N, ETIMEDOUT);
	reach(t, CLIENT, SYN_SENT, 2);
	compare(t);
	finish_many(servers, 2, ETIMEDOUT);
	reach(t, CLIENT, SYN_SENT, 0);
	compare(t);
	close_many(clients, N);
	close_many(others, N);
	close_many(servers, 2);
	compare_ended(t);
}

/* Nobody has that address: when no neighbour is found, the kernel tells itself by ICMP. */
static void connect_to_nobody(struct test *t)
{
	ns_run(t, SERVER, "ip addr del 10.9.2.1/24 dev veth0");
	ns_run(t, SERVER, "ip addr del fd09:2::1/64 dev veth0");
	start_many(t, clients, N, PORT);
	reach(t, CLIENT, SYN_SENT, N);
	compare(t);
	finish_many(clients, N, EHOSTUNREACH);
	compare(t);
	close_many(clients, N);
	compare_ended(t);
}

/* Refused by ICMP of each kind; by a firewall's reset; at the server, and on the way out. */
static void connect_refused(struct test *t)
{
	int i;

	for (i = 0; i < N; i++) {
		reject(t, SERVER, "input", "tcp dport 5000", refusals[i]);
		start_many(t, clients, N, PORT);
		/* If that came while connect() held the socket, it takes another SYN. */
		finish_many(clients, N, errors[t->family == AF_INET6][i]);
		compare(t);
		reach(t, CLIENT, SYN_SENT, 0);
		compare(t);
		close_many(clients, N);
		ns_undrop(t, SERVER);
	}
	rule(t, SERVER, "input", "tcp dport 5000 reject with tcp reset");
	start_many(t, clients, N, PORT);
	finish_many(clients, N, ECONNREFUSED);
	compare(t);
	close_many(clients, N);
	reject(t, CLIENT, "output", "tcp dport 5001", refusals[1]);
	rule(t, CLIENT, "output", "tcp dport 5002 reject with tcp reset");
	for (i = 1; i < 3; i++) {
		start_many(t, clients, N, PORT + i);
		sleep_ms(SETTLE_MS);
		reach(t, CLIENT, SYN_SENT, 0);
		compare(t);
		close_many(clients, N);
	}
	compare_ended(t);
}

/* A second socket wants the addresses of one that lives: its end is not the first one's. */
static void connect_taken(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), fd[2], taken, i;

	ns_filter(t, SERVER, "tcp dport 5001 drop", NULL);
	for (i = 0; i < 2; i++) {
		fd[i] = sock_new(t, CLIENT, 40000);
		sock_start(t, fd[i], SERVER, PORT + i);
	}
	check(!sock_finish(fd[0]), "connect");
	for (i = 0; i < 2; i++) {
		taken = sock_new(t, CLIENT, 40000);
		sock_refused(t, taken, SERVER, PORT + i, EADDRNOTAVAIL);
		compare(t);
		close(taken);
		compare(t);
	}
	reach(t, CLIENT, SYN_SENT, 1);
	close(fd[1]);
	compare(t);
	close(fd[0]);
	close(sock_accept(listener));
	close(listener);
	ns_filter(t, SERVER, NULL, NULL);
	compare_ended(t);
}

/* Open already, and each end in another state: every segment is answered by ICMP. */
static void icmp_when_open(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), i;
	struct pair p;

	for (i = 0; i < N; i++) {
		p = sock_pair(t, listener, PORT);
		clients[i] = p.client;
		servers[i] = p.server;
	}
	sock_shut(servers[1]);
	sock_eof(clients[1]);
	if (t->family == AF_INET)
		sock_option(clients[2], IPPROTO_IP, IP_RECVERR, 1);
	else
		sock_option(clients[2], IPPROTO_IPV6, IPV6_RECVERR, 1);
	for (i = 0; i < N; i++) {
		reject(t, SERVER, "input", "tcp dport 5000", refusals[i]);
		sock_send(clients[0], 1000);
		sock_send(clients[1], 1000);
		shutdown(clients[2], SHUT_WR);
		sleep_ms(500);
		reach(t, CLIENT, FIN_WAIT_1, 1);
		compare(t);
		ns_undrop(t, SERVER);
	}
	sock_recv(servers[0], N * 1000);
	sock_recv(servers[1], N * 1000);
	sock_eof(servers[2]);
	compare(t);
	close_many(clients, N);
	close_many(servers, N);
	close(listener);
	sleep_ms(3000);
	compare_ended(t);
}

/* A SYN-ACK that is answered by ICMP: one kind ends the request, and it is another one by family. */
static void icmp_when_requested(struct test *t)
{
	int listeners[2], i;

	for (i = 0; i < 2; i++) {
		listeners[i] = sock_listen(t, SERVER, PORT + i, 8);
		reject(t, CLIENT, "input", i ? "tcp sport 5001" : "tcp sport 5000", refusals[1 + i]);
		start_many(t, clients + i, 1, PORT + i);
	}
	reach(t, SERVER, SYN_RECEIVED, 1);
	compare(t);
	ns_undrop(t, CLIENT);
	for (i = 0; i < 2; i++) {
		check(!sock_finish(clients[i]), "connect");
		servers[i] = sock_accept(listeners[i]);
	}
	compare(t);
	close_many(clients, 2);
	close_many(servers, 2);
	close_many(listeners, 2);
	compare_ended(t);
}

/*
 * SYN-ACKs run out: of a client that thinks it is connected, and of one that was never answered
 * and gives up first. Before that, a retransmitted SYN makes the second's request anew.
 */
static void synack_retries(struct test *t)
{
	int listeners[2], i;

	ns_sysctl(t, SERVER, "net/ipv4/tcp_synack_retries", "1");
	listeners[0] = sock_listen(t, SERVER, PORT, 8);
	listeners[1] = sock_listen(t, SERVER, PORT + 1, 8);
	rule(t, SERVER, "input", "tcp dport 5000 tcp flags & (syn | ack) == ack drop");
	rule(t, CLIENT, "input", "tcp sport 5001 drop");
	start_many(t, clients, N, PORT);
	start_many(t, others, N, PORT + 1);
	reach(t, SERVER, SYN_RECEIVED, 2 * N);
	compare_for(t, 5000, 300);
	reach(t, SERVER, SYN_RECEIVED, N);
	compare(t);
	close_many(others, N);
	reach(t, SERVER, SYN_RECEIVED, 0);
	reach(t, CLIENT, ESTABLISHED, N);
	compare(t);
	/* Of the others the server knows nothing; their first word is answered by a reset. */
	ns_undrop(t, SERVER);
	for (i = 0; i < N; i++)
		sock_send(clients[i], 1);
	reach(t, CLIENT, ESTABLISHED, 0);
	compare(t);
	close_many(clients, N);
	close_many(listeners, 2);
	compare_ended(t);
}

/* Of a source route, which the first hop does not take, the SYN bears the first hop's address. */
static void source_route(struct test *t)
{
	const char *last = ns_count(t) == 1 ? "127.9.9.9" : "10.9.2.99";
	unsigned char route[] = { IPOPT_LSRR, 7, 4, 0, 0, 0, 0, IPOPT_EOL };
	struct sockaddr_in hop = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	struct sockaddr_in6 mapped = { .sin6_family = AF_INET6, .sin6_port = htons(PORT) };
	const void *to = t->family == AF_INET ? (void *)&hop : (void *)&mapped;
	socklen_t len = t->family == AF_INET ? sizeof(hop) : sizeof(mapped);

	inet_pton(AF_INET, ns_count(t) == 1 ? "127.0.0.1" : "10.9.2.1", route + 3);
	inet_pton(AF_INET, last, &hop.sin_addr);
	memset(mapped.sin6_addr.s6_addr + 10, 0xff, 2);
	memcpy(mapped.sin6_addr.s6_addr + 12, &hop.sin_addr, 4);
	clients[0] = sock_new(t, CLIENT, 0);
	check(!setsockopt(clients[0], IPPROTO_IP, IP_OPTIONS, route, sizeof(route)),
	      "IP_OPTIONS: %s", strerror(errno));
	check(connect(clients[0], to, len) && errno == EINPROGRESS, "connect: %s", strerror(errno));
	reach(t, CLIENT, SYN_SENT, 1);
	compare_for(t, 4000, 300);
	close(clients[0]);
	compare_ended(t);
}

const struct scenario connect_scenarios[] = {
	{ "close_in_syn_sent", ON_BOTH | IN_EXACT, close_in_syn_sent },
	{ "connect_times_out", ON_BOTH | IN_EXACT, connect_times_out },
	{ "connect_to_nobody", ON_VETH | IN_EXACT, connect_to_nobody },
	{ "connect_refused", ON_BOTH | IN_EXACT, connect_refused },
	{ "connect_taken", ON_BOTH | IN_EXACT, connect_taken },
	{ "connect_source_route", ON_BOTH | IN_EXACT, source_route },
	{ "icmp_when_open", ON_BOTH | IN_EXACT, icmp_when_open },
	{ "icmp_when_requested", ON_BOTH | IN_EXACT, icmp_when_requested },
	{ "synack_retries", ON_BOTH | IN_EXACT, synack_retries },
	{ 0 }
};
