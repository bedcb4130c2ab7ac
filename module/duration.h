/* SPDX-License-Identifier: GPL-2.0 */
/* How long an end stays in a state: the bins of the file `durations`, once. */
#ifndef TCPFSM_DURATION_H
#define TCPFSM_DURATION_H

#include <linux/kernel.h>
#include <linux/types.h>

/* X(key, upper bound in ms, inclusive), in rising order. */
#define TCPFSM_DURATIONS(X)		\
	X(le_1ms,	1ULL)		\
	X(le_10ms,	10ULL)		\
	X(le_100ms,	100ULL)		\
	X(le_1s,	1000ULL)	\
	X(le_10s,	10000ULL)	\
	X(le_1m,	60000ULL)	\
	X(le_10m,	600000ULL)	\
	X(le_1h,	3600000ULL)	\
	X(le_1d,	86400000ULL)

#define TCPFSM_DURATION_ENUM(key, ms) TCPFSM_DURATION_##key,
enum tcpfsm_duration {
	TCPFSM_DURATIONS(TCPFSM_DURATION_ENUM)
	TCPFSM_DURATION_MORE,
	TCPFSM_NR_DURATIONS
};
#undef TCPFSM_DURATION_ENUM

/* Context: any. Return: the bin of a time: the first whose bound it does not exceed. */
static inline enum tcpfsm_duration tcpfsm_duration_bin(u64 ms)
{
#define TCPFSM_DURATION_MS(key, ms) ms,
	static const u64 bounds[] = { TCPFSM_DURATIONS(TCPFSM_DURATION_MS) };
#undef TCPFSM_DURATION_MS
	unsigned int bin = 0;

	while (bin < ARRAY_SIZE(bounds) && ms > bounds[bin])
		bin++;
	return bin;
}

#endif /* TCPFSM_DURATION_H */
