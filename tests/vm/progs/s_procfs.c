// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: the files have the interface's formats, permissions and places; long ones stay correct
 * while flows come and go between two reads; a file that is open outlives the module.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compare.h"
#include "module.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"

static const struct {
	const char *path;
	mode_t mode;
} files[] = {
	{ PROCFS "/stats", 0444 }, { PROCFS "/transitions", 0444 },
	{ PROCFS "/witness", 0444 }, { PROCFS "/durations", 0444 },
	{ PROCFS "/flows", 0440 }, { PROCFS "/namespaces", 0440 },
	{ PROCFS "/anomalies", 0440 },
	{ PROCFS "/listeners", 0440 },
};

/* As nobody, of this group: what is for everybody opens, and the rest only if @allowed. */
static void open_as(gid_t group, bool allowed)
{
	size_t i;

	check(!seteuid(0) && !setgroups(0, NULL) && !setegid(group) && !seteuid(65534),
	      "seteuid: %s", strerror(errno));
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		int fd = open(files[i].path, O_RDONLY);

		check(fd >= 0 ? allowed || files[i].mode == 0444 :
				!allowed && files[i].mode == 0440 && errno == EACCES,
		      "%s: open() as nobody, group %u: %s", files[i].path, group,
		      fd >= 0 ? "allowed" : strerror(errno));
		if (fd >= 0)
			close(fd);
	}
}

static void link_and_modes(struct test *t)
{
	char target[64] = "";
	struct stat st;
	size_t i;

	(void)t;
	check(readlink(PROCFS, target, sizeof(target) - 1) > 0, "readlink: %s", strerror(errno));
	check(!strcmp(target, "self/net/tcpfsm"), "/proc/tcpfsm -> %s", target);
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		check(!stat(files[i].path, &st), "%s: %s", files[i].path, strerror(errno));
		check((st.st_mode & 07777) == files[i].mode && !st.st_uid && !st.st_gid,
		      "%s: mode %o, owner %u:%u", files[i].path, st.st_mode & 07777, st.st_uid,
		      st.st_gid);
	}
	open_as(65534, false);
}

#define GROUP 4711

/* What names addresses is for one group more. */
static void group(struct test *t)
{
	struct stat st;
	size_t i;

	(void)t;
	module_reload("gid=4711");
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		check(!stat(files[i].path, &st), "%s: %s", files[i].path, strerror(errno));
		check((st.st_mode & 07777) == files[i].mode && !st.st_uid &&
		      (files[i].mode == 0444 || st.st_gid == GROUP),
		      "%s: mode %o, owner %u:%u", files[i].path, st.st_mode & 07777, st.st_uid,
		      st.st_gid);
	}
	open_as(GROUP, true);
	open_as(GROUP + 1, false);
}

static long long own_netns(void)
{
	struct stat st;

	check(!stat("/proc/self/ns/net", &st), "ns/net: %s", strerror(errno));
	return st.st_ino;
}

static void formats(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), side;
	struct pair p = sock_pair(t, listener, PORT);
	struct differences differ;
	struct flow_counts flows;
	struct stats a, b;

	sock_shut(p.client);
	sleep_ms(SETTLE_MS);
	for (side = 0; side < ns_count(t); side++) {
		ns_enter(t, side);
		procfs_stats(&a);
		procfs_transitions();
		procfs_witness(&differ);
		procfs_flows(&flows);
		check(flows.lines == (t->place == ON_LOOPBACK ? 2 : 1), "flows: %d lines",
		      flows.lines);
		check(a.flows_current == 1, "flows current=%lld", a.flows_current);
		check(a.flows_max > 0 && a.seen > 0, "flows max=%lld, segments seen=%lld",
		      a.flows_max, a.seen);
		check(a.netns == own_netns(), "netns=%lld, but it is %lld", a.netns, own_netns());
		sleep_ms(50);
		procfs_stats(&b);
		check(b.loaded_ms >= a.loaded_ms + 40 && b.loaded_ms <= a.loaded_ms + 5000,
		      "loaded_ms went from %lld to %lld in 50 ms", a.loaded_ms, b.loaded_ms);
		/* All of them, in the first namespace only. */
		check(access(PROCFS "/namespaces", F_OK) && errno == ENOENT,
		      "there is a file `namespaces` in another than the first namespace");
	}
	close(p.client);
	close(p.server);
	close(listener);
}

static void namespaces(struct test *t)
{
	long long netns;
	bool found;
	int fd;

	procfs_namespaces(own_netns(), &found);
	check(found, "the first namespace is not in `namespaces`");
	check(!unshare(CLONE_NEWNET), "unshare: %s", strerror(errno));
	netns = own_netns();
	check(!access(PROCFS "/stats", R_OK), "no stats in a new namespace");
	/* A namespace lives as long as somebody has it open. */
	fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	check(!setns(t->ns[0], CLONE_NEWNET), "setns: %s", strerror(errno));
	procfs_namespaces(netns, &found);
	check(found, "a namespace that exists is not in `namespaces`");
	close(fd);
	sleep_ms(2000);
	procfs_namespaces(netns, &found);
	check(!found, "a namespace that has ended is in `namespaces`");
}

#define LASTING 150

/* The next line out of a file that is read in small pieces; NULL: its end. */
struct slow_reader {
	int fd;
	char line[512];
	size_t len;
};

static bool slow_read(struct slow_reader *r, size_t piece)
{
	ssize_t n;

	check(r->len + piece < sizeof(r->line), "flows: a line without end");
	n = read(r->fd, r->line + r->len, piece);
	check(n >= 0, "flows: read: %s", strerror(errno));
	if (!n)
		check(!r->len, "flows: half a line at the end: '%.*s'", (int)r->len, r->line);
	r->len += n;
	return n;
}

static void one_short(struct test *t, int listener)
{
	struct pair p = sock_pair(t, listener, PORT);

	if (test_random() % 2) {
		close(p.client);
		close(p.server);
	} else {
		sock_reset(p.client);
		close(p.server);
	}
}

static void flows_slowly(struct test *t)
{
	static char seen[65536];
	static int ports[LASTING];
	int listener = sock_listen(t, SERVER, PORT, 64), i, reads = 0, lines = 0;
	struct slow_reader r = { 0 };
	struct flow_line f;
	const char *error;
	char *end;

	for (i = 0; i < LASTING; i++) {
		/* Bound, so that the test knows which flows must be there. */
		struct pair p = { .client = sock_new(t, CLIENT, 20000 + i) };

		sock_connect(t, p.client, PORT);
		p.server = sock_accept(listener);
		ports[i] = 20000 + i;
	}
	ns_enter(t, SERVER);
	r.fd = open(PROCFS "/flows", O_RDONLY);
	check(r.fd >= 0, "flows: %s", strerror(errno));
	while (slow_read(&r, 1 + test_random() % 100)) {
		while ((end = memchr(r.line, '\n', r.len))) {
			*end = 0;
			error = procfs_flow_line(r.line, &f);
			check(!error, "flows: %s in '%s'", error, r.line);
			seen[f.port[0] == PORT ? f.port[1] : f.port[0]]++;
			lines++;
			r.len -= end + 1 - r.line;
			memmove(r.line, end + 1, r.len);
		}
		if (reads++ % 8 == 0)
			one_short(t, listener);
		/* sock_new() has entered the client's; the open file stays the server's. */
	}
	close(r.fd);
	for (i = 0; i < LASTING; i++)
		check(seen[ports[i]] == (t->place == ON_LOOPBACK ? 2 : 1),
		      "a flow that was there all the time has %d lines of %d", seen[ports[i]],
		      lines);
	note("%d reads, %d lines, %d connections came and went", reads, lines, reads / 8);
	compare(t);
}

/* Every file open and half read when the module goes; nobody falls. */
static void read_after_unload(struct test *t)
{
	static const char *const files[] = { "stats", "transitions", "flows", "namespaces",
					     "anomalies", "durations" };
	int fds[ARRAY_SIZE(files)], error;
	char data[64];
	size_t i;

	(void)t;
	module_reload("");
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		char path[64];

		snprintf(path, sizeof(path), PROCFS "/%s", files[i]);
		fds[i] = open(path, O_RDONLY);
		check(fds[i] >= 0, "%s: %s", path, strerror(errno));
		check(read(fds[i], data, 10) >= 0, "%s: %s", path, strerror(errno));
	}
	error = module_unload();
	check(!error, "rmmod with open files: %s", strerror(error));
	for (i = 0; i < ARRAY_SIZE(files); i++)
		check(read(fds[i], data, sizeof(data)) <= 0,
		      "%s: data after the module has gone", files[i]);
	error = module_load("");
	check(!error, "insmod with the old one's files open: %s", strerror(error));
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		check(read(fds[i], data, sizeof(data)) <= 0, "%s: data from another life",
		      files[i]);
		check(lseek(fds[i], 0, SEEK_SET) <= 0, "seek");
		close(fds[i]);
	}
}

const struct scenario procfs_scenarios[] = {
	{ "link_and_modes", ON_HOST | IN_EXACT, link_and_modes },
	{ "link_and_modes_gid", ON_HOST | IN_EXACT, group },
	{ "formats", ON_BOTH | IN_EXACT, formats },
	{ "namespaces", ON_HOST | IN_EXACT, namespaces },
	{ "flows_slowly", ON_BOTH | IN_EXACT | IN_RACE, flows_slowly },
	{ "read_after_unload", ON_HOST | IN_EXACT | IN_RACE, read_after_unload },
	{ 0 }
};
