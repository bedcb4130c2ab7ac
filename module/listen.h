/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_LISTEN_H
#define TCPFSM_LISTEN_H

struct tcpfsm_net;

void tcpfsm_listen_event(struct tcpfsm_net *tn, int n);
void tcpfsm_listen_begin(void);
void tcpfsm_listen_end(void);

#endif /* TCPFSM_LISTEN_H */
