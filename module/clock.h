/* SPDX-License-Identifier: GPL-2.0 */
/* The module's one clock: ms since boot, suspend included, as operators reckon age. */
#ifndef TCPFSM_CLOCK_H
#define TCPFSM_CLOCK_H

#include <linux/ktime.h>
#include <linux/timekeeping.h>

/* Context: any. */
static inline u64 tcpfsm_now_ms(void)
{
	return ktime_to_ms(ktime_get_boottime());
}

#endif /* TCPFSM_CLOCK_H */
