// SPDX-License-Identifier: GPL-2.0
/*
 * Observing begins and ends: at load and unload, and by the parameter `enabled`.
 */
#include "control.h"

#include <linux/mutex.h>
#include <linux/rcupdate.h>

#include "collision.h"
#include "defer.h"
#include "exact.h"
#include "flow.h"
#include "listen.h"
#include "net.h"
#include "ports_watch.h"
#include "stay.h"
#include "witness.h"

static DEFINE_MUTEX(control_lock);
static bool enabled = true;	/* what the user wants */
static bool ready;		/* the module is loaded: there is something to switch */

/*
 * What they have begun, after the hooks are off: one may still be at it, since
 * nf_unregister_net_hooks() does not wait.
 */
static void control_clear(void)
{
	synchronize_rcu();
	tcpfsm_defer_flush();
	tcpfsm_exact_end();
	tcpfsm_collision_end();
	tcpfsm_listen_end();
	tcpfsm_flow_kill_all();
	tcpfsm_stay_forget();
	tcpfsm_ports_end();
}

/* Ears first, then what was there before: so that no connection slips through between. */
static int control_start(void)
{
	int err;

	tcpfsm_witness_prepare();
	err = tcpfsm_net_hooks_on();
	if (err) {
		/* Some were on for a moment. */
		control_clear();
		return err;
	}
	tcpfsm_witness_init();
	tcpfsm_exact_begin();
	tcpfsm_stay_catch_up();
	return 0;
}

static void control_stop(void)
{
	tcpfsm_witness_uninit();
	tcpfsm_net_hooks_off();
	control_clear();
}

/**
 * tcpfsm_control_enable() - begin or end observing
 * @enable: which
 *
 * Before the module is loaded (a parameter at load) the wish is noted.
 *
 * Context: process; may sleep.
 *
 * Return: 0, or an error of nf_register_net_hooks(), with nothing changed.
 */
int tcpfsm_control_enable(bool enable)
{
	int err = 0;

	mutex_lock(&control_lock);
	if (ready && enable != enabled) {
		if (enable)
			err = control_start();
		else
			control_stop();
	}
	if (!err)
		enabled = enable;
	mutex_unlock(&control_lock);
	return err;
}

/* Context: any. Return: whether the user wants to observe. */
bool tcpfsm_control_enabled(void)
{
	return READ_ONCE(enabled);
}

/**
 * tcpfsm_control_init() - begin, unless loaded with enabled=0
 *
 * Context: process; may sleep. Namespaces, table and wheel are ready.
 *
 * Return: 0 or an error of nf_register_net_hooks().
 */
int tcpfsm_control_init(void)
{
	int err = 0;

	mutex_lock(&control_lock);
	if (enabled)
		err = control_start();
	ready = !err;
	mutex_unlock(&control_lock);
	return err;
}

/**
 * tcpfsm_control_uninit() - end for good
 *
 * Context: process; sleeps.
 */
void tcpfsm_control_uninit(void)
{
	mutex_lock(&control_lock);
	if (ready && enabled)
		control_stop();
	ready = false;
	mutex_unlock(&control_lock);
}
