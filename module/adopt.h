/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_ADOPT_H
#define TCPFSM_ADOPT_H

void tcpfsm_adopt_sockets(void);

#endif /* TCPFSM_ADOPT_H */
