// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: each key of a line of `flows` says what is so: whose socket it is, and of which control
 * group, who opened, since when, and whether somebody has accepted.
 *
 * Left to s_procfs.c: the format; to s_module.c: who was there before the module; to s_device.c: devices.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compare.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"

#define MOST 16
#define SERVER_USER 33
#define CLIENT_USER 1000
#define OPEN_MS 3000		/* from its SYN to the client's FIN */
#define HALF_MS 2000		/* from there to the look */
#define LATE_MS 500
#define TICK_MS 10		/* of the clock that it is told by */
#define GROUPS "/run/flows-cgroup"

/* The line of the end at this side, by the client's port. */
static struct flow_line line_of(struct test *t, enum side side, int client)
{
	struct flow_line f[MOST];
	int n, i;

	ns_enter(t, side);
	n = procfs_flow_lines(f, MOST);
	check(n <= MOST, "%d lines", n);
	for (i = 0; i < n; i++)
		if (f[i].local && f[i].port[side == SERVER] == client)
			return f[i];
	fail("no line of client port %d in %d", client, n);
}

static long long inode(int fd)
{
	struct stat st;

	check(!fstat(fd, &st), "fstat: %s", strerror(errno));
	return st.st_ino;
}

static void wants_age(const struct flow_line *f, long long age, long long in_state)
{
	check(f->age_ms >= age - TICK_MS && f->age_ms <= age + LATE_MS &&
	      f->in_state_ms >= in_state - TICK_MS && f->in_state_ms <= in_state + LATE_MS,
	      "%s %s: age_ms=%lld in_state_ms=%lld; wanted %lld, %lld", f->key,
	      state_names[f->state], f->age_ms, f->in_state_ms, age, in_state);
}

static void wants_owner(const struct flow_line *f, bool active, bool accepted, long long uid,
			long long socket, long long cgroup)
{
	check(f->active == active && f->accepted == accepted && f->uid == uid &&
	      f->inode == socket && f->cgroup == cgroup && !f->adopted && !f->device,
	      "%s %s: active=%d accepted=%d uid=%lld inode=%lld cgroup=%lld adopted=%d; wanted %d, %d, %lld, %lld, %lld, 0",
	      f->key, state_names[f->state], f->active, f->accepted, f->uid, f->inode, f->cgroup,
	      f->adopted, active, accepted, uid, socket, cgroup);
}

/* Where this process alone sees them. */
static void mount_groups(void)
{
	check(!unshare(CLONE_NEWNS) && !mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL),
	      "unshare: %s", strerror(errno));
	check(!mkdir(GROUPS, 0755) || errno == EEXIST, GROUPS ": %s", strerror(errno));
	check(!mount("none", GROUPS, "cgroup2", 0, NULL), "cgroup2: %s", strerror(errno));
}

/* This process is in that control group, below the first one, from now on. Returns its id. */
static long long join(const char *group)
{
	char path[64], pid[16];
	struct stat st;
	int fd;

	snprintf(path, sizeof(path), GROUPS "%s", group);
	check(!mkdir(path, 0755) || errno == EEXIST, "%s: %s", path, strerror(errno));
	check(!stat(path, &st), "%s: %s", path, strerror(errno));
	snprintf(path, sizeof(path), GROUPS "%s/cgroup.procs", group);
	snprintf(pid, sizeof(pid), "%d", getpid());
	fd = open(path, O_WRONLY);
	check(fd >= 0 && write(fd, pid, strlen(pid)) > 0, "%s: %s", path, strerror(errno));
	close(fd);
	return st.st_ino;
}

/* As if that user had made it. */
static void own(int fd, int uid)
{
	check(!fchown(fd, uid, -1), "fchown: %s", strerror(errno));
}

/* The server's program is another user's, in another group: so are its sockets, and those that wait. */
static void fields(struct test *t)
{
	long long group[2];
	int port[2], listener, i, clients[2], server;
	struct flow_line f;

	mount_groups();
	group[SERVER] = join("/server");
	listener = sock_listen(t, SERVER, PORT, 8);
	own(listener, SERVER_USER);
	group[CLIENT] = join("");
	/* Neighbours are found before a SYN whose age matters waits for them. */
	clients[0] = sock_new(t, CLIENT, 0);
	sock_start(t, clients[0], SERVER, 1);
	check(sock_finish(clients[0]), "somebody listens on port 1");
	close(clients[0]);
	for (i = 0; i < 2; i++) {
		clients[i] = sock_new(t, CLIENT, 0);
		own(clients[i], CLIENT_USER);
		sock_connect(t, clients[i], PORT);
		port[i] = sock_port(clients[i]);
	}
	check(!seteuid(SERVER_USER), "seteuid: %s", strerror(errno));
	server = sock_accept(listener);
	check(!seteuid(0), "seteuid: %s", strerror(errno));
	sleep_ms(OPEN_MS);
	sock_shut(clients[0]);
	sock_eof(server);
	sleep_ms(HALF_MS);

	f = line_of(t, CLIENT, port[0]);
	check(f.state == FIN_WAIT_2 && f.remote_state == CLOSE_WAIT, "%s", state_names[f.state]);
	wants_age(&f, OPEN_MS + HALF_MS, HALF_MS);
	wants_owner(&f, true, true, CLIENT_USER, inode(clients[0]), group[CLIENT]);
	f = line_of(t, SERVER, port[0]);
	check(f.state == CLOSE_WAIT && f.remote_state == FIN_WAIT_2, "%s", state_names[f.state]);
	wants_age(&f, OPEN_MS + HALF_MS, HALF_MS);
	wants_owner(&f, false, true, SERVER_USER, inode(server), group[SERVER]);
	/* The other waits to be accepted, and is the listener's owner's. */
	f = line_of(t, SERVER, port[1]);
	wants_age(&f, OPEN_MS + HALF_MS, OPEN_MS + HALF_MS);
	wants_owner(&f, false, false, SERVER_USER, 0, group[SERVER]);

	/* A minisock has no owner that could be asked. */
	close(server);
	sock_eof(clients[0]);
	close(clients[0]);
	sleep_ms(SETTLE_MS);
	f = line_of(t, CLIENT, port[0]);
	check(f.state == TIME_WAIT, "%s", state_names[f.state]);
	wants_owner(&f, true, false, 0, 0, 0);
	close(clients[1]);
	close(listener);
	compare_ended(t);
}

const struct scenario flows_scenarios[] = {
	{ "flows_fields", ON_BOTH | IN_EXACT, fields },
	{ 0 }
};
