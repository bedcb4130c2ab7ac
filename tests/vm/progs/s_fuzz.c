// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: of 40,000 packets of any content (5,000 by each way and family) so many get through the IP layer
 * that the hooks see more than 20,000 segments, answers among them: out by raw sockets, in and through a
 * router by packet sockets, in by a TAP device whose packets are not linear. A connection that lives
 * beside them goes on, no gauge goes wrong, the log stays clean.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "compare.h"
#include "ns.h"
#include "packet.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"

#define PACKETS 5000
/* Seen at least; twice the one and six times the other are more than the claim. */
#define SEEN_OUT 3000
#define SEEN 2500
#define BESIDE 7000	/* a port that no random packet has */

#define MAC_BYTES { 2, 0, 0, 0, 0, 7 }
#define MAC_TEXT "02:00:00:00:00:07"

static struct pair beside;

static void begin(struct test *t)
{
	int listener = sock_listen(t, SERVER, BESIDE, 1);

	beside = sock_pair(t, listener, BESIDE);
	/* SYNs find somebody, too. */
	sock_listen(t, SERVER, PORT, 16);
}

static void alive(void)
{
	sock_send(beside.client, 1000);
	sock_recv(beside.server, 1000);
	sock_send(beside.server, 1000);
	sock_recv(beside.client, 1000);
}

/* Whatever came by: the gauges are what the walk of `flows` finds. */
static void accounts(struct test *t, bool seen)
{
	struct flow_counts flows;
	struct stats stats;
	int side, s;

	alive();
	sleep_ms(SETTLE_MS);
	for (side = 0; side < ns_count(t); side++) {
		ns_enter(t, side);
		procfs_transitions();
		procfs_stats(&stats);
		procfs_flows(&flows);
		for (s = 0; s < STATES; s++)
			check((s == LISTEN || stats.state[s].local == flows.local[s]) &&
			      stats.state[s].transit == flows.transit[s],
			      "%s: local=%lld transit=%lld, flows has %d and %d", state_names[s],
			      stats.state[s].local, stats.state[s].transit, flows.local[s],
			      flows.transit[s]);
	}
	if (!seen)
		return;
	ns_enter(t, t->place == ON_ROUTER ? ROUTER : SERVER);
	procfs_stats(&stats);
	note("segments seen=%lld stateless=%lld malformed=%lld fragments=%lld out_of_window=%lld",
	     stats.seen, stats.stateless, stats.malformed, stats.fragments, stats.out_of_window);
	check(stats.seen >= SEEN, "of %d packets only %lld were seen", PACKETS, stats.seen);
	check(stats.malformed && stats.stateless, "malformed=%lld stateless=%lld",
	      stats.malformed, stats.stateless);
}

/* LOCAL_OUT. */
static void fuzz_raw(struct test *t)
{
	unsigned char packet[PACKET_MAX];
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} to = { .any.sa_family = t->family };
	int fd, i, sent = 0;
	struct stats stats;

	begin(t);
	ns_enter(t, CLIENT);
	fd = socket(t->family, SOCK_RAW, IPPROTO_RAW);
	check(fd >= 0, "raw socket: %s", strerror(errno));
	if (t->family == AF_INET)
		inet_pton(AF_INET, ns_address(t, SERVER), &to.v4.sin_addr);
	else
		inet_pton(AF_INET6, ns_address(t, SERVER), &to.v6.sin6_addr);
	for (i = 0; i < PACKETS; i++) {
		size_t len = packet_random(t, CLIENT, SERVER, packet);

		sent += sendto(fd, packet, len, 0, &to.any,
			       t->family == AF_INET ? sizeof(to.v4) : sizeof(to.v6)) > 0;
		if (i % 500 == 0)
			alive();
	}
	check(sent > PACKETS * 3 / 4, "only %d of %d could be sent", sent, PACKETS);
	ns_enter(t, CLIENT);
	procfs_stats(&stats);
	note("segments seen=%lld of %d sent", stats.seen, sent);
	check(stats.seen >= SEEN_OUT, "%d sent, segments seen=%lld", sent, stats.seen);
	accounts(t, false);
}

/* LOCAL_IN, or FORWARD where a router is between; from both sides. */
static void fuzz_wire(struct test *t)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET, .sll_halen = ETH_ALEN, .sll_addr = MAC_BYTES,
		.sll_protocol = htons(t->family == AF_INET ? ETH_P_IP : ETH_P_IPV6),
	};
	unsigned char packet[PACKET_MAX];
	int fd[2], i, sent = 0;

	/* Before anybody has asked for it. */
	if (t->place == ON_ROUTER) {
		ns_run(t, ROUTER, "ip link set dev r0 address " MAC_TEXT);
		ns_run(t, ROUTER, "ip link set dev r1 address " MAC_TEXT);
	} else {
		ns_run(t, SERVER, "ip link set dev veth0 address " MAC_TEXT);
		ns_run(t, CLIENT, "ip link set dev veth0 address " MAC_TEXT);
	}
	begin(t);
	for (i = 0; i < 2; i++) {
		ns_enter(t, i ? SERVER : CLIENT);
		fd[i] = socket(AF_PACKET, SOCK_DGRAM, 0);
		check(fd[i] >= 0, "packet socket: %s", strerror(errno));
	}
	for (i = 0; i < PACKETS; i++) {
		int back = test_random() % 4 == 0;
		size_t len = packet_random(t, back ? SERVER : CLIENT, back ? CLIENT : SERVER, packet);

		ns_enter(t, back ? SERVER : CLIENT);
		to.sll_ifindex = if_nametoindex("veth0");
		sent += sendto(fd[back], packet, len, 0, (void *)&to, sizeof(to)) > 0;
		if (i % 500 == 0)
			alive();
	}
	check(sent == PACKETS, "only %d of %d could be sent", sent, PACKETS);
	accounts(t, true);
}

static int tap_open(void)
{
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_NAPI | IFF_NAPI_FRAGS };
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	check(fd >= 0, "/dev/net/tun: %s", strerror(errno));
	strcpy(ifr.ifr_name, "tap0");
	check(!ioctl(fd, TUNSETIFF, &ifr), "IFF_NAPI_FRAGS: %s", strerror(errno));
	return fd;
}

/* The pieces of the packet after the first one become the skb's fragments. */
static bool tap_write(int fd, unsigned char *frame, size_t len)
{
	struct iovec iov[16];
	size_t done = 0, piece;
	int n = 0;

	while (done < len && n < 16) {
		piece = n ? 1 + test_random() % 40 : ETH_HLEN + test_random() % 48;
		if (piece > len - done || n == 15)
			piece = len - done;
		iov[n].iov_base = frame + done;
		iov[n++].iov_len = piece;
		done += piece;
	}
	return writev(fd, iov, n) > 0;
}

/* LOCAL_IN with headers that are not in the linear part. */
static void fuzz_tap(struct test *t)
{
	static const unsigned char mac[] = MAC_BYTES;
	unsigned char frame[ETH_HLEN + PACKET_MAX] = { 0 };
	int fd, i, sent = 0;

	begin(t);
	ns_enter(t, SERVER);
	fd = tap_open();
	ns_run(t, SERVER, "ip link set dev tap0 address " MAC_TEXT);
	ns_run(t, SERVER, "ip link set dev tap0 up");
	/* The client's address is not behind the TAP device; it need not be. */
	ns_sysctl(t, SERVER, "net/ipv4/conf/all/rp_filter", "0");
	ns_sysctl(t, SERVER, "net/ipv4/conf/tap0/rp_filter", "0");
	memcpy(frame, mac, ETH_ALEN);
	frame[ETH_ALEN] = 2;
	frame[12] = t->family == AF_INET ? 0x08 : 0x86;
	frame[13] = t->family == AF_INET ? 0x00 : 0xdd;
	for (i = 0; i < PACKETS; i++) {
		size_t len = packet_random(t, CLIENT, SERVER, frame + ETH_HLEN);

		sent += tap_write(fd, frame, ETH_HLEN + len);
		if (i % 500 == 0)
			alive();
	}
	check(sent > PACKETS * 3 / 4, "only %d of %d could be sent", sent, PACKETS);
	accounts(t, true);
}

const struct scenario fuzz_scenarios[] = {
	{ "fuzz_raw", ON_VETH | IN_EXACT, fuzz_raw },
	{ "fuzz_wire", ON_VETH | ON_ROUTER | IN_EXACT, fuzz_wire },
	{ "fuzz_tap", ON_VETH | IN_EXACT, fuzz_tap },
	{ 0 }
};
