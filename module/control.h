/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_CONTROL_H
#define TCPFSM_CONTROL_H

#include <linux/types.h>

int tcpfsm_control_init(void);
void tcpfsm_control_uninit(void);
int tcpfsm_control_enable(bool enable);
bool tcpfsm_control_enabled(void);

#endif /* TCPFSM_CONTROL_H */
