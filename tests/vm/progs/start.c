// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "compare.h"
#include "ns.h"
#include "start.h"

void start_many(struct test *t, int *clients, int n, int port)
{
	int i;

	for (i = 0; i < n; i++) {
		clients[i] = sock_new(t, CLIENT, 0);
		sock_start(t, clients[i], SERVER, port);
	}
}

void finish_many(const int *clients, int n, int wanted)
{
	int i, error;

	for (i = 0; i < n; i++) {
		error = sock_finish(clients[i]);
		check(error == wanted, "connect: %s, not %s", strerror(error), strerror(wanted));
	}
}

void accept_many(int listener, int *servers, int n)
{
	int i;

	for (i = 0; i < n; i++)
		servers[i] = sock_accept(listener);
}

void close_many(const int *fds, int n)
{
	int i;

	for (i = 0; i < n; i++)
		close(fds[i]);
}

void reach_both(struct test *t, enum state state, int at_client, int at_server)
{
	if (ns_count(t) == 1) {
		reach(t, CLIENT, state, at_client + at_server);
		return;
	}
	reach(t, CLIENT, state, at_client);
	reach(t, SERVER, state, at_server);
}

void pair_talk(const struct pair *p)
{
	sock_send(p->client, 3000);
	sock_recv(p->server, 3000);
}

void part_ways(struct test *t, const struct pair p[2])
{
	sock_shut(p[0].client);
	sock_eof(p[0].server);
	compare(t);
	pair_talk(&p[1]);
	sock_shut(p[1].server);
	compare(t);
	close(p[0].server);
	close(p[0].client);
	compare(t);
	sock_reset(p[1].client);
	compare(t);
	close(p[1].server);
}

void sock_bind_device(int fd, const char *device)
{
	const char *name = device ? device : "";

	check(!setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, strlen(name)),
	      "SO_BINDTODEVICE '%s': %s", name, strerror(errno));
}

void sock_option(int fd, int level, int name, int value)
{
	check(!setsockopt(fd, level, name, &value, sizeof(value)), "setsockopt %d %d: %s", level,
	      name, strerror(errno));
}

void sock_disconnect(int fd)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };

	check(!connect(fd, &none, sizeof(none)), "connect(AF_UNSPEC): %s", strerror(errno));
}
