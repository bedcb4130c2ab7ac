// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: past max_flows traffic passes as ever and is counted as untracked; a value out of range
 * is refused and one line in the log names the parameter and the range.
 *
 * Left to a later part: `exact` after a full table.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "compare.h"
#include "module.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"

#define LIMIT 64
#define CONNECTIONS 200

static void table_full(struct test *t)
{
	struct pair p[CONNECTIONS];
	int listener, side, i;
	struct stats s;
	char text[32];

	snprintf(text, sizeof(text), "max_flows=%d", LIMIT);
	module_reload(text);
	listener = sock_listen(t, SERVER, PORT, 64);
	for (i = 0; i < CONNECTIONS; i++)
		p[i] = sock_pair(t, listener, PORT);
	for (i = 0; i < CONNECTIONS; i++) {
		sock_send(p[i].client, 5000);
		sock_recv(p[i].server, 5000);
	}
	for (side = 0; side < ns_count(t); side++) {
		ns_enter(t, side);
		procfs_stats(&s);
		check(s.flows_max == LIMIT, "flows max=%lld", s.flows_max);
		check(s.flows_current > 0 && s.flows_current <= LIMIT, "flows current=%lld",
		      s.flows_current);
		check(s.flows_untracked >= CONNECTIONS - LIMIT,
		      "%d connections, max_flows=%d: flows untracked=%lld", CONNECTIONS, LIMIT,
		      s.flows_untracked);
		check(!s.exact, "flows were missed, but exact=1");
	}
	for (i = 0; i < CONNECTIONS; i++) {
		sock_shut(p[i].client);
		sock_eof(p[i].server);
		close(p[i].server);
		sock_eof(p[i].client);
		close(p[i].client);
	}
	close(listener);
	sleep_ms(70000);
	for (side = 0; side < ns_count(t); side++) {
		ns_enter(t, side);
		procfs_stats(&s);
		check(!s.flows_current, "all has ended, but flows current=%lld", s.flows_current);
		for (i = 0; i < STATES; i++)
			check(!s.state[i].remote && (i == LISTEN || !s.state[i].local),
			      "all has ended, but %s local=%lld remote=%lld", state_names[i],
			      s.state[i].local, s.state[i].remote);
	}
}

static void refused_values(struct test *t)
{
	static const struct {
		const char *value, *name;
		int error;
	} values[] = {
		{ "max_flows=1", "max_flows", EINVAL },
		{ "max_flows=-1", "max_flows", EINVAL },
		{ "max_flows=9999999999", "max_flows", EINVAL },
		{ "max_flows=", "max_flows", EINVAL },
		{ "transit_idle_s=0", "transit_idle_s", EINVAL },
		{ "transit_idle_s=9999999", "transit_idle_s", EINVAL },
		{ "close_wait_leak_ms=999", "close_wait_leak_ms", EINVAL },
		{ "close_wait_leak_ms=2592000001", "close_wait_leak_ms", EINVAL },
		{ "peer_leak_ms=0", "peer_leak_ms", EINVAL },
		{ "port_pressure_pct=0", "port_pressure_pct", EINVAL },
		{ "gid=-1", "gid", EINVAL },
		{ "transit=2", "transit", EINVAL },
		{ "witness=perhaps", "witness", EINVAL },
		{ "enabled=2", "enabled", EINVAL },
		{ "unobserved=1", "unobserved", EPERM },
	};
	int klog, error;
	size_t i;

	(void)t;
	module_reload("");
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		const char *const words[] = { "tcpfsm", values[i].name, NULL };

		error = module_unload();
		check(!error, "rmmod: %s", strerror(error));
		klog = klog_open();
		error = module_load(values[i].value);
		check(error == values[i].error, "insmod %s: %s", values[i].value,
		      error ? strerror(error) : "accepted");
		check(klog_has(klog, words), "insmod %s: no log line names it", values[i].value);
		close(klog);
		error = module_load("");
		check(!error, "insmod after a refusal: %s", strerror(error));
	}
}

const struct scenario param_scenarios[] = {
	{ "table_full", ON_BOTH | IN_EXACT, table_full },
	{ "refused_values", ON_HOST | IN_EXACT, refused_values },
	{ 0 }
};
