// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: what a socket is bound to (SO_BINDTODEVICE, a link-local address' interface) tells which
 * connection is its own, and no more. Of two ends here one may be bound and the other not; a socket
 * may be bound anew while it is open; the same addresses and ports on two links are two connections,
 * and where the links go, they end in silence. VRFs are s_vrf.c's.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "compare.h"
#include "module.h"
#include "ns.h"
#include "scenarios.h"
#include "start.h"

/* A whole connection; each end is bound to a device, or to none. */
static struct pair bound_pair(struct test *t, const char *client, const char *server)
{
	int listener = sock_new(t, SERVER, PORT);
	struct pair p;

	if (server)
		sock_bind_device(listener, server);
	check(!listen(listener, 8), "listen: %s", strerror(errno));
	p.client = sock_new(t, CLIENT, 0);
	if (client)
		sock_bind_device(p.client, client);
	sock_connect(t, p.client, PORT);
	p.server = sock_accept(listener);
	close(listener);
	return p;
}

static void talk_and_close(struct test *t, const struct pair *p)
{
	compare(t);
	pair_talk(p);
	compare(t);
	sock_shut(p->client);
	sock_eof(p->server);
	compare(t);
	close(p->server);
	compare(t);
	close(p->client);
}

static void one_end(struct test *t)
{
	struct pair p;

	p = bound_pair(t, "lo", NULL);
	talk_and_close(t, &p);
	p = bound_pair(t, NULL, "lo");
	module_reload("");
	talk_and_close(t, &p);
	p = bound_pair(t, "lo", "lo");
	talk_and_close(t, &p);
	compare_ended(t);
}

#define LINKS 2
#define CLIENT_PORT 40000

static const char *const links[LINKS] = { "veth0", "veth1" };

/* A second link between the two, with the same addresses at its ends. */
static void add_link(struct test *t)
{
	int side, i;

	ns_run(t, CLIENT, "ip link add veth1 type veth peer name veth1 netns /proc/%d/fd/%d",
	       getpid(), t->ns[SERVER]);
	for (side = CLIENT; side <= SERVER; side++) {
		ns_run(t, side, "ip link set veth1 up");
		if (t->family == AF_INET) {
			ns_run(t, side, "ip addr add %s/32 dev veth1", ns_address(t, side));
			ns_run(t, side, "ip route add 10.9.%d.0/24 dev veth1 metric 9",
			       side == CLIENT ? 2 : 1);
			continue;
		}
		for (i = 0; i < LINKS; i++)
			ns_run(t, side, "ip addr add fe80::%d/64 dev %s nodad", side + 1, links[i]);
	}
	sleep_ms(100);
}

static socklen_t address_on(struct test *t, enum side of, const char *device, int port,
			    struct sockaddr_in6 *a)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)a;

	memset(a, 0, sizeof(*a));
	a->sin6_family = t->family;
	a->sin6_port = htons(port);
	if (t->family == AF_INET) {
		inet_pton(AF_INET, ns_address(t, of), &v4->sin_addr);
		return sizeof(*v4);
	}
	inet_pton(AF_INET6, of == CLIENT ? "fe80::1" : "fe80::2", &a->sin6_addr);
	a->sin6_scope_id = if_nametoindex(device);
	return sizeof(*a);
}

static int socket_on(struct test *t, enum side side, const char *device, int port)
{
	int fd = sock_new(t, side, 0);
	struct sockaddr_in6 a;
	socklen_t len = address_on(t, side, device, port, &a);

	if (t->family == AF_INET)
		sock_bind_device(fd, device);
	check(!bind(fd, (void *)&a, len), "bind on %s: %s", device, strerror(errno));
	return fd;
}

static struct pair pair_on(struct test *t, const char *device, int listener)
{
	struct sockaddr_in6 a;
	struct pair p;
	socklen_t len;

	p.client = socket_on(t, CLIENT, device, CLIENT_PORT);
	len = address_on(t, SERVER, device, PORT, &a);
	check(!connect(p.client, (void *)&a, len) || errno == EINPROGRESS, "connect on %s: %s",
	      device, strerror(errno));
	check(!sock_finish(p.client), "connect on %s", device);
	p.server = sock_accept(listener);
	return p;
}

static void enslave(struct test *t)
{
	int side, i;

	for (side = CLIENT; side <= SERVER; side++) {
		ns_run(t, side, "ip link add red type vrf table 100");
		ns_run(t, side, "ip link set red up");
		/* That takes their addresses away. */
		for (i = 0; i < LINKS; i++) {
			ns_run(t, side, "ip link set %s master red", links[i]);
			ns_run(t, side, "ip link set %s up", links[i]);
			ns_run(t, side, "ip addr replace fe80::%d/64 dev %s nodad", side + 1,
			       links[i]);
		}
	}
	sleep_ms(100);
}

/* Two sockets with one name, each on a link of its own. */
static void twins(struct test *t)
{
	int listener[LINKS], i;
	struct pair p[LINKS];

	for (i = 0; i < LINKS; i++) {
		listener[i] = socket_on(t, SERVER, links[i], PORT);
		check(!listen(listener[i], 8), "listen: %s", strerror(errno));
	}
	for (i = 0; i < LINKS; i++) {
		p[i] = pair_on(t, links[i], listener[i]);
		compare(t);
	}
	for (i = 0; i < LINKS; i++)
		pair_talk(&p[i]);
	reach_both(t, ESTABLISHED, LINKS, LINKS);
	compare(t);
	module_reload("");
	compare(t);
	part_ways(t, p);
	/* Again, beside a TIME_WAIT of the same name. */
	p[1] = pair_on(t, links[1], listener[1]);
	compare(t);
	close(p[1].client);
	close(p[1].server);
	close_many(listener, LINKS);
	compare_for(t, 10000, 1000);
	compare_ended(t);
}

static void same_tuple(struct test *t)
{
	add_link(t);
	twins(t);
}

/* The links are in one VRF. By IPv4 their addresses would be one there. */
static void same_tuple_in_vrf(struct test *t)
{
	add_link(t);
	if (t->family == AF_INET6)
		enslave(t);
	twins(t);
}

/* Bound while they are open, anew, and to nothing; then each moves. */
static void bound_late(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), i;
	struct pair p[4];

	for (i = 0; i < 4; i++) {
		p[i].client = sock_new(t, CLIENT, 0);
		if (i == 2)
			sock_bind_device(p[i].client, "veth0");
		sock_connect(t, p[i].client, PORT);
		p[i].server = sock_accept(listener);
	}
	compare(t);
	ns_enter(t, CLIENT);
	sock_bind_device(p[0].client, "veth0");
	sock_bind_device(p[1].client, "lo");
	sock_bind_device(p[2].client, NULL);
	ns_enter(t, SERVER);
	sock_bind_device(p[3].server, "veth0");
	compare(t);
	sock_shut(p[0].client);
	sock_shut(p[2].server);
	sock_shut(p[3].client);
	sock_eof(p[3].server);
	/* Whose device is not on the way. */
	sock_shut(p[1].client);
	compare_for(t, 3000, 300);
	for (i = 0; i < 4; i++) {
		close(p[i].server);
		close(p[i].client);
	}
	close(listener);
	/* An orphan that nobody answers repeats its FIN for a minute and more. */
	compare_for(t, 200000, 10000);
	compare_ended(t);
}

/*
 * The links go while connections are open and sockets are bound to them: one for good, the other
 * into the other namespace. Nothing is sent any more, so all that follows is silent.
 */
static void gone(struct test *t)
{
	int listener[LINKS], plain, i;
	struct pair p[LINKS + 2];

	add_link(t);
	plain = sock_listen(t, SERVER, PORT + 1, 8);
	for (i = 0; i < LINKS; i++) {
		listener[i] = socket_on(t, SERVER, links[i], PORT);
		check(!listen(listener[i], 8), "listen: %s", strerror(errno));
		p[i] = pair_on(t, links[i], listener[i]);
	}
	for (; i < LINKS + 2; i++)
		p[i] = sock_pair(t, plain, PORT + 1);
	compare(t);
	ns_run(t, CLIENT, "ip link del veth1");
	ns_run(t, CLIENT, "ip link set veth0 netns /proc/%d/fd/%d name other", getpid(),
	       t->ns[SERVER]);
	compare(t);
	module_reload("");
	compare(t);
	sock_shut(p[0].client);
	sock_shut(p[1].server);
	sock_shut(p[2].client);
	compare(t);
	sock_reset(p[3].client);
	close(p[3].server);
	compare_for(t, 3000, 300);
	for (i = 0; i < LINKS + 1; i++) {
		close(p[i].client);
		close(p[i].server);
	}
	close_many(listener, LINKS);
	close(plain);
	compare_for(t, 200000, 10000);
	compare_ended(t);
}

const struct scenario device_scenarios[] = {
	{ "device_one_end", ON_LOOPBACK | IN_EXACT, one_end },
	{ "device_same_tuple", ON_VETH | IN_EXACT, same_tuple },
	{ "device_same_tuple_in_vrf", ON_VETH | IN_EXACT, same_tuple_in_vrf },
	{ "device_gone", ON_VETH | IN_EXACT, gone },
	{ "device_bound_late", ON_VETH | IN_EXACT, bound_late },
	{ 0 }
};
