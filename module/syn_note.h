/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_SYN_NOTE_H
#define TCPFSM_SYN_NOTE_H

#include <linux/types.h>

struct tcpfsm_key;
struct tcpfsm_segment;

void tcpfsm_syn_note_put(const struct tcpfsm_key *key, const struct tcpfsm_segment *syn);
bool tcpfsm_syn_note_get(const struct tcpfsm_key *key, const struct tcpfsm_segment *synack,
			 struct tcpfsm_segment *syn);

#endif /* TCPFSM_SYN_NOTE_H */
