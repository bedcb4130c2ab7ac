// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: the same addresses and ports in two VRFs, and in none, are as many connections; each is
 * counted where its own socket is, and ends for itself. They are adopted as such, too. One listener
 * may serve all VRFs, and a socket may be bound to a device of one. A router tells them apart, too.
 * `flows` and `anomalies` say which is which; ports that are held in one VRF are free in the other.
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

#define CLIENT_PORT 40000
#define VRFS 2

static const char *const vrf[VRFS] = { "red", "blue" };

static bool ipv4(const struct test *t)
{
	return t->family == AF_INET;
}

static void address(struct test *t, enum side side, const char *device, const char *addr,
		    const char *bits)
{
	ns_run(t, side, "ip addr add %s/%s dev %s%s", addr, bits, device, ipv4(t) ? "" : " nodad");
}

/* A device goes into a VRF, which takes its addresses away. */
static void enslave(struct test *t, enum side side, const char *device, int i, const char *addr)
{
	ns_run(t, side, "ip addr flush dev %s", device);
	ns_run(t, side, "ip link set %s master %s", device, vrf[i]);
	ns_run(t, side, "ip link set %s up", device);
	address(t, side, device, addr, ipv4(t) ? "24" : "64");
}

static void add_link(struct test *t, enum side a, const char *device_a, enum side b,
		     const char *device_b)
{
	ns_run(t, a, "ip link add %s type veth peer name %s netns /proc/%d/fd/%d", device_a,
	       device_b, getpid(), t->ns[b]);
}

static const char *network(const struct test *t, enum side side)
{
	if (side == CLIENT)
		return ipv4(t) ? "10.9.1.0/24" : "fd09:1::/64";
	return ipv4(t) ? "10.9.2.0/24" : "fd09:2::/64";
}

static const char *gateway(const struct test *t, enum side side)
{
	if (side == CLIENT)
		return ipv4(t) ? "10.9.1.254" : "fd09:1::fe";
	return ipv4(t) ? "10.9.2.254" : "fd09:2::fe";
}

/* The links of one VRF: the first has those that are there. */
static void setup_links(struct test *t, int i)
{
	static const char *const client[] = { "veth0", "veth1" }, *const router[2][2] = {
		{ "r0", "r1" }, { "r2", "r3" },
	};
	int side;

	if (i && t->place == ON_VETH)
		add_link(t, CLIENT, client[i], SERVER, client[i]);
	for (side = CLIENT; side <= SERVER; side++) {
		if (i && t->place == ON_ROUTER)
			add_link(t, side, client[i], ROUTER, router[i][side]);
		if (t->place == ON_ROUTER)
			enslave(t, ROUTER, router[i][side], i, gateway(t, side));
	}
	for (side = CLIENT; side <= SERVER; side++) {
		enslave(t, side, client[i], i, ns_address(t, side));
		if (t->place == ON_ROUTER)
			ns_run(t, side, "ip route add %s via %s vrf %s", network(t, !side),
			       gateway(t, side), vrf[i]);
		else
			ns_run(t, side, "ip route add %s dev %s vrf %s", network(t, !side),
			       client[i], vrf[i]);
	}
}

/* On loopback each VRF has its own; otherwise links of its own to the other end. */
static void setup(struct test *t)
{
	const char *ip = ipv4(t) ? "ip -4" : "ip -6";
	int side, i;

	for (side = 0; side < ns_count(t); side++) {
		/* Each VRF's own addresses come before everybody's. */
		ns_run(t, side, "%s rule add pref 32765 from all lookup local", ip);
		ns_run(t, side, "%s rule del pref 0 from all lookup local", ip);
		for (i = 0; i < VRFS; i++) {
			ns_run(t, side, "ip link add %s type vrf table %d", vrf[i], 100 + i);
			ns_run(t, side, "ip link set %s up", vrf[i]);
		}
	}
	for (i = 0; i < VRFS; i++) {
		if (ns_count(t) == 1)
			address(t, CLIENT, vrf[i], ns_address(t, CLIENT), ipv4(t) ? "8" : "128");
		else
			setup_links(t, i);
	}
	sleep_ms(100);
}

static int bound_socket(struct test *t, enum side side, const char *device, int port)
{
	int fd = sock_new(t, side, 0);

	sock_bind_device(fd, device);
	sock_bind(t, fd, side, port);
	return fd;
}

static int bound_listener(struct test *t, const char *device)
{
	int fd = bound_socket(t, SERVER, device, PORT);

	check(!listen(fd, 8), "listen: %s", strerror(errno));
	return fd;
}

static struct pair pair_from(struct test *t, const char *device, int port, int listener)
{
	struct pair p;

	p.client = bound_socket(t, CLIENT, device, port);
	sock_start(t, p.client, SERVER, PORT);
	check(!sock_finish(p.client), "connect in %s", device);
	p.server = sock_accept(listener);
	return p;
}

static struct pair bound_pair(struct test *t, const char *device, int listener)
{
	return pair_from(t, device, CLIENT_PORT, listener);
}

/* Lines of `flows` with this device, 0: none. */
static int lines_of(struct test *t, enum side side, const char *device)
{
	unsigned int index;
	char *text, *line, *save;
	struct flow_line f;
	const char *error;
	int n = 0;

	ns_enter(t, side);
	index = device ? if_nametoindex(device) : 0;
	text = procfs_slurp(PROCFS "/flows");
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		error = procfs_flow_line(line, &f);
		check(!error, "flows: %s in '%s'", error, line);
		n += f.device == (int)index;
	}
	free(text);
	return n;
}

static void same_tuple(struct test *t)
{
	int listener[VRFS], i, n = VRFS, plain = -1;
	struct pair p[VRFS + 1];

	setup(t);
	for (i = 0; i < VRFS; i++)
		listener[i] = bound_listener(t, vrf[i]);
	for (i = 0; i < VRFS; i++) {
		p[i] = bound_pair(t, vrf[i], listener[i]);
		compare(t);
	}
	if (ns_count(t) == 1) {
		plain = sock_listen(t, SERVER, PORT, 8);
		p[n].client = sock_new(t, CLIENT, CLIENT_PORT);
		sock_connect(t, p[n].client, PORT);
		p[n++].server = sock_accept(plain);
	}
	for (i = 0; i < n; i++)
		pair_talk(&p[i]);
	reach_both(t, ESTABLISHED, n, n);
	compare(t);
	module_reload("");
	compare(t);
	for (i = 0; i < n; i++)
		check(lines_of(t, CLIENT, i < VRFS ? vrf[i] : NULL) == (n > VRFS ? 2 : 1),
		      "flows does not tell which is %s's", i < VRFS ? vrf[i] : "nobody");
	part_ways(t, p);
	/* Again, beside a TIME_WAIT of the same name. */
	p[1] = bound_pair(t, vrf[1], listener[1]);
	pair_talk(&p[1]);
	compare(t);
	close(p[1].client);
	close(p[1].server);
	if (n > VRFS) {
		close(p[VRFS].client);
		compare(t);
		close(p[VRFS].server);
		close(plain);
	}
	close_many(listener, VRFS);
	compare_for(t, 10000, 1000);
	compare_ended(t);
}

/* The listener is bound to none; the client, to the VRF's device. */
static void one_listener(struct test *t)
{
	static const char *const slave[VRFS] = { "veth0", "veth1" };
	struct pair p[VRFS];
	int listener, i;

	setup(t);
	ns_sysctl(t, SERVER, "net/ipv4/tcp_l3mdev_accept", "1");
	ns_sysctl(t, CLIENT, "net/ipv4/tcp_l3mdev_accept", "1");
	/* The addresses are the VRFs': an unbound socket has none of them. */
	listener = sock_listen_any(t, SERVER, PORT);
	for (i = 0; i < VRFS; i++)
		p[i] = bound_pair(t, slave[i], listener);
	for (i = 0; i < VRFS; i++)
		pair_talk(&p[i]);
	reach_both(t, ESTABLISHED, 2, 2);
	compare(t);
	module_reload("");
	pair_talk(&p[0]);
	compare(t);
	sock_shut(p[0].server);
	sock_shut(p[1].client);
	compare(t);
	for (i = 0; i < VRFS; i++) {
		close(p[i].client);
		close(p[i].server);
	}
	close(listener);
	compare_ended(t);
}

static void want_transit(struct test *t, enum state state, int count)
{
	struct stats s;

	compare(t);
	ns_enter(t, ROUTER);
	procfs_stats(&s);
	check(s.state[state].transit == count, "%s transit=%lld, not %d", state_names[state],
	      s.state[state].transit, count);
}

/* Two VRFs through one router: it knows neither end, and tells them apart. */
static void forwarded(struct test *t)
{
	int listener[VRFS], i;
	struct pair p[VRFS];

	setup(t);
	for (i = 0; i < VRFS; i++) {
		listener[i] = bound_listener(t, vrf[i]);
		p[i] = bound_pair(t, vrf[i], listener[i]);
		pair_talk(&p[i]);
		want_transit(t, ESTABLISHED, 2 * (i + 1));
		check(lines_of(t, ROUTER, vrf[i]) == 1, "flows does not tell which is %s's",
		      vrf[i]);
	}
	sock_shut(p[0].client);
	sock_eof(p[0].server);
	want_transit(t, ESTABLISHED, 2);
	want_transit(t, CLOSE_WAIT, 1);
	pair_talk(&p[1]);
	sock_reset(p[1].client);
	want_transit(t, ESTABLISHED, 0);
	want_transit(t, CLOSE_WAIT, 1);
	close(p[0].client);
	close(p[0].server);
	close(p[1].server);
	close_many(listener, VRFS);
	compare_ended(t);
}

#define RANGE	10	/* of ports */
#define HELD	6	/* in each VRF: more than eight of ten in both */

static void wants_ports(struct test *t, long long worst, bool pressed)
{
	struct stats s;
	char *text, device[16];

	ns_enter(t, CLIENT);
	procfs_stats(&s);
	check(s.destinations == VRFS && s.worst_used == worst && s.worst_available == RANGE &&
	      s.pressured == pressed, "destinations=%lld worst_used=%lld of %lld pressured=%lld",
	      s.destinations, s.worst_used, s.worst_available, s.pressured);
	text = procfs_slurp(PROCFS "/anomalies");
	snprintf(device, sizeof(device), " device=%u\n", if_nametoindex(vrf[0]));
	check(pressed ? !!strstr(text, device) && strchr(text, '\n')[1] == '\0' : !*text,
	      "anomalies: '%s'", text);
	free(text);
}

/* Two customers with the same addresses do not take ports from each other. */
static void ports(struct test *t)
{
	int listener[VRFS], i, n = 0;
	struct pair p[VRFS * HELD + 2];

	setup(t);
	ns_sysctl(t, CLIENT, "net/ipv4/ip_local_port_range", "40000 40009");
	for (i = 0; i < VRFS; i++)
		listener[i] = bound_listener(t, vrf[i]);
	for (i = 0; i < VRFS * HELD; i++)
		p[n++] = pair_from(t, vrf[i % VRFS], CLIENT_PORT + i / VRFS, listener[i % VRFS]);
	wants_ports(t, HELD, false);
	for (i = HELD; i < HELD + 2; i++)
		p[n++] = pair_from(t, vrf[0], CLIENT_PORT + i, listener[0]);
	wants_ports(t, HELD + 2, true);
	for (i = 0; i < n; i++)
		sock_reset(p[i].client);
	for (i = 0; i < n; i++)
		close(p[i].server);
	close_many(listener, VRFS);
	compare_ended(t);
}

const struct scenario vrf_scenarios[] = {
	{ "vrf_same_tuple", ON_BOTH | IN_EXACT, same_tuple },
	{ "vrf_one_listener", ON_VETH | IN_EXACT, one_listener },
	{ "vrf_ports", ON_BOTH | IN_EXACT, ports },
	{ "vrf_forwarded", ON_ROUTER | IN_EXACT, forwarded },
	{ 0 }
};
