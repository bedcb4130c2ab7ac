// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ns.h"
#include "sock.h"
#include "wire.h"

#define TALKS 512
#define SERVERS 100
#define FORGED_TTL 77	/* held_black_hole() knows them by that */

/* One packet socket at each end: they send from there, and the client's notes what passes. */
static int packet_fd[2];
static struct sockaddr_ll link_to[2];	/* how the other end is reached from here */
static struct talk talks[TALKS];
static int ntalks;

static const char *device(const struct test *t)
{
	return ns_count(t) == 1 ? "lo" : "veth0";
}

static void mac_of(struct test *t, enum side side, unsigned char mac[ETH_ALEN])
{
	struct ifreq req = { 0 };
	int fd;

	ns_enter(t, side);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	strcpy(req.ifr_name, device(t));
	check(fd >= 0 && !ioctl(fd, SIOCGIFHWADDR, &req), "SIOCGIFHWADDR: %s", strerror(errno));
	memcpy(mac, req.ifr_hwaddr.sa_data, ETH_ALEN);
	close(fd);
}

void wire_open(struct test *t)
{
	int side, protocol = htons(t->family == AF_INET ? ETH_P_IP : ETH_P_IPV6);
	int size = 4 << 20;

	for (side = CLIENT; side <= SERVER; side++) {
		struct sockaddr_ll *to = &link_to[side];

		mac_of(t, !side, to->sll_addr);
		ns_enter(t, side);
		/* Both ways are heard by the client's; a protocol of its own hears nothing going out. */
		packet_fd[side] = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		check(packet_fd[side] >= 0, "packet socket: %s", strerror(errno));
		to->sll_family = AF_PACKET;
		to->sll_ifindex = if_nametoindex(device(t));
		to->sll_halen = ETH_ALEN;
		to->sll_protocol = side == CLIENT ? htons(ETH_P_ALL) : 0;
		setsockopt(packet_fd[side], SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
		check(!bind(packet_fd[side], (void *)to, sizeof(*to)), "bind: %s", strerror(errno));
		to->sll_protocol = protocol;
	}
}

static uint32_t get32(const unsigned char *p)
{
	uint32_t v;

	memcpy(&v, p, 4);
	return ntohl(v);
}

static void put16(unsigned char *p, uint32_t v)
{
	p[0] = v >> 8;
	p[1] = v;
}

static void put32(unsigned char *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v);
}

static struct talk *talk_of(int client, int server)
{
	struct talk *talk;

	for (talk = talks + ntalks; talk-- > talks;)
		if (talk->port[CLIENT] == client && talk->port[SERVER] == server)
			return talk;
	check(ntalks < TALKS, "too many connections on the wire");
	talk = &talks[ntalks++];
	memset(talk, 0, sizeof(*talk));
	talk->port[CLIENT] = client;
	talk->port[SERVER] = server;
	return talk;
}

static void note_options(const unsigned char *tcp, struct word *word)
{
	int i = 20, len = (tcp[12] >> 4) * 4;

	while (i < len && tcp[i]) {
		if (tcp[i] == 1) {
			i++;
			continue;
		}
		if (tcp[i] == 8) {
			word->ts = true;
			word->tsval = get32(tcp + i + 2);
		}
		i += tcp[i + 1] ? tcp[i + 1] : len;
	}
}

static void note_segment(const unsigned char *tcp, int len)
{
	int sport = tcp[0] << 8 | tcp[1], dport = tcp[2] << 8 | tcp[3];
	bool to_server = dport >= PORT && dport < PORT + SERVERS;
	unsigned char flags = tcp[13];
	uint32_t next = get32(tcp + 4) + len - (tcp[12] >> 4) * 4;
	struct word *word;

	if (flags & RST || (!to_server && (sport < PORT || sport >= PORT + SERVERS)))
		return;
	if (to_server)
		word = &talk_of(sport, dport)->word[CLIENT];
	else
		word = &talk_of(dport, sport)->word[SERVER];
	next += !!(flags & SYN) + !!(flags & FIN);
	if (!word->seen || flags & SYN || (int32_t)(next - word->next) > 0)
		word->next = next;
	word->seen = true;
	if (flags & ACK) {
		word->ack = get32(tcp + 8);
		word->acks = true;
	}
	note_options(tcp, word);
}

static void listen_to_wire(const struct test *t)
{
	static unsigned char data[65536 + 100];
	int header = t->family == AF_INET ? 20 : 40;
	ssize_t n;

	while ((n = recv(packet_fd[CLIENT], data, sizeof(data), 0)) > 0)
		if (n >= header + 20 && data[0] >> 4 == (t->family == AF_INET ? 4 : 6) &&
		    data[t->family == AF_INET ? 9 : 6] == IPPROTO_TCP)
			note_segment(data + header, n - header);
	check(errno == EAGAIN, "packet socket: %s", strerror(errno));
}

void wire_talk(struct test *t, int client, int port, struct talk *talk)
{
	talk->port[CLIENT] = sock_port(client);
	talk->port[SERVER] = port;
	wire_hear(t, talk);
}

void wire_hear(struct test *t, struct talk *talk)
{
	listen_to_wire(t);
	*talk = *talk_of(talk->port[CLIENT], talk->port[SERVER]);
}

static uint32_t sum16(const unsigned char *p, size_t len, uint32_t sum)
{
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		sum += p[i] << 8 | p[i + 1];
	if (len & 1)
		sum += p[len - 1] << 8;
	return sum;
}

static void put_checksum(unsigned char *p, uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	put16(p, ~sum);
}

static size_t put_tcp(unsigned char *p, const struct talk *talk, enum side to,
		      const struct forged *f)
{
	const struct word *from = &talk->word[!to], *receiver = &talk->word[to];
	size_t len = 20;

	put16(p, talk->port[!to]);
	put16(p + 2, talk->port[to]);
	put32(p + 4, (receiver->acks ? receiver->ack : from->next) + f->seq);
	put32(p + 8, f->flags & ACK ? receiver->next + f->ack : 0);
	p[13] = f->flags;
	put16(p + 14, 65535);
	if (from->ts && !f->no_ts) {
		memcpy(p + 20, "\1\1\10\12", 4);
		put32(p + 24, from->tsval + f->ts);
		put32(p + 28, receiver->tsval);
		len = 32;
	}
	p[12] = len / 4 << 4;
	return len + f->len;
}

static void put_packet(int fd, const unsigned char *p, size_t len, const struct sockaddr_ll *link)
{
	check(sendto(fd, p, len, 0, (const void *)link, sizeof(*link)) == (ssize_t)len,
	      "sendto: %s", strerror(errno));
}

/* One fragment: the IP header again, then @n octets of what follows it, from @at on. */
static size_t put_fragment(const struct test *t, unsigned char *out, const unsigned char *p,
			   size_t header, size_t at, size_t n, bool more)
{
	static const size_t extension = 8;
	static uint32_t id;

	id += !at;
	memcpy(out, p, header);
	if (t->family == AF_INET) {
		put16(out + 2, header + n);
		put16(out + 4, id);
		put16(out + 6, at / 8 | (more ? 0x2000 : 0));
		put16(out + 10, 0);
		put_checksum(out + 10, sum16(out, header, 0));
		memcpy(out + header, p + header + at, n);
		return header + n;
	}
	out[6] = IPPROTO_FRAGMENT;
	put16(out + 4, extension + n);
	out[header] = IPPROTO_TCP;
	out[header + 1] = 0;
	put16(out + header + 2, at | more);
	put32(out + header + 4, id);
	memcpy(out + header + extension, p + header + at, n);
	return header + extension + n;
}

/* The first has TCP's header without its options: all that must be in it. */
static void put_fragments(const struct test *t, const unsigned char *p, size_t header, size_t len,
			  const struct sockaddr_ll *link, int fd)
{
	unsigned char out[2200];
	size_t n, first = 24;

	n = put_fragment(t, out, p, header, 0, first, true);
	put_packet(fd, out, n, link);
	n = put_fragment(t, out, p, header, first, len - first, false);
	put_packet(fd, out, n, link);
}

void wire_forge(struct test *t, const struct talk *talk, enum side to, const struct forged *f)
{
	size_t header = t->family == AF_INET ? 20 : 40, addr = t->family == AF_INET ? 4 : 16, len;
	unsigned char p[40 + 60 + 2000] = { 0 }, *ip_addr = p + (t->family == AF_INET ? 12 : 8);
	const struct sockaddr_ll *link = &link_to[!to];

	check(f->len <= 2000, "a segment of %u octets", f->len);
	len = put_tcp(p + header, talk, to, f);
	inet_pton(t->family, ns_address(t, !to), ip_addr);
	inet_pton(t->family, ns_address(t, to), ip_addr + addr);
	put_checksum(p + header + 16, sum16(ip_addr, 2 * addr, IPPROTO_TCP + len + f->damaged) +
				      sum16(p + header, len, 0));
	if (t->family == AF_INET) {
		p[0] = 0x45;
		put16(p + 2, len + header);
		p[8] = FORGED_TTL;
		p[9] = IPPROTO_TCP;
		put_checksum(p + 10, sum16(p, header, 0));
	} else {
		p[0] = 0x60;
		put16(p + 4, len);
		p[6] = IPPROTO_TCP;
		p[7] = FORGED_TTL;
	}
	ns_enter(t, !to);
	if (f->fragments)
		put_fragments(t, p, header, len, link, packet_fd[!to]);
	else
		put_packet(packet_fd[!to], p, len + header, link);
}
