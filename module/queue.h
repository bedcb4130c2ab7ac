/* SPDX-License-Identifier: GPL-2.0 */
/* Where work runs that may take long. */
#ifndef TCPFSM_QUEUE_H
#define TCPFSM_QUEUE_H

struct workqueue_struct;

extern struct workqueue_struct *tcpfsm_queue;

int tcpfsm_queue_init(void);
void tcpfsm_queue_uninit(void);

#endif /* TCPFSM_QUEUE_H */
