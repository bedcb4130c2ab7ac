// SPDX-License-Identifier: GPL-2.0
/*
 * Claims, on a kernel with failslab: whichever slab allocation of an insmod fails (from its
 * parameters on), it fails with ENOMEM and leaves nothing, or loads, with the namespaces unobserved
 * that it lacked memory for, and counted; whichever of the allocations fails that making a
 * namespace takes, it does not fail for the module's sake; where no flow can be allocated, they are
 * counted as untracked, and traffic does not notice. Without the first namespace's hooks enabled=1
 * leaves nothing; without another's, that one is counted, at insmod, too. A namespace that has
 * sockets before the module knows of it does no harm.
 *
 * Left out: allocations of whole pages; failslab does not see them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "memory.h"
#include "module.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"
#include "sstable.h"
#include "work.h"

#define FAILSLAB "/sys/kernel/debug/failslab/"
#define MOST_ALLOCATIONS 10000
#define STRIDE 5		/* fewer than the module makes for a namespace */
#define AROUND 60		/* so many more on both sides */

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	check(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), "%s: %s", path,
	      strerror(errno));
	close(fd);
}

static void failslab(bool caches, const char *probability)
{
	/* Off first: with all caches chosen, nothing more could be written. */
	put(FAILSLAB "probability", "0");
	put(FAILSLAB "task-filter", "N");
	put(FAILSLAB "ignore-gfp-wait", "N");
	put(FAILSLAB "verbose", "0");
	put(FAILSLAB "times", "-1");
	put(FAILSLAB "cache-filter", caches ? "Y" : "N");
	put(FAILSLAB "probability", probability);
}

static int nth_fd(void)
{
	int fd = open("/proc/self/fail-nth", O_RDWR | O_CLOEXEC);

	check(fd >= 0, "fail-nth: %s", strerror(errno));
	return fd;
}

static void nth_set(int fd, int nth)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", nth);
	check(pwrite(fd, text, strlen(text), 0) > 0, "fail-nth: %s", strerror(errno));
}

/* Return: how many more there would have to be; 0: the allocation was reached, and failed. */
static int nth_left(int fd)
{
	char text[16] = "";

	check(pread(fd, text, sizeof(text) - 1, 0) > 0, "fail-nth: %s", strerror(errno));
	nth_set(fd, 0);
	return atoi(text);
}

/*
 * Where its memory is short the kernel warns of itself (event_define_fields() of a tracepoint) and
 * prints call traces (kmem_cache_create(), sysfs). So the console, in which `boot` would find that,
 * is left out meanwhile, and what else is bad is looked for here.
 */
static int quiet_begin(void)
{
	put("/proc/sys/kernel/panic_on_warn", "0");
	put("/sys/kernel/rcu_expedited", "1");	/* hundreds of insmods wait for grace periods */
	klogctl(8, NULL, 1);
	return klog_open();
}

static void quiet_end(int klog)
{
	static const char *const bad[] = {
		"BUG:", "WARNING:", "suspicious", "KASAN", "UBSAN", "refcount_t", "Oops", "circular",
	};
	char record[4096];
	ssize_t n;
	size_t i;

	klogctl(8, NULL, 7);
	put("/sys/kernel/rcu_expedited", "0");
	put("/proc/sys/kernel/panic_on_warn", "1");
	while ((n = read(klog, record, sizeof(record) - 1)) > 0 || errno == EPIPE) {
		if (n <= 0)
			continue;
		record[n] = 0;
		for (i = 0; i < ARRAY_SIZE(bad); i++)
			check(!strstr(record, bad[i]) || strstr(record, "at event_define_fields"),
			      "log: %s", strtok(record, "\n"));
	}
	close(klog);
}

static int unobserved(void)
{
	char *text = procfs_slurp("/sys/module/tcpfsm/parameters/unobserved");
	int n = atoi(text);

	free(text);
	return n;
}

static void load(struct test *t)
{
	int nth, error, fired = 0, refused = 0, without = 0, klog, fd = nth_fd(), i, first;

	/* Namespaces that insmod finds. */
	for (i = 0; i < 2; i++) {
		check(!unshare(CLONE_NEWNET), "unshare: %s", strerror(errno));
		check(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC) >= 0, "ns/net");
	}
	ns_enter(t, CLIENT);
	module_reload("");
	check(!module_unload(), "rmmod");
	failslab(false, "0");
	klog = quiet_begin();
	/* Until it looks at the parameters, the kernel's loader is among itself. */
	nth_set(fd, MOST_ALLOCATIONS);
	check(module_load("max_flows=1") == EINVAL, "insmod max_flows=1");
	first = MOST_ALLOCATIONS - nth_left(fd);
	for (nth = first; nth < MOST_ALLOCATIONS; nth++) {
		nth_set(fd, nth);
		error = module_load("");
		if (nth_left(fd))
			break;
		if (++fired % 50 == 0)
			note("%d ...", nth);
		check(!error || error == ENOMEM, "insmod, allocation %d: %s", nth, strerror(error));
		if (error) {
			refused++;
			check(!module_loaded() && access("/proc/self/net/tcpfsm", F_OK),
			      "insmod, allocation %d: refused, but something is left", nth);
		} else {
			without += unobserved();
			check(!module_unload(), "rmmod after allocation %d", nth);
		}
		check(memory_flows() < 0, "allocation %d: slabs are left", nth);
	}
	quiet_end(klog);
	note("allocations %d to %d failed: insmod refused %d times; %d namespaces went unobserved",
	     first, first + fired - 1, refused, without);
	check(fired > 20 && refused && without >= 3, "failslab does not work");
	if (!module_loaded())
		check(!module_load(""), "insmod");
	check(!unobserved(), "unobserved=%d without any failure", unobserved());
}

struct outcome {
	int fired, refused, without;
};

/* Makes a namespace whose nth allocation fails. Return: false: it takes fewer. */
static bool namespace_fails(struct test *t, int fd, int nth, struct outcome *o)
{
	bool loaded = module_loaded(), ok, done;
	int before = loaded ? unobserved() : 0, wait;

	nth_set(fd, nth);
	ok = !unshare(CLONE_NEWNET);
	done = !nth_left(fd);
	if (ok && loaded && unobserved() > before) {
		o->without++;
		check(access("/proc/self/net/tcpfsm/stats", F_OK),
		      "allocation %d: unobserved, but its files are there", nth);
	}
	o->fired += done;
	o->refused += !ok;
	ns_enter(t, CLIENT);
	/* What is gone is not counted any more; let it go before the next. */
	for (wait = 0; loaded && unobserved() && wait < 500; wait++)
		sleep_ms(10);
	return done;
}

/*
 * The module's allocations are somewhere among the kernel's: after those of the protocols, before
 * those of the namespace's devices. All that surround them fail one by one, with the module and
 * without it.
 */
static void create(struct test *t)
{
	struct outcome coarse = { 0 }, plain = { 0 }, with = { 0 };
	int klog, fd = nth_fd(), nth, first, last;

	failslab(false, "0");
	module_reload("");
	klog = quiet_begin();
	for (nth = 1; !coarse.without && namespace_fails(t, fd, nth, &coarse); nth += STRIDE)
		;
	check(coarse.without, "%d allocations failed, of which none was the module's",
	      coarse.fired);
	first = nth > AROUND ? nth - AROUND : 1;
	last = nth + AROUND;
	for (nth = first; nth < last; nth++)
		namespace_fails(t, fd, nth, &with);
	check(!unobserved(), "unobserved=%d after they are all gone", unobserved());
	check(!module_unload(), "rmmod");
	for (nth = first; nth < last; nth++)
		namespace_fails(t, fd, nth, &plain);
	quiet_end(klog);
	close(fd);
	note("allocations %d to %d: without the module %d end unshare(); with it %d, and %d leave the namespace unobserved",
	     first, last - 1, plain.refused, with.refused, with.without);
	check(with.fired == last - first && with.without > AROUND / 10,
	      "failslab does not see the module's allocations");
	/* One is the kernel's own, for what a namespace's pernet data takes. */
	check(with.refused <= plain.refused + 1, "%d times unshare() failed for the module's sake",
	      with.refused - plain.refused);
	check(!module_load(""), "insmod");
}

static void flows(struct test *t)
{
	static const char *const caches[] = {
		"/sys/kernel/slab/tcpfsm_flow_ipv4/failslab",
		"/sys/kernel/slab/tcpfsm_flow_ipv6/failslab",
	};
	struct pair p[50], after;
	struct stats stats;
	int listener, i;
	char *text;

	module_reload("");
	/* slub_debug=A on the kernel's command line; the files cannot be written on every kernel. */
	for (i = 0; i < 2; i++) {
		text = procfs_slurp(caches[i]);
		check(*text == '1', "%s is not 1: slub_debug=A,tcpfsm_flow_* is missing", caches[i]);
		free(text);
	}
	failslab(true, "100");
	listener = sock_listen(t, SERVER, PORT, 64);
	for (i = 0; i < 50; i++) {
		p[i] = sock_pair(t, listener, PORT);
		sock_send(p[i].client, 20000);
		sock_recv(p[i].server, 20000);
	}
	ns_enter(t, CLIENT);
	procfs_stats(&stats);
	failslab(false, "0");
	note("flows current=%lld untracked=%lld", stats.flows_current, stats.flows_untracked);
	check(!stats.flows_current && stats.flows_untracked >= 50, "current=%lld untracked=%lld",
	      stats.flows_current, stats.flows_untracked);
	check(!stats.exact, "flows were missed, but exact=1");
	for (i = 0; i < 50; i++) {
		sock_send(p[i].server, 20000);
		sock_recv(p[i].client, 20000);
		sock_reset(p[i].client);
		close(p[i].server);
	}
	after = sock_pair(t, listener, PORT);
	ns_enter(t, CLIENT);
	procfs_stats(&stats);
	check(stats.flows_current, "memory is there again, but no flow");
	close(after.client);
	close(after.server);
}

#define EXTRA 60		/* namespaces, each with six hooks, an allocation a hook at least */
#define SMALL 16		/* max_flows: fewer than BUSY connections */
#define BUSY 40
#define TRIES 3

static struct pair busy[BUSY];

static void busy_step(struct test *t)
{
	int i;

	(void)t;
	for (i = 0; i < BUSY; i++) {
		sock_send(busy[i].client, 1);
		sock_recv(busy[i].server, 1);
	}
}

/* The hooks' allocations are the last of an insmod but for some: which one is among them? */
static int hooks_allocation(int fd, const char *parameters)
{
	int left;

	nth_set(fd, MOST_ALLOCATIONS);
	check(!module_load(parameters), "insmod");
	left = nth_left(fd);
	check(left > 0, "an insmod of more than %d allocations", MOST_ALLOCATIONS);
	check(!module_unload(), "rmmod");
	return MOST_ALLOCATIONS - left - 2 * EXTRA;
}

static void nothing_left(struct test *t, int nth)
{
	struct stats stats;
	int state;

	ns_enter(t, CLIENT);
	procfs_stats(&stats);
	check(!stats.flows_current, "allocation %d: %lld flows are left", nth, stats.flows_current);
	check(!unobserved(), "allocation %d: unobserved=%d", nth, unobserved());
	for (state = 0; state < STATES; state++)
		check(!stats.state[state].local, "allocation %d: %s local=%lld", nth,
		      state_names[state], stats.state[state].local);
}

/*
 * Those of the first namespace come first; without them nothing begins. Without those of another,
 * all others are watched.
 */
static void half_way(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, BUSY), fd, klog, i, nth, error, refused = 0;
	char parameters[32];
	pid_t w;

	for (i = 0; i < BUSY; i++)
		busy[i] = sock_pair(t, listener, PORT);
	close(listener);
	for (i = 0; i < EXTRA; i++) {
		check(!unshare(CLONE_NEWNET), "unshare: %s", strerror(errno));
		check(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC) >= 0, "ns/net");
	}
	ns_enter(t, CLIENT);
	w = work_start(t, NULL, busy_step, 0);
	module_reload("enabled=0");
	failslab(false, "0");
	fd = nth_fd();
	klog = quiet_begin();
	for (i = 0, nth = 1; i < TRIES; nth++) {
		nth_set(fd, nth);
		error = module_parameter("enabled", "1");
		check(!nth_left(fd), "enabled=1 takes fewer than %d allocations", nth);
		check(!error || error == ENOMEM, "enabled=1, allocation %d: %s", nth,
		      strerror(error));
		refused += !!error;
		/* Not all of these are the module's, or matter. */
		i += unobserved();
		check(error || !module_parameter("enabled", "0"), "enabled=0");
		nothing_left(t, nth);
	}
	check(refused, "without hooks in the first namespace it is enabled all the same");
	check(!module_unload(), "rmmod");
	/* Full at once: what is missed has a sweep asked for, a second later. */
	snprintf(parameters, sizeof(parameters), "max_flows=%d", SMALL);
	for (i = 0, nth = hooks_allocation(fd, parameters); i < TRIES; nth--) {
		nth_set(fd, nth);
		error = module_load(parameters);
		check(!nth_left(fd), "insmod takes fewer than %d allocations", nth);
		check(!error, "insmod, allocation %d: %s", nth, strerror(error));
		i += unobserved();
		check(!module_unload(), "rmmod");
	}
	sleep_ms(3000);
	quiet_end(klog);
	work_stop(&w, 1);
	check(!module_load(""), "insmod");
}

#define COUNTED_MS 15000	/* every ten seconds, and a difference is seen twice */

/* This process sleeps on one CPU after the other: the module wakes none for this. */
static void wake_next_cpu(void)
{
	static int cpu;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu++ % sysconf(_SC_NPROCESSORS_ONLN), &set);
	check(!sched_setaffinity(0, sizeof(set), &set), "sched_setaffinity: %s", strerror(errno));
}

static void wait_listening(int wanted)
{
	long long end = now_ms() + COUNTED_MS;
	int table[STATES];
	struct stats s;

	sstable_read(table);
	check(table[LISTEN] == wanted, "the kernel has %d listening sockets", table[LISTEN]);
	do {
		wake_next_cpu();
		sleep_ms(100);
		procfs_stats(&s);
		if (s.state[LISTEN].local == wanted)
			return;
	} while (now_ms() < end);
	fail("LISTEN local=%lld, the kernel has %d", s.state[LISTEN].local, wanted);
}

/*
 * /early.ko is older than the module in every namespace, and listens there, unheard; it is counted
 * some seconds later, and when it ends there are no fewer than none.
 */
static void early(struct test *t)
{
	int fd, i;

	check(!module_unload(), "rmmod");
	fd = open("/early.ko", O_RDONLY | O_CLOEXEC);
	check(fd >= 0 && !syscall(SYS_finit_module, fd, "", 0), "early.ko: %s", strerror(errno));
	close(fd);
	check(!module_load(""), "insmod");
	for (i = 0; i < 5; i++)
		check(!unshare(CLONE_NEWNET), "unshare: %s", strerror(errno));
	wait_listening(1);
	ns_enter(t, CLIENT);
	check(!syscall(SYS_delete_module, "early", O_NONBLOCK), "rmmod early: %s", strerror(errno));
}

const struct scenario alloc_scenarios[] = {
	{ "alloc_load", ON_HOST | IN_DEBUG, load },
	{ "alloc_namespace", ON_HOST | IN_DEBUG, create },
	{ "alloc_half_way", ON_LOOPBACK | IN_DEBUG, half_way },
	{ "early", ON_HOST | IN_DEBUG, early },
	{ "alloc_flows", ON_BOTH | IN_DEBUG, flows },
	{ 0 }
};
