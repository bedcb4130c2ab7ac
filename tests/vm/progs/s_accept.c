// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: where a client's ACK is good and the server does not take it, each end is counted where
 * its kernel has it: a full accept queue, with a reset and without; TCP_DEFER_ACCEPT; a listener
 * that closes with children that nobody has accepted, and with requests, and one that inherits them.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "compare.h"
#include "ns.h"
#include "scenarios.h"
#include "start.h"

#define N 4
#define ACKS "tcp dport 5000 tcp flags & (fin | syn | rst | ack) == ack"

static int first[N], second[N], servers[2 * N];

/* N children in the queue, room for one more, and N requests, whose clients have been answered. */
static int fill_queue(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, N);

	start_many(t, first, N, PORT);
	finish_many(first, N, 0);
	reach_both(t, ESTABLISHED, N, N);
	ns_drop(t, SERVER, ACKS);
	start_many(t, second, N, PORT);
	finish_many(second, N, 0);
	reach_both(t, SYN_RECEIVED, 0, N);
	compare(t);
	ns_undrop(t, SERVER);
	return listener;
}

static void end_queue(struct test *t, int listener)
{
	close_many(first, N);
	close_many(second, N);
	close(listener);
	sleep_ms(3000);
	compare_ended(t);
}

/* The ACKs of the SYN-ACK's retransmission are good; there is room for one. The rest must wait. */
static void accept_overflow(struct test *t)
{
	int listener = fill_queue(t), late;

	sleep_ms(1500);
	reach_both(t, SYN_RECEIVED, 0, N - 1);
	reach_both(t, ESTABLISHED, 2 * N, N + 1);
	compare(t);
	/* Their data and their FINs are not taken either; a SYN gets no answer at all. */
	sock_send(second[N - 1], 1000);
	sock_shut(second[N - 2]);
	start_many(t, &late, 1, PORT);
	compare(t);
	reach_both(t, SYN_SENT, 1, 0);
	/* Room for all: data and FINs come again, or the SYN-ACK does. */
	accept_many(listener, servers, N + 1);
	compare_for(t, 3000, 200);
	accept_many(listener, servers + N + 1, N - 1);
	reach_both(t, SYN_RECEIVED, 0, 0);
	check(!sock_finish(late), "connect");
	compare(t);
	close_many(servers, 2 * N);
	close(late);
	end_queue(t, listener);
}

/* Nobody ever accepts: the requests end, their clients do not know. */
static void accept_overflow_for_ever(struct test *t)
{
	int listener;

	ns_sysctl(t, SERVER, "net/ipv4/tcp_synack_retries", "2");
	listener = fill_queue(t);
	compare_for(t, 8000, 300);
	reach_both(t, SYN_RECEIVED, 0, 0);
	reach_both(t, ESTABLISHED, 2 * N, N + 1);
	compare(t);
	end_queue(t, listener);
}

static void accept_overflow_abort(struct test *t)
{
	int listener;

	ns_sysctl(t, SERVER, "net/ipv4/tcp_abort_on_overflow", "1");
	listener = fill_queue(t);
	sleep_ms(1500);
	reach_both(t, SYN_RECEIVED, 0, 0);
	reach_both(t, ESTABLISHED, N + 1, N + 1);
	compare(t);
	end_queue(t, listener);
}

static int defer(struct test *t, int seconds)
{
	int listener = sock_listen(t, SERVER, PORT, 2 * N);

	sock_option(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, seconds);
	start_many(t, first, N, PORT);
	finish_many(first, N, 0);
	reach_both(t, SYN_RECEIVED, 0, N);
	reach_both(t, ESTABLISHED, N, 0);
	compare(t);
	return listener;
}

/* Data ends the wait; so do a FIN, a reset, and the time, after which the SYN-ACK comes again. */
static void defer_accept(struct test *t)
{
	int listener = defer(t, 5);

	sock_send(first[0], 1000);
	servers[0] = sock_accept(listener);
	reach_both(t, SYN_RECEIVED, 0, N - 1);
	compare(t);
	sock_shut(first[1]);
	servers[1] = sock_accept(listener);
	reach_both(t, CLOSE_WAIT, 0, 1);
	compare(t);
	sock_reset(first[2]);
	reach_both(t, SYN_RECEIVED, 0, 1);
	compare(t);
	sleep_ms(1000);
	reach_both(t, SYN_RECEIVED, 0, 1);
	compare(t);
	servers[2] = sock_accept(listener);
	reach_both(t, SYN_RECEIVED, 0, 0);
	compare(t);
	first[2] = first[3];
	close_many(servers, 3);
	close_many(first, N - 1);
	close(listener);
	compare_ended(t);
}

/* What would end the wait does not come: the requests do end. */
static void defer_accept_in_vain(struct test *t)
{
	int listener;

	ns_sysctl(t, SERVER, "net/ipv4/tcp_synack_retries", "1");
	listener = defer(t, 2);
	ns_drop(t, SERVER, "tcp dport 5000");
	compare_for(t, 5000, 300);
	reach_both(t, SYN_RECEIVED, 0, 0);
	reach_both(t, ESTABLISHED, N, 0);
	compare(t);
	ns_undrop(t, SERVER);
	close_many(first, N);
	close(listener);
	sleep_ms(3000);
	compare_ended(t);
}

/*
 * Children that nobody has accepted: idle, with data, half-closed by the client; they are reset.
 * Requests: they linger until their timer finds that nobody listens.
 */
static void listener_closed(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 2 * N);

	start_many(t, first, N, PORT);
	finish_many(first, N, 0);
	sock_send(first[1], 1000);
	sock_shut(first[2]);
	reach_both(t, CLOSE_WAIT, 0, 1);
	ns_drop(t, SERVER, ACKS);
	start_many(t, second, N, PORT);
	finish_many(second, N, 0);
	compare(t);
	close(listener);
	compare(t);
	reach_both(t, SYN_RECEIVED, 0, 0);
	reach_both(t, ESTABLISHED, N, 0);
	compare(t);
	ns_undrop(t, SERVER);
	sock_send(second[0], 1);
	reach_both(t, ESTABLISHED, N - 1, 0);
	compare(t);
	close_many(first, N);
	close_many(second, N);
	compare_ended(t);
}

static int listen_together(struct test *t)
{
	int fd = sock_new(t, SERVER, 0);

	sock_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	sock_bind(t, fd, SERVER, PORT);
	check(!listen(fd, 2 * N), "listen");
	return fd;
}

/* One of two listeners closes; the other takes over its children and, when they move, its requests. */
static void listener_inherits(struct test *t)
{
	int one, two;

	ns_sysctl(t, SERVER, "net/ipv4/tcp_migrate_req", "1");
	one = listen_together(t);
	start_many(t, first, N, PORT);
	finish_many(first, N, 0);
	sock_shut(first[2]);
	reach_both(t, CLOSE_WAIT, 0, 1);
	ns_drop(t, SERVER, ACKS);
	start_many(t, second, N, PORT);
	finish_many(second, N, 0);
	two = listen_together(t);
	compare(t);
	close(one);
	compare_for(t, 1000, 100);
	ns_undrop(t, SERVER);
	accept_many(two, servers, 2 * N);
	compare(t);
	close_many(servers, 2 * N);
	close_many(first, N);
	close_many(second, N);
	close(two);
	compare_ended(t);
}

const struct scenario accept_scenarios[] = {
	{ "accept_overflow", ON_BOTH | IN_EXACT, accept_overflow },
	{ "accept_overflow_for_ever", ON_VETH | IN_EXACT, accept_overflow_for_ever },
	{ "accept_overflow_abort", ON_BOTH | IN_EXACT, accept_overflow_abort },
	{ "defer_accept", ON_BOTH | IN_EXACT, defer_accept },
	{ "defer_accept_in_vain", ON_VETH | IN_EXACT, defer_accept_in_vain },
	{ "listener_closed", ON_BOTH | IN_EXACT, listener_closed },
	{ "listener_inherits", ON_VETH | IN_EXACT, listener_inherits },
	{ 0 }
};
