/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The account of stays: local ends that are in CLOSE_WAIT, or wait for their peer in FIN_WAIT_1,
 * FIN_WAIT_2 or LAST_ACK, for longer than a moment.
 */
#ifndef TCPFSM_STAY_H
#define TCPFSM_STAY_H

#include <linux/types.h>

#include "ages.h"
#include "anomaly.h"
#include "fsm.h"
#include "socket.h"

struct tcpfsm_flow;
struct tcpfsm_group;
struct tcpfsm_net;

/*
 * From then on an end is in the account: short connections cost nothing. No threshold may be less
 * than the longer of the two.
 */
#define TCPFSM_STAY_CLOSE_WAIT_MS	500
#define TCPFSM_STAY_PEER_MS		1000
#define TCPFSM_STAY_LEAST_MS		1000
#define TCPFSM_STAY_NEW_MS		3600000	/* a leak is new for an hour */

/* The bounds of CLOSE_WAIT's ages; a peer's have the one, TCPFSM_STAY_LEAKED. */
enum {
	TCPFSM_STAY_LEAKED,	/* in a group */
	TCPFSM_STAY_OLD,	/* for more than an hour */
	TCPFSM_STAY_1M,
	TCPFSM_STAY_5M,
	TCPFSM_STAY_1H,
	TCPFSM_STAY_1D,
	TCPFSM_NR_STAY_BOUNDS
};

/**
 * struct tcpfsm_stay - one end that stays
 * @aged: in the tree of its kind; the id is the flow's address, and which end
 * @member: in its group's tree, by age
 * @group: to whose account it goes, if it is a leak and there was room for the group
 * @socket: as of the last look
 * @state: enum tcpfsm_state
 */
struct tcpfsm_stay {
	struct tcpfsm_aged aged;
	struct rb_node member;
	struct tcpfsm_group *group;
	struct tcpfsm_socket_culprit socket;
	u8 state;
};

/**
 * struct tcpfsm_stay_summary - the CLOSE_WAITs of a namespace, by age
 * @passed: how many are older than each bound
 * @unaccepted: how many nobody has accepted, as of the last look at each
 * @ungrouped: leaks without a group: there are too many groups, or memory is short
 * @oldest_ms: the age of the oldest
 */
struct tcpfsm_stay_summary {
	u32 passed[TCPFSM_NR_STAY_BOUNDS];
	u32 unaccepted;
	u32 ungrouped;
	u64 oldest_ms;
};

extern unsigned int tcpfsm_close_wait_leak_ms;
extern unsigned int tcpfsm_peer_leak_ms;

u64 tcpfsm_stay_due_ms(const struct tcpfsm_flow *flow, unsigned int end);
u64 tcpfsm_stay_look(struct tcpfsm_flow *flow, unsigned int end, u64 now_ms);
void tcpfsm_stay_leave(struct tcpfsm_flow *flow, unsigned int end, enum tcpfsm_state state,
		       u64 since_ms);
void tcpfsm_stay_read(const struct tcpfsm_net *tn, struct tcpfsm_stay_summary *s);
void tcpfsm_stay_collect_close_wait(struct tcpfsm_net *tn, struct tcpfsm_anomaly_lines *lines);
void tcpfsm_stay_collect_peer(struct tcpfsm_net *tn, struct tcpfsm_anomaly_lines *lines);

void tcpfsm_stay_catch_up(void);
void tcpfsm_stay_bounds_changed(void);
void tcpfsm_stay_forget(void);
void tcpfsm_stay_net_uninit(struct tcpfsm_net *tn);
int tcpfsm_stay_init(void);
void tcpfsm_stay_uninit(void);

static inline struct tcpfsm_flow *tcpfsm_stay_flow(const struct tcpfsm_stay *stay)
{
	return (struct tcpfsm_flow *)(stay->aged.id & ~1UL);
}

static inline unsigned int tcpfsm_stay_end(const struct tcpfsm_stay *stay)
{
	return stay->aged.id & 1;
}

#endif /* TCPFSM_STAY_H */
