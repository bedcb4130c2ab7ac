/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_DEFER_H
#define TCPFSM_DEFER_H

struct sock;

void tcpfsm_defer_connect(const struct sock *sk);
void tcpfsm_defer_init(void);
void tcpfsm_defer_uninit(void);

#endif /* TCPFSM_DEFER_H */
