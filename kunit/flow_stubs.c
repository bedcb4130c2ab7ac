// SPDX-License-Identifier: GPL-2.0
/*
 * What the table needs of the rest of tcpfsm, where tcpfsm is not in the same image: no test
 * hangs a flow into the wheel.
 */
#include "../module/socket.h"
#include "../module/timer.h"

bool tcpfsm_witness = true;

void tcpfsm_timer_cancel(struct tcpfsm_flow *flow)
{
}
