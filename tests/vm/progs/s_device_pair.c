// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: of two ends here that speak by a device's own address each is found by what it is bound to,
 * though a flow knows one device only: one may be bound to a device of a VRF and the other to the VRF,
 * or one to a device, the other to none, and the device may go.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "compare.h"
#include "module.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "start.h"

#define DEVICE "d1"
#define VRF "red"

static const char *own_address(const struct test *t)
{
	return t->family == AF_INET ? "10.8.0.1" : "fd08::1";
}

static void add_device(struct test *t, bool in_vrf)
{
	bool ipv4 = t->family == AF_INET;

	ns_run(t, CLIENT, "ip link add " DEVICE " type dummy");
	if (in_vrf) {
		ns_run(t, CLIENT, "ip link add " VRF " type vrf table 100");
		ns_run(t, CLIENT, "ip link set " VRF " up");
		ns_run(t, CLIENT, "ip link set " DEVICE " master " VRF);
	}
	ns_run(t, CLIENT, "ip link set " DEVICE " up");
	ns_run(t, CLIENT, "ip addr add %s/%s dev " DEVICE "%s", own_address(t),
	       ipv4 ? "24" : "64", ipv4 ? "" : " nodad");
	sleep_ms(100);
}

static socklen_t address(const struct test *t, struct sockaddr_in6 *a, int port)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)a;

	memset(a, 0, sizeof(*a));
	a->sin6_family = t->family;
	a->sin6_port = htons(port);
	if (t->family == AF_INET) {
		inet_pton(AF_INET, own_address(t), &v4->sin_addr);
		return sizeof(*v4);
	}
	inet_pton(AF_INET6, own_address(t), &a->sin6_addr);
	return sizeof(*a);
}

static int bound_socket(struct test *t, const char *device)
{
	int fd = sock_new(t, CLIENT, 0);

	if (device)
		sock_bind_device(fd, device);
	return fd;
}

/* Whatever it is bound to, the connection is its own, and nobody else's who listens there. */
static void want_listener(struct test *t, const char *device)
{
	char *text, *line, *save, own[32];
	int n = 0;

	sleep_ms(SETTLE_MS);
	ns_enter(t, CLIENT);
	snprintf(own, sizeof(own), " device=%u", if_nametoindex(device));
	text = procfs_slurp(PROCFS "/listeners");
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		check(!strstr(line, own) == !!strstr(line, " ESTABLISHED=0 "),
		      "%s listens: '%s'", device, line);
		n += !!strstr(line, own);
	}
	check(n == 1, "%d lines are of %s", n, device);
	free(text);
}

/* A connection of this namespace with itself, each end bound to a device, or to none. */
static struct pair device_pair(struct test *t, const char *client, const char *server)
{
	int listener = bound_socket(t, server);
	struct sockaddr_in6 a;
	socklen_t len = address(t, &a, PORT);
	struct pair p;

	check(!bind(listener, (void *)&a, len), "bind: %s", strerror(errno));
	check(!listen(listener, 8), "listen: %s", strerror(errno));
	p.client = bound_socket(t, client);
	check(!connect(p.client, (void *)&a, len) || errno == EINPROGRESS, "connect: %s",
	      strerror(errno));
	check(!sock_finish(p.client), "connect by %s", client ?: "no device");
	p.server = sock_accept(listener);
	want_listener(t, server);
	close(listener);
	return p;
}

static void vrf_pair(struct test *t)
{
	static const char *const bound[][2] = { { DEVICE, VRF }, { VRF, DEVICE }, { VRF, VRF } };
	struct pair p;
	int other;
	size_t i;

	add_device(t, true);
	/* Bound to nothing: it does not hear from a VRF. */
	other = sock_listen_any(t, CLIENT, PORT);
	for (i = 0; i < sizeof(bound) / sizeof(bound[0]); i++) {
		p = device_pair(t, bound[i][0], bound[i][1]);
		reach(t, CLIENT, ESTABLISHED, 2);
		compare(t);
		/* Nothing moves. */
		compare_for(t, 3000, 1000);
		module_reload("");
		compare(t);
		pair_talk(&p);
		compare(t);
		sock_shut(p.client);
		sock_eof(p.server);
		compare(t);
		close(p.server);
		compare(t);
		close(p.client);
		compare_for(t, 63000, 9000);
	}
	close(other);
	compare_ended(t);
}

/* Nothing is sent any more when it has gone: what an end does, it does in silence. */
static void pair_gone(struct test *t)
{
	struct pair p[4];
	int i;

	add_device(t, false);
	for (i = 0; i < 4; i++)
		p[i] = device_pair(t, NULL, DEVICE);
	reach(t, CLIENT, ESTABLISHED, 8);
	compare(t);
	ns_run(t, CLIENT, "ip link del " DEVICE);
	compare(t);
	sock_reset(p[0].client);
	compare_for(t, 3000, 300);
	sock_reset(p[1].server);
	compare_for(t, 3000, 300);
	sock_shut(p[2].client);
	compare(t);
	sock_shut(p[3].server);
	compare_for(t, 3000, 300);
	close(p[0].server);
	close(p[1].client);
	for (i = 2; i < 4; i++) {
		close(p[i].client);
		close(p[i].server);
	}
	/* An orphan that nobody answers repeats its FIN for a minute and more. */
	compare_for(t, 200000, 10000);
	compare_ended(t);
}

const struct scenario device_pair_scenarios[] = {
	{ "vrf_pair", ON_LOOPBACK | IN_EXACT, vrf_pair },
	{ "device_pair_gone", ON_LOOPBACK | IN_EXACT, pair_gone },
	{ 0 }
};
