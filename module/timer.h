/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_TIMER_H
#define TCPFSM_TIMER_H

#include <linux/types.h>

struct tcpfsm_flow;

extern unsigned int tcpfsm_transit_idle_s;

int tcpfsm_timer_init(void);
void tcpfsm_timer_uninit(void);

void tcpfsm_timer_arm(struct tcpfsm_flow *flow);
void tcpfsm_timer_touch(struct tcpfsm_flow *flow);
void tcpfsm_timer_cancel(struct tcpfsm_flow *flow);

#endif /* TCPFSM_TIMER_H */
