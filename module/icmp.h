/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_ICMP_H
#define TCPFSM_ICMP_H

struct sk_buff;
struct tcpfsm_net;

void tcpfsm_icmp_ipv4(struct tcpfsm_net *tn, const struct sk_buff *skb);
void tcpfsm_icmp_ipv6(struct tcpfsm_net *tn, const struct sk_buff *skb);

#endif /* TCPFSM_ICMP_H */
