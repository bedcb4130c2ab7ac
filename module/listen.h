/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_LISTEN_H
#define TCPFSM_LISTEN_H

#include <linux/types.h>

struct sock;
struct tcpfsm_net;

void tcpfsm_listen_event(struct tcpfsm_net *tn, const struct sock *sk, bool begins);
void tcpfsm_listen_look(void);
void tcpfsm_listen_begin(void);
void tcpfsm_listen_end(void);

#endif /* TCPFSM_LISTEN_H */
