/* SPDX-License-Identifier: GPL-2.0 */
/* Whose flows: which of the leaks a flow is one of. */
#ifndef TOOLS_LEAK_MATCH_H
#define TOOLS_LEAK_MATCH_H

#include "rows.h"

struct leak_match {
	const struct rows *leaks;
	unsigned int states;		/* a bit for each in which they are */
	size_t count;
	struct leak_key *key;		/* of the leaks that have one, sorted */
};

/* leaks: rows of leaks_layout; they must stay. */
void leak_match_open(struct leak_match *match, const struct rows *leaks);

/*
 * Calls visit for each leak that the flow, cells of flows_layout, is one of. They are several if
 * the files don't tell them apart.
 */
void leak_match_each(const struct leak_match *match, const char *const flow[COLUMNS_MAX],
		     void (*visit)(size_t leak, const char *const flow[COLUMNS_MAX], void *context),
		     void *context);
void leak_match_close(struct leak_match *match);

/*
 * Does the listening socket take connections to that address? 0: no. A greater number goes first:
 * one that is bound to just this address, one to any of its family, an IPv6 one that may take
 * IPv4, too.
 */
int leak_match_listens_at(const char *listener, const char *local);

#endif
