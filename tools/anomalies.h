/* SPDX-License-Identifier: GPL-2.0 */
/* The file anomalies: its kinds of lines. */
#ifndef TOOLS_ANOMALIES_H
#define TOOLS_ANOMALIES_H

#include "columns.h"

/* X(NAME, first word) */
#define ANOMALIES(X)					\
	X(CLOSE_WAIT_LEAK, close_wait_leak)		\
	X(PORT_PRESSURE, port_pressure)			\
	X(SYN_INTO_CLOSE_WAIT, syn_into_close_wait)	\
	X(PEER_LEAK, peer_leak)

#define ANOMALY_ENUM(name, word) ANOMALY_##name,
enum anomaly {
	ANOMALIES(ANOMALY_ENUM)
	ANOMALIES_COUNT
};

extern const char *const anomalies_kinds[ANOMALIES_COUNT];

/* Why connections stay in CLOSE_WAIT. X(NAME, word) */
#define VERDICTS(X)					\
	X(FD_LEAK, fd_leak)				\
	X(NOT_READING, not_reading)			\
	X(ACCEPT_STARVATION, accept_starvation)		\
	X(UNKNOWN, unknown)

#define VERDICT_ENUM(name, word) VERDICT_##name,
enum verdict {
	VERDICTS(VERDICT_ENUM)
	VERDICTS_COUNT
};

extern const char *const anomalies_verdicts[VERDICTS_COUNT];

/* What the line's first word is, or -1: a kind of a later version. */
int anomalies_kind(const char *line);

/* The verdict of that name; NULL or one of a later version: -1. */
int anomalies_verdict(const char *name);

/* Is it of the kinds that `leaks` shows; is it port pressure? */
bool anomalies_is_leak(const char *line);
bool anomalies_is_port(const char *line);

enum leak_column {
	LEAK_KIND, LEAK_LISTENER, LEAK_REMOTE, LEAK_OPENED, LEAK_UID, LEAK_CGROUP, LEAK_VERDICT,
	LEAK_STATE, LEAK_COUNT, LEAK_EOF_READ, LEAK_UNACCEPTED, LEAK_UNREAD_BYTES, LEAK_NEW_1H,
	LEAK_OLDEST_MS, LEAK_DEVICE,
	/* Made here: */
	LEAK_WHERE, LEAK_AGE, LEAK_PROCESSES, LEAK_CGROUP_PATH, LEAK_ADVICE,
	LEAK_COLUMNS
};

enum port_column {
	PORT_KIND, PORT_LOCAL, PORT_REMOTE, PORT_USED, PORT_TIME_WAIT, PORT_REUSABLE,
	PORT_AVAILABLE, PORT_SECONDS_LEFT, PORT_DEVICE,
	/* Made here: */
	PORT_USED_PCT, PORT_LEFT, PORT_ADVICE,
	PORT_COLUMNS
};

#endif
