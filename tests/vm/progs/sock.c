// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ns.h"
#include "sock.h"

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t address_of(struct test *t, enum side side, int port, union address *a)
{
	memset(a, 0, sizeof(*a));
	a->any.sa_family = t->family;
	if (t->family == AF_INET) {
		a->v4.sin_port = htons(port);
		inet_pton(AF_INET, ns_address(t, side), &a->v4.sin_addr);
		return sizeof(a->v4);
	}
	a->v6.sin6_port = htons(port);
	inet_pton(AF_INET6, ns_address(t, side), &a->v6.sin6_addr);
	return sizeof(a->v6);
}

void sock_bind(struct test *t, int fd, enum side side, int port)
{
	union address a;
	socklen_t len = address_of(t, side, port, &a);

	check(!bind(fd, &a.any, len), "bind %d: %s", port, strerror(errno));
}

int sock_new(struct test *t, enum side side, int port)
{
	int fd, one = 1;

	ns_enter(t, side);
	fd = socket(t->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	check(fd >= 0, "socket: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (port)
		sock_bind(t, fd, side, port);
	return fd;
}

int sock_port(int fd)
{
	union address a;
	socklen_t len = sizeof(a);

	check(!getsockname(fd, &a.any, &len), "getsockname: %s", strerror(errno));
	return ntohs(a.any.sa_family == AF_INET ? a.v4.sin_port : a.v6.sin6_port);
}

int sock_listen(struct test *t, enum side side, int port, int backlog)
{
	int fd = sock_new(t, side, port);

	check(!listen(fd, backlog), "listen: %s", strerror(errno));
	return fd;
}

int sock_listen_any(struct test *t, enum side side, int port)
{
	struct sockaddr_in6 any = { .sin6_family = t->family, .sin6_port = htons(port) };
	int fd = sock_new(t, side, 0);

	check(!bind(fd, (void *)&any, t->family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(any)),
	      "bind: %s", strerror(errno));
	check(!listen(fd, 8), "listen: %s", strerror(errno));
	return fd;
}

void sock_start(struct test *t, int fd, enum side to, int port)
{
	union address a;
	socklen_t len = address_of(t, to, port, &a);

	check(!connect(fd, &a.any, len) || errno == EINPROGRESS || errno == ECONNREFUSED,
	      "connect: %s", strerror(errno));
}

int sock_try(struct test *t, int fd, enum side to, int port)
{
	union address a;
	socklen_t len = address_of(t, to, port, &a);

	return connect(fd, &a.any, len) && errno != EINPROGRESS ? errno : 0;
}

void sock_start_fast(struct test *t, int fd, enum side to, int port, size_t bytes)
{
	static const char data[2000];
	union address a;
	socklen_t len = address_of(t, to, port, &a);

	check(bytes <= sizeof(data) &&
	      (sendto(fd, data, bytes, MSG_FASTOPEN | MSG_NOSIGNAL, &a.any, len) >= 0 ||
	       errno == EINPROGRESS), "sendto with MSG_FASTOPEN: %s", strerror(errno));
}

void sock_refused(struct test *t, int fd, enum side to, int port, int error)
{
	union address a;
	socklen_t len = address_of(t, to, port, &a);

	check(connect(fd, &a.any, len) && errno == error, "connect: %s; the test meant to have %s",
	      strerror(errno), strerrordesc_np(error));
}

static void wait_for(int fd, short events, const char *what)
{
	struct pollfd p = { .fd = fd, .events = events };
	int n;

	do
		n = poll(&p, 1, WAIT_MS);
	while (n < 0 && errno == EINTR);
	check(n == 1, "waited %d ms in vain: %s", WAIT_MS, what);
}

int sock_finish(int fd)
{
	socklen_t len = sizeof(int);
	int error = 0;

	wait_for(fd, POLLOUT, "connect");
	check(!getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len), "SO_ERROR: %s",
	      strerror(errno));
	return error;
}

int sock_accept(int listener)
{
	int fd, one = 1;

	wait_for(listener, POLLIN, "accept");
	fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	check(fd >= 0, "accept: %s", strerror(errno));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

void sock_connect(struct test *t, int fd, int port)
{
	int error;

	sock_start(t, fd, SERVER, port);
	error = sock_finish(fd);
	check(!error, "connect: %s", strerror(error));
}

struct pair sock_pair(struct test *t, int listener, int port)
{
	struct pair p;

	p.client = sock_new(t, CLIENT, 0);
	sock_connect(t, p.client, port);
	p.server = sock_accept(listener);
	return p;
}

void sock_send(int fd, size_t bytes)
{
	static const char data[16384];
	ssize_t n;

	while (bytes) {
		n = send(fd, data, bytes < sizeof(data) ? bytes : sizeof(data), MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN) {
			wait_for(fd, POLLOUT, "send");
			continue;
		}
		check(n > 0, "send: %s", strerror(errno));
		bytes -= n;
	}
}

void sock_recv(int fd, size_t bytes)
{
	char data[16384];
	ssize_t n;

	while (bytes) {
		wait_for(fd, POLLIN, "data");
		n = recv(fd, data, bytes < sizeof(data) ? bytes : sizeof(data), 0);
		check(n > 0, "recv: %s", n ? strerror(errno) : "end of file before all data");
		bytes -= n;
	}
}

void sock_eof(int fd)
{
	char data;
	ssize_t n;

	wait_for(fd, POLLIN, "end of file");
	n = recv(fd, &data, 1, 0);
	check(!n, "end of file expected: %s", n > 0 ? "data" : strerror(errno));
}

void sock_shut(int fd)
{
	check(!shutdown(fd, SHUT_WR), "shutdown: %s", strerror(errno));
}

size_t sock_fill(int fd)
{
	static const char data[65536];
	size_t sum = 0;
	ssize_t n;
	int idle;

	for (idle = 0; idle < 20; idle++) {
		while ((n = send(fd, data, sizeof(data), MSG_NOSIGNAL)) > 0) {
			sum += n;
			idle = 0;
		}
		check(errno == EAGAIN, "send: %s", strerror(errno));
		sleep_ms(50);
	}
	return sum;
}

void sock_reset(int fd)
{
	struct linger linger = { 1, 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	close(fd);
}
