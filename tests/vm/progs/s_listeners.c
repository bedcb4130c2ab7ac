// SPDX-License-Identifier: GPL-2.0
/*
 * Claims about `listeners`: each listening address has one line, whatever it is bound to and however
 * many sockets share it; its connections by state are the kernel's; who closed first, and resets,
 * are counted; those that were there before the module are there, too; when the last socket has
 * closed the line is gone.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "compare.h"
#include "module.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"
#include "sstable.h"
#include "start.h"

#define GONE_MS 1500	/* an address whose only socket is younger than a second may be there longer */

/* The address of the server's listener at this port, as the file has it. */
static const char *at(const struct test *t, int port)
{
	static char text[80];

	snprintf(text, sizeof(text), t->family == AF_INET ? "%s:%d" : "[%s]:%d",
		 ns_address(t, SERVER), port);
	return text;
}

static struct listener_line line_of(struct test *t, const char *address)
{
	struct listener_line l;

	ns_enter(t, SERVER);
	check(procfs_listener(address, &l), "listeners: no line for %s", address);
	return l;
}

static void wants_counts(const struct listener_line *l, int opened, int local, int remote,
			 int reset)
{
	check(l->opened == opened && l->closed_first_local == local &&
	      l->closed_first_remote == remote && l->reset == reset,
	      "opened=%lld closed_first_local=%lld closed_first_remote=%lld reset=%lld; wanted %d %d %d %d",
	      l->opened, l->closed_first_local, l->closed_first_remote, l->reset, opened, local,
	      remote, reset);
}

/* On veth the server's namespace has nothing but the listener's connections. */
static void wants_kernels_states(struct test *t, const struct listener_line *l)
{
	int table[STATES], s;

	if (t->place == ON_LOOPBACK)
		return;
	sstable_read(table);
	for (s = SYN_RECEIVED; s < STATES; s++)
		check(l->connections[s] == table[s], "%s=%lld, the kernel has %d", state_names[s],
		      l->connections[s], table[s]);
}

static void listeners_count(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 64), i;
	struct listener_line l = line_of(t, at(t, PORT));
	struct pair p[9];

	wants_counts(&l, 0, 0, 0, 0);
	check(l.sockets == 1 && !l.device && !l.uid, "sockets=%lld device=%lld uid=%lld", l.sockets,
	      l.device, l.uid);
	for (i = 0; i < 9; i++)
		p[i] = sock_pair(t, listener, PORT);
	for (i = 0; i < 3; i++) {
		sock_shut(p[i].client);
		sock_eof(p[i].server);
	}
	for (i = 3; i < 5; i++) {
		sock_shut(p[i].server);
		sock_eof(p[i].client);
	}
	sock_reset(p[5].client);
	sock_reset(p[6].server);
	close(p[0].server);
	sock_eof(p[0].client);
	close(p[0].client);
	close(p[3].client);
	sock_eof(p[3].server);
	close(p[3].server);
	sleep_ms(SETTLE_MS);
	l = line_of(t, at(t, PORT));
	wants_counts(&l, 9, 2, 3, 2);
	check(l.connections[ESTABLISHED] == 2 && l.connections[CLOSE_WAIT] == 2 &&
	      l.connections[FIN_WAIT_2] == 1 && l.connections[TIME_WAIT] == 1,
	      "ESTABLISHED=%lld CLOSE_WAIT=%lld FIN_WAIT_2=%lld TIME_WAIT=%lld",
	      l.connections[ESTABLISHED], l.connections[CLOSE_WAIT], l.connections[FIN_WAIT_2],
	      l.connections[TIME_WAIT]);
	wants_kernels_states(t, &l);
	for (i = 1; i < 9; i++) {
		if (i != 3 && i != 5)
			close(p[i].client);
		if (i != 3 && i != 6)
			close(p[i].server);
	}
	close(listener);
	sleep_ms(GONE_MS);
	check(!procfs_listener(at(t, PORT), &l), "all sockets are closed, the line is still there");
	compare_ended(t);
}

/* A socket of this family that listens everywhere. */
static int listen_everywhere(struct test *t, int family, bool v6only, bool reuseport, int port)
{
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	struct sockaddr_in a4 = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd, only = v6only, one = 1;

	ns_enter(t, SERVER);
	fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	check(fd >= 0, "socket: %s", strerror(errno));
	if (family == AF_INET6)
		sock_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, only);
	if (reuseport)
		setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
	check(!bind(fd, family == AF_INET ? (void *)&a4 : (void *)&a6,
		    family == AF_INET ? sizeof(a4) : sizeof(a6)), "bind: %s", strerror(errno));
	check(!listen(fd, 64), "listen: %s", strerror(errno));
	return fd;
}

static void wants_opened(struct test *t, const char *address, int opened)
{
	struct listener_line l = line_of(t, address);

	check(l.opened == opened && l.connections[ESTABLISHED] == opened,
	      "%s: opened=%lld ESTABLISHED=%lld, wanted %d", address, l.opened,
	      l.connections[ESTABLISHED], opened);
}

/* The one that the kernel chooses has the connection: the exact address, then the wildcards. */
static void listeners_wildcard(struct test *t)
{
	int dual = listen_everywhere(t, AF_INET6, false, false, PORT);
	int only = listen_everywhere(t, AF_INET6, true, false, PORT + 1);
	int four = listen_everywhere(t, AF_INET, false, false, PORT + 1);
	int exact = sock_listen(t, SERVER, PORT + 2, 8);
	struct pair p[3];
	int i;

	p[0] = sock_pair(t, dual, PORT);
	p[1] = sock_pair(t, t->family == AF_INET ? four : only, PORT + 1);
	p[2] = sock_pair(t, exact, PORT + 2);
	sleep_ms(SETTLE_MS);
	wants_opened(t, "[::]:5000", 1);
	wants_opened(t, "[::]:5001", t->family == AF_INET6);
	wants_opened(t, "0.0.0.0:5001", t->family == AF_INET);
	wants_opened(t, at(t, PORT + 2), 1);
	check(procfs_listeners() == 4, "%d lines in listeners", procfs_listeners());
	for (i = 0; i < 3; i++) {
		close(p[i].client);
		close(p[i].server);
	}
	close(dual);
	close(only);
	close(four);
	close(exact);
	compare_ended(t);
	check(!procfs_listeners(), "%d lines in listeners", procfs_listeners());
}

static void listeners_reuseport(struct test *t)
{
	const char *address = t->family == AF_INET ? "0.0.0.0:5000" : "[::]:5000";
	struct listener_line l;
	int fd[3], i;

	for (i = 0; i < 3; i++)
		fd[i] = listen_everywhere(t, t->family, true, true, PORT);
	for (i = 3; i > 0; i--) {
		sleep_ms(SETTLE_MS);
		l = line_of(t, address);
		check(l.sockets == i, "sockets=%lld, there are %d", l.sockets, i);
		close(fd[i - 1]);
	}
	sleep_ms(SETTLE_MS);
	check(!procfs_listener(address, &l), "all sockets are closed, the line is still there");
	compare_ended(t);
}

/* listen() on a socket that is bound to nothing: the kernel chooses a port then. */
static void listeners_any_port(struct test *t)
{
	struct listener_line l;
	struct pair p[2];
	char address[32];
	int fd, port;

	ns_enter(t, SERVER);
	fd = socket(t->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	check(fd >= 0 && !listen(fd, 8), "listen: %s", strerror(errno));
	port = sock_port(fd);
	sleep_ms(SETTLE_MS);
	snprintf(address, sizeof(address), t->family == AF_INET ? "0.0.0.0:%d" : "[::]:%d", port);
	l = line_of(t, address);
	p[0] = sock_pair(t, fd, port);
	/* Its port looks like a client's: loaded now, the module must not take it for one. */
	module_reload("");
	ns_enter(t, SERVER);
	l = line_of(t, address);
	check(l.connections[ESTABLISHED] == 1 && !l.opened, "adopted: ESTABLISHED=%lld opened=%lld",
	      l.connections[ESTABLISHED], l.opened);
	p[1] = sock_pair(t, fd, port);
	sleep_ms(SETTLE_MS);
	l = line_of(t, address);
	check(l.connections[ESTABLISHED] == 2 && l.opened == 1, "ESTABLISHED=%lld opened=%lld",
	      l.connections[ESTABLISHED], l.opened);
	check(!module_parameter("enabled", "0"), "enabled=0");
	check(!procfs_listeners(), "enabled=0, but there are listeners");
	check(!module_parameter("enabled", "1"), "enabled=1");
	l = line_of(t, address);
	check(l.connections[ESTABLISHED] == 2 && l.sockets == 1, "ESTABLISHED=%lld sockets=%lld",
	      l.connections[ESTABLISHED], l.sockets);
	for (fd = 0; fd < 2; fd++) {
		close(p[fd].client);
		close(p[fd].server);
	}
}

const struct scenario listeners_scenarios[] = {
	{ "listeners_count", ON_BOTH | IN_EXACT, listeners_count },
	{ "listeners_wildcard", ON_BOTH | IN_EXACT, listeners_wildcard },
	{ "listeners_reuseport", ON_VETH | IN_EXACT, listeners_reuseport },
	{ "listeners_any_port", ON_BOTH | IN_EXACT, listeners_any_port },
	{ 0 }
};
