// SPDX-License-Identifier: GPL-2.0
/*
 * The SYN cookies that have left lately, with witness=0.
 *
 * A cookie makes no state, neither in TCP nor here: a flood must cost nothing. So that one which
 * comes back can be told from a stray ACK, a few are noted; in a flood each is soon overwritten,
 * and what is missed then begins with the first segment that the socket sends.
 */
#include "cookie_note.h"

#include <linux/spinlock.h>

#include "flow.h"
#include "segment.h"

#define NOTES		1024		/* a power of two */
#define VALID_MS	120000		/* MAX_SYNCOOKIE_AGE */

static struct cookie_note {
	u32 hash;
	u32 snd_nxt;
	u32 rcv_nxt;
	u32 ms;
} notes[NOTES];

static DEFINE_SPINLOCK(notes_lock);

/**
 * tcpfsm_cookie_note_put() - note a SYN-ACK that nobody owns
 * @key: its flow's
 * @synack: the segment
 * @now_ms: the time
 *
 * Context: softirq or process.
 */
void tcpfsm_cookie_note_put(const struct tcpfsm_key *key, const struct tcpfsm_segment *synack,
			    u64 now_ms)
{
	struct cookie_note *note = &notes[key->hash & (NOTES - 1)];

	spin_lock_bh(&notes_lock);
	WRITE_ONCE(note->hash, key->hash);
	note->snd_nxt = synack->seq + 1;
	note->rcv_nxt = synack->ack;
	note->ms = now_ms;
	spin_unlock_bh(&notes_lock);
}

/**
 * tcpfsm_cookie_note_take() - is this a cookie that comes back?
 * @key: its flow's; of both directions the same
 * @ack: a segment for which there is no end here
 * @now_ms: the time
 *
 * Context: softirq or process.
 *
 * Return: true, once.
 */
bool tcpfsm_cookie_note_take(const struct tcpfsm_key *key, const struct tcpfsm_segment *ack,
			     u64 now_ms)
{
	struct cookie_note *note = &notes[key->hash & (NOTES - 1)];
	bool found;

	if ((ack->flags & (TCPFSM_SYN | TCPFSM_RST | TCPFSM_ACK)) != TCPFSM_ACK ||
	    READ_ONCE(note->hash) != key->hash)
		return false;
	/* The hash is keyed: nobody can make two tuples meet, and the numbers must agree too. */
	spin_lock_bh(&notes_lock);
	found = note->hash == key->hash && note->snd_nxt == ack->ack && note->rcv_nxt == ack->seq &&
		(u32)now_ms - note->ms < VALID_MS;
	if (found)
		memset(note, 0, sizeof(*note));
	spin_unlock_bh(&notes_lock);
	return found;
}
