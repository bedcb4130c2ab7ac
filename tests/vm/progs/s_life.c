// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: the module comes and goes (10 times; VMTEST_LIVES=200 on the debug kernel), and is switched
 * off and on, under traffic, readers of every file, a user of its tracepoint and namespaces that
 * come and go; no connection notices, no slab is left, the gauges are true afterwards. A namespace
 * that ends takes all its flows along. 1,000 idle namespaces cost 4 KiB each at most.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compare.h"
#include "memory.h"
#include "module.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"
#include "traffic.h"
#include "work.h"

#define TRACING "/sys/kernel/tracing/"
#define OLDER 8			/* connections that are there before the module */
#define OLDER_PORT (PORT + 50)

static struct pair older[OLDER];

static void older_open(struct test *t)
{
	int listener = sock_listen(t, SERVER, OLDER_PORT, OLDER), i;

	for (i = 0; i < OLDER; i++)
		older[i] = sock_pair(t, listener, OLDER_PORT);
	close(listener);
}

/* They go on with their transfers. */
static void older_step(struct test *t)
{
	int i;

	(void)t;
	for (i = 0; i < OLDER; i++) {
		sock_send(older[i].client, 3000);
		sock_recv(older[i].server, 3000);
		sock_send(older[i].server, 100);
		sock_recv(older[i].client, 100);
	}
	sleep_ms(5);
}

static void older_end(void)
{
	int i;

	older_step(NULL);
	for (i = 0; i < OLDER; i++) {
		close(older[i].client);
		sock_eof(older[i].server);
		close(older[i].server);
	}
}

static void trace_on(void)
{
	int fd = open(TRACING "events/tcpfsm/enable", O_WRONLY | O_CLOEXEC);

	check(fd >= 0 && write(fd, "1", 1) == 1, "events/tcpfsm/enable: %s", strerror(errno));
	close(fd);
}

/* A user of the tracepoint: reads what there is. */
static void trace_step(struct test *t)
{
	char data[4096];
	ssize_t n;
	int fd;

	(void)t;
	fd = open(TRACING "trace_pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	check(fd >= 0, "trace_pipe: %s", strerror(errno));
	do
		n = read(fd, data, sizeof(data));
	while (n > 0);
	close(fd);
	sleep_ms(20);
}

static int start_all(struct test *t, pid_t *w)
{
	int side, n = 0;

	/* Past the default of 2,048 a TIME_WAIT is skipped: that is another test's matter. */
	for (side = 0; side < ns_count(t); side++)
		ns_sysctl(t, side, "net/ipv4/tcp_max_tw_buckets", "100000");
	w[n++] = work_start(t, traffic_begin, traffic_step, 0);
	w[n++] = work_start(t, NULL, older_step, 0);
	w[n++] = work_start(t, NULL, loose_step, 0);
	w[n++] = work_start(t, NULL, namespace_step, 0);
	w[n++] = work_start(t, NULL, trace_step, 0);
	return n;
}

static void come_and_go(struct test *t)
{
	const char *text = getenv("VMTEST_LIVES");
	bool first = t->place == ON_VETH && t->family == AF_INET;
	int i, n, lives = first && text ? atoi(text) : 10;
	pid_t w[8];

	older_open(t);
	n = start_all(t, w);
	for (i = 0; i < lives; i++) {
		int error = module_unload();

		check(!error, "rmmod, life %d: %s", i, strerror(error));
		check(memory_flows() < 0, "life %d: its slabs are left after rmmod", i);
		sleep_ms(test_random() % 10);
		error = module_load("");
		check(!error, "insmod, life %d: %s", i, strerror(error));
		check(memory_flows() >= 0, "no slab of its name: slab_nomerge is missing");
		trace_on();
		sleep_ms(test_random() % 100);
	}
	work_stop(w, n);
	note("%d lives", lives);
	compare(t);
	older_end();
	compare(t);
}

static void switched(struct test *t)
{
	int i, n, error;
	pid_t w[8];

	older_open(t);
	n = start_all(t, w);
	trace_on();
	for (i = 0; i < 10; i++) {
		error = module_parameter("enabled", i % 2 ? "1" : "0");
		check(!error, "enabled=%d: %s", i % 2, strerror(error));
		sleep_ms(test_random() % 150);
	}
	work_stop(w, n);
	compare(t);
	older_end();
	compare(t);
}

#define WAITING (SLAB_SLACK + 400)	/* TIME_WAITs: flows that would be noticed if they stayed */
#define ENDED (WAITING + 8)
#define GONE_MS 30000		/* before a TIME_WAIT's minute is over */

/*
 * A router in the middle of established connections ends, and then a client with flows in
 * TIME_WAIT, in FIN_WAIT_2 without a program, in SYN_SENT.
 */
static void ended(struct test *t)
{
	struct rlimit limit = { 2 * ENDED + 64, 2 * ENDED + 64 };
	int listener = sock_listen(t, SERVER, PORT, 16), fd, i;
	long before = memory_flows(), after;
	static struct pair p[ENDED];
	long long end;

	check(!setrlimit(RLIMIT_NOFILE, &limit), "RLIMIT_NOFILE: %s", strerror(errno));
	ns_sysctl(t, CLIENT, "net/ipv4/tcp_max_tw_buckets", "100000");
	for (i = 0; i < ENDED; i++)
		p[i] = sock_pair(t, listener, PORT);
	for (i = 0; i < WAITING; i++) {
		close(p[i].client);			/* TIME_WAIT */
		sock_eof(p[i].server);
		close(p[i].server);
	}
	for (; i < WAITING + 4; i++) {
		close(p[i].client);			/* FIN_WAIT_2 */
		sock_eof(p[i].server);
	}
	compare(t);
	after = memory_flows();
	/* On a slow kernel some TIME_WAITs have ended by now. */
	check(after > before + SLAB_SLACK, "flow objects: %ld before, %ld with %d connections",
	      before, after, ENDED);
	if (t->place == ON_ROUTER)
		ns_end(t, ROUTER);
	ns_enter(t, CLIENT);
	/* SYN_SENT; without its router the client has no route any more, sooner or later. */
	for (i = 0; t->place != ON_ROUTER && i < 4; i++) {
		fd = sock_new(t, CLIENT, 0);
		sock_start(t, fd, SERVER, PORT);
		close(fd);
	}
	for (i = WAITING; i < ENDED; i++) {
		if (i >= WAITING + 4)
			sock_reset(p[i].client);
		sock_reset(p[i].server);
	}
	close(listener);
	ns_end(t, CLIENT);
	if (t->place != ON_LOOPBACK)
		ns_end(t, SERVER);
	end = now_ms() + GONE_MS;
	do {
		sleep_ms(100);
		after = memory_flows();
	} while (after > before + SLAB_SLACK && now_ms() < end);
	note("flow objects: %ld before, %ld after", before, after);
	check(after <= before + SLAB_SLACK, "flow objects: %ld before, %ld after", before, after);
	/* rmmod complains of any object that is left. */
	module_reload("");
}

#define IDLE 1000

static long settled_kb(void)
{
	long kb = memory_kernel_kb(), was;
	int tries = 50;

	do {
		was = kb;
		sleep_ms(200);
		kb = memory_kernel_kb();
	} while (labs(kb - was) > 16 && --tries);
	return kb;
}

/* What an insmod takes, and of what. */
struct cost {
	long kb;
	struct memory_part part[MEMORY_PARTS];
	int n;
};

static long part_bytes(const struct memory_part *parts, int n, const char *name)
{
	int i;

	for (i = 0; i < n; i++)
		if (!strcmp(parts[i].name, name))
			return parts[i].bytes;
	return 0;
}

static void load_cost(struct cost *cost)
{
	static struct memory_part before[MEMORY_PARTS];
	long kb = settled_kb();
	int n = memory_parts(before), i;

	check(!module_load(""), "insmod");
	cost->kb = settled_kb() - kb;
	cost->n = memory_parts(cost->part);
	for (i = 0; i < cost->n; i++)
		cost->part[i].bytes -= part_bytes(before, n, cost->part[i].name);
}

static void idle_cost(struct test *t)
{
	struct rlimit limit = { IDLE + 64, IDLE + 64 };
	static struct cost none, many;
	long each;
	int i;

	(void)t;
	setrlimit(RLIMIT_NOFILE, &limit);
	/* The first time, some things are done once. */
	module_reload("");
	check(!module_unload(), "rmmod");
	load_cost(&none);
	/* Made without the module, so that what it takes does not fill their gaps. */
	check(!module_unload(), "rmmod");
	for (i = 0; i < IDLE; i++) {
		check(!unshare(CLONE_NEWNET), "unshare: %s", strerror(errno));
		check(open("/proc/self/ns/net", O_RDONLY) >= 0, "ns/net: %s", strerror(errno));
	}
	load_cost(&many);
	for (i = 0; i < many.n; i++) {
		each = (many.part[i].bytes -
			part_bytes(none.part, none.n, many.part[i].name)) / IDLE;
		if (each >= 8)
			note("  %s: %ld bytes each", many.part[i].name, each);
	}
	each = (many.kb - none.kb) * 1024 / IDLE;
	note("insmod takes %ld KiB, with %d namespaces %ld KiB: %ld bytes each", none.kb, IDLE,
	     many.kb, each);
	check(each <= 4096, "an idle namespace costs %ld bytes", each);
	check(each > 256, "an idle namespace costs %ld bytes: not credible", each);
}

const struct scenario life_scenarios[] = {
	{ "come_and_go", ON_BOTH | IN_RACE, come_and_go },
	{ "switched", ON_BOTH | IN_RACE, switched },
	{ "ended", ON_BOTH | ON_ROUTER | IN_EXACT | IN_RACE, ended },
	{ "idle_cost", ON_HOST | IN_EXACT, idle_cost },
	{ 0 }
};
