/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_WITNESS_H
#define TCPFSM_WITNESS_H

#include <linux/types.h>

struct tcpfsm_flow;
struct tcpfsm_socket_view;

void tcpfsm_witness_prepare(void);
void tcpfsm_witness_init(void);
void tcpfsm_witness_uninit(void);
bool tcpfsm_witness_hears(void);
void tcpfsm_witness_follow(struct tcpfsm_flow *flow, unsigned int end,
			   const struct tcpfsm_socket_view *view, u64 now_ms);

#endif /* TCPFSM_WITNESS_H */
