/* SPDX-License-Identifier: GPL-2.0 */
/* What `check` compares with its thresholds. */
#ifndef TOOLS_METRICS_H
#define TOOLS_METRICS_H

#include <stdio.h>

#include "ranges.h"
#include "states.h"
#include "words.h"

enum metric_id {
	METRIC_LEAKS,		/* endpoints leaked in CLOSE_WAIT */
	METRIC_PRESSURED,	/* destinations under port pressure */
	METRIC_PORTS,		/* percent of the worst destination's ports in use */
	METRIC_ANOMALIES,	/* that hold now, leaks and port pressure among them */
	METRIC_ELSEWHERE,	/* anomalies in other network namespaces */
	METRIC_STATES,		/* and from here on: local endpoints in each state */
	METRICS_COUNT = METRIC_STATES + TCPFSM_NR_STATES
};

struct metric {
	const char *name;
	bool known;
	unsigned long long value;
	struct range warning, critical;
	bool own_warning, own_critical;	/* the user has set it, or taken it away */
};

struct metrics {
	struct metric metric[METRICS_COUNT];
	bool exact;			/* every local socket is tracked */
	bool ports_exhausted;		/* towards a destination connect() finds none */
	bool ports_unsure;		/* that may be so, and this user may not know */
	char oldest[WORDS_MAX];		/* of CLOSE_WAIT, in words, or empty */
};

void metrics_open(struct metrics *metrics);

/* All of them, as a part of the verb's help. */
void metrics_help(FILE *to);

/* By its name, or NULL. */
struct metric *metrics_find(struct metrics *metrics, const char *name, size_t length);

/* Reads them. False: the file stats cannot be opened; reported. */
bool metrics_read(struct metrics *metrics, const char *input);

#endif
