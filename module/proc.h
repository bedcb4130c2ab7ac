/* SPDX-License-Identifier: GPL-2.0 */
/* The files of /proc/net/tcpfsm. Each proc_*.c is one file's text, and only prints. */
#ifndef TCPFSM_PROC_H
#define TCPFSM_PROC_H

#include <linux/types.h>

struct seq_file;
struct seq_operations;
struct tcpfsm_net;

extern unsigned int tcpfsm_gid;
extern const struct seq_operations tcpfsm_proc_flows_ops;
extern const struct seq_operations tcpfsm_proc_listeners_ops;
extern const char * const tcpfsm_state_names[];

int tcpfsm_proc_anomalies_show(struct seq_file *m, void *v);
int tcpfsm_proc_namespaces_show(struct seq_file *m, void *v);
int tcpfsm_proc_durations_show(struct seq_file *m, void *v);
int tcpfsm_proc_stats_show(struct seq_file *m, void *v);
int tcpfsm_proc_transitions_show(struct seq_file *m, void *v);
int tcpfsm_proc_witness_show(struct seq_file *m, void *v);

void tcpfsm_proc_address(struct seq_file *m, bool ipv6, const __be32 *addr, unsigned int port);

void tcpfsm_proc_listeners_init(void);
int tcpfsm_proc_init(void);
void tcpfsm_proc_uninit(void);
void tcpfsm_proc_net_ready(struct tcpfsm_net *tn);
void tcpfsm_proc_net_unready(void);
int tcpfsm_proc_net_init(struct tcpfsm_net *tn);
void tcpfsm_proc_net_uninit(struct tcpfsm_net *tn);

#endif /* TCPFSM_PROC_H */
