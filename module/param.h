/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_PARAM_H
#define TCPFSM_PARAM_H

void tcpfsm_param_defaults(void);

#endif /* TCPFSM_PARAM_H */
