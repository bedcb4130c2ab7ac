/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_COOKIE_NOTE_H
#define TCPFSM_COOKIE_NOTE_H

#include <linux/types.h>

struct tcpfsm_key;
struct tcpfsm_segment;

void tcpfsm_cookie_note_put(const struct tcpfsm_key *key, const struct tcpfsm_segment *synack,
			    u64 now_ms);
bool tcpfsm_cookie_note_take(const struct tcpfsm_key *key, const struct tcpfsm_segment *ack,
			     u64 now_ms);

#endif /* TCPFSM_COOKIE_NOTE_H */
