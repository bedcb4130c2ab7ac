/* SPDX-License-Identifier: GPL-2.0 */
/* Local ports towards a destination. */
#ifndef TOOLS_PORTS_H
#define TOOLS_PORTS_H

#include "columns.h"

/*
 * The share, rounded down, that connect() cannot have: 100 only if none is left. False: there
 * are none at all, so there is no share.
 */
bool ports_percent(unsigned long long used, unsigned long long reusable,
		   unsigned long long available, unsigned long long *percent);

/* The same of a row of ports_layout; false: the file doesn't say. */
bool ports_percent_of(const char *const cells[COLUMNS_MAX], unsigned long long *percent);

/*
 * The worst share of those destinations that are under pressure, by the file anomalies; in stats the
 * ports that tcp_tw_reuse frees cannot be told from others. False: nobody is, or this user may not
 * know, or a bad line may have been worse; the share stays as it was.
 */
bool ports_pressed(const char *input, unsigned long long *percent);

#endif
