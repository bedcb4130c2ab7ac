/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM tcpfsm

#if !defined(TCPFSM_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define TCPFSM_TRACE_H

#include <linux/tracepoint.h>

#include "anomaly.h"
#include "flow.h"
#include "net.h"
#include "transition.h"

#ifndef TCPFSM_TRACE_NAMES
#define TCPFSM_TRACE_NAMES
#define TCPFSM_TRACE_STATE(name, section) { TCPFSM_##name, #name },
#define TCPFSM_TRACE_CAUSE(name, text) { TCPFSM_CAUSE_##name, #text },
#define TCPFSM_TRACE_ANOMALY(name, text) { TCPFSM_ANOMALY_##name, #text },
#endif

#define tcpfsm_show_anomaly(kind) \
	__print_symbolic(kind, TCPFSM_ANOMALIES(TCPFSM_TRACE_ANOMALY) { -1, "?" })
#define tcpfsm_show_state(state) \
	__print_symbolic(state, TCPFSM_STATES(TCPFSM_TRACE_STATE) { -1, "?" })
#define tcpfsm_show_cause(cause) \
	__print_symbolic(cause, TCPFSM_CAUSES(TCPFSM_TRACE_CAUSE) { -1, "?" })

/* Scalars and byte arrays only: every kernel's tools can decode them. */
TRACE_EVENT(tcpfsm_transition,
	TP_PROTO(const struct tcpfsm_flow *flow, const struct tcpfsm_move *move,
		 enum tcpfsm_cause cause),
	TP_ARGS(flow, move, cause),
	TP_STRUCT__entry(
		__field(u32, netns)
		__field(u16, family)
		__field(u16, sport)
		__field(u16, dport)
		__field(u8, local)
		__field(u8, from)
		__field(u8, to)
		__field(u8, cause)
		__field(u64, held_ms)
		__array(u8, saddr, 16)
		__array(u8, daddr, 16)
	),
	TP_fast_assign(
		unsigned int size = flow->flags & TCPFSM_FLOW_IPV6 ? 16 : 4;

		__entry->netns = flow->tn->net->ns.inum;
		__entry->family = size == 16 ? AF_INET6 : AF_INET;
		__entry->sport = ntohs(flow->port[move->end]);
		__entry->dport = ntohs(flow->port[!move->end]);
		__entry->local = tcpfsm_flow_is_local(flow, move->end);
		__entry->from = move->from;
		__entry->to = move->to;
		__entry->cause = cause;
		__entry->held_ms = move->held_ms;
		memset(__entry->saddr, 0, 16);
		memset(__entry->daddr, 0, 16);
		memcpy(__entry->saddr, tcpfsm_flow_addr(flow, move->end), size);
		memcpy(__entry->daddr, tcpfsm_flow_addr(flow, !move->end), size);
	),
	TP_printk("netns=%u family=%s saddr=%pI4 saddrv6=%pI6c sport=%u daddr=%pI4 daddrv6=%pI6c dport=%u local=%u %s->%s cause=%s held_ms=%llu",
		  __entry->netns, __entry->family == AF_INET ? "ipv4" : "ipv6",
		  __entry->saddr, __entry->saddr, __entry->sport,
		  __entry->daddr, __entry->daddr, __entry->dport, __entry->local,
		  tcpfsm_show_state(__entry->from), tcpfsm_show_state(__entry->to),
		  tcpfsm_show_cause(__entry->cause), __entry->held_ms)
);

/* An anomaly begins or ends. Addresses and ports that it is not about are zeros. */
TRACE_EVENT(tcpfsm_anomaly,
	TP_PROTO(const struct tcpfsm_net *tn, const struct tcpfsm_anomaly_subject *subject,
		 bool begins),
	TP_ARGS(tn, subject, begins),
	TP_STRUCT__entry(
		__field(u32, netns)
		__field(u32, uid)
		__field(u64, cgroup)
		__field(int, device)
		__field(u16, family)
		__field(u16, sport)
		__field(u16, dport)
		__field(u8, kind)
		__field(u8, begins)
		__field(u8, state)
		__array(u8, saddr, 16)
		__array(u8, daddr, 16)
	),
	TP_fast_assign(
		__entry->netns = tn->net->ns.inum;
		__entry->uid = from_kuid_munged(&init_user_ns, subject->uid);
		__entry->cgroup = subject->cgroup;
		__entry->device = subject->device;
		__entry->family = subject->ipv6 ? AF_INET6 : AF_INET;
		__entry->sport = ntohs(subject->local_port);
		__entry->dport = ntohs(subject->remote_port);
		__entry->kind = subject->kind;
		__entry->begins = begins;
		__entry->state = subject->state;
		memcpy(__entry->saddr, subject->local, 16);
		memcpy(__entry->daddr, subject->remote, 16);
	),
	TP_printk("netns=%u %s %s family=%s saddr=%pI4 saddrv6=%pI6c sport=%u daddr=%pI4 daddrv6=%pI6c dport=%u state=%s uid=%u cgroup=%llu device=%d",
		  __entry->netns, tcpfsm_show_anomaly(__entry->kind),
		  __entry->begins ? "begin" : "end",
		  __entry->family == AF_INET ? "ipv4" : "ipv6",
		  __entry->saddr, __entry->saddr, __entry->sport,
		  __entry->daddr, __entry->daddr, __entry->dport,
		  tcpfsm_show_state(__entry->state), __entry->uid, __entry->cgroup,
		  __entry->device)
);

#endif /* TCPFSM_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
