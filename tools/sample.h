/* SPDX-License-Identifier: GPL-2.0 */
/* A reading of stats and transitions, and what has moved between two. */
#ifndef TOOLS_SAMPLE_H
#define TOOLS_SAMPLE_H

#include "stats_file.h"

struct sample {
	double seconds;		/* when, on some clock */
	struct stats stats;
	unsigned long long local[TCPFSM_NR_STATES];
	/* From, to: moves of local endpoints; listed: the file has such a line. */
	unsigned long long moves[TCPFSM_NR_STATES][TCPFSM_NR_STATES];
	bool listed[TCPFSM_NR_STATES][TCPFSM_NR_STATES];
	/* As ports_pressed() has it. */
	bool pressed_known;
	unsigned long long pressed_percent;
};

/* False: something could not be read, which has been reported. */
bool sample_read(struct sample *sample, const char *input);
void sample_forget(struct sample *sample);

/* What a counter has gained, a second; 0 without an earlier reading, or after a reload. */
double sample_rate(const struct sample *before, const struct sample *now,
		   unsigned long long old, unsigned long long new);

/* What has moved from one state to another: a second, or without an earlier reading since load. */
double sample_weight(const struct sample *before, const struct sample *now, int from, int to);

struct sample_move {
	int from, to;
	double weight;
};

/* All that have moved, the most first; returns how many. */
#define SAMPLE_MOVES_MAX (TCPFSM_NR_STATES * TCPFSM_NR_STATES)
int sample_moves(const struct sample *before, const struct sample *now,
		 struct sample_move moves[SAMPLE_MOVES_MAX]);

/* A number, or a rate, in at most 6 characters: 9999, 12k, 3.4M; 0.5, 12. */
#define SAMPLE_TEXT_MAX 32
void sample_number_text(double number, char text[SAMPLE_TEXT_MAX]);

#endif
