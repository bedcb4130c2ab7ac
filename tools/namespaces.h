/* SPDX-License-Identifier: GPL-2.0 */
/* The file namespaces: its columns, and all of its lines added up. */
#ifndef TOOLS_NAMESPACES_H
#define TOOLS_NAMESPACES_H

#include <stdbool.h>

#include "states.h"

enum namespace_column {
	NAMESPACE_NETNS,
	NAMESPACE_BY_STATE,	/* and from here on: one for each state */
	NAMESPACE_LEAKED = NAMESPACE_BY_STATE + TCPFSM_NR_STATES,
	NAMESPACE_ANOMALIES, NAMESPACE_FLOWS,
	/* Made here: */
	NAMESPACE_NAME,
	NAMESPACE_COLUMNS
};

struct namespaces_sums {
	unsigned long long count;			/* of namespaces */
	unsigned long long columns[NAMESPACE_COLUMNS];	/* of those that are of the file, and numbers */
};

/*
 * False: the file cannot be read as a whole, which is reported; only the first namespace has it.
 */
bool namespaces_add_up(const char *input, struct namespaces_sums *sums);

#endif
