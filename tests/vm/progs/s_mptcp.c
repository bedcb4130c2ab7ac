// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: MPTCP's subflows are counted as the TCP sockets that they are, one by one, and its own
 * sockets are not: a connection with one subflow and with two, adopted ones, a peer that speaks TCP
 * alone, and closes of each kind.
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

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

static void need_mptcp(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP);

	if (fd < 0)
		skip("this kernel has no MPTCP: %s", strerror(errno));
	close(fd);
}

static int mptcp_new(struct test *t, enum side side, int port)
{
	int fd, one = 1;

	ns_enter(t, side);
	fd = socket(t->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_MPTCP);
	check(fd >= 0, "socket: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (port)
		sock_bind(t, fd, side, port);
	return fd;
}

static int mptcp_listen(struct test *t, int port)
{
	int fd = mptcp_new(t, SERVER, port);

	check(!listen(fd, 8), "listen: %s", strerror(errno));
	return fd;
}

static struct pair mptcp_pair(struct test *t, int listener, bool client_too)
{
	struct pair p;

	p.client = client_too ? mptcp_new(t, CLIENT, 0) : sock_new(t, CLIENT, 0);
	/* Not its second address, which is for the second subflow. */
	sock_bind(t, p.client, CLIENT, 0);
	sock_connect(t, p.client, PORT);
	p.server = sock_accept(listener);
	return p;
}

static void talk(const struct pair *p)
{
	sock_send(p->client, 3000);
	sock_recv(p->server, 3000);
	sock_send(p->server, 3000);
	sock_recv(p->client, 3000);
}

static void close_by(struct test *t, struct pair *p, int how)
{
	int *first = how & 1 ? &p->server : &p->client, *second = how & 1 ? &p->client : &p->server;

	compare_after("close %d", how);
	if (how & 2) {
		sock_reset(*first);
		compare(t);
		close(*second);
	} else {
		sock_shut(*first);
		sock_eof(*second);
		compare(t);
		close(*first);
		compare(t);
		close(*second);
	}
	compare(t);
}

static void one_subflow(struct test *t)
{
	struct pair p[5];
	int listener, i;

	need_mptcp();
	listener = mptcp_listen(t, PORT);
	compare(t);
	/* The last speaks TCP alone. */
	for (i = 0; i < 5; i++) {
		p[i] = mptcp_pair(t, listener, i < 4);
		talk(&p[i]);
	}
	reach_both(t, ESTABLISHED, 5, 5);
	compare(t);
	module_reload("");
	compare(t);
	for (i = 0; i < 5; i++)
		close_by(t, &p[i], i & 3);
	close(listener);
	compare_for(t, 20000, 3000);
	compare_ended(t);
}

/* The client has a second address, from which it joins; the server one that it announces. */
static void more_subflows(struct test *t)
{
	const char *second = t->family == AF_INET ? "10.9.1.2" : "fd09:1::2";
	const char *bits = t->family == AF_INET ? "/24" : "/64 nodad";
	int listener, i, port = PORT;
	struct pair p[4];

	need_mptcp();
	ns_run(t, CLIENT, "ip addr add %s%s dev veth0", second, bits);
	ns_run(t, SERVER, "ip mptcp limits set subflow 2 add_addr_accepted 2");
	ns_run(t, CLIENT, "ip mptcp limits set subflow 2 add_addr_accepted 2");
	ns_run(t, CLIENT, "ip mptcp endpoint add %s subflow", second);
	listener = mptcp_listen(t, port);
	for (i = 0; i < 4; i++) {
		p[i] = mptcp_pair(t, listener, true);
		talk(&p[i]);
	}
	reach_both(t, ESTABLISHED, 8, 8);
	compare(t);
	/* One of the subflows is killed, by whoever; the connection goes on. */
	ns_run(t, CLIENT, "ss -K -tanH src %s%s%s", t->family == AF_INET ? "" : "[", second,
	       t->family == AF_INET ? "" : "]");
	compare_for(t, 3000, 300);
	talk(&p[0]);
	module_reload("");
	compare(t);
	for (i = 0; i < 4; i++)
		close_by(t, &p[i], i);
	close(listener);
	compare_for(t, 20000, 3000);
	compare_ended(t);
}

const struct scenario mptcp_scenarios[] = {
	{ "mptcp_one", ON_BOTH | IN_EXACT, one_subflow },
	{ "mptcp_more", ON_VETH | IN_EXACT, more_subflows },
	{ 0 }
};
