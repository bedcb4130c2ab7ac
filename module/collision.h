/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_COLLISION_H
#define TCPFSM_COLLISION_H

#include <linux/types.h>

struct tcpfsm_anomaly_lines;
struct tcpfsm_flow;
struct tcpfsm_listener;
struct tcpfsm_net;

/* For so long after the last one it is still the listener's trouble. */
#define TCPFSM_COLLISION_RECENT_MS	(300 * 1000)

void tcpfsm_collision(struct tcpfsm_flow *flow, unsigned int end, u64 now_ms);
void tcpfsm_collision_leave(struct tcpfsm_flow *flow, unsigned int end);
bool tcpfsm_collision_look(struct tcpfsm_listener *l, u64 now_ms);
void tcpfsm_collision_drop(struct tcpfsm_listener *l);
void tcpfsm_collision_collect(struct tcpfsm_net *tn, struct tcpfsm_anomaly_lines *lines);
void tcpfsm_collision_end(void);

#endif /* TCPFSM_COLLISION_H */
