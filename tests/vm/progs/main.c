// SPDX-License-Identifier: GPL-2.0
/*
 * vmtest [--list] [--race | --soak] [--debug] [--ipv4 | --ipv6] [PATTERN...]: runs the scenarios whose
 * names match, prints KTAP. Those of no family belong to IPv4.
 * vmtest --random ...: random_main.c.
 * Each test is a process with namespaces of its own, so that a failed one leaves nothing behind.
 */
#include <fnmatch.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "module.h"
#include "ns.h"
#include "random_main.h"
#include "scenarios.h"
#include "test.h"

/* Longer than the longest scenario: 60 s of TIME_WAIT several times over. */
#define TEST_SECONDS 600
#define DEBUG_SECONDS 2400	/* allocations that fail one by one, each in its own insmod; 200 lives */
#define SKIPPED 4		/* as the kernel's selftests end */
#define SOAK_SECONDS 36000	/* an hour of traffic, and all that comes before */

static const struct scenario *const files[] = {
	module_scenarios,
	state_scenarios,
	open_scenarios,
	connect_scenarios,
	accept_scenarios,
	untaken_scenarios,
	md5_scenarios,
	mptcp_scenarios,
	fragment_scenarios,
	vrf_scenarios,
	device_scenarios,
	device_pair_scenarios,
	hooks_scenarios,
	transparent_scenarios,
	cookie_scenarios,
	fastopen_scenarios,
	peer_scenarios,
	close_scenarios,
	end_give_up_scenarios,
	end_abort_scenarios,
	end_close_scenarios,
	end_orphan_scenarios,
	end_time_wait_scenarios,
	end_forged_scenarios,
	disorder_scenarios,
	end_gone_scenarios,
	many_scenarios,
	transit_scenarios,
	procfs_scenarios,
	flows_scenarios,
	param_scenarios,
	trace_scenarios,
	leak_scenarios,
	leak_many_scenarios,
	anomaly_scenarios,
	last_ack_scenarios,
	witness_scenarios,
	exact_scenarios,
	alone_scenarios,
	listeners_scenarios,
	ports_scenarios,
	collision_scenarios,
	time_wait_counts_scenarios,
	fuzz_scenarios,
	race_scenarios,
	race_anomaly_scenarios,
	life_scenarios,
	bounds_scenarios,
	again_scenarios,
	alloc_scenarios,
	quiet_scenarios,
	soak_scenarios,
	million_scenarios,
};

static const struct {
	int flag;
	const char *name;
} places[] = {
	{ ON_LOOPBACK, "loopback" }, { ON_VETH, "veth" }, { ON_ROUTER, "router" },
	{ ON_HOST, "host" },
};

static struct {
	bool list, quiet, race, debug, soak, pairs;
	int family;		/* 0: both */
	char **patterns;
	int count, failed;
} run;

static void say(const char *fmt, va_list args)
{
	printf("# ");
	vprintf(fmt, args);
	printf("\n");
	fflush(stdout);
}

void note(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(fmt, args);
	va_end(args);
}

void fail(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(fmt, args);
	va_end(args);
	_exit(1);
}

void skip(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(fmt, args);
	va_end(args);
	_exit(SKIPPED);
}

void sleep_ms(unsigned int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	while (nanosleep(&ts, &ts))
		;
}

long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

unsigned int test_random(void)
{
	static unsigned long long x = 88172645463325252ULL;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x >> 16;
}

static bool wanted(const char *name)
{
	char pattern[128];
	int i;

	if (!run.patterns[0])
		return true;
	for (i = 0; run.patterns[i]; i++) {
		/* "states" finds states.ipv4.veth, too. */
		snprintf(pattern, sizeof(pattern), "%s.*", run.patterns[i]);
		if (!fnmatch(run.patterns[i], name, 0) || !fnmatch(pattern, name, 0))
			return true;
	}
	return false;
}

static int run_child(const struct scenario *s, struct test *t)
{
	int status;
	pid_t pid;

	pid = fork();
	if (pid < 0)
		return -1;
	if (!pid) {
		/* Its own process group: what it leaves behind can be ended. */
		setpgid(0, 0);
		signal(SIGPIPE, SIG_IGN);
		alarm(s->flags & IN_SOAK ? SOAK_SECONDS : run.debug ? DEBUG_SECONDS : TEST_SECONDS);
		ns_setup(t);
		s->run(t);
		fflush(stdout);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	kill(-pid, SIGKILL);
	if (WIFSIGNALED(status))
		note("ended by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
	return status;
}

static void run_one(const struct scenario *s, int place, int family)
{
	struct test t = { .place = place, .family = family, .race = run.race };
	bool ok, skipped;
	char name[96];
	int status;
	size_t i;

	for (i = 0; !(places[i].flag & place); i++)
		;
	if (place == ON_HOST)
		snprintf(name, sizeof(name), "%s", s->name);
	else
		snprintf(name, sizeof(name), "%s.%s.%s", s->name,
			 family == AF_INET ? "ipv4" : "ipv6", places[i].name);
	if (!wanted(name) || (run.family && run.family != family))
		return;
	run.count++;
	if (run.list) {
		if (!run.quiet)
			printf("%s\n", name);
		return;
	}
	t.name = name;
	status = run_child(s, &t);
	skipped = WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED;
	ok = !status || skipped;
	/* The next test finds the module as it should be, whatever this one did. */
	if (!module_restore())
		ok = false;
	printf("%sok %d %s%s\n", ok ? "" : "not ", run.count, name, ok && skipped ? " # SKIP" : "");
	fflush(stdout);
	run.failed += !ok || skipped;
}

/* With --pairs, of loopback and veth, IPv4 and IPv6 each is there, in two runs: the next scenario has the others. */
static bool left_out(const struct scenario *s, int place, int family, int n)
{
	if (!run.pairs || (s->flags & ON_BOTH) != ON_BOTH || !(place & ON_BOTH))
		return false;
	return (place == ON_VETH) ^ (family == AF_INET6) ^ (n & 1);
}

static void run_families(const struct scenario *s, int place, int n)
{
	static const int families[] = { AF_INET, AF_INET6 };
	size_t i;

	/* The host's is not by family. */
	for (i = 0; i < (place == ON_HOST ? 1 : ARRAY_SIZE(families)); i++)
		if (!left_out(s, place, families[i], n))
			run_one(s, place, families[i]);
}

static void run_all(void)
{
	const struct scenario *s;
	size_t f, i;
	int n = 0;
	int boots = (run.soak ? IN_SOAK : run.race ? IN_RACE : IN_EXACT) |
		    (run.debug ? IN_DEBUG : 0);

	run.count = 0;
	for (f = 0; f < ARRAY_SIZE(files); f++)
		for (s = files[f]; s->name; s++) {
			if (!(s->flags & boots))
				continue;
			n++;
			for (i = 0; i < ARRAY_SIZE(places); i++)
				if (s->flags & places[i].flag)
					run_families(s, places[i].flag, n);
		}
}

int main(int argc, char **argv)
{
	(void)argc;
	if (argv[1] && !strcmp(argv[1], "--random"))
		return random_main(argv + 1);
	for (argv++; *argv && **argv == '-'; argv++) {
		if (!strcmp(*argv, "--list"))
			run.list = true;
		else if (!strcmp(*argv, "--race"))
			run.race = true;
		else if (!strcmp(*argv, "--debug"))
			run.debug = true;
		else if (!strcmp(*argv, "--soak"))
			run.soak = true;
		else if (!strcmp(*argv, "--pairs"))
			run.pairs = true;
		else if (!strcmp(*argv, "--ipv4"))
			run.family = AF_INET;
		else if (!strcmp(*argv, "--ipv6"))
			run.family = AF_INET6;
		else
			return 2;
	}
	run.patterns = argv;

	if (!run.list) {
		/* The plan is the number of tests, so count them first. */
		run.list = run.quiet = true;
		run_all();
		run.list = run.quiet = false;
		printf("KTAP version 1\n1..%d\n", run.count);
		fflush(stdout);
		if (!module_restore())
			note("the module cannot be loaded");
	}
	run_all();
	if (!run.count)
		fprintf(stderr, "no scenario of this name; try --list\n");
	return run.failed || !run.count;
}
