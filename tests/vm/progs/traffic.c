// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ns.h"
#include "procfs.h"
#include "sock.h"
#include "traffic.h"

static int listener, port;

void traffic_begin(struct test *t, int id)
{
	port = PORT + id;
	listener = sock_listen(t, SERVER, port, 64);
}

void traffic_step(struct test *t)
{
	struct pair p = sock_pair(t, listener, port);
	unsigned int way = test_random() % 4;

	sock_send(p.client, 5000);
	sock_recv(p.server, 5000);
	if (way == 0)
		sock_shut(p.server);
	if (way == 1)
		sock_reset(p.client);
	else
		close(p.client);
	if (way == 2)
		sock_eof(p.server);
	close(p.server);
}

void strict_step(struct test *t)
{
	struct flow_counts flows;
	struct stats stats;

	ns_enter(t, test_random() % 2 ? CLIENT : SERVER);
	procfs_stats(&stats);
	procfs_transitions();
	procfs_flows(&flows);
	procfs_listeners();
}

/* One of the test's namespaces, or the first of all, which has a file of its own. */
static void enter_any(struct test *t)
{
	static struct test home = { .place = ON_LOOPBACK };

	if (!home.name) {
		home.name = t->name;
		home.ns[0] = open("/proc/1/ns/net", O_RDONLY | O_CLOEXEC);
		check(home.ns[0] >= 0, "/proc/1/ns/net: %s", strerror(errno));
	}
	if (test_random() % 4)
		ns_enter(t, test_random() % 2 ? CLIENT : SERVER);
	else
		ns_enter(&home, CLIENT);
}

void loose_step(struct test *t)
{
	char path[300], data[4096];
	struct dirent *d;
	DIR *dir;
	int fd;

	enter_any(t);
	dir = opendir(PROCFS "/");
	while (dir && (d = readdir(dir))) {
		snprintf(path, sizeof(path), PROCFS "/%s", d->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		while (read(fd, data, sizeof(data)) > 0)
			;
		close(fd);
	}
	if (dir)
		closedir(dir);
	else
		sleep_ms(1);
}

void namespace_step(struct test *t)
{
	struct test inner = { .name = t->name, .place = ON_LOOPBACK, .family = t->family };
	struct pair p;
	int fd;

	check(!unshare(CLONE_NEWNET), "unshare: %s", strerror(errno));
	inner.ns[0] = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	check(inner.ns[0] >= 0, "ns/net: %s", strerror(errno));
	ns_run(&inner, CLIENT, "ip link set lo up");
	fd = sock_listen(&inner, SERVER, PORT, 8);
	p = sock_pair(&inner, fd, PORT);
	sock_send(p.client, 100);
	ns_enter(t, CLIENT);
	close(p.client);
	close(p.server);
	close(fd);
	close(inner.ns[0]);
}
