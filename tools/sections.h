/* SPDX-License-Identifier: GPL-2.0 */
/* The lines of the file stats that are not a state's. */
#ifndef TOOLS_SECTIONS_H
#define TOOLS_SECTIONS_H

#include "columns.h"

enum section {
	SECTION_VERSION,
	SECTION_CLOSE_WAIT,
	SECTION_TIME_WAIT,
	SECTION_PORTS,
	SECTION_ANOMALIES,
	SECTION_FLOWS,
	SECTION_SEGMENTS,
	SECTION_WITNESS,
	SECTIONS_COUNT
};

/* By section; the first column of each is the line's first word, and its key is that word. */
extern const struct layout sections[SECTIONS_COUNT];

/* The section whose first word this is, or -1. */
int sections_find(const char *name);

#endif
