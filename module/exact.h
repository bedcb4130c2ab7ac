/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_EXACT_H
#define TCPFSM_EXACT_H

#include <linux/types.h>

struct tcpfsm_net;

bool tcpfsm_exact(const struct tcpfsm_net *tn);
void tcpfsm_exact_miss(struct tcpfsm_net *tn);
void tcpfsm_exact_begin(void);
void tcpfsm_exact_end(void);

#endif /* TCPFSM_EXACT_H */
