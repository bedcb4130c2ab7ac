// SPDX-License-Identifier: GPL-2.0
/* One random operation: on a listener, on a free slot, on a connection. Any of them may fail. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#include "ns.h"
#include "random.h"
#include "random_sock.h"

#define FIRST (RND_SIDES * RND_LISTENERS)

static char data[1 << 19];

static void slot_close(struct slot *s)
{
	close(s->fd);
	s->fd = -1;
}

void rnd_close_all(struct rnd *w)
{
	int i;

	for (i = 0; i < RND_SLOTS; i++)
		if (w->slot[i].fd >= 0)
			slot_close(&w->slot[i]);
}

/* A listener ends, with whatever waits in its queue, or begins again. */
static void operate_listener(struct rnd *w, struct rng *r)
{
	int i = rng_below(r, FIRST), side = i / RND_LISTENERS;
	struct slot *s = &w->slot[i];

	if (s->fd >= 0) {
		log_op(w, side, s->lport, 0, "listener closes");
		slot_close(s);
	}
	if (rng_chance(r, 90))
		s->fd = rnd_listen(w, r, side, i % RND_LISTENERS);
	s->side = side;
	s->lport = RND_PORT + i % RND_LISTENERS;
	s->rport = 0;
}

static void operate_connect(struct rnd *w, struct rng *r, struct slot *s)
{
	struct rnd_target to;
	int fd;

	rnd_target(w, r, &to);
	fd = rnd_client(w, r, &to, true);
	if (fd < 0)
		return;
	s->fd = fd;
	s->side = to.side;
	rnd_connect(w, r, s, &to);
}

static void operate_accept(struct rnd *w, struct rng *r, struct slot *s)
{
	struct slot *listener = &w->slot[rng_below(r, FIRST)];
	union rnd_address a;
	socklen_t len = sizeof(a);
	int fd;

	if (listener->fd < 0)
		return;
	fd = accept4(listener->fd, &a.any, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0)
		return;
	s->fd = fd;
	s->side = listener->side;
	s->lport = listener->lport;
	s->rport = rnd_port(&a);
	s->mapped = a.any.sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&a.v6.sin6_addr);
	log_op(w, s->side, s->lport, s->rport, "accept");
}

static void operate_send(struct rnd *w, struct rng *r, struct slot *s, size_t most)
{
	ssize_t n = send(s->fd, data, 1 + rng_below(r, most), MSG_NOSIGNAL);

	log_op(w, s->side, s->lport, s->rport, "send: %zd %s", n, n < 0 ? strerror(errno) : "");
}

static void operate_recv(struct rnd *w, struct rng *r, struct slot *s)
{
	size_t most = rng_chance(r, 50) ? sizeof(data) : 1 + rng_below(r, 5000);
	ssize_t n = recv(s->fd, data, most, 0);

	log_op(w, s->side, s->lport, s->rport, "recv: %zd %s", n, n < 0 ? strerror(errno) : "");
}

static void operate_shutdown(struct rnd *w, struct slot *s, int how)
{
	int rc = shutdown(s->fd, how);

	log_op(w, s->side, s->lport, s->rport, "shutdown %s: %s",
	       how == SHUT_WR ? "WR" : how == SHUT_RD ? "RD" : "RDWR", rc ? strerror(errno) : "");
}

static void operate_close(struct rnd *w, struct slot *s, bool reset)
{
	struct linger linger = { 1, 0 };

	if (reset)
		setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	log_op(w, s->side, s->lport, s->rport, reset ? "close with a reset" : "close");
	slot_close(s);
}

/*
 * The socket may be used again: it is connected to somewhere else. One that has spoken IPv4 through
 * IPv6 goes on to do so, whatever it is told (tcp_v6_connect): its segments are not its table's.
 */
static void operate_disconnect(struct rnd *w, struct rng *r, struct slot *s)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	struct rnd_target to;

	connect(s->fd, &none, sizeof(none));
	log_op(w, s->side, s->lport, s->rport, "connect to nobody");
	rnd_target(w, r, &to);
	if (rng_chance(r, 50) && to.side == s->side && to.mapped == s->mapped)
		rnd_connect(w, r, s, &to);
	else
		slot_close(s);
}

static void operate_connection(struct rnd *w, struct rng *r, struct slot *s)
{
	unsigned int n = rng_below(r, 100);

	if (n < 20)
		operate_send(w, r, s, 2000);
	else if (n < 27)
		operate_send(w, r, s, sizeof(data));
	else if (n < 45)
		operate_recv(w, r, s);
	else if (n < 54)
		operate_shutdown(w, s, SHUT_WR);
	else if (n < 56)
		operate_shutdown(w, s, SHUT_RD);
	else if (n < 58)
		operate_shutdown(w, s, SHUT_RDWR);
	else if (n < 80)
		operate_close(w, s, false);
	else if (n < 84)
		operate_close(w, s, true);
	else if (n < 87)
		operate_disconnect(w, r, s);
	else
		rnd_option(w, r, s);
}

static void operate(struct rnd *w, struct rng *r)
{
	unsigned int n = rng_below(r, 100);
	struct slot *s = &w->slot[FIRST + rng_below(r, RND_SLOTS - FIRST)];

	if (n < 2)
		operate_listener(w, r);
	else if (n < 3)
		owner_take(w, r);
	else if (n < 6)
		owner_connect(w, r);
	else if (n < 8)
		owner_kill(w, r);
	else if (n < 10)
		rnd_destroy(w, r);
	else if (s->fd >= 0)
		operate_connection(w, r, s);
	else if (rng_chance(r, 60))
		operate_connect(w, r, s);
	else
		operate_accept(w, r, s);
}

void rnd_operation(struct rnd *w)
{
	struct rng r = rng_at(w->seed, RND_OP, w->op);

	if ((int)w->op < w->skip_from || (int)w->op > w->skip_to)
		operate(w, &r);
	w->op++;
}
