// SPDX-License-Identifier: GPL-2.0
/*
 * Work that walks tables: sweeps, slots of the wheel, stays. cond_resched() gives way to tasks, but
 * not to other work of the same CPU: so its queue is bound to none.
 */
#include "queue.h"

#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/workqueue.h>

struct workqueue_struct *tcpfsm_queue __read_mostly;

/**
 * tcpfsm_queue_init() - before anything is queued
 *
 * Context: process; may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int tcpfsm_queue_init(void)
{
	tcpfsm_queue = alloc_workqueue("tcpfsm", WQ_UNBOUND, 0);
	return tcpfsm_queue ? 0 : -ENOMEM;
}

/**
 * tcpfsm_queue_uninit() - the counterpart; all work has been cancelled
 *
 * Context: process; sleeps.
 */
void tcpfsm_queue_uninit(void)
{
	destroy_workqueue(tcpfsm_queue);
}
