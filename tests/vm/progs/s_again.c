// SPDX-License-Identifier: GPL-2.0
/*
 * Claims, each reduced from a seed of the random test that had failed: a connect() whose SYN waits for
 * data is in SYN_SENT; a client that begins anew leaves its server where that is.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "compare.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "start.h"

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
	sock_start(t, client, SERVER, PORT);
	check(!sock_finish(client), "connect");
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

const struct scenario again_scenarios[] = {
	{ "connect_deferred", ON_BOTH | IN_EXACT, connect_deferred },
	{ "client_anew", ON_BOTH | IN_EXACT, client_anew },
	{ 0 }
};
