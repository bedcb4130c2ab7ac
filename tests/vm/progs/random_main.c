// SPDX-License-Identifier: GPL-2.0
/*
 * vmtest --random FROM-TO [--phases N] [--skip FROM-TO] [--witness 0|1] [--others 0|1] [--trace]: these seeds, each
 * over IPv4 and IPv6, in a process of its own. Prints KTAP, and what the run has come to.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "module.h"
#include "ns.h"
#include "procfs.h"
#include "random.h"
#include "random_main.h"

#define PHASES 20
/* Right at least, by the wire alone, of several seeds. The goal is 97, which witness=0 does not reach. */
#define ALONE_PERCENT 90

static const char *const families[2] = { "ipv4", "ipv6" };

static struct {
	int from, to, phases, skip_from, skip_to, witness, others;
	struct rnd_totals *total;
	int count, failed;
} run = { .from = 1, .to = 1, .phases = PHASES, .skip_from = 1, .skip_to = 0, .witness = 1,
	  .others = 1 };

/* By `transitions`: how often each state was left which way, and what showed it. */
static void add_ways(struct rnd *w)
{
	long long ways[STATES][STATES][3];
	int side, from, to, cause;

	for (side = 0; side < RND_SIDES; side++) {
		ns_enter(w->t, side);
		procfs_ways(ways);
		for (from = 0; from < STATES; from++)
			for (to = 0; to < STATES; to++)
				for (cause = 0; cause < 3; cause++)
					w->total->ways[from][to][cause] += ways[from][to][cause];
	}
}

static void add_totals(struct rnd *w)
{
	int from, to;

	w->total->snapshots += w->mine.snapshots;
	w->total->at_timer += w->mine.at_timer;
	w->total->restless += w->mine.restless;
	w->total->endpoints += w->mine.endpoints;
	w->total->wrong += w->mine.wrong;
	w->total->late += w->mine.late;
	w->total->remote += w->mine.remote;
	w->total->remote_wrong += w->mine.remote_wrong;
	for (from = 0; from < STATES; from++)
		for (to = 0; to < STATES; to++)
			w->total->missed[from][to] += w->mine.missed[from][to];
}

static void show(const struct rnd_totals *m)
{
	note("%lld snapshots (%lld near a timer's end, %lld without rest), %lld endpoints, %lld wrong, "
	     "%lld snapshots right a moment later; %lld other ends, %lld wrong", m->snapshots,
	     m->at_timer, m->restless, m->endpoints, m->wrong, m->late, m->remote,
	     m->remote_wrong);
}

static int child(struct rnd *w)
{
	signal(SIGPIPE, SIG_IGN);
	setpgid(0, 0);
	ns_setup(w->t);
	rnd_run(w);
	add_ways(w);
	add_totals(w);
	show(&w->mine);
	fflush(stdout);
	return w->witness && (w->mine.wrong || (run.others && w->mine.remote_wrong) ||
			      !w->mine.snapshots);
}

static void one(int seed, int v6)
{
	struct test t = { .place = ON_VETH, .family = v6 ? AF_INET6 : AF_INET };
	struct rnd *w = calloc(1, sizeof(*w));
	int status = 0;
	pid_t pid;

	check(w, "no memory");
	w->t = &t;
	w->seed = seed * 2 + v6;
	w->phases = run.phases;
	w->skip_from = run.skip_from;
	w->skip_to = run.skip_to;
	w->witness = run.witness;
	w->total = run.total;
	pid = fork();
	if (!pid)
		_exit(child(w));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	kill(-pid, SIGKILL);
	if (WIFSIGNALED(status))
		note("ended by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
	if (status)
		note("again: tests/vm/run random --seeds %d-%d", run.from, seed);
	printf("%sok %d random.%d.%s\n", status ? "not " : "", ++run.count, seed, families[v6]);
	fflush(stdout);
	run.failed += status != 0;
	free(w);
}

static void show_all(void)
{
	const struct rnd_totals *m = run.total;
	int from, to;

	note("all seeds:");
	show(m);
	for (from = 0; from < STATES; from++)
		for (to = 0; to < STATES; to++) {
			const long long *n = m->ways[from][to];

			if (n[0] + n[1] + n[2])
				note("%s to %s: segment %lld, timer %lld, socket %lld",
				     state_names[from], state_names[to], n[0], n[1], n[2]);
		}
	if (m->endpoints)
		note("right: %.3f %%", 100.0 - 100.0 * m->wrong / m->endpoints);
	for (from = 0; from < STATES; from++)
		for (to = 0; to < STATES; to++)
			if (m->missed[from][to])
				note("the kernel %s, tcpfsm %s: %lld", state_names[from],
				     state_names[to], m->missed[from][to]);
}

/* What has looked at nothing, or at rest too rarely, has found no fault for that reason. */
static void judge_looks(void)
{
	const struct rnd_totals *m = run.total;
	bool enough = m->endpoints && m->restless <= m->snapshots;

	printf("%sok %d random.looks # %lld endpoints, %lld snapshots, %lld times no rest\n",
	       enough ? "" : "not ", ++run.count, m->endpoints, m->snapshots, m->restless);
	run.failed += !enough;
}

/* By the wire alone not all can be right; but so much. */
static void judge_alone(void)
{
	const struct rnd_totals *m = run.total;
	bool enough = m->endpoints && 100 * (m->endpoints - m->wrong) >= ALONE_PERCENT * m->endpoints;

	printf("%sok %d random.alone # %d %% of %lld right\n", enough ? "" : "not ", ++run.count,
	       ALONE_PERCENT, m->endpoints);
	run.failed += !enough;
}

static void range(const char *text, int *from, int *to)
{
	char *end;

	*from = *to = strtol(text, &end, 10);
	if (*end == '-')
		*to = strtol(end + 1, NULL, 10);
}

int random_main(char **argv)
{
	int seed, ignored;

	for (; argv[0] && (argv[1] || !strcmp(argv[0], "--trace")); argv += 2) {
		if (!strcmp(argv[0], "--trace"))
			trace_begin(), argv--;
		else if (!strcmp(argv[0], "--random"))
			range(argv[1], &run.from, &run.to);
		else if (!strcmp(argv[0], "--phases"))
			range(argv[1], &run.phases, &ignored);
		else if (!strcmp(argv[0], "--skip"))
			range(argv[1], &run.skip_from, &run.skip_to);
		else if (!strcmp(argv[0], "--others"))
			range(argv[1], &run.others, &ignored);
		else if (!strcmp(argv[0], "--witness"))
			range(argv[1], &run.witness, &ignored);
		else
			return 2;
	}
	run.total = mmap(NULL, sizeof(*run.total), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	check(run.total != MAP_FAILED, "mmap: %s", strerror(errno));
	/* Of one width, so that a longer run begins as a shorter one does. */
	printf("KTAP version 1\n1..%-4d\n", 2 * (run.to - run.from + 1) + 1 + !run.witness);
	fflush(stdout);
	if (module_load(run.witness ? "" : "witness=0"))
		note("the module cannot be loaded");
	for (seed = run.from; seed <= run.to; seed++) {
		one(seed, 0);
		one(seed, 1);
	}
	show_all();
	judge_looks();
	if (!run.witness)
		judge_alone();
	return run.failed || !run.count;
}
