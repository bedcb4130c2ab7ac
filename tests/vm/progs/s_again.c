// SPDX-License-Identifier: GPL-2.0
/*
 * Claims, each reduced from a seed of the random test that had failed: a connect() whose SYN waits for
 * data is in SYN_SENT; a client that begins anew leaves its server where that is; a SYN cookie brings
 * a server back that had gone, or one whose client has closed already; a firewall's reset is not the
 * other end's word; an end that was taken for gone, and goes on, is there.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "compare.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "start.h"
#include "wire.h"

#define CLIENT_PORT 40000

static int fast_client(struct test *t)
{
	int fd = sock_new(t, CLIENT, 0);

	sock_option(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1);
	sock_start(t, fd, SERVER, PORT);
	return fd;
}

/* With a cookie from before, connect() succeeds and sends nothing: its SYN waits for data. */
static void connect_deferred(struct test *t)
{
	int listener, fds[3], server, side, i;

	for (side = 0; side < ns_count(t); side++)
		ns_sysctl(t, side, "net/ipv4/tcp_fastopen", "3");
	listener = sock_listen(t, SERVER, PORT, 8);
	sock_option(listener, IPPROTO_TCP, TCP_FASTOPEN, 8);
	fds[0] = fast_client(t);
	check(!sock_finish(fds[0]), "connect");
	close(fds[0]);
	close(sock_accept(listener));
	for (i = 0; i < 3; i++)
		fds[i] = fast_client(t);
	reach(t, CLIENT, SYN_SENT, 3);
	compare(t);
	sleep_ms(5000);
	compare(t);
	sock_send(fds[0], 100);
	server = sock_accept(listener);
	close(fds[1]);
	reach(t, CLIENT, SYN_SENT, 1);
	compare(t);
	ns_enter(t, CLIENT);
	check(procfs_transition(CLOSED, SYN_SENT) == 4, "SYN_SENT was entered %lld times",
	      procfs_transition(CLOSED, SYN_SENT));
	close(fds[0]);
	close(fds[2]);
	close(server);
	close(listener);
	compare_ended(t);
}

/* The client's reset is lost; it comes back with the same port, while the server knows nothing. */
static void client_anew(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), client, server;

	client = sock_new(t, CLIENT, CLIENT_PORT);
	sock_connect(t, client, PORT);
	server = sock_accept(listener);
	ns_drop(t, SERVER, "tcp dport 5000");
	sock_reset(client);
	compare(t);
	ns_undrop(t, SERVER);
	/* It would answer the server's challenge with a reset. */
	ns_drop(t, CLIENT, "tcp sport 5000");
	client = sock_new(t, CLIENT, CLIENT_PORT);
	sock_start(t, client, SERVER, PORT);
	reach(t, CLIENT, SYN_SENT, 1);
	reach(t, SERVER, ESTABLISHED, 1);
	compare(t);
	ns_undrop(t, CLIENT);
	check(!sock_finish(client), "connect");
	close(server);
	server = sock_accept(listener);
	compare(t);
	close(client);
	close(server);
	close(listener);
	compare_ended(t);
}

/*
 * The server's reset is lost; what its client says next brings the old cookie back, and the server
 * has a socket again.
 */
static void cookie_again(struct test *t)
{
	int listener, server;
	struct pair p;

	ns_sysctl(t, SERVER, "net/ipv4/tcp_syncookies", "2");
	listener = sock_listen(t, SERVER, PORT, 8);
	p = sock_pair(t, listener, PORT);
	compare(t);
	ns_drop(t, CLIENT, "tcp sport 5000");
	sock_reset(p.server);
	compare(t);
	ns_undrop(t, CLIENT);
	sock_send(p.client, 100);
	server = sock_accept(listener);
	sock_recv(server, 100);
	compare(t);
	close(p.client);
	sock_eof(server);
	compare(t);
	close(server);
	close(listener);
	compare_ended(t);
}

/* Only the FIN brings the cookie back: the server's end begins in CLOSE_WAIT, its client waits. */
static void cookie_with_fin(struct test *t)
{
	struct stats stats;
	struct pair p;
	int listener;

	ns_sysctl(t, SERVER, "net/ipv4/tcp_syncookies", "2");
	listener = sock_listen(t, SERVER, PORT, 8);
	ns_drop(t, SERVER, "tcp flags & (fin | syn | rst | ack) == ack");
	p.client = sock_new(t, CLIENT, 0);
	sock_connect(t, p.client, PORT);
	ns_undrop(t, SERVER);
	sock_shut(p.client);
	p.server = sock_accept(listener);
	reach(t, SERVER, CLOSE_WAIT, 1);
	reach(t, CLIENT, FIN_WAIT_2, 1);
	compare(t);
	ns_enter(t, SERVER);
	procfs_stats(&stats);
	check(stats.state[FIN_WAIT_2].remote == 1, "%lld other ends in FIN_WAIT_2",
	      stats.state[FIN_WAIT_2].remote);
	close(p.server);
	close(p.client);
	close(listener);
	compare_ended(t);
}

/* A firewall at the client resets it in the server's name; the reset is lost, the server lives. */
static void rejected_in_vain(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8);
	struct pair p = sock_pair(t, listener, PORT);
	struct stats stats;

	ns_filter(t, CLIENT, "tcp flags & rst == rst drop",
		  "meta l4proto tcp tcp dport 5000 reject with tcp reset");
	sock_send(p.client, 100);
	compare(t);
	ns_enter(t, CLIENT);
	procfs_stats(&stats);
	check(stats.state[ESTABLISHED].remote == 1, "%lld other ends are ESTABLISHED",
	      stats.state[ESTABLISHED].remote);
	ns_filter(t, CLIENT, NULL, NULL);
	sock_recv(p.server, 100);
	compare(t);
	close(p.client);
	close(p.server);
	close(listener);
	compare_ended(t);
}

/* The only flow of this end. */
static void other_end_is(struct test *t, enum side side, enum state state)
{
	char *text, wanted[64];

	ns_enter(t, side);
	text = procfs_slurp(PROCFS "/flows");
	snprintf(wanted, sizeof(wanted), " remote_state=%s ", state_names[state]);
	check(strstr(text, wanted), "the other end is not in %s: %s", state_names[state], text);
	free(text);
}

/* A reset is damaged on its way, and not taken: who seemed to have sent it goes on. */
static void reset_untaken(struct test *t)
{
	static const struct forged reset = { .flags = RST, .damaged = true };
	struct talk talk;
	int listener;
	struct pair p;

	wire_open(t);
	listener = sock_listen(t, SERVER, PORT, 8);
	p = sock_pair(t, listener, PORT);
	wire_talk(t, p.client, PORT, &talk);
	wire_forge(t, &talk, CLIENT, &reset);
	compare(t);
	other_end_is(t, CLIENT, CLOSED);
	sleep_ms(1500);
	sock_send(p.server, 100);
	sock_recv(p.client, 100);
	compare(t);
	other_end_is(t, CLIENT, ESTABLISHED);
	close(p.client);
	close(p.server);
	close(listener);
	compare_ended(t);
}

/*
 * A connect() that waits for data is killed, and its program sends all the same: the SYN that leaves then is nobody's,
 * and not of the connection that has its port meanwhile.
 */
static void killed_waiter(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), waiter;
	struct pair p;

	ns_sysctl(t, CLIENT, "net/ipv4/tcp_fastopen", "5");
	waiter = sock_new(t, CLIENT, CLIENT_PORT);
	sock_option(waiter, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1);
	sock_start(t, waiter, SERVER, PORT);
	reach(t, CLIENT, SYN_SENT, 1);
	ns_run(t, CLIENT, "ss -K -t state syn-sent");
	reach(t, CLIENT, SYN_SENT, 0);
	p.client = sock_new(t, CLIENT, CLIENT_PORT);
	sock_connect(t, p.client, PORT);
	p.server = sock_accept(listener);
	compare(t);
	ns_enter(t, CLIENT);
	check(send(waiter, "x", 1, MSG_NOSIGNAL) < 0, "it sends");
	compare(t);
	other_end_is(t, CLIENT, ESTABLISHED);
	check(!procfs_transition(ESTABLISHED, CLOSED), "the connection has ended");
	sock_send(p.client, 100);
	sock_recv(p.server, 100);
	close(waiter);
	close(p.client);
	close(p.server);
	close(listener);
	compare_ended(t);
}

const struct scenario again_scenarios[] = {
	{ "connect_deferred", ON_BOTH | IN_EXACT, connect_deferred },
	{ "client_anew", ON_BOTH | IN_EXACT, client_anew },
	{ "cookie_again", ON_BOTH | IN_EXACT, cookie_again },
	{ "cookie_with_fin", ON_VETH | IN_EXACT, cookie_with_fin },
	{ "killed_waiter", ON_VETH | IN_EXACT, killed_waiter },
	{ "rejected_in_vain", ON_VETH | IN_EXACT, rejected_in_vain },
	{ "reset_untaken", ON_VETH | IN_EXACT, reset_untaken },
	{ 0 }
};
