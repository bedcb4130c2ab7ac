/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_PORTS_WATCH_H
#define TCPFSM_PORTS_WATCH_H

#include <linux/types.h>

struct tcpfsm_anomaly_lines;
struct tcpfsm_destination;
struct tcpfsm_net;

extern unsigned int tcpfsm_port_pressure_pct;

void tcpfsm_ports_grown(struct tcpfsm_destination *d, u64 now_ms);
void tcpfsm_ports_shrunk(struct tcpfsm_destination *d);
u32 tcpfsm_ports_taken(const struct tcpfsm_destination *d);
u32 tcpfsm_ports_available(struct tcpfsm_net *tn);
void tcpfsm_ports_look(void);
void tcpfsm_ports_collect(struct tcpfsm_net *tn, struct tcpfsm_anomaly_lines *lines);
void tcpfsm_ports_drop(struct tcpfsm_net *tn);
void tcpfsm_ports_end(void);

#endif /* TCPFSM_PORTS_WATCH_H */
