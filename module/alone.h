/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_ALONE_H
#define TCPFSM_ALONE_H

#include <linux/types.h>

struct tcpfsm_flow;
struct tcpfsm_segment;
struct tcpfsm_sighting;

bool tcpfsm_alone_note(struct tcpfsm_flow *flow, const struct tcpfsm_segment *seg,
		       const struct tcpfsm_sighting *at, bool by_socket);
void tcpfsm_alone_quiet(struct tcpfsm_flow *flow, const struct tcpfsm_segment *seg,
			const struct tcpfsm_sighting *at, bool by_socket);
bool tcpfsm_alone_correct(struct tcpfsm_flow *flow, const struct tcpfsm_segment *seg,
			  const struct tcpfsm_sighting *at, bool by_socket);
void tcpfsm_alone_answer_cookie(struct tcpfsm_flow *flow, const struct tcpfsm_sighting *at);
void tcpfsm_alone_begin_cookie(struct tcpfsm_flow *flow, const struct tcpfsm_segment *seg,
			       const struct tcpfsm_sighting *at, bool fresh);
u64 tcpfsm_alone_park(struct tcpfsm_flow *flow);
bool tcpfsm_alone_return(struct tcpfsm_flow *flow, const struct tcpfsm_segment *seg,
			 const struct tcpfsm_sighting *at, bool by_socket);
bool tcpfsm_alone_pass(struct tcpfsm_flow *flow, const struct tcpfsm_segment *seg,
		       const struct tcpfsm_sighting *at);
void tcpfsm_alone_expire(struct tcpfsm_flow *flow, unsigned int end, u64 now_ms);
bool tcpfsm_alone_deaf(const struct tcpfsm_flow *flow, unsigned int end);
u64 tcpfsm_alone_timer(u64 set_ms, u64 for_ms, u64 now_ms);
u64 tcpfsm_alone_minisock_due(const struct tcpfsm_flow *flow, unsigned int end, u64 since_ms,
			      u64 ms, u64 now_ms);
bool tcpfsm_alone_due(const struct tcpfsm_flow *flow, unsigned int end, u64 now_ms, u64 *due_ms);

#endif /* TCPFSM_ALONE_H */
