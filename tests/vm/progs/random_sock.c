// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ns.h"
#include "random_sock.h"

#ifndef TCP_FASTOPEN_CONNECT
#define TCP_FASTOPEN_CONNECT 30
#endif

static void option(int fd, int level, int name, int value)
{
	setsockopt(fd, level, name, &value, sizeof(value));
}

static socklen_t address_of(struct rnd *w, const char *text, bool mapped, int port,
			    union rnd_address *a)
{
	char full[64];

	memset(a, 0, sizeof(*a));
	a->any.sa_family = w->t->family;
	if (w->t->family == AF_INET) {
		a->v4.sin_port = htons(port);
		inet_pton(AF_INET, text, &a->v4.sin_addr);
		return sizeof(a->v4);
	}
	a->v6.sin6_port = htons(port);
	snprintf(full, sizeof(full), "%s%s", mapped ? "::ffff:" : "", text);
	inet_pton(AF_INET6, full, &a->v6.sin6_addr);
	return sizeof(a->v6);
}

uint16_t rnd_port(const union rnd_address *a)
{
	return ntohs(a->any.sa_family == AF_INET ? a->v4.sin_port : a->v6.sin6_port);
}

/* Mostly the other side's listeners; also one's own, closed ports, and an address of nobody. */
void rnd_target(struct rnd *w, struct rng *r, struct rnd_target *to)
{
	static const char *const own[2] = { "10.9.1.1", "10.9.2.1" };
	static const char *const own6[2] = { "fd09:1::1", "fd09:2::1" };
	static const char *const nobody[2] = { "10.9.2.77", "10.9.1.77" };
	static const char *const nobody6[2] = { "fd09:2::77", "fd09:1::77" };
	unsigned int where = rng_below(r, 100), port = rng_below(r, 100);
	bool v4;

	to->side = rng_below(r, RND_SIDES);
	to->mapped = rng_chance(r, 20) && w->t->family == AF_INET6;
	v4 = to->mapped || w->t->family == AF_INET;
	if (where < 60)
		strcpy(to->address, (v4 ? own : own6)[!to->side]);
	else if (where < 85)
		strcpy(to->address, v4 ? "127.0.0.1" : "::1");
	else if (where < 95)
		strcpy(to->address, (v4 ? own : own6)[to->side]);
	else
		strcpy(to->address, (v4 ? nobody : nobody6)[to->side]);
	to->bind = rng_chance(r, 50) ? RND_CLIENT + rng_below(r, RND_CLIENTS) : 0;
	to->port = RND_PORT + rng_below(r, RND_LISTENERS);
	if (port < 4)
		to->port = 9;					/* nobody listens */
	else if (port < 8)
		to->port = RND_CLIENT + rng_below(r, RND_CLIENTS);	/* a crossing SYN */
	else if (port < 10 && to->bind)
		to->port = to->bind;				/* itself, on its own side */
}

int rnd_listen(struct rnd *w, struct rng *r, int side, int i)
{
	static const int backlogs[] = { 0, 1, 2, 4, 16, 128 };
	int backlog = backlogs[rng_below(r, ARRAY_SIZE(backlogs))], fd;
	int defer = rng_chance(r, 20) ? 1 + rng_below(r, 8) : 0;
	int fast = rng_chance(r, 40) ? 1 + rng_below(r, 5) : 0;
	union rnd_address a;
	socklen_t len;

	len = address_of(w, w->t->family == AF_INET ? "0.0.0.0" : "::", false, RND_PORT + i, &a);
	ns_enter(w->t, side);
	fd = socket(w->t->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	check(fd >= 0, "socket: %s", strerror(errno));
	option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (rng_chance(r, 15))
		option(fd, SOL_SOCKET, SO_RCVBUF, 2000 + rng_below(r, 8000));
	if (defer)
		option(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, defer);
	if (fast)
		option(fd, IPPROTO_TCP, TCP_FASTOPEN, fast);
	if (bind(fd, &a.any, len) || listen(fd, backlog)) {
		log_op(w, side, RND_PORT + i, 0, "listen: %s", strerror(errno));
		close(fd);
		return -1;
	}
	log_op(w, side, RND_PORT + i, 0, "listen %d, defer %d, fast open %d", backlog, defer, fast);
	return fd;
}

int rnd_client(struct rnd *w, struct rng *r, const struct rnd_target *to, bool nonblocking)
{
	bool v4 = w->t->family == AF_INET || to->mapped;
	union rnd_address a;
	socklen_t len;
	int fd;

	ns_enter(w->t, to->side);
	fd = socket(w->t->family, SOCK_STREAM | SOCK_CLOEXEC | (nonblocking ? SOCK_NONBLOCK : 0),
		    0);
	check(fd >= 0, "socket: %s", strerror(errno));
	if (rng_chance(r, 80))
		option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (rng_chance(r, 15))
		option(fd, SOL_SOCKET, SO_RCVBUF, 2000 + rng_below(r, 8000));
	if (rng_chance(r, 10))
		option(fd, IPPROTO_TCP, TCP_SYNCNT, 1 + rng_below(r, 3));
	if (!to->bind)
		return fd;
	len = address_of(w, v4 ? "0.0.0.0" : "::", to->mapped, to->bind, &a);
	if (bind(fd, &a.any, len)) {
		close(fd);
		return -1;
	}
	return fd;
}

void rnd_connect(struct rnd *w, struct rng *r, struct slot *s, const struct rnd_target *to)
{
	bool fast = rng_chance(r, 12), later = rng_chance(r, 50);
	union rnd_address a, own;
	socklen_t len = address_of(w, to->address, to->mapped, to->port, &a);
	int rc;

	errno = 0;
	if (fast && !later) {
		rc = sendto(s->fd, "hello", 5, MSG_FASTOPEN | MSG_NOSIGNAL, &a.any, len);
	} else {
		if (fast)
			option(s->fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1);
		rc = connect(s->fd, &a.any, len);
	}
	len = sizeof(own);
	memset(&own, 0, sizeof(own));
	getsockname(s->fd, &own.any, &len);
	s->lport = rnd_port(&own);
	s->rport = to->port;
	s->mapped = to->mapped;
	log_op(w, s->side, s->lport, s->rport, "connect to %s%s: %s", to->address,
	       fast ? ", fast open" : "", rc < 0 ? strerror(errno) : "");
}

void rnd_option(struct rnd *w, struct rng *r, struct slot *s)
{
	struct linger linger = { 1, 0 };
	int kind = rng_below(r, 7), value = 1 + rng_below(r, 5);

	switch (kind) {
	case 0:
		option(s->fd, SOL_SOCKET, SO_KEEPALIVE, 1);
		option(s->fd, IPPROTO_TCP, TCP_KEEPIDLE, value + 2);
		option(s->fd, IPPROTO_TCP, TCP_KEEPINTVL, 1 + rng_below(r, 4));
		option(s->fd, IPPROTO_TCP, TCP_KEEPCNT, 1 + rng_below(r, 3));
		break;
	case 1:
		option(s->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 700 * value);
		break;
	case 2:
		option(s->fd, IPPROTO_TCP, TCP_LINGER2, rng_chance(r, 20) ? -1 : 2 * value);
		break;
	case 3:
		/* close() waits; 0: it resets. */
		linger.l_linger = rng_below(r, 3);
		setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
		break;
	case 4:
		option(s->fd, IPPROTO_TCP, TCP_CORK, value & 1);
		break;
	case 5:
		option(s->fd, IPPROTO_TCP, TCP_QUICKACK, value & 1);
		break;
	case 6:
		option(s->fd, IPPROTO_TCP, TCP_WINDOW_CLAMP, 500 * value);
		break;
	}
	log_op(w, s->side, s->lport, s->rport, "option %d: %d", kind, value);
}

static void send_destroy(const struct row *row)
{
	struct {
		struct nlmsghdr header;
		struct inet_diag_req_v2 request;
	} m = {
		.header = { sizeof(m), SOCK_DESTROY, NLM_F_REQUEST | NLM_F_ACK, 1, 0 },
		.request = {
			.sdiag_family = row->v6 ? AF_INET6 : AF_INET,
			.sdiag_protocol = IPPROTO_TCP,
			.idiag_states = ~0U,
			.id = {
				.idiag_sport = htons(row->lport),
				.idiag_dport = htons(row->rport),
				.idiag_cookie = { INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE },
			},
		},
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);

	check(fd >= 0, "NETLINK_SOCK_DIAG: %s", strerror(errno));
	memcpy(m.request.id.idiag_src, row->local, 16);
	memcpy(m.request.id.idiag_dst, row->remote, 16);
	check(send(fd, &m, sizeof(m), 0) == sizeof(m), "SOCK_DESTROY: %s", strerror(errno));
	close(fd);
}

void rnd_destroy(struct rnd *w, struct rng *r)
{
	static struct table table;
	int side = rng_below(r, RND_SIDES);
	unsigned int n = rng_next(r);
	struct row *row;

	table_kernel(side, &table);
	if (!table.n)
		return;
	row = &table.row[n % table.n];
	ns_enter(w->t, side);
	log_op(w, side, row->lport, row->rport, "destroyed in %s", state_names[row->state]);
	send_destroy(row);
}
