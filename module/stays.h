/* SPDX-License-Identifier: GPL-2.0 */
/* What stay.c and stay_work.c share: the stays of one namespace. */
#ifndef TCPFSM_STAYS_H
#define TCPFSM_STAYS_H

#include <linux/jiffies.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "leak.h"
#include "stay.h"

#define TCPFSM_STAY_RUN_JIFFIES	HZ	/* between two runs of the work */

/* How far a walk through a tree has come. */
struct tcpfsm_stay_place {
	u64 since_ms;
	unsigned long id;
};

/**
 * struct tcpfsm_stays - the stays of one namespace
 * @lock: guards all of this; _bh
 * @close_wait: ends in CLOSE_WAIT, by age
 * @peer: ends that wait for their peer
 * @looked: of @close_wait: whose socket was asked last
 * @tried: of @peer: who has tried last to find a group
 * @unaccepted: of @close_wait: how many nobody has accepted
 * @leaks: those that are older than the threshold, by culprit
 * @work: lets time pass
 */
struct tcpfsm_stays {
	spinlock_t lock;	/* all of this */
	struct tcpfsm_ages close_wait;
	struct tcpfsm_ages peer;
	struct tcpfsm_stay_place looked;
	struct tcpfsm_stay_place tried;
	unsigned int unaccepted;
	struct tcpfsm_leaks leaks;
	struct delayed_work work;
};

void tcpfsm_stay_work(struct work_struct *work);

static inline struct tcpfsm_stay *tcpfsm_stay_of(struct tcpfsm_aged *aged)
{
	return container_of(aged, struct tcpfsm_stay, aged);
}

static inline bool tcpfsm_stay_unaccepted(const struct tcpfsm_socket_culprit *socket)
{
	return socket->known && !socket->accepted;
}

#endif /* TCPFSM_STAYS_H */
