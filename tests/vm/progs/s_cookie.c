// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: with SYN cookies, always or in a flood, the server's end begins where its socket does, at
 * the ACK; before that, and where that ACK is lost or refused, nothing at the server is counted,
 * though its client is in SYN_SENT or ESTABLISHED. It makes no difference which of the client's
 * segments brings the cookie back, or whether it ever says a word.
 */
#include <unistd.h>

#include "compare.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "start.h"

#define N 4
#define FLAGS "tcp flags & (fin | syn | rst | ack) "

static int clients[N], others[N], servers[N];

static int listen_with_cookies(struct test *t, int backlog)
{
	ns_sysctl(t, SERVER, "net/ipv4/tcp_syncookies", "2");
	return sock_listen(t, SERVER, PORT, backlog);
}

/* Silent ones, talking ones, and each way to close. */
static void cookies(struct test *t)
{
	int listener = listen_with_cookies(t, N);

	start_many(t, clients, N, PORT);
	finish_many(clients, N, 0);
	compare(t);
	reach_both(t, ESTABLISHED, N, N);
	accept_many(listener, servers, N);
	sock_send(clients[1], 100000);
	sock_recv(servers[1], 100000);
	sock_send(servers[2], 100000);
	sock_recv(clients[2], 100000);
	compare(t);
	close(clients[0]);
	reach_both(t, CLOSE_WAIT, 0, 1);
	close(servers[1]);
	sock_reset(clients[2]);
	sock_reset(servers[3]);
	reach_both(t, ESTABLISHED, 0, 0);
	compare(t);
	close(servers[0]);
	close(clients[1]);
	close(servers[2]);
	close(clients[3]);
	close(listener);
	compare_ended(t);
}

/* The SYN-ACK does not arrive, then the ACK; the client's data or its FIN brings the cookie back. */
static void cookies_late(struct test *t)
{
	int listener = listen_with_cookies(t, N), i;

	ns_filter(t, CLIENT, "tcp sport 5000 " FLAGS "== (syn | ack) drop", NULL);
	start_many(t, clients, N, PORT);
	reach_both(t, SYN_SENT, N, 0);
	compare(t);
	sleep_ms(1500);
	compare(t);
	ns_filter(t, CLIENT, NULL, NULL);
	ns_filter(t, SERVER, "tcp dport 5000 " FLAGS "== ack drop", NULL);
	finish_many(clients, N, 0);
	reach_both(t, ESTABLISHED, N, 0);
	compare(t);
	sleep_ms(2000);
	compare(t);
	ns_filter(t, SERVER, NULL, NULL);
	sock_send(clients[0], 1000);
	sock_shut(clients[1]);
	sock_reset(clients[2]);
	accept_many(listener, servers, 2);
	reach_both(t, CLOSE_WAIT, 0, 1);
	reach_both(t, ESTABLISHED, 2, 1);
	compare(t);
	/* After two minutes the cookie is worth nothing: data is answered with a reset. */
	sleep_ms(180000);
	compare(t);
	sock_send(clients[3], 1);
	reach_both(t, ESTABLISHED, 1, 1);
	compare(t);
	clients[2] = clients[3];
	for (i = 0; i < 3; i++)
		close(clients[i]);
	close_many(servers, 2);
	close(listener);
	compare_ended(t);
}

/*
 * It is the FIN that brings the cookie back, of which nobody knows then, and what the client says next is seen
 * before the server's socket is looked at.
 */
static void cookies_finished(struct test *t)
{
	int listener = listen_with_cookies(t, N), client, server;

	ns_filter(t, SERVER, "tcp dport 5000 " FLAGS "== ack drop", NULL);
	client = sock_new(t, CLIENT, 0);
	sock_start(t, client, SERVER, PORT);
	check(!sock_finish(client), "connect()");
	ns_filter(t, SERVER, NULL, NULL);
	sock_shut(client);
	server = sock_accept(listener);
	sock_send(server, 100);
	sock_recv(client, 100);
	compare(t);
	client_waits_for_fin(t);
	close(server);
	close(client);
	close(listener);
	compare_ended(t);
}

/* The queue is full when the cookie comes back: it is not taken; later ones are. */
static void cookies_overflow(struct test *t)
{
	int listener = listen_with_cookies(t, 1), i;

	start_many(t, clients, 2, PORT);
	finish_many(clients, 2, 0);
	reach_both(t, ESTABLISHED, 2, 2);
	/* Their SYNs get no answer. */
	start_many(t, clients + 2, 2, PORT);
	compare(t);
	servers[0] = sock_accept(listener);
	finish_many(clients + 2, 1, 0);
	for (i = 0; i < 3; i++) {
		sleep_ms(1000);
		compare(t);
	}
	close_many(clients, N);
	close(servers[0]);
	close(listener);
	sleep_ms(3000);
	compare_ended(t);
}

/* N requests that nobody completes fill the queue of a listener; those who come then get cookies. */
static void cookies_in_flood(struct test *t)
{
	int listener, i;

	ns_sysctl(t, SERVER, "net/ipv4/tcp_synack_retries", "2");
	listener = sock_listen(t, SERVER, PORT, N);
	ns_filter(t, CLIENT, "tcp dport 6000-6003 drop", NULL);
	for (i = 0; i < N; i++) {
		clients[i] = sock_new(t, CLIENT, 6000 + i);
		sock_start(t, clients[i], SERVER, PORT);
	}
	reach_both(t, SYN_RECEIVED, 0, N);
	compare(t);
	start_many(t, others, N, PORT);
	finish_many(others, N, 0);
	accept_many(listener, servers, N);
	reach_both(t, ESTABLISHED, N, N);
	reach_both(t, SYN_RECEIVED, 0, N);
	compare(t);
	close_many(clients, N);
	compare_for(t, 8000, 300);
	reach_both(t, SYN_RECEIVED, 0, 0);
	close_many(others, N);
	close_many(servers, N);
	close(listener);
	compare_ended(t);
}

const struct scenario cookie_scenarios[] = {
	{ "cookies", ON_BOTH | IN_EXACT, cookies },
	{ "cookies_late", ON_BOTH | IN_EXACT, cookies_late },
	{ "cookies_finished", ON_BOTH | IN_EXACT, cookies_finished },
	{ "cookies_overflow", ON_BOTH | IN_EXACT, cookies_overflow },
	{ "cookies_in_flood", ON_BOTH | IN_EXACT, cookies_in_flood },
	{ 0 }
};
