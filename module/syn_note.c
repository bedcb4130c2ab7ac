// SPDX-License-Identifier: GPL-2.0
/*
 * The last SYN that came in, noted on each CPU.
 *
 * A SYN alone makes no flow: it may be dropped, refused or answered with a cookie, and a flood
 * of them must cost nothing. TCP answers it on the same CPU before that takes the next
 * packet (tcp_conn_request), so its SYN-ACK finds here what only the SYN told: the window scale.
 */
#include "syn_note.h"

#include <linux/bottom_half.h>
#include <linux/percpu.h>
#include <linux/preempt.h>

#include "flow.h"
#include "segment.h"

struct syn_note {
	u32 hash;
	struct tcpfsm_segment syn;
};

static DEFINE_PER_CPU(struct syn_note, syn_notes);

/* On PREEMPT_RT bottom halves that are off (local_bh_disable) keep nobody else from this CPU. */
static void begin(void)
{
	local_bh_disable();
	preempt_disable();
}

static void end(void)
{
	preempt_enable();
	local_bh_enable();
}

/**
 * tcpfsm_syn_note_put() - note a SYN
 * @key: its flow's
 * @syn: the segment
 *
 * Context: softirq or process.
 */
void tcpfsm_syn_note_put(const struct tcpfsm_key *key, const struct tcpfsm_segment *syn)
{
	struct syn_note *note;

	begin();
	note = this_cpu_ptr(&syn_notes);
	note->hash = key->hash;
	note->syn = *syn;
	end();
}

/**
 * tcpfsm_syn_note_get() - the SYN that a SYN-ACK answers
 * @key: the flow's; of both directions the same
 * @synack: the answer
 * @syn: written, if it is noted here
 *
 * Context: softirq or process.
 *
 * Return: whether it is.
 */
bool tcpfsm_syn_note_get(const struct tcpfsm_key *key, const struct tcpfsm_segment *synack,
			 struct tcpfsm_segment *syn)
{
	const struct syn_note *note;
	bool found;

	begin();
	note = this_cpu_ptr(&syn_notes);
	/* The hash is keyed: nobody can make two tuples meet, and the numbers must agree too. */
	found = note->hash == key->hash && (note->syn.flags & TCPFSM_SYN) &&
		tcpfsm_segment_end(&note->syn) - synack->ack <= note->syn.len;
	if (found)
		*syn = note->syn;
	end();
	return found;
}
