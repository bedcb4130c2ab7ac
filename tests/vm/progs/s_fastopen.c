// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: with Fast Open, by a cookie or without one, each end is counted where its socket is: a
 * client that has said something before it is connected, or not even its SYN; a server's child
 * that is accepted, talks, closes and is reset while it is in SYN_RECEIVED. The client's first ACK,
 * be it the last, shows that the other end is established, too.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "compare.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "start.h"

#define N 6
#define BOTH_ENDS "3"
#define NO_COOKIES "519"	/* both ends, and neither asks for a cookie */

static int clients[N], servers[N];

static int listen_fast(struct test *t, const char *mode)
{
	int listener;

	ns_sysctl(t, CLIENT, "net/ipv4/tcp_fastopen", mode);
	ns_sysctl(t, SERVER, "net/ipv4/tcp_fastopen", mode);
	listener = sock_listen(t, SERVER, PORT, 2 * N);
	sock_option(listener, IPPROTO_TCP, TCP_FASTOPEN, 2 * N);
	return listener;
}

static void start_fast(struct test *t, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		clients[i] = sock_new(t, CLIENT, 0);
		sock_start_fast(t, clients[i], SERVER, PORT, 1000);
	}
}

/* The first connection asks for a cookie, and is an ordinary one. */
static void get_cookie(struct test *t, int listener)
{
	start_fast(t, 1);
	finish_many(clients, 1, 0);
	servers[0] = sock_accept(listener);
	compare(t);
	sock_send(clients[0], 1000);
	sock_recv(servers[0], 1000);
	sock_reset(clients[0]);
	close(servers[0]);
	compare(t);
}

/* N of them, with data in their SYNs; the SYN-ACKs do not arrive. */
static void open_half(struct test *t)
{
	ns_filter(t, CLIENT, "tcp sport 5000 drop", NULL);
	start_fast(t, N);
	reach_both(t, SYN_SENT, N, 0);
	reach_both(t, SYN_RECEIVED, 0, N);
	compare(t);
}

static void end_fast(struct test *t, int listener)
{
	close_many(clients, N);
	close(listener);
	sleep_ms(3000);
	compare_ended(t);
}

static void fastopen(struct test *t, const char *mode)
{
	int listener = listen_fast(t, mode), i;

	if (mode[0] == BOTH_ENDS[0])
		get_cookie(t, listener);
	start_fast(t, N);
	finish_many(clients, N, 0);
	reach_both(t, ESTABLISHED, N, N);
	compare(t);
	accept_many(listener, servers, N);
	for (i = 0; i < N; i++)
		sock_recv(servers[i], 1000);
	sock_shut(servers[1]);
	sock_eof(clients[1]);
	sock_shut(clients[2]);
	sock_eof(servers[2]);
	sock_reset(servers[3]);
	compare(t);
	for (i = 0; i < N; i++)
		if (i != 3)
			close(servers[i]);
	end_fast(t, listener);
}

static void fastopen_cookie(struct test *t)
{
	fastopen(t, BOTH_ENDS);
}

static void fastopen_no_cookie(struct test *t)
{
	fastopen(t, NO_COOKIES);
}

/* Data in the SYN, an ACK of the SYN-ACK, and then nothing. */
static void fastopen_other_end(struct test *t)
{
	static const char *const modes[] = { BOTH_ENDS, NO_COOKIES };
	struct stats stats;
	unsigned int i;
	int listener;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		listener = listen_fast(t, modes[i]);
		if (!i)
			get_cookie(t, listener);
		start_fast(t, N);
		finish_many(clients, N, 0);
		reach_both(t, ESTABLISHED, N, N);
		compare(t);
		ns_enter(t, CLIENT);
		procfs_stats(&stats);
		check(stats.state[ESTABLISHED].remote == N,
		      "tcp_fastopen=%s: of the other ends, %lld ESTABLISHED, %lld SYN_RECEIVED",
		      modes[i], (long long)stats.state[ESTABLISHED].remote,
		      (long long)stats.state[SYN_RECEIVED].remote);
		accept_many(listener, servers, N);
		close_many(servers, N);
		end_fast(t, listener);
	}
}

/* Each way out of SYN_RECEIVED that a program has, and what the SYN-ACK's next copy makes of it. */
static void fastopen_half(struct test *t)
{
	int listener = listen_fast(t, NO_COOKIES), i;

	open_half(t);
	accept_many(listener, servers, N);
	for (i = 0; i < N; i++)
		if (i != 4)
			sock_recv(servers[i], 1000);
	sock_send(servers[1], 1000);
	close(servers[2]);
	sock_shut(servers[3]);		/* too early: Linux forgets about it */
	close(servers[4]);		/* its data unread: a reset */
	sock_reset(servers[5]);
	reach_both(t, FIN_WAIT_1, 0, 1);
	reach_both(t, SYN_RECEIVED, 0, 3);
	compare(t);
	compare_for(t, 1500, 100);
	ns_filter(t, CLIENT, NULL, NULL);
	for (i = 0; i < 4; i++)
		check(!sock_finish(clients[i]), "connect");
	sock_recv(clients[1], 1000);
	sock_eof(clients[2]);
	compare(t);
	close(servers[0]);
	close(servers[1]);
	close(servers[3]);
	end_fast(t, listener);
}

/* The client's ACK is lost: its FIN takes the child from SYN_RECEIVED to CLOSE_WAIT, or its reset ends it. */
static void fastopen_fin(struct test *t)
{
	int listener = listen_fast(t, NO_COOKIES);

	ns_filter(t, SERVER, "tcp dport 5000 tcp flags & (fin | syn | rst | ack) == ack drop", NULL);
	start_fast(t, 4);
	finish_many(clients, 4, 0);
	reach_both(t, SYN_RECEIVED, 0, 4);
	reach_both(t, ESTABLISHED, 4, 0);
	compare(t);
	accept_many(listener, servers, 2);
	sock_recv(servers[0], 1000);
	sock_shut(clients[0]);
	sock_shut(clients[2]);
	sock_reset(clients[1]);
	sock_reset(clients[3]);
	reach_both(t, CLOSE_WAIT, 0, 2);
	reach_both(t, SYN_RECEIVED, 0, 0);
	compare(t);
	ns_filter(t, SERVER, NULL, NULL);
	close_many(servers, 2);
	clients[1] = clients[2];
	close_many(clients, 2);
	close(listener);
	compare_ended(t);
}

/* The SYN-ACK is never answered: children end, accepted or not; then those whose listener closes. */
static void fastopen_in_vain(struct test *t)
{
	int listener;

	ns_sysctl(t, SERVER, "net/ipv4/tcp_synack_retries", "1");
	ns_sysctl(t, CLIENT, "net/ipv4/tcp_syn_retries", "1");
	listener = listen_fast(t, NO_COOKIES);
	open_half(t);
	accept_many(listener, servers, 3);
	sock_send(servers[1], 1000);
	sock_shut(servers[2]);
	compare_for(t, 8000, 200);
	reach_both(t, SYN_RECEIVED, 0, 0);
	reach_both(t, SYN_SENT, 0, 0);
	compare(t);
	close_many(servers, 3);
	close_many(clients, N);
	open_half(t);
	/* The dead are still in the queue. */
	accept_many(listener, servers, 4);
	close(listener);
	reach_both(t, SYN_RECEIVED, 0, 1);
	compare(t);
	close_many(servers, 4);
	close_many(clients, N);
	sleep_ms(3000);
	compare_ended(t);
}

/* The server has no Fast Open, or another key: it takes the SYN alone. */
static void fastopen_one_sided(struct test *t)
{
	int listener = listen_fast(t, BOTH_ENDS), plain;

	get_cookie(t, listener);
	close(listener);
	plain = sock_listen(t, SERVER, PORT, N);
	start_fast(t, 3);
	finish_many(clients, 3, 0);
	accept_many(plain, servers, 3);
	sock_recv(servers[0], 1000);
	compare(t);
	close_many(servers, 3);
	close(plain);
	close_many(clients, 3);
	compare_ended(t);
}

const struct scenario fastopen_scenarios[] = {
	{ "fastopen_cookie", ON_BOTH | IN_EXACT, fastopen_cookie },
	{ "fastopen_no_cookie", ON_BOTH | IN_EXACT, fastopen_no_cookie },
	{ "fastopen_other_end", ON_VETH | IN_EXACT, fastopen_other_end },
	{ "fastopen_half", ON_BOTH | IN_EXACT, fastopen_half },
	{ "fastopen_fin", ON_BOTH | IN_EXACT, fastopen_fin },
	{ "fastopen_in_vain", ON_BOTH | IN_EXACT, fastopen_in_vain },
	{ "fastopen_one_sided", ON_VETH | IN_EXACT, fastopen_one_sided },
	{ 0 }
};
