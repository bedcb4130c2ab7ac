// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "flood.h"
#include "ns.h"

#define MAC_TEXT "02:00:00:00:00:07"
#define BATCH 64
#define FRAME_MAX (ETH_HLEN + 40 + 20)

static const unsigned char mac[ETH_ALEN] = { 2, 0, 0, 0, 0, 7 };
static int packet_fd;

/* A frame of which only source, port, numbers, flags and the checksums over them vary. */
struct template {
	unsigned char frame[FRAME_MAX];
	int len, ip_len;
	uint32_t ip_sum, tcp_sum;
};

static void route_back(struct test *t, enum side side, const char *dev, int net, const char *via)
{
	ns_run(t, side, "ip route replace default via 10.9.%d.%s dev %s onlink", net, via, dev);
	ns_run(t, side, "ip -6 route replace default via fd09:%d::%s dev %s", net,
	       strcmp(via, "254") ? via : "fe", dev);
	ns_run(t, side, "ip neigh replace 10.9.%d.%s lladdr " MAC_TEXT " dev %s nud permanent", net,
	       via, dev);
	ns_run(t, side, "ip neigh replace fd09:%d::%s lladdr " MAC_TEXT " dev %s nud permanent", net,
	       strcmp(via, "254") ? via : "fe", dev);
}

void flood_open(struct test *t)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	int one = 1;

	if (t->place == ON_ROUTER) {
		ns_run(t, ROUTER, "ip link set dev r0 address " MAC_TEXT);
		ns_run(t, ROUTER, "ip link set dev r1 address " MAC_TEXT);
		route_back(t, SERVER, "veth0", 2, "254");
	} else {
		ns_run(t, SERVER, "ip link set dev veth0 address " MAC_TEXT);
		ns_run(t, CLIENT, "ip link set dev veth0 address " MAC_TEXT);
		route_back(t, SERVER, "veth0", 1, "1");
	}
	if (t->place == ON_ROUTER)
		ns_run(t, SERVER, "ip neigh flush dev veth0");
	ns_enter(t, CLIENT);
	packet_fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	check(packet_fd >= 0, "packet socket: %s", strerror(errno));
	to.sll_ifindex = if_nametoindex("veth0");
	check(!bind(packet_fd, (void *)&to, sizeof(to)), "bind: %s", strerror(errno));
	setsockopt(packet_fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one));
}

static uint32_t sum16(const unsigned char *p, int len)
{
	uint32_t sum = 0;
	int i;

	for (i = 0; i < len; i += 2)
		sum += p[i] << 8 | p[i + 1];
	return sum;
}

static void put16(unsigned char *p, uint32_t v)
{
	p[0] = v >> 8;
	p[1] = v;
}

static void put_check(unsigned char *p, uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	put16(p, ~sum);
}

static uint32_t fast_random(void)
{
	static uint32_t x = 2463534242u;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x;
}

static void template_make(struct test *t, const struct flood *f, struct template *m)
{
	unsigned char *ip = m->frame + ETH_HLEN, *tcp;
	bool v4 = t->family == AF_INET;

	memset(m, 0, sizeof(*m));
	memcpy(m->frame, mac, ETH_ALEN);
	m->frame[ETH_ALEN] = 2;
	put16(m->frame + 12, v4 ? ETH_P_IP : ETH_P_IPV6);
	m->ip_len = v4 ? 20 : 40;
	m->len = ETH_HLEN + m->ip_len + 20;
	tcp = ip + m->ip_len;
	if (v4) {
		ip[0] = 0x45;
		put16(ip + 2, 40);
		ip[8] = 64;
		ip[9] = IPPROTO_TCP;
		inet_pton(AF_INET, ns_address(t, SERVER), ip + 16);
		inet_pton(AF_INET, f->sport ? ns_address(t, CLIENT) : "20.0.0.0", ip + 12);
	} else {
		ip[0] = 0x60;
		put16(ip + 4, 20);
		ip[6] = IPPROTO_TCP;
		ip[7] = 64;
		inet_pton(AF_INET6, ns_address(t, SERVER), ip + 24);
		inet_pton(AF_INET6, f->sport ? ns_address(t, CLIENT) : "2001:db8::", ip + 8);
	}
	put16(tcp, f->sport);
	put16(tcp + 2, f->dport);
	tcp[12] = 5 << 4;
	put16(tcp + 14, 64240);
	m->ip_sum = sum16(ip, 20);
	/* Pseudo-header: both addresses, length, protocol. */
	m->tcp_sum = sum16(v4 ? ip + 12 : ip + 8, v4 ? 8 : 32) + IPPROTO_TCP + 20 + sum16(tcp, 20);
}

/* 22 bits of a source address. */
static uint32_t source(const struct flood *f)
{
	static uint32_t last;

	return f->distinct ? ++last : fast_random();
}

static void frame_make(const struct template *m, const struct flood *f, int i,
		       unsigned char *frame)
{
	unsigned char *ip = frame + ETH_HLEN, *tcp = ip + m->ip_len;
	uint32_t sum = m->tcp_sum, who = source(f), v;
	unsigned char flags = f->flags[i % f->n_flags];

	memcpy(frame, m->frame, m->len);
	if (!f->sport) {
		/* 20.0.0.0/10 or 2001:db8::/106: the template has zeros there. */
		unsigned char *low = ip + (m->ip_len == 20 ? 13 : 21);

		low[0] = who >> 16 & 0x3f;
		put16(low + 1, who);
		v = low[0] + (who & 0xffff);
		sum += v;
		if (m->ip_len == 20)
			put_check(ip + 10, m->ip_sum + v);
		v = 1024 + fast_random() % 60000;
		put16(tcp, v);
		sum += v;
	} else if (m->ip_len == 20) {
		put_check(ip + 10, m->ip_sum);
	}
	v = fast_random();
	put16(tcp + 4, v >> 16);
	put16(tcp + 6, v);
	sum += (v >> 16) + (v & 0xffff);
	if (flags & FLOOD_ACK) {
		v = fast_random();
		put16(tcp + 8, v >> 16);
		put16(tcp + 10, v);
		sum += (v >> 16) + (v & 0xffff);
	}
	tcp[13] = flags;
	put_check(tcp + 16, sum + flags);
}

void flood_send(struct test *t, const struct flood *f, int count)
{
	static unsigned char frames[BATCH][FRAME_MAX];
	struct mmsghdr msgs[BATCH];
	struct iovec iov[BATCH];
	struct template m = { .len = 0 };
	int i, n, sent;

	ns_enter(t, CLIENT);
	template_make(t, f, &m);
	memset(msgs, 0, sizeof(msgs));
	for (i = 0; i < BATCH; i++) {
		iov[i] = (struct iovec) { frames[i], m.len };
		msgs[i].msg_hdr.msg_iov = &iov[i];
		msgs[i].msg_hdr.msg_iovlen = 1;
	}
	while (count > 0) {
		n = count < BATCH ? count : BATCH;
		for (i = 0; i < n; i++)
			frame_make(&m, f, count - i, frames[i]);
		sent = sendmmsg(packet_fd, msgs, n, 0);
		if (sent < 0 && (errno == ENOBUFS || errno == EAGAIN))
			continue;
		check(sent > 0, "sendmmsg: %s", strerror(errno));
		count -= sent;
	}
}
