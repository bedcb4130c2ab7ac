/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_WHEEL_H
#define TCPFSM_WHEEL_H

#include <linux/types.h>

struct tcpfsm_flow;

int tcpfsm_wheel_init(void (*expire)(struct tcpfsm_flow *flow));
void tcpfsm_wheel_uninit(void);
void tcpfsm_wheel_add(struct tcpfsm_flow *flow, s32 left);
void tcpfsm_wheel_del(struct tcpfsm_flow *flow);

#endif /* TCPFSM_WHEEL_H */
