// SPDX-License-Identifier: GPL-2.0
/*
 * What time does to stays. One piece of work a namespace, once a second while there is anything: it
 * moves the bounds' cursors, asks the sockets that may have changed, and ends anomalies. Its steps
 * are of less than a millisecond; between two others get the lock, and the CPU.
 */
#include <linux/bits.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "clock.h"
#include "net.h"
#include "queue.h"
#include "stays.h"

#define STEPS		64	/* bounds passed between two breaths */
#define LOOKS		16	/* sockets asked between two breaths */
#define LOOKS_MOST	100000	/* in one run of the work */

unsigned int tcpfsm_close_wait_leak_ms = 60000;
unsigned int tcpfsm_peer_leak_ms = 300000;

/* The parameters as they are now. Under the lock. */
static void set_bounds(struct tcpfsm_stays *stays)
{
	unsigned int leak_ms = READ_ONCE(tcpfsm_close_wait_leak_ms);

	stays->close_wait.cursor[TCPFSM_STAY_LEAKED].bound_ms = leak_ms;
	stays->close_wait.cursor[TCPFSM_STAY_OLD].bound_ms = (u64)leak_ms + TCPFSM_STAY_NEW_MS;
	stays->peer.cursor[TCPFSM_STAY_LEAKED].bound_ms = READ_ONCE(tcpfsm_peer_leak_ms);
}

/* What has been accepted and read to its end will not change any more. */
static bool may_change(const struct tcpfsm_stay *stay)
{
	return stay->state == TCPFSM_CLOSE_WAIT &&
	       !(stay->socket.known && stay->socket.accepted && stay->socket.eof_read);
}

static bool is_same(const struct tcpfsm_socket_culprit *a, const struct tcpfsm_socket_culprit *b)
{
	return a->cgroup == b->cgroup && uid_eq(a->uid, b->uid) && a->unread == b->unread &&
	       a->known == b->known && a->accepted == b->accepted && a->eof_read == b->eof_read;
}

/* One stay, once a second: its socket, and a group if it lacks one. Under RCU and the lock. */
static void refresh(struct tcpfsm_stays *stays, struct tcpfsm_stay *stay, u64 now_ms)
{
	struct tcpfsm_socket_culprit socket;

	if (may_change(stay)) {
		tcpfsm_socket_culprit(tcpfsm_stay_flow(stay), tcpfsm_stay_end(stay), &socket);
		/* Where it has just gone, that will be told by others. */
		if (socket.known && !is_same(&socket, &stay->socket)) {
			stays->unaccepted += tcpfsm_stay_unaccepted(&socket);
			stays->unaccepted -= tcpfsm_stay_unaccepted(&stay->socket);
			tcpfsm_leak_learn(&stays->leaks, stay, &socket, now_ms);
		}
	}
	if ((stay->aged.passed & BIT(TCPFSM_STAY_LEAKED)) && !stay->group) {
		tcpfsm_leak_leave(&stays->leaks, stay, now_ms);
		tcpfsm_leak_join(&stays->leaks, stay, now_ms);
	}
}

/* Once round the tree, from where the last walk has ended, or as far as LOOKS_MOST goes. */
static void walk(struct tcpfsm_stays *stays, struct tcpfsm_ages *ages,
		 struct tcpfsm_stay_place *place, u64 now_ms)
{
	unsigned int left = min_t(unsigned int, READ_ONCE(ages->count), LOOKS_MOST), i;
	struct tcpfsm_aged *aged;

	while (left) {
		rcu_read_lock();
		spin_lock_bh(&stays->lock);
		for (i = 0; i < LOOKS && left; i++, left--) {
			aged = tcpfsm_ages_after(ages, place->since_ms, place->id);
			if (!aged)
				aged = tcpfsm_ages_oldest(ages);
			if (!aged) {
				left = 0;
				break;
			}
			place->since_ms = aged->since_ms;
			place->id = aged->id;
			refresh(stays, tcpfsm_stay_of(aged), now_ms);
		}
		spin_unlock_bh(&stays->lock);
		rcu_read_unlock();
		cond_resched();
	}
}

static void pass_time(struct tcpfsm_stays *stays, u64 now_ms)
{
	bool more;

	do {
		spin_lock_bh(&stays->lock);
		set_bounds(stays);
		more = tcpfsm_ages_advance(&stays->close_wait, now_ms, STEPS) ||
		       tcpfsm_ages_advance(&stays->peer, now_ms, STEPS);
		spin_unlock_bh(&stays->lock);
		cond_resched();
	} while (more);
}

static void update_groups(struct tcpfsm_stays *stays, u64 now_ms)
{
	unsigned int i;

	for (i = 0; i < TCPFSM_LEAK_BUCKETS && tcpfsm_leak_groups(&stays->leaks); i++) {
		spin_lock_bh(&stays->lock);
		tcpfsm_leak_update(&stays->leaks, i, now_ms);
		spin_unlock_bh(&stays->lock);
		cond_resched();
	}
}

/* Return: there is something left to watch. */
static bool stays_run(struct tcpfsm_stays *stays)
{
	u64 now_ms = tcpfsm_now_ms();

	pass_time(stays, now_ms);
	walk(stays, &stays->close_wait, &stays->looked, now_ms);
	if (READ_ONCE(stays->leaks.ungrouped))
		walk(stays, &stays->peer, &stays->tried, now_ms);
	update_groups(stays, now_ms);
	return READ_ONCE(stays->close_wait.count) || READ_ONCE(stays->peer.count) ||
	       tcpfsm_leak_groups(&stays->leaks);
}

/* Context: process. */
void tcpfsm_stay_work(struct work_struct *work)
{
	struct tcpfsm_stays *stays = container_of(work, struct tcpfsm_stays, work.work);

	if (stays_run(stays))
		queue_delayed_work(tcpfsm_queue, &stays->work,
				   TCPFSM_STAY_RUN_JIFFIES);
}

/**
 * tcpfsm_stay_catch_up() - let what was adopted be shown at its age, and as a leak, at once
 *
 * Context: process; may sleep.
 */
void tcpfsm_stay_catch_up(void)
{
	struct tcpfsm_net *tn;

	mutex_lock(&tcpfsm_nets_lock);
	list_for_each_entry(tn, &tcpfsm_nets, list)
		if (READ_ONCE(tn->stays))
			stays_run(tn->stays);
	mutex_unlock(&tcpfsm_nets_lock);
}

/**
 * tcpfsm_stay_bounds_changed() - the user has changed a threshold: let it take effect now
 *
 * Context: process; may sleep.
 */
void tcpfsm_stay_bounds_changed(void)
{
	struct tcpfsm_net *tn;

	mutex_lock(&tcpfsm_nets_lock);
	list_for_each_entry(tn, &tcpfsm_nets, list)
		if (READ_ONCE(tn->stays))
			mod_delayed_work(tcpfsm_queue, &tn->stays->work, 0);
	mutex_unlock(&tcpfsm_nets_lock);
}
