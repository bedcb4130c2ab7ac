// SPDX-License-Identifier: GPL-2.0
/*
 * Which deadline a flow has, and what its passing means.
 *
 * With the second witness, a look at the sockets: a moment after each move, and then when a
 * minisock is due by the kernel's own timer. A FIN_WAIT_2 that is no orphan has none, and
 * retransmissions give up when they please: of those the tracepoint tells. Without it, the
 * deadlines are what Linux's would be, and decide.
 */
#include "timer.h"

#include <linux/jiffies.h>
#include <linux/math64.h>
#include <net/tcp.h>

#include "account.h"
#include "alone.h"
#include "clock.h"
#include "flow.h"
#include "net.h"
#include "socket.h"
#include "stay.h"
#include "wheel.h"
#include "witness.h"

#define TRANSIT_CLOSING_MS	(300 * MSEC_PER_SEC)	/* INTERFACE: every state but ESTABLISHED */
#define TRANSIT_OPEN_MS		(3 * TRANSIT_CLOSING_MS + TCPFSM_TRANSIT_IDLE_MOST_S * MSEC_PER_SEC)
#define TRANSIT_OPEN_LEFT_MS	(3 * TRANSIT_CLOSING_MS / 2)	/* more: it is an open one's */
#define GIVE_UP_MS		(120 * MSEC_PER_SEC)	/* first look at a close that hangs */
#define RETRY_MIN_MS		100	/* a minisock's end is silent, and late: look again */
#define RETRY_MAX_MS		2000	/* with no tracepoint to tell of silent endings */
#define CHECK_MS		100	/* after a move, until what was under way has arrived */
#define MISSED_MS		10	/* two lines of the kernel's that were interrupted */
#define CHECK_TOO_SOON_MS	50	/* a look that would come before that is one too soon */

unsigned int tcpfsm_transit_idle_s __read_mostly = 86400;

/* Doubling from one second: how long @retries of a SYN or SYN-ACK last (tcp_write_timeout). */
static u64 retries_ms(unsigned int retries)
{
	return ((2ULL << min(retries, 16U)) - 1) * MSEC_PER_SEC;
}

/* A last window update may have crossed the FIN and lie where the restart is noted. */
static u64 restarted_ms(const struct tcpfsm_end *e)
{
	u64 after = 64ULL * e->restarted;

	return tcpfsm_end_since(e) + after <= tcpfsm_now_ms() + 64 ? after : 0;
}

/* How long a local end may stay in its state; 0: for ever. */
static u64 local_timeout_ms(const struct tcpfsm_flow *flow, const struct tcpfsm_end *e)
{
	const struct net *net = flow->tn->net;

	switch (e->state) {
	case TCPFSM_SYN_SENT:
		return retries_ms(READ_ONCE(net->ipv4.sysctl_tcp_syn_retries));
	case TCPFSM_SYN_RECEIVED:
		return retries_ms(READ_ONCE(net->ipv4.sysctl_tcp_synack_retries));
	case TCPFSM_FIN_WAIT_2:
		return jiffies_to_msecs(READ_ONCE(net->ipv4.sysctl_tcp_fin_timeout));
	case TCPFSM_FIN_WAIT_1:
	case TCPFSM_CLOSING:
	case TCPFSM_LAST_ACK:
		return GIVE_UP_MS;
	case TCPFSM_TIME_WAIT:
		return jiffies_to_msecs(TCP_TIMEWAIT_LEN) + restarted_ms(e);
	}
	return 0;
}

/* A TIME_WAIT, or an orphan's FIN_WAIT_2: all that it had sent has been acknowledged. */
static bool is_minisock(const struct tcpfsm_end *e)
{
	return e->state == TCPFSM_FIN_WAIT_2 || e->state == TCPFSM_TIME_WAIT;
}

/*
 * When to look at a local end, ms of the clock; 0: never. With no socket to ask, silence tells more
 * than any number of retries: what is not acknowledged is repeated for as long as the end is there.
 */
static u64 local_due_ms(const struct tcpfsm_flow *flow, unsigned int end)
{
	const struct tcpfsm_end *e = &flow->pair.end[end];
	u64 timeout = local_timeout_ms(flow, e);
	u64 now_ms, due_ms;

	if (!READ_ONCE(tcpfsm_witness)) {
		now_ms = tcpfsm_now_ms();
		if (is_minisock(e))
			return tcpfsm_alone_minisock_due(flow, end, tcpfsm_end_since(e), timeout,
							 now_ms);
		if (!tcpfsm_end_over(e) && tcpfsm_alone_due(flow, end, now_ms, &due_ms))
			return due_ms;
	}
	return timeout ? tcpfsm_end_since(e) + timeout : 0;
}

static bool transit_established(const struct tcpfsm_flow *flow)
{
	const struct tcpfsm_end *e = flow->pair.end;

	return e[0].state == TCPFSM_ESTABLISHED && e[1].state == TCPFSM_ESTABLISHED &&
	       (e[0].flags & e[1].flags & TCPFSM_END_ACKS);
}

/* What is left of a forwarded flow whose ends are both done is TIME_WAIT. */
static bool transit_ended(const struct tcpfsm_flow *flow)
{
	const struct tcpfsm_end *e = flow->pair.end;

	return (e[0].state == TCPFSM_TIME_WAIT || tcpfsm_end_over(&e[0])) &&
	       (e[1].state == TCPFSM_TIME_WAIT || tcpfsm_end_over(&e[1]));
}

/* How long after it was heard of a forwarded flow has its deadline. */
static unsigned int transit_idle_ms(const struct tcpfsm_flow *flow)
{
	/* No longer one: its socket is about to be looked at. */
	if (READ_ONCE(flow->flags) & TCPFSM_FLOW_LOCAL)
		return CHECK_MS;
	if (transit_established(flow))
		return TRANSIT_OPEN_MS;
	if (transit_ended(flow))
		return jiffies_to_msecs(TCP_TIMEWAIT_LEN);
	return TRANSIT_CLOSING_MS;
}

/*
 * Jiffies until a flow is due. An open forwarded one's deadline is later than any other's, by as
 * much as may be asked for; how much is asked for is looked up here: a change reaches all.
 */
static s32 due_in(const struct tcpfsm_flow *flow)
{
	s32 left = (s32)(READ_ONCE(flow->deadline) - (u32)jiffies);

	if (!(flow->flags & TCPFSM_FLOW_LOCAL) &&
	    left > (s32)msecs_to_jiffies(TRANSIT_OPEN_LEFT_MS))
		left -= msecs_to_jiffies(TRANSIT_OPEN_MS - (unsigned int)MSEC_PER_SEC *
					 READ_ONCE(tcpfsm_transit_idle_s));
	return left;
}

static void set_deadline(struct tcpfsm_flow *flow, u64 in_ms)
{
	/* Far-off deadlines are looked at half-way: 32 bits of jiffies hold 24 days at HZ=1000. */
	u32 deadline = (u32)jiffies + (u32)msecs_to_jiffies(min_t(u64, in_ms, INT_MAX / 2));

	/* After what the deadline follows from: who writes over it, without the lock, sees that. */
	smp_mb();
	WRITE_ONCE(flow->deadline, deadline);
	tcpfsm_wheel_del(flow);
	tcpfsm_wheel_add(flow, due_in(flow));
}

/*
 * Look at the sockets a moment after they have moved; one look serves all moves until then. It is
 * not put off: an end that moves just before has its own, after it.
 */
static void arm_check(struct tcpfsm_flow *flow, unsigned int ends)
{
	s32 left = (s32)(flow->deadline - (u32)jiffies);
	bool due = flow->flags & TCPFSM_FLOW_CHECK;
	struct tcpfsm_end *e;
	unsigned int end;

	if (due && left >= (s32)msecs_to_jiffies(CHECK_TOO_SOON_MS))
		return;
	for (end = 0; end < 2; end++) {
		e = &flow->pair.end[end];
		if (due && !(ends & BIT(end)))
			continue;
		e->flags &= ~(TCPFSM_END_MISSED | TCPFSM_END_LATER);
		if (due)
			e->flags |= TCPFSM_END_LATER;
	}
	if (due)
		return;
	flow->flags |= TCPFSM_FLOW_CHECK;
	set_deadline(flow, CHECK_MS);
}

/* Of two times, where 0 is never. */
static u64 sooner(u64 a, u64 b)
{
	return a && (!b || a < b) ? a : b;
}

/* The deadlines of the ends' own states: with no witness to ask, they decide. */
static void arm_states(struct tcpfsm_flow *flow)
{
	u64 now_ms = tcpfsm_now_ms(), first = 0;
	unsigned int end;

	for (end = 0; end < 2; end++) {
		if (!tcpfsm_flow_is_local(flow, end))
			continue;
		first = sooner(first, local_due_ms(flow, end));
		first = sooner(first, tcpfsm_stay_due_ms(flow, end));
	}
	if (first)
		set_deadline(flow, first > now_ms ? first - now_ms : 0);
	else
		tcpfsm_wheel_del(flow);
}

/**
 * tcpfsm_timer_arm() - set a flow's deadline: an end has moved, or its socket has
 * @flow: in the table; the caller holds its lock
 * @ends: which, a mask of their indices
 *
 * Context: softirq or process.
 */
void tcpfsm_timer_arm(struct tcpfsm_flow *flow, unsigned int ends)
{
	if (!(flow->flags & TCPFSM_FLOW_LOCAL))
		set_deadline(flow, transit_idle_ms(flow));
	else if (READ_ONCE(tcpfsm_witness))
		arm_check(flow, ends);
	else
		arm_states(flow);
}

/**
 * tcpfsm_timer_touch() - a forwarded flow was heard of
 * @flow: found in the table
 *
 * The wheel is left alone: it looks at the flow at the old deadline and finds a new one.
 *
 * Context: under RCU, no lock. Writes at most once a second.
 */
void tcpfsm_timer_touch(struct tcpfsm_flow *flow)
{
	unsigned int idle_ms = transit_idle_ms(flow), less_ms;
	u32 now = jiffies;

	if ((s32)(now + msecs_to_jiffies(idle_ms) - READ_ONCE(flow->deadline)) < HZ)
		return;
	WRITE_ONCE(flow->deadline, now + (u32)msecs_to_jiffies(idle_ms));
	/*
	 * A FIN on another CPU may have brought it forward meanwhile, or a socket appeared there:
	 * pairs with set_deadline(). Both are full, or this could be the later write and yet see
	 * the flow as it was.
	 */
	smp_mb();
	less_ms = transit_idle_ms(flow);
	if (less_ms < idle_ms)
		WRITE_ONCE(flow->deadline, now + (u32)msecs_to_jiffies(less_ms));
}

/**
 * tcpfsm_timer_cancel() - no deadline any more
 * @flow: the caller holds its lock
 *
 * Context: softirq or process.
 */
void tcpfsm_timer_cancel(struct tcpfsm_flow *flow)
{
	tcpfsm_wheel_del(flow);
}

/*
 * Looks that nobody asks for have a budget: one each @each_us, for all flows together. Where there
 * are too many, each waits for its turn. Only the wheel's work, which is one, takes turns.
 */
struct budget {
	u64 next_us;
	unsigned int each_us;
};

static struct budget before_due = { .each_us = 200 };	/* 5,000 a second, of minisocks that wait */
static struct budget requests = { .each_us = 200 };	/* likewise, apart: TIME_WAITs are many */
static struct budget when_due = { .each_us = 50 };	/* 20,000, of those whose time is up */

/*
 * The next free turn from the next RETRY_MIN_MS on: all are looked at together, and the CPU may
 * sleep in between. Past @most_ms none is taken. Return: ms from now.
 */
static u64 take_turn(struct budget *b, u64 now_ms, u64 most_ms)
{
	u64 next_ms = (div_u64(now_ms, RETRY_MIN_MS) + 1) * RETRY_MIN_MS;
	u64 us = max(b->next_us, next_ms * USEC_PER_MSEC);
	u64 ms = div_u64(us, USEC_PER_MSEC) - now_ms;

	if (ms >= most_ms)
		return most_ms;
	b->next_us = us + b->each_us;
	return ms;
}

/*
 * When to look at a local end again, whose socket is where the end is; 0: no need, for the
 * tracepoint tells. Of a minisock the kernel's own timer says when it is due, and fires late; it
 * may be killed before, in silence.
 */
static u64 next_look_ms(const struct tcpfsm_socket_view *view, u64 now_ms)
{
	if (!view->silent)
		return tcpfsm_witness_hears() ? 0 : RETRY_MAX_MS;
	if (view->left_ms)
		return take_turn(view->state == TCPFSM_SYN_RECEIVED ? &requests : &before_due,
				 now_ms, max_t(u64, view->left_ms, RETRY_MIN_MS));
	return take_turn(&when_due, now_ms, RETRY_MAX_MS);
}

/* By the deadline alone: nobody can be asked. */
static u64 expire_end(struct tcpfsm_flow *flow, unsigned int end, u64 now_ms)
{
	u64 due = local_due_ms(flow, end);
	struct tcpfsm_result res;

	if (!due || due > now_ms)
		return due ? due - now_ms : 0;
	if (!READ_ONCE(tcpfsm_witness)) {
		tcpfsm_alone_expire(flow, end, now_ms);
		if (tcpfsm_end_over(&flow->pair.end[end]))
			return 0;
		due = local_due_ms(flow, end);
		return due > now_ms ? due - now_ms : !!due;
	}
	tcpfsm_fsm_timeout(&flow->pair, end, now_ms, &res);
	tcpfsm_account_moves(flow, &res, TCPFSM_CAUSE_TIMER);
	return 0;
}

/*
 * A look at one local end: its socket decides. Return: ms until the next, 0: none.
 *
 * Where a socket takes another's place in the kernel's table, a request sock's or, as a TIME_WAIT,
 * its own, a look can fall between the two (inet_ehash_insert, inet_twsk_hashdance): that one is
 * gone has to be seen twice. A TIME_WAIT whose time is over gives its place to nobody.
 */
static u64 look_at_end(struct tcpfsm_flow *flow, unsigned int end, u64 now_ms)
{
	struct tcpfsm_end *e = &flow->pair.end[end];
	struct tcpfsm_socket_view view;
	bool ahead, overdue;
	u64 due;

	if (!tcpfsm_socket_look(flow, end, &view))
		return expire_end(flow, end, now_ms);
	due = view.state == TCPFSM_CLOSED ? local_due_ms(flow, end) : 0;
	/* A reset may come as late as it likes: an end that is no orphan has no such time. */
	overdue = due && due <= now_ms && !(e->flags & TCPFSM_END_DOOMED);
	if (view.state == TCPFSM_CLOSED && !(e->flags & TCPFSM_END_MISSED) &&
	    !(overdue && e->state == TCPFSM_TIME_WAIT)) {
		e->flags |= TCPFSM_END_MISSED;
		return MISSED_MS;
	}
	e->flags &= ~TCPFSM_END_MISSED;
	/* What ends in silence and in its time was ended by its timer. */
	if (overdue) {
		expire_end(flow, end, now_ms);
		return 0;
	}
	ahead = tcpfsm_fsm_ahead(e->state, view.state);
	tcpfsm_witness_follow(flow, end, &view, now_ms);
	if (tcpfsm_end_over(e))
		return 0;
	/* If it has gone on since we looked, the tracepoint has found it agreeing with the wire. */
	return ahead ? CHECK_MS : next_look_ms(&view, now_ms);
}

/* After a look at the others: when is it those ends' turn that had moved too soon before it? */
static u64 look_later(struct tcpfsm_flow *flow)
{
	unsigned int end;
	u16 flags = 0;

	for (end = 0; end < 2; end++)
		if (tcpfsm_flow_has_socket(flow, end))
			flags |= flow->pair.end[end].flags;
	if (flags & (TCPFSM_END_LATER | TCPFSM_END_MISSED))
		flow->flags |= TCPFSM_FLOW_CHECK;
	/* The second look at one that seems to be gone comes first. */
	if (!(flags & TCPFSM_END_LATER) || (flags & TCPFSM_END_MISSED))
		return 0;
	flow->pair.end[0].flags &= ~TCPFSM_END_LATER;
	flow->pair.end[1].flags &= ~TCPFSM_END_LATER;
	return CHECK_TOO_SOON_MS;
}

static void expire_local(struct tcpfsm_flow *flow)
{
	u64 now_ms = tcpfsm_now_ms(), again = 0;
	unsigned int end;

	if (tcpfsm_flow_parked(flow)) {
		tcpfsm_flow_kill(flow);
		return;
	}
	flow->flags &= ~TCPFSM_FLOW_CHECK;
	for (end = 0; end < 2; end++) {
		if (!tcpfsm_flow_has_socket(flow, end) ||
		    (flow->pair.end[end].flags & TCPFSM_END_LATER))
			continue;
		again = sooner(again, look_at_end(flow, end, now_ms));
		again = sooner(again, tcpfsm_stay_look(flow, end, now_ms));
	}
	again = sooner(again, look_later(flow));
	if (tcpfsm_flow_over(flow))
		again = tcpfsm_alone_park(flow);
	if (again)
		set_deadline(flow, again);
	else if (tcpfsm_flow_over(flow))
		tcpfsm_flow_kill(flow);
}

/* A forwarded flow has been silent for long enough: at its end, or for too long. */
static void expire_transit(struct tcpfsm_flow *flow)
{
	struct tcpfsm_result res;
	unsigned int end;

	for (end = 0; transit_ended(flow) && end < 2; end++) {
		if (tcpfsm_end_over(&flow->pair.end[end]))
			continue;
		tcpfsm_fsm_timeout(&flow->pair, end, tcpfsm_now_ms(), &res);
		tcpfsm_account_moves(flow, &res, TCPFSM_CAUSE_TIMER);
	}
	if (!tcpfsm_flow_over(flow))
		tcpfsm_account_add(&flow->tn->account, TCPFSM_ACCT_EXPIRED, 1);
	tcpfsm_flow_kill(flow);
}

static void expire_flow(struct tcpfsm_flow *flow)
{
	s32 left;

	spin_lock_bh(&flow->lock);
	if (flow->flags & TCPFSM_FLOW_DEAD)
		goto unlock;
	left = due_in(flow);
	if (left > 0) {
		/* Too early: a slot beyond the horizon, or touched since. */
		tcpfsm_wheel_del(flow);
		tcpfsm_wheel_add(flow, left);
	} else if (flow->flags & TCPFSM_FLOW_LOCAL) {
		expire_local(flow);
	} else {
		expire_transit(flow);
	}
unlock:
	spin_unlock_bh(&flow->lock);
}

/**
 * tcpfsm_timer_init() - start the wheel
 *
 * Context: process; may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int tcpfsm_timer_init(void)
{
	return tcpfsm_wheel_init(expire_flow);
}

/**
 * tcpfsm_timer_uninit() - stop it; no flow is left
 *
 * Context: process; sleeps.
 */
void tcpfsm_timer_uninit(void)
{
	tcpfsm_wheel_uninit();
}
