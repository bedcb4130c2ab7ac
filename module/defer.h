/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_DEFER_H
#define TCPFSM_DEFER_H

struct sock;
struct tcpfsm_net;

void tcpfsm_defer(struct tcpfsm_net *tn, const struct sock *sk);
void tcpfsm_defer_flush(void);

#endif /* TCPFSM_DEFER_H */
