/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_HOOK_H
#define TCPFSM_HOOK_H

struct tcpfsm_net;

int tcpfsm_hook_register(struct tcpfsm_net *tn);
void tcpfsm_hook_unregister(struct tcpfsm_net *tn);

#endif /* TCPFSM_HOOK_H */
