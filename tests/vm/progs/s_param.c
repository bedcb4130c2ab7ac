// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: past max_flows traffic passes as ever and is counted as untracked; a value out of range
 * is refused, at load and at run time, one line in the log names the parameter and the range, and
 * the value before stays; what cannot change at run time does not.
 *
 * Left to s_exact.c: `exact` after a full table.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
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

/* The kernel says that a parameter is invalid as well, but not what is valid. */
static void refused_values(struct test *t)
{
#define REFUSED(value, range) { value, value " refused: allowed is " range, EINVAL }
	static const struct {
		const char *value, *log;
		int error;
	} values[] = {
		REFUSED("max_flows=1", "16 to 67108864"),
		REFUSED("max_flows=-1", "16 to 67108864"),
		REFUSED("max_flows=9999999999", "16 to 67108864"),
		REFUSED("max_flows=", "16 to 67108864"),
		REFUSED("transit_idle_s=0", "1 to 1036800"),
		REFUSED("transit_idle_s=9999999", "1 to 1036800"),
		REFUSED("close_wait_leak_ms=999", "1000 to 2592000000"),
		REFUSED("close_wait_leak_ms=2592000001", "1000 to 2592000000"),
		REFUSED("peer_leak_ms=0", "1000 to 2592000000"),
		REFUSED("port_pressure_pct=0", "1 to 100"),
		REFUSED("gid=-1", "0 to 2147483647"),
		REFUSED("transit=2", "0 to 1"),
		REFUSED("witness=perhaps", "0 to 1"),
		REFUSED("enabled=2", "0 to 1"),
		{ "unobserved=1", "unobserved is a count to be read; it takes no value", EPERM },
	};
	char line[128];
	const char *const words[] = { line, NULL };
	int klog, error;
	size_t i;

	(void)t;
	module_reload("");
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		snprintf(line, sizeof(line), ";tcpfsm: %s\n", values[i].log);
		error = module_unload();
		check(!error, "rmmod: %s", strerror(error));
		klog = klog_open();
		error = module_load(values[i].value);
		check(error == values[i].error, "insmod %s: %s", values[i].value,
		      error ? strerror(error) : "accepted");
		check(klog_has(klog, words), "insmod %s: not in the log: %s", values[i].value, line);
		close(klog);
		error = module_load("");
		check(!error, "insmod after a refusal: %s", strerror(error));
	}
}

#define PARAMETERS "/sys/module/tcpfsm/parameters/"
#define RATELIMIT_MS 6000	/* after this long the log takes ten lines more */

static void wants_value(const char *name, const char *value)
{
	char path[96], *text;

	snprintf(path, sizeof(path), PARAMETERS "%s", name);
	text = procfs_slurp(path);
	check(!strncmp(text, value, strlen(value)) && !strcmp(text + strlen(value), "\n"),
	      "%s=%s, not %s", name, text, value);
	free(text);
}

/* As echo writes it, with a newline; nothing of that breaks the line in the log. */
static void wants_refusal(const char *name, const char *value, const char *range)
{
	char written[64], line[160];
	const char *const words[] = { line, NULL };
	int klog = klog_open(), error;

	snprintf(written, sizeof(written), "%s\n", value);
	snprintf(line, sizeof(line), "tcpfsm: %s=%s refused: allowed is %s\n", name, value, range);
	error = module_parameter(name, written);
	check(error == EINVAL, "%s=%s: %s", name, value, error ? strerror(error) : "accepted");
	check(klog_has(klog, words), "%s=%s: not in the log: %s", name, value, line);
	close(klog);
}

static void refused_at_run_time(struct test *t)
{
	static const struct {
		const char *name, *value, *least, *most, *range;
		const char *refused[6];
	} ranges[] = {
		{ "transit_idle_s", "4000", "1", "1036800", "1 to 1036800",
		  { "0", "1036801", "-1", "4294967297", "1h", "" } },
		{ "close_wait_leak_ms", "61000", "1000", "2592000000", "1000 to 2592000000",
		  { "999", "2592000001", "-1", "4294968296", "60 s", "" } },
		{ "peer_leak_ms", "301000", "1000", "2592000000", "1000 to 2592000000",
		  { "999", "2592000001", "-1", "4294968296", "5m", "" } },
		{ "port_pressure_pct", "70", "1", "100", "1 to 100",
		  { "0", "101", "-1", "4294967297", "80%", "" } },
		{ "enabled", "1", "0", "1", "0 to 1",
		  { "2", "-1", "3", "maybe", "=", "" } },
	};
	static const char *const fixed[] = {
		"max_flows", "transit", "witness", "gid", "unobserved",
	};
	char path[96], *before;
	size_t i, j;
	int error;

	(void)t;
	module_reload("");
	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		/* Both ends of the range are within it. */
		error = module_parameter(ranges[i].name, ranges[i].least);
		check(!error, "%s=%s: %s", ranges[i].name, ranges[i].least, strerror(error));
		wants_value(ranges[i].name, ranges[i].least);
		error = module_parameter(ranges[i].name, ranges[i].most);
		check(!error, "%s=%s: %s", ranges[i].name, ranges[i].most, strerror(error));
		wants_value(ranges[i].name, ranges[i].most);
		error = module_parameter(ranges[i].name, ranges[i].value);
		check(!error, "%s=%s: %s", ranges[i].name, ranges[i].value, strerror(error));
		for (j = 0; j < ARRAY_SIZE(ranges[i].refused); j++) {
			wants_refusal(ranges[i].name, ranges[i].refused[j], ranges[i].range);
			wants_value(ranges[i].name, ranges[i].value);
		}
		sleep_ms(RATELIMIT_MS);
	}
	for (i = 0; i < ARRAY_SIZE(fixed); i++) {
		snprintf(path, sizeof(path), PARAMETERS "%s", fixed[i]);
		before = procfs_slurp(path);
		error = module_parameter(fixed[i], "1");
		check(error == EACCES, "%s=1: %s", fixed[i], error ? strerror(error) : "accepted");
		before[strcspn(before, "\n")] = 0;
		wants_value(fixed[i], before);
		free(before);
	}
}

const struct scenario param_scenarios[] = {
	{ "table_full", ON_BOTH | IN_EXACT, table_full },
	{ "refused_values", ON_HOST | IN_EXACT, refused_values },
	{ "refused_at_run_time", ON_HOST | IN_EXACT, refused_at_run_time },
	{ 0 }
};
