/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The account of a namespace: every number that procfs shows, in one flat array of slots.
 *
 * An idle namespace has one small shared array. The first segment asks for a per-CPU array,
 * which process context brings; from then on only that is written. Readers sum both. So an
 * idle namespace is cheap, a busy one shares no written line between CPUs, and where memory
 * is short the shared array simply goes on counting.
 */
#ifndef TCPFSM_ACCOUNT_H
#define TCPFSM_ACCOUNT_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/percpu.h>
#include <linux/workqueue.h>

#include "duration.h"
#include "transition.h"

struct tcpfsm_flow;
struct tcpfsm_result;

#define TCPFSM_NR_PAIRS (TCPFSM_NR_STATES * TCPFSM_NR_STATES)

/* Counters beside the transitions: X(SLOT, line of `stats`, key). */
#define TCPFSM_COUNTERS(X)				\
	X(SYN_COLLISIONS,	close_wait, syn_collisions) \
	X(UNAGED,		close_wait, unaged)	\
	X(TW_CREATED,		time_wait, created)	\
	X(TW_EXPIRED,		time_wait, expired)	\
	X(TW_REUSED,		time_wait, reused)	\
	X(TW_REOPENED,		time_wait, reopened)	\
	X(TW_ASSASSINATED,	time_wait, assassinated) \
	X(TW_OVERFLOWED,	time_wait, overflowed)	\
	X(DESTINATIONS_UNTRACKED, ports, untracked_destinations) \
	X(LISTENERS_UNTRACKED,	ports, untracked_listeners) \
	X(UNTRACKED,		flows, untracked)	\
	X(EVICTED,		flows, evicted)		\
	X(EXPIRED,		flows, expired)		\
	X(SEEN,			segments, seen)		\
	X(STATELESS,		segments, stateless)	\
	X(MALFORMED,		segments, malformed)	\
	X(FRAGMENTS,		segments, fragments)	\
	X(OUT_OF_WINDOW,	segments, out_of_window) \
	X(CHECKED,		witness, checked)	\
	X(AGREED,		witness, agreed)

#define TCPFSM_COUNTER_ENUM(slot, line, key) TCPFSM_ACCT_##slot,
enum tcpfsm_account_slot {
	/* gauges: endpoints by state */
	TCPFSM_ACCT_LOCAL,
	TCPFSM_ACCT_REMOTE = TCPFSM_ACCT_LOCAL + TCPFSM_NR_STATES,
	TCPFSM_ACCT_TRANSIT = TCPFSM_ACCT_REMOTE + TCPFSM_NR_STATES,
	TCPFSM_ACCT_FLOWS = TCPFSM_ACCT_TRANSIT + TCPFSM_NR_STATES,
	/* counters: transitions by cause, local endpoints; then those of transit */
	TCPFSM_ACCT_MOVES,
	TCPFSM_ACCT_TRANSIT_MOVES = TCPFSM_ACCT_MOVES + TCPFSM_NR_TRANSITIONS * TCPFSM_NR_CAUSES,
	/* counters: stays of local endpoints by state and length */
	TCPFSM_ACCT_DURATIONS = TCPFSM_ACCT_TRANSIT_MOVES + TCPFSM_NR_TRANSITIONS,
	TCPFSM_ACCT_COUNTERS = TCPFSM_ACCT_DURATIONS + TCPFSM_NR_STATES * TCPFSM_NR_DURATIONS - 1,
	TCPFSM_COUNTERS(TCPFSM_COUNTER_ENUM)
	/* the ms of those stays, by state: for each CPU only */
	TCPFSM_ACCT_HELD,
	/* counters: how often a local end followed its socket, by the wire's state, then its */
	TCPFSM_ACCT_FOLLOWED = TCPFSM_ACCT_HELD + TCPFSM_NR_STATES,
	/*
	 * counters: pairs not among the transitions that something else than a socket showed, as
	 * above, by cause: without the second witness only, and only then are they there
	 */
	TCPFSM_ACCT_OTHERS = TCPFSM_ACCT_FOLLOWED + TCPFSM_NR_PAIRS,
	TCPFSM_NR_ACCOUNT_SLOTS = TCPFSM_ACCT_OTHERS + TCPFSM_NR_PAIRS * TCPFSM_CAUSE_SOCKET
};
#undef TCPFSM_COUNTER_ENUM

/**
 * struct tcpfsm_account_shared - what an idle namespace has; it is not larger than it must be
 * @held: as TCPFSM_ACCT_HELD, which 32 bits cannot hold: what was not counted for a CPU
 * @slot: by enum tcpfsm_account_slot
 */
struct tcpfsm_account_shared {
	atomic64_t held[TCPFSM_NR_STATES];
	atomic_t slot[];
};

/**
 * struct tcpfsm_account - one namespace's numbers
 * @percpu: all slots for each CPU, or NULL as long as the namespace is idle
 * @shared: the same slots, used while there is no @percpu
 * @grow: brings @percpu
 * @growing: bit 0: @grow has been asked for
 */
struct tcpfsm_account {
	long __percpu *percpu;
	struct tcpfsm_account_shared *shared;
	struct delayed_work grow;
	unsigned long growing;
};

int tcpfsm_account_setup(bool alone);
void tcpfsm_account_teardown(void);
unsigned int tcpfsm_account_slots(void);
int tcpfsm_account_init(struct tcpfsm_account *acct);
void tcpfsm_account_grow_now(struct tcpfsm_account *acct);
void tcpfsm_account_uninit(struct tcpfsm_account *acct);

void tcpfsm_account_add_rare(struct tcpfsm_account *acct, unsigned int slot, int n);
void tcpfsm_account_add_shared(struct tcpfsm_account *acct, unsigned int slot, int n);
s64 tcpfsm_account_read(const struct tcpfsm_account *acct, unsigned int slot);
s64 tcpfsm_account_read_gauge(const struct tcpfsm_account *acct, unsigned int slot);
s64 tcpfsm_account_read_entered(const struct tcpfsm_account *acct, enum tcpfsm_state state);
s64 tcpfsm_account_read_followed(const struct tcpfsm_account *acct, enum tcpfsm_state wire,
				 enum tcpfsm_state socket);
s64 tcpfsm_account_read_other(const struct tcpfsm_account *acct, enum tcpfsm_state from,
			      enum tcpfsm_state to, enum tcpfsm_cause cause);
s64 tcpfsm_account_read_held(const struct tcpfsm_account *acct, enum tcpfsm_state state);
bool tcpfsm_account_listed(enum tcpfsm_state from, enum tcpfsm_state to);

/* Slot of the stays in @state that fall into @bin. */
static inline unsigned int tcpfsm_account_duration(enum tcpfsm_state state,
						   enum tcpfsm_duration bin)
{
	return TCPFSM_ACCT_DURATIONS + state * TCPFSM_NR_DURATIONS + bin;
}

void tcpfsm_account_flow(struct tcpfsm_flow *flow, int n);
void tcpfsm_account_moves(struct tcpfsm_flow *flow, const struct tcpfsm_result *res,
			  enum tcpfsm_cause cause);

/* As tcpfsm_account_add(), where the per-CPU array has been read already. */
static inline void tcpfsm_account_put(struct tcpfsm_account *acct, long __percpu *percpu,
				      unsigned int slot, int n)
{
	if (likely(percpu))
		this_cpu_add(percpu[slot], n);
	else
		tcpfsm_account_add_shared(acct, slot, n);
}

/**
 * tcpfsm_account_add() - add to one slot
 * @acct: the namespace's account
 * @slot: enum tcpfsm_account_slot, or one of a range that it begins
 * @n: what to add; gauges also take negative numbers
 *
 * Context: any but NMI. No lock; one per-CPU word is written.
 */
static inline void tcpfsm_account_add(struct tcpfsm_account *acct, unsigned int slot, int n)
{
	tcpfsm_account_put(acct, READ_ONCE(acct->percpu), slot, n);
}

#endif /* TCPFSM_ACCOUNT_H */
