/* SPDX-License-Identifier: GPL-2.0 */
/* The file stats as a whole: a line for each state, and one for each section. */
#ifndef TOOLS_STATS_FILE_H
#define TOOLS_STATS_FILE_H

#include "sections.h"

enum stats_column {
	STATS_STATE, STATS_LOCAL, STATS_REMOTE, STATS_TRANSIT, STATS_ENTERED,
	STATS_COLUMNS
};

/* A line that is kept: the file's order need not be the screen's. */
struct stats_line {
	char *line;
	const char *cells[COLUMNS_MAX];
};

struct stats {
	struct stats_line states[TCPFSM_NR_STATES];
	struct stats_line sections[SECTIONS_COUNT];
	bool whole;	/* each state is there once, and each section, and every line is well formed */
};

/*
 * Reads the file, of the folder `input` or of the module where that is NULL. False: it cannot be
 * opened. What else is wrong is reported, and what is there can be used. To be forgotten later.
 */
bool stats_read(const char *input, struct stats *stats);
void stats_forget(struct stats *stats);

/* A cell as text; NULL: the file doesn't have it. Sections by the key. */
const char *stats_cell(const struct stats *stats, int state, enum stats_column column);
const char *stats_key(const struct stats *stats, enum section section, const char *key);

/* The same as numbers; false: the file doesn't have it. */
bool stats_count(const struct stats *stats, int state, enum stats_column column,
		 unsigned long long *count);
bool stats_number(const struct stats *stats, enum section section, const char *key,
		  unsigned long long *number);

#endif
