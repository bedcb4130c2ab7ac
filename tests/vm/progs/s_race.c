// SPDX-License-Identifier: GPL-2.0
/*
 * Claims, with several CPUs in real time: traffic, readers of every file, and namespaces that come
 * and go don't disturb each other; the module can be unloaded and loaded again under all of that,
 * and no connection notices; when traffic rests, `local` is the kernel's table again.
 */
#include <unistd.h>

#include "compare.h"
#include "module.h"
#include "ns.h"
#include "scenarios.h"
#include "traffic.h"
#include "work.h"

#define CHURN_MS 6000

static void churn(struct test *t)
{
	int side;
	pid_t w[4];

	/* Past the default of 2,048 a TIME_WAIT is skipped; that is a later part's matter. */
	for (side = 0; side < ns_count(t); side++)
		ns_sysctl(t, side, "net/ipv4/tcp_max_tw_buckets", "100000");
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

	w[0] = work_start(t, traffic_begin, traffic_step, 0);
	w[1] = work_start(t, traffic_begin, traffic_step, 1);
	w[2] = work_start(t, NULL, loose_step, 0);
	w[3] = work_start(t, NULL, namespace_step, 0);
	for (i = 0; i < 10; i++) {
		sleep_ms(150);
		module_reload("");
	}
	work_stop(w, 4);
}

const struct scenario race_scenarios[] = {
	{ "churn", ON_BOTH | IN_RACE, churn },
	{ "reload", ON_BOTH | IN_RACE, reload },
	{ 0 }
};
