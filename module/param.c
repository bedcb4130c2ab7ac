// SPDX-License-Identifier: GPL-2.0
/*
 * Module parameters: each with its range, which a refusal names.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "param.h"

#include <linux/ctype.h>
#include <linux/highmem.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

#include "control.h"
#include "flow.h"
#include "net.h"
#include "observe.h"
#include "ports_watch.h"
#include "proc.h"
#include "socket.h"
#include "stay.h"
#include "timer.h"

/* Flows at most: a table beyond that would not fit a kernel's vmalloc comfortably. */
#define MAX_FLOWS_LEAST		16
#define MAX_FLOWS_MOST		(64 << 20)
/* By default: a 128-byte flow for each 16 KiB of memory, 1/128 of it. */
#define MEMORY_PER_FLOW		(16 << 10)
#define MAX_FLOWS_DEFAULT_LEAST	8192
#define MAX_FLOWS_DEFAULT_MOST	(4 << 20)

#define SHOWN_MOST	32	/* characters of a refused value in the log */

struct param_range {
	const char *name;
	unsigned int *value;
	unsigned int least;
	unsigned int most;
	void (*changed)(void);	/* may be NULL */
};

/* @text: echo's newline, which sysfs leaves at the end, would break the line. */
static void refuse(const char *name, const char *text, unsigned int least, unsigned int most)
{
	int len = min_t(size_t, strcspn(text, "\n"), SHOWN_MOST);

	pr_err_ratelimited("%s=%.*s refused: allowed is %u to %u\n", name, len, text, least, most);
}

static int range_set(const char *text, const struct kernel_param *kp)
{
	const struct param_range *range = kp->arg;
	unsigned int value;

	if (kstrtouint(text, 0, &value) || value < range->least || value > range->most) {
		refuse(range->name, text, range->least, range->most);
		return -EINVAL;
	}
	WRITE_ONCE(*range->value, value);
	if (range->changed)
		range->changed();
	return 0;
}

static int range_get(char *buffer, const struct kernel_param *kp)
{
	const struct param_range *range = kp->arg;

	return sysfs_emit(buffer, "%u\n", *range->value);
}

static const struct kernel_param_ops range_ops = { .set = range_set, .get = range_get };

/* kstrtobool() looks at the first character: a number that begins with 0 or 1 is neither. */
static bool flag_parse(const char *text, bool *flag)
{
	return (!isdigit(text[0]) || strcspn(text, "\n") == 1) && !kstrtobool(text, flag);
}

static int flag_set(const char *text, const struct kernel_param *kp)
{
	bool *flag = kp->arg, value;

	if (!flag_parse(text, &value)) {
		refuse(kp->name, text, 0, 1);
		return -EINVAL;
	}
	WRITE_ONCE(*flag, value);
	return 0;
}

static int enabled_set(const char *text, const struct kernel_param *kp)
{
	bool value;

	if (!flag_parse(text, &value)) {
		refuse(kp->name, text, 0, 1);
		return -EINVAL;
	}
	return tcpfsm_control_enable(value);
}

static int enabled_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%d\n", tcpfsm_control_enabled());
}

static const struct kernel_param_ops enabled_ops = { .set = enabled_set, .get = enabled_get };
module_param_cb(enabled, &enabled_ops, NULL, 0644);
__MODULE_PARM_TYPE(enabled, "bool");
MODULE_PARM_DESC(enabled, "0: take every hook off; 1: observe, and adopt what is there (default: 1)");

static const struct kernel_param_ops flag_ops = { .set = flag_set, .get = param_get_bool };

#define PARAM_RANGE(param, variable, from, to, mode, text)					\
	PARAM_WATCHED(param, variable, from, to, NULL, mode, text)
#define PARAM_WATCHED(param, variable, from, to, changed, mode, text)			\
	static const struct param_range range_##param = {					\
		#param, &(variable), from, to, changed						\
	};										\
	module_param_cb(param, &range_ops, (void *)&range_##param, mode);		\
	__MODULE_PARM_TYPE(param, "uint");						\
	MODULE_PARM_DESC(param, text)

#define PARAM_FLAG(param, variable, mode, text)						\
	module_param_cb(param, &flag_ops, &(variable), mode);				\
	__MODULE_PARM_TYPE(param, "bool");						\
	MODULE_PARM_DESC(param, text)

PARAM_RANGE(max_flows, tcpfsm_flow_max, MAX_FLOWS_LEAST, MAX_FLOWS_MOST, 0444,
	    "tracked flows at most, all namespaces together (default: by memory)");
PARAM_RANGE(transit_idle_s, tcpfsm_transit_idle_s, 1, TCPFSM_TRANSIT_IDLE_MOST_S, 0644,
	    "a forwarded established flow silent for so many seconds is let go (default: 86400)");
/* Ends are in the account of stays a second after they enter their state; 30 days are enough. */
PARAM_WATCHED(close_wait_leak_ms, tcpfsm_close_wait_leak_ms, TCPFSM_STAY_LEAST_MS,
	      30U * 86400 * MSEC_PER_SEC, tcpfsm_stay_bounds_changed, 0644,
	      "CLOSE_WAIT for so many ms is a leak (default: 60000)");
PARAM_WATCHED(peer_leak_ms, tcpfsm_peer_leak_ms, TCPFSM_STAY_LEAST_MS,
	      30U * 86400 * MSEC_PER_SEC, tcpfsm_stay_bounds_changed, 0644,
	      "FIN_WAIT_1, FIN_WAIT_2, LAST_ACK for so many ms is the peer's fault (default: 300000)");
PARAM_WATCHED(port_pressure_pct, tcpfsm_port_pressure_pct, 1, 100, tcpfsm_ports_look, 0644,
	      "so many percent of the ports towards one destination held is pressure (default: 80)");
PARAM_RANGE(gid, tcpfsm_gid, 0, INT_MAX, 0444,
	    "the group that may read the files that name addresses (default: 0)");
PARAM_FLAG(transit, tcpfsm_transit, 0444, "observe forwarded flows (default: 1)");
PARAM_FLAG(witness, tcpfsm_witness, 0444, "ask the kernel's own sockets (default: 1)");

/* No parameter, but where an operator finds it: the files belong to one namespace each. */
static int unobserved_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%d\n", atomic_read(&tcpfsm_nets_unobserved));
}

static int unobserved_set(const char *text, const struct kernel_param *kp)
{
	pr_err_ratelimited("unobserved is a count to be read; it takes no value\n");
	return -EPERM;
}

static const struct kernel_param_ops unobserved_ops = {
	.set = unobserved_set,
	.get = unobserved_get,
};

module_param_cb(unobserved, &unobserved_ops, NULL, 0444);
MODULE_PARM_DESC(unobserved, "read only: namespaces not observed, for memory was short");

/**
 * tcpfsm_param_defaults() - what the machine decides where the user has not
 *
 * Context: process, before anything else is initialised.
 */
void tcpfsm_param_defaults(void)
{
	/* High memory holds no flows: where there is any, the rest is what is short. */
	u64 pages = totalram_pages() - totalhigh_pages();
	u64 by_memory = (pages << PAGE_SHIFT) / MEMORY_PER_FLOW;

	if (!tcpfsm_flow_max)
		tcpfsm_flow_max = clamp_t(u64, by_memory, MAX_FLOWS_DEFAULT_LEAST,
					  MAX_FLOWS_DEFAULT_MOST);
}
