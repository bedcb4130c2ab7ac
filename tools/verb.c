// SPDX-License-Identifier: GPL-2.0
/* The list of verbs. */
#include <string.h>

#include "verb.h"

const struct verb verbs[] = {
	{ "stats", "how many endpoints are in each state", &stats_layout, stats_run },
	{ "flows", "each local endpoint and each forwarded flow", &flows_layout, records_run },
	{ "transitions", "how often each state followed another", &transitions_layout,
	  records_run },
	{ "durations", "how long endpoints stayed in each state", &durations_layout,
	  records_run },
	{ "witness", "where the wire and the sockets differed", &witness_layout, records_run },
	{ "listeners", "each listening socket and its connections", &listeners_layout,
	  records_run },
	{ "namespaces", "the network namespaces, a line each", &namespaces_layout,
	  records_run },
	{ 0 }
};

const struct verb *verb_find(const char *name)
{
	const struct verb *verb;

	if (!name)
		return verbs;
	for (verb = verbs; verb->name; verb++)
		if (!strcmp(verb->name, name))
			return verb;
	return NULL;
}
