/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_ADOPT_H
#define TCPFSM_ADOPT_H

#include "states.h"

#include <linux/types.h>

struct sock;
struct tcpfsm_net;

bool tcpfsm_adopt(struct tcpfsm_net *tn, const struct sock *sk);
bool tcpfsm_adopt_move(struct tcpfsm_net *tn, const struct sock *sk, enum tcpfsm_state to);
bool tcpfsm_adopt_birth(struct tcpfsm_net *tn, const struct sock *sk, enum tcpfsm_state from,
			enum tcpfsm_state to);

#endif /* TCPFSM_ADOPT_H */
