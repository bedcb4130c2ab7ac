/* SPDX-License-Identifier: GPL-2.0 */
/* Splits a line into the cells of its layout. */
#ifndef TOOLS_RECORD_H
#define TOOLS_RECORD_H

#include "columns.h"
#include "lines.h"

/*
 * Sets cells[] for each column of the layout, to text inside the line, which is written to;
 * NULL where the line has no such key. Keys that the layout doesn't have are passed over.
 * False: the line is not of this layout; that has been reported, and is noted in `at`.
 */
bool record_split(const struct layout *layout, struct lines *at, char *line,
		  const char *cells[COLUMNS_MAX]);

#endif
