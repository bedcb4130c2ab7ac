// SPDX-License-Identifier: GPL-2.0
/*
 * tcpfsm: RFC 9293's states of both ends of every TCP flow, in /proc/tcpfsm.
 */
#include <linux/init.h>
#include <linux/module.h>

#include "account.h"
#include "clock.h"
#include "control.h"
#include "flow.h"
#include "listener.h"
#include "net.h"
#include "param.h"
#include "ports.h"
#include "proc.h"
#include "queue.h"
#include "socket.h"
#include "stay.h"
#include "timer.h"
#include "version.h"

u64 tcpfsm_loaded_ms;

static int __init tcpfsm_init(void)
{
	int err;

	tcpfsm_loaded_ms = tcpfsm_now_ms();
	tcpfsm_param_defaults();
	tcpfsm_listener_init();
	tcpfsm_proc_listeners_init();
	tcpfsm_ports_init();
	err = tcpfsm_queue_init();
	if (err)
		return err;
	err = tcpfsm_flow_init();
	if (err)
		goto err_queue;
	err = tcpfsm_timer_init();
	if (err)
		goto err_flow;
	err = tcpfsm_stay_init();
	if (err)
		goto err_timer;
	err = tcpfsm_account_setup(!tcpfsm_witness);
	if (err)
		goto err_stay;
	err = tcpfsm_net_init();
	if (err)
		goto err_account;
	err = tcpfsm_control_init();
	if (err)
		goto err_net;
	err = tcpfsm_proc_init();
	if (err)
		goto err_control;
	return 0;

err_control:
	tcpfsm_control_uninit();
err_net:
	tcpfsm_net_uninit();
err_account:
	tcpfsm_account_teardown();
err_stay:
	tcpfsm_stay_uninit();
err_timer:
	tcpfsm_timer_uninit();
err_flow:
	tcpfsm_flow_uninit();
err_queue:
	tcpfsm_queue_uninit();
	return err;
}

static void __exit tcpfsm_exit(void)
{
	tcpfsm_proc_uninit();
	tcpfsm_control_uninit();
	tcpfsm_net_uninit();
	tcpfsm_account_teardown();
	tcpfsm_stay_uninit();
	tcpfsm_timer_uninit();
	tcpfsm_flow_uninit();
	tcpfsm_queue_uninit();
}

module_init(tcpfsm_init);
module_exit(tcpfsm_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("the tcpfsm maintainers");
MODULE_DESCRIPTION("The TCP states of both ends of every flow, and since when");
MODULE_VERSION(TCPFSM_VERSION);
