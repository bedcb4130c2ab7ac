/* SPDX-License-Identifier: GPL-2.0 */
/* The rules of port pressure: pure, the time is an argument. */
#ifndef TCPFSM_PORTS_RULE_H
#define TCPFSM_PORTS_RULE_H

#include <linux/types.h>

/**
 * struct tcpfsm_pace - how many ports were held, now and some seconds ago
 * @ms: when, the older one first
 * @held: how many then
 */
struct tcpfsm_pace {
	u64 ms[2];
	u32 held[2];
};

/**
 * struct tcpfsm_waits - TIME_WAITs, and which of them tcp_tw_reuse would free
 * @count: all
 * @stamped: those with timestamps
 * @young: of these, those that have begun in the second @second
 * @second: as the kernel stamps them, ktime_get_seconds()
 */
struct tcpfsm_waits {
	u32 count;
	u32 stamped;
	u32 young;
	u32 second;
};

/* Does connect() take TIME_WAITs, by net.ipv4.tcp_tw_reuse? 0: none, 1: all, 2: over loopback. */
static inline bool tcpfsm_waits_taken(int mode, bool loopback)
{
	return mode && (mode != 2 || loopback);
}

void tcpfsm_waits_add(struct tcpfsm_waits *w, bool stamped, u32 since_s);
void tcpfsm_waits_del(struct tcpfsm_waits *w, bool stamped);
u32 tcpfsm_waits_reusable(const struct tcpfsm_waits *w, int mode, bool loopback, u32 now_s);

void tcpfsm_pace_begin(struct tcpfsm_pace *p, u32 held, u64 now_ms);
void tcpfsm_pace_found(struct tcpfsm_pace *p, int more);
void tcpfsm_pace_note(struct tcpfsm_pace *p, u32 held, u64 now_ms);
s64 tcpfsm_pace_seconds_left(const struct tcpfsm_pace *p, u32 held, u32 available, u64 now_ms);

bool tcpfsm_ports_pressed(u32 held, u32 available, unsigned int pct, bool begun);
u32 tcpfsm_ports_in_range(int low, int high, const unsigned long *reserved);

#endif /* TCPFSM_PORTS_RULE_H */
