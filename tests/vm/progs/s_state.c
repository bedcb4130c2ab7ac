// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: real sockets reach each of the eleven states; while they are held there, `local` is what
 * the kernel's socket table says; when all has ended, every gauge is 0 again.
 * What is needed to hold a state is dropped before the receiver's TCP, after the sender's has
 * moved. SOCKETS of them at a time, so that a number cannot be right by chance.
 *
 * Endings that show on no wire are in s_connect.c and s_end_*.c.
 */
#include <unistd.h>

#include "compare.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"

#define SOCKETS 3

#define TO_SERVER "tcp dport 5000"
#define TO_CLIENT "tcp sport 5000"
#define FLAGS(mask, value) " tcp flags & (" mask ") == " value
#define ALL "fin | syn | rst | ack"

static struct pair pairs[SOCKETS];
static int listener;

static void open_pairs(struct test *t)
{
	int i;

	listener = sock_listen(t, SERVER, PORT, 64);
	for (i = 0; i < SOCKETS; i++)
		pairs[i] = sock_pair(t, listener, PORT);
}

static void close_all(struct test *t)
{
	int i;

	for (i = 0; i < SOCKETS; i++) {
		close(pairs[i].client);
		close(pairs[i].server);
	}
	close(listener);
	sleep_ms(3000);
	compare_ended(t);
}

static void state_listen(struct test *t)
{
	int fds[SOCKETS], i;

	for (i = 0; i < SOCKETS; i++)
		fds[i] = sock_listen(t, SERVER, PORT + i, 8);
	reach(t, SERVER, LISTEN, SOCKETS);
	compare(t);
	close(fds[0]);
	compare(t);
	for (i = 1; i < SOCKETS; i++)
		close(fds[i]);
	compare(t);
}

/* CLOSED is where an endpoint ends; no socket is counted in it, but its entries are. */
static void state_closed(struct test *t)
{
	struct stats before, after;

	ns_enter(t, SERVER);
	procfs_stats(&before);
	open_pairs(t);
	close_all(t);
	ns_enter(t, SERVER);
	procfs_stats(&after);
	check(after.state[CLOSED].entered >= before.state[CLOSED].entered + SOCKETS,
	      "CLOSED entered=%lld after %d connections", after.state[CLOSED].entered, SOCKETS);
}

static void state_syn_sent(struct test *t)
{
	int i;

	ns_drop(t, SERVER, TO_SERVER FLAGS(ALL, "syn"));
	listener = sock_listen(t, SERVER, PORT, 64);
	for (i = 0; i < SOCKETS; i++) {
		pairs[i].client = sock_new(t, CLIENT, 0);
		sock_start(t, pairs[i].client, SERVER, PORT);
	}
	reach(t, CLIENT, SYN_SENT, SOCKETS);
	compare(t);
	sleep_ms(2000);		/* a retransmitted SYN changes nothing */
	compare(t);
	ns_undrop(t, SERVER);
	for (i = 0; i < SOCKETS; i++) {
		check(!sock_finish(pairs[i].client), "connect");
		pairs[i].server = sock_accept(listener);
	}
	compare(t);
	close_all(t);
}

static void state_syn_received(struct test *t)
{
	int i;

	ns_drop(t, SERVER, TO_SERVER FLAGS(ALL, "ack"));
	listener = sock_listen(t, SERVER, PORT, 64);
	for (i = 0; i < SOCKETS; i++) {
		pairs[i].client = sock_new(t, CLIENT, 0);
		sock_start(t, pairs[i].client, SERVER, PORT);
	}
	reach(t, SERVER, SYN_RECEIVED, SOCKETS);
	compare(t);
	sleep_ms(1500);		/* nor does a retransmitted SYN-ACK */
	compare(t);
	ns_undrop(t, SERVER);
	for (i = 0; i < SOCKETS; i++)
		pairs[i].server = sock_accept(listener);
	compare(t);
	close_all(t);
}

static void state_established(struct test *t)
{
	int i;

	open_pairs(t);
	reach(t, SERVER, ESTABLISHED, t->place == ON_LOOPBACK ? 2 * SOCKETS : SOCKETS);
	compare(t);
	for (i = 0; i < SOCKETS; i++) {
		sock_send(pairs[i].client, 100000);
		sock_recv(pairs[i].server, 100000);
		sock_send(pairs[i].server, 64);
		sock_recv(pairs[i].client, 64);
	}
	compare(t);
	close_all(t);
}

/* The FIN never gets there. */
static void state_fin_wait_1(struct test *t)
{
	int i;

	open_pairs(t);
	ns_drop(t, SERVER, TO_SERVER " tcp flags & fin == fin");
	for (i = 0; i < SOCKETS; i++)
		sock_shut(pairs[i].client);
	reach(t, CLIENT, FIN_WAIT_1, SOCKETS);
	compare(t);
	ns_undrop(t, SERVER);
	for (i = 0; i < SOCKETS; i++)
		sock_eof(pairs[i].server);
	compare(t);
	close_all(t);
}

/* A half-closed connection is one end in FIN_WAIT_2, the other in CLOSE_WAIT, for any time. */
static void state_fin_wait_2(struct test *t)
{
	int i;

	open_pairs(t);
	for (i = 0; i < SOCKETS; i++)
		sock_shut(pairs[i].client);
	reach(t, CLIENT, FIN_WAIT_2, SOCKETS);
	compare(t);
	sleep_ms(120000);
	compare(t);
	close_all(t);
}

static void state_close_wait(struct test *t)
{
	int i;

	open_pairs(t);
	for (i = 0; i < SOCKETS; i++)
		sock_shut(pairs[i].server);
	reach(t, CLIENT, CLOSE_WAIT, SOCKETS);
	compare(t);
	sleep_ms(120000);
	compare(t);
	close_all(t);
}

/* The FINs are on the way for a second and cross each other; so are their acknowledgements. */
static void state_closing(struct test *t)
{
	int i;

	open_pairs(t);
	ns_netem(t, CLIENT, "delay 1s");
	if (t->place != ON_LOOPBACK)
		ns_netem(t, SERVER, "delay 1s");
	for (i = 0; i < SOCKETS; i++) {
		/* A round trip teaches both ends to wait longer than that. */
		sock_send(pairs[i].client, 1);
		sock_recv(pairs[i].server, 1);
		sock_send(pairs[i].server, 1);
		sock_recv(pairs[i].client, 1);
	}
	sleep_ms(5000);
	for (i = 0; i < SOCKETS; i++) {
		sock_shut(pairs[i].client);
		sock_shut(pairs[i].server);
	}
	reach(t, CLIENT, CLOSING, t->place == ON_LOOPBACK ? 2 * SOCKETS : SOCKETS);
	compare(t);
	sleep_ms(10000);
	compare(t);
	ns_netem(t, CLIENT, "");
	if (t->place != ON_LOOPBACK)
		ns_netem(t, SERVER, "");
	close_all(t);
}

/* The second FIN never gets there. */
static void state_last_ack(struct test *t)
{
	int i;

	open_pairs(t);
	for (i = 0; i < SOCKETS; i++) {
		sock_shut(pairs[i].client);
		sock_eof(pairs[i].server);
	}
	ns_drop(t, CLIENT, TO_CLIENT " tcp flags & fin == fin");
	for (i = 0; i < SOCKETS; i++)
		sock_shut(pairs[i].server);
	reach(t, SERVER, LAST_ACK, SOCKETS);
	compare(t);
	ns_undrop(t, CLIENT);
	for (i = 0; i < SOCKETS; i++)
		sock_eof(pairs[i].client);
	compare(t);
	close_all(t);
}

static void state_time_wait(struct test *t)
{
	int i;

	open_pairs(t);
	for (i = 0; i < SOCKETS; i++) {
		close(pairs[i].client);
		sock_eof(pairs[i].server);	/* else the FINs may cross: two TIME_WAITs */
		close(pairs[i].server);
	}
	close(listener);
	reach(t, CLIENT, TIME_WAIT, SOCKETS);
	compare(t);
	sleep_ms(55000);
	reach(t, CLIENT, TIME_WAIT, SOCKETS);
	compare(t);
	sleep_ms(10000);
	reach(t, CLIENT, TIME_WAIT, 0);
	compare_ended(t);
}

/* Several states at once, each with a number of its own: no two can be mixed up. */
static void state_mixed(struct test *t)
{
	struct pair p[15];
	int i;

	listener = sock_listen(t, SERVER, PORT, 64);
	for (i = 0; i < 15; i++)
		p[i] = sock_pair(t, listener, PORT);
	/* 0-3: CLOSE_WAIT at the server; 4-8: at the client; 9: ended; 10-14: open. */
	for (i = 0; i < 4; i++)
		sock_shut(p[i].client);
	for (i = 4; i < 9; i++)
		sock_shut(p[i].server);
	close(p[9].client);
	sock_eof(p[9].server);
	close(p[9].server);
	if (t->place != ON_LOOPBACK) {
		reach(t, SERVER, CLOSE_WAIT, 4);
		reach(t, SERVER, FIN_WAIT_2, 5);
		reach(t, SERVER, ESTABLISHED, 5);
	}
	reach(t, CLIENT, TIME_WAIT, 1);
	compare(t);
	for (i = 0; i < 15; i++) {
		if (i == 9)
			continue;
		close(p[i].client);
		close(p[i].server);
	}
	close(listener);
	compare_ended(t);
}

const struct scenario state_scenarios[] = {
	{ "state_closed", ON_BOTH | IN_EXACT, state_closed },
	{ "state_listen", ON_BOTH | IN_EXACT, state_listen },
	{ "state_syn_sent", ON_BOTH | IN_EXACT, state_syn_sent },
	{ "state_syn_received", ON_BOTH | IN_EXACT, state_syn_received },
	{ "state_established", ON_BOTH | IN_EXACT, state_established },
	{ "state_fin_wait_1", ON_BOTH | IN_EXACT, state_fin_wait_1 },
	{ "state_fin_wait_2", ON_BOTH | IN_EXACT, state_fin_wait_2 },
	{ "state_close_wait", ON_BOTH | IN_EXACT, state_close_wait },
	{ "state_closing", ON_BOTH | IN_EXACT, state_closing },
	{ "state_last_ack", ON_BOTH | IN_EXACT, state_last_ack },
	{ "state_time_wait", ON_BOTH | IN_EXACT, state_time_wait },
	{ "state_mixed", ON_BOTH | IN_EXACT, state_mixed },
	{ 0 }
};
