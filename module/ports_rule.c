// SPDX-License-Identifier: GPL-2.0
/*
 * The rules of port pressure: which TIME_WAITs hold a port, how fast ports go, how many are left.
 */
#include "ports_rule.h"

#include <linux/bitmap.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/time64.h>

#define PACE_MS		3000	/* the older of the two notes is that old, twice that at most */
#define END_SHARE	7	/* of 8: pressure ends below that share of where it begins */

/**
 * tcpfsm_waits_add() - a TIME_WAIT begins
 * @w: those of one destination
 * @stamped: its connection has timestamps
 * @since_s: the second in which it began, as the kernel would stamp it; an earlier one of what was
 *           there before
 *
 * Context: any; the caller holds the lock of @w.
 */
void tcpfsm_waits_add(struct tcpfsm_waits *w, bool stamped, u32 since_s)
{
	w->count++;
	if (!stamped)
		return;
	w->stamped++;
	if ((s32)(since_s - w->second) > 0) {
		w->young = 0;
		w->second = since_s;
	}
	if (w->second == since_s)
		w->young++;
}

/**
 * tcpfsm_waits_del() - a TIME_WAIT ends
 * @w: those of one destination
 * @stamped: its connection has timestamps, as far as is known now: of one that was adopted that may
 *           have shown later
 *
 * Context: any; the caller holds the lock of @w.
 */
void tcpfsm_waits_del(struct tcpfsm_waits *w, bool stamped)
{
	w->count--;
	if (stamped && w->stamped)
		w->stamped--;
	w->stamped = min(w->stamped, w->count);
}

/**
 * tcpfsm_waits_reusable() - how many connect() may take
 * @w: the TIME_WAITs of one destination
 * @mode: net.ipv4.tcp_tw_reuse
 * @loopback: either address is a loopback address
 * @now_s: the second
 *
 * tcp_twsk_unique(): with timestamps, the last of which came in an earlier second.
 *
 * Context: any; the caller holds the lock of @w.
 *
 * Return: how many, at most @w->count.
 */
u32 tcpfsm_waits_reusable(const struct tcpfsm_waits *w, int mode, bool loopback, u32 now_s)
{
	if (!tcpfsm_waits_taken(mode, loopback))
		return 0;
	return w->stamped - (w->second == now_s ? min(w->young, w->stamped) : 0);
}

/**
 * tcpfsm_pace_begin() - begin to note
 * @p: written
 * @held: ports held now
 * @now_ms: the time
 *
 * Context: any.
 */
void tcpfsm_pace_begin(struct tcpfsm_pace *p, u32 held, u64 now_ms)
{
	p->ms[0] = now_ms;
	p->ms[1] = now_ms;
	p->held[0] = held;
	p->held[1] = held;
}

/**
 * tcpfsm_pace_note() - note how many ports are held, if that was long enough ago
 * @p: the notes
 * @held: ports held now
 * @now_ms: the time
 *
 * Context: any; the caller holds the lock of @p.
 */
void tcpfsm_pace_note(struct tcpfsm_pace *p, u32 held, u64 now_ms)
{
	/* Another CPU may have taken its time earlier, and come later. */
	if (now_ms < p->ms[1] + PACE_MS)
		return;
	/* Of a time when nobody looked nothing can be said. */
	if (now_ms >= p->ms[1] + 2 * PACE_MS) {
		tcpfsm_pace_begin(p, held, now_ms);
		return;
	}
	p->ms[0] = p->ms[1];
	p->held[0] = p->held[1];
	p->ms[1] = now_ms;
	p->held[1] = held;
}

/**
 * tcpfsm_pace_found() - ports that have been held all along are counted now, or no more
 * @p: the notes
 * @more: how many; less than 0: no more
 *
 * Context: any; the caller holds the lock of @p.
 */
void tcpfsm_pace_found(struct tcpfsm_pace *p, int more)
{
	p->held[0] = max_t(s64, (s64)p->held[0] + more, 0);
	p->held[1] = max_t(s64, (s64)p->held[1] + more, 0);
}

/**
 * tcpfsm_pace_seconds_left() - until there is no port, if it goes on like that
 * @p: the notes
 * @held: ports held now
 * @available: ports there are
 * @now_ms: the time
 *
 * Context: any; the caller holds the lock of @p.
 *
 * Return: seconds; -1: they do not become more.
 */
s64 tcpfsm_pace_seconds_left(const struct tcpfsm_pace *p, u32 held, u32 available, u64 now_ms)
{
	u64 in_ms = now_ms > p->ms[0] ? now_ms - p->ms[0] : 1;

	if (held <= p->held[0])
		return -1;
	if (held >= available)
		return 0;
	return div64_u64((available - held) * in_ms, (u64)(held - p->held[0]) * MSEC_PER_SEC);
}

/**
 * tcpfsm_ports_pressed() - are the ports towards a destination short?
 * @held: ports that connect() cannot have
 * @available: ports there are
 * @pct: port_pressure_pct
 * @begun: they have been short
 *
 * Context: any.
 *
 * Return: whether they are; once they have been, until there is some room again.
 */
bool tcpfsm_ports_pressed(u32 held, u32 available, unsigned int pct, bool begun)
{
	if (begun)
		return held && 100ULL * 8 * held >= (u64)pct * END_SHARE * available;
	return held && 100ULL * held >= (u64)pct * available;
}

/**
 * tcpfsm_ports_in_range() - ports that connect() may choose
 * @low: net.ipv4.ip_local_port_range
 * @high: likewise, the last one
 * @reserved: net.ipv4.ip_local_reserved_ports, a bit a port; NULL: none
 *
 * Context: any. Two thousand words are read at most.
 *
 * Return: how many.
 */
u32 tcpfsm_ports_in_range(int low, int high, const unsigned long *reserved)
{
	u32 n = high - low + 1;

	if (low > high)
		return 0;
	if (reserved)
		n -= bitmap_weight(reserved, high + 1) - bitmap_weight(reserved, low);
	return n;
}
