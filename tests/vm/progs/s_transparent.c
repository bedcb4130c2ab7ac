// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: a transparent proxy takes a connection in the server's name, and makes another in the
 * client's: two connections of one namespace with the same four numbers, each the other's mirror.
 * Each end goes its own way, and is adopted where it is.
 */
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

/* What the client says to the proxy, and the proxy to the server. */
struct relay {
	struct pair near, far;
};

/* All that comes to the router from either side is for itself. */
static void intercept(struct test *t)
{
	const char *ip = t->family == AF_INET ? "ip -4" : "ip -6";

	ns_run(t, ROUTER, "%s rule add pref 10 iif r0 lookup 100", ip);
	ns_run(t, ROUTER, "%s rule add pref 10 iif r1 lookup 100", ip);
	ns_run(t, ROUTER, "%s route add local default dev lo table 100", ip);
}

/* A socket of the router's with another's address. */
static int in_the_name_of(struct test *t, enum side whose, int port)
{
	int fd = sock_new(t, ROUTER, 0);

	if (t->family == AF_INET)
		sock_option(fd, IPPROTO_IP, IP_TRANSPARENT, 1);
	else
		sock_option(fd, IPPROTO_IPV6, IPV6_TRANSPARENT, 1);
	sock_bind(t, fd, whose, port);
	return fd;
}

static void relay(struct test *t, struct relay *r, int proxy, int listener)
{
	r->near = sock_pair(t, proxy, PORT);
	compare(t);
	r->far.client = in_the_name_of(t, CLIENT, sock_port(r->near.client));
	sock_connect(t, r->far.client, PORT);
	r->far.server = sock_accept(listener);
	compare(t);
}

static void talk(const struct relay *r)
{
	sock_send(r->near.client, 3000);
	sock_recv(r->near.server, 3000);
	sock_send(r->far.client, 3000);
	sock_recv(r->far.server, 3000);
	sock_send(r->far.server, 5000);
	sock_recv(r->far.client, 5000);
	sock_send(r->near.server, 5000);
	sock_recv(r->near.client, 5000);
}

static void proxy(struct test *t)
{
	int taken, listener, i;
	struct relay r[4];

	intercept(t);
	taken = in_the_name_of(t, SERVER, PORT);
	check(!listen(taken, 8), "listen: %s", strerror(errno));
	listener = sock_listen(t, SERVER, PORT, 8);
	for (i = 0; i < 4; i++) {
		relay(t, &r[i], taken, listener);
		talk(&r[i]);
		if (i == 1)
			module_reload("");
	}
	reach(t, ROUTER, ESTABLISHED, 8);
	compare(t);
	/* The client is first, and the proxy follows; or the server. */
	sock_shut(r[0].near.client);
	sock_eof(r[0].near.server);
	sock_shut(r[1].far.server);
	sock_eof(r[1].far.client);
	compare(t);
	sock_shut(r[0].far.client);
	sock_eof(r[0].far.server);
	sock_shut(r[1].near.server);
	sock_eof(r[1].near.client);
	compare(t);
	close(r[0].far.server);
	close(r[1].near.client);
	compare(t);
	/* What ends one of the two leaves the other as it was. */
	sock_reset(r[2].near.client);
	sock_reset(r[3].far.client);
	reach(t, ROUTER, ESTABLISHED, 2);
	compare(t);
	talk(&(struct relay){ .near = r[3].near, .far = r[2].far });
	for (i = 0; i < 4; i++) {
		if (i != 1 && i != 2)
			close(r[i].near.client);
		close(r[i].near.server);
		compare(t);
		if (i != 3)
			close(r[i].far.client);
		if (i)
			close(r[i].far.server);
		compare(t);
	}
	close(taken);
	close(listener);
	compare_for(t, 10000, 1000);
	compare_ended(t);
}

const struct scenario transparent_scenarios[] = {
	{ "transparent_proxy", ON_ROUTER | IN_EXACT, proxy },
	{ 0 }
};
