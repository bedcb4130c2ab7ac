// SPDX-License-Identifier: GPL-2.0
/*
 * Claims, with several CPUs in real time: traffic, readers of every file, and namespaces that come
 * and go don't disturb each other; the module can be unloaded and loaded again under all of that,
 * and no connection notices; when traffic rests, `local` is the kernel's table again. What ends while
 * `flows` is read is shown as it was, or not at all.
 */
#include <unistd.h>

#include "compare.h"
#include "module.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "traffic.h"
#include "work.h"

#define CHURN_MS 6000

/* Past the default of 2,048 a TIME_WAIT is skipped; that is s_time_wait_counts.c's matter. */
static void many_time_waits(struct test *t)
{
	int side;

	for (side = 0; side < ns_count(t); side++)
		ns_sysctl(t, side, "net/ipv4/tcp_max_tw_buckets", "100000");
}

static void churn(struct test *t)
{
	pid_t w[4];

	many_time_waits(t);
	w[0] = work_start(t, traffic_begin, traffic_step, 0);
	w[1] = work_start(t, traffic_begin, traffic_step, 1);
	w[2] = work_start(t, NULL, strict_step, 0);
	w[3] = work_start(t, NULL, namespace_step, 0);
	sleep_ms(CHURN_MS);
	work_stop(w, 4);
	compare(t);
}

static void reload(struct test *t)
{
	pid_t w[4];
	int i;

	many_time_waits(t);
	w[0] = work_start(t, traffic_begin, traffic_step, 0);
	w[1] = work_start(t, traffic_begin, traffic_step, 1);
	w[2] = work_start(t, NULL, loose_step, 0);
	w[3] = work_start(t, NULL, namespace_step, 0);
	for (i = 0; i < 10; i++) {
		sleep_ms(150);
		module_reload("");
	}
	work_stop(w, 4);
	compare(t);
}

static void flows_step(struct test *t)
{
	struct flow_counts flows;

	ns_enter(t, test_random() % 2 ? CLIENT : SERVER);
	procfs_flows(&flows);
}

/*
 * Readers who look at nothing else, more of them than CPUs, so that they are interrupted in mid-line;
 * and few flows, for many looks at each.
 */
static void flows_end(struct test *t)
{
	int side, i;
	pid_t w[5];

	module_reload("max_flows=256");
	for (side = 0; side < ns_count(t); side++)
		ns_sysctl(t, side, "net/ipv4/tcp_max_tw_buckets", "0");
	for (i = 0; i < 2; i++)
		w[i] = work_start(t, traffic_begin, traffic_step, i);
	for (; i < 5; i++)
		w[i] = work_start(t, NULL, flows_step, i);
	sleep_ms(CHURN_MS);
	work_stop(w, 5);
}

const struct scenario race_scenarios[] = {
	{ "churn", ON_BOTH | IN_RACE, churn },
	{ "flows_end", ON_VETH | IN_RACE, flows_end },
	{ "reload", ON_BOTH | IN_RACE, reload },
	{ 0 }
};
