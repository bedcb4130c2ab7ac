/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_EVICT_H
#define TCPFSM_EVICT_H

#include <linux/types.h>

void tcpfsm_evict(u32 start, bool guests);

#endif /* TCPFSM_EVICT_H */
