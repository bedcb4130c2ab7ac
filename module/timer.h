/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_TIMER_H
#define TCPFSM_TIMER_H

#include <linux/types.h>

struct tcpfsm_flow;

/* Deadlines are 32 bits of jiffies: 12 days are safe at every HZ. */
#define TCPFSM_TRANSIT_IDLE_MOST_S	(12 * 86400)

extern unsigned int tcpfsm_transit_idle_s;

int tcpfsm_timer_init(void);
void tcpfsm_timer_uninit(void);

/* Both ends of a flow, as a mask of their indices. */
#define TCPFSM_TIMER_ENDS	(BIT(0) | BIT(1))

void tcpfsm_timer_arm(struct tcpfsm_flow *flow, unsigned int ends);
void tcpfsm_timer_touch(struct tcpfsm_flow *flow);
void tcpfsm_timer_cancel(struct tcpfsm_flow *flow);

#endif /* TCPFSM_TIMER_H */
