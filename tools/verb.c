// SPDX-License-Identifier: GPL-2.0
/* The list of verbs. */
#include <string.h>

#include "anomalies.h"
#include "metrics.h"
#include "verb.h"

#define FORMAT (OPTION_BIT(JSON) | OPTION_BIT(PAIRS) | OPTION_BIT(NOHEADINGS) | OPTION_BIT(OUTPUT))
#define INPUT OPTION_BIT(INPUT)
#define FILTER (OPTION_BIT(STATE) | OPTION_BIT(LOCAL) | OPTION_BIT(REMOTE) | \
		OPTION_BIT(OLDER_THAN) | OPTION_BIT(PROCESS))
#define LIVE (INPUT | OPTION_BIT(INTERVAL) | OPTION_BIT(COUNT))
#define RECORDS (FORMAT | INPUT | OPTION_BIT(SORT))

const struct verb verbs[] = {
	{ .name = "stats", .help = "how many endpoints are in each state",
	  .layout = &stats_layout, .accepts = FORMAT | INPUT, .run = stats_run },
	{ .name = "flows", .help = "each local endpoint and each forwarded flow",
	  .layout = &flows_layout, .accepts = RECORDS | FILTER, .run = records_run,
	  .records = { .begin = flows_begin, .row = flows_row } },
	{ .name = "transitions", .help = "how often each state followed another",
	  .layout = &transitions_layout, .accepts = RECORDS, .run = records_run },
	{ .name = "durations", .help = "how long endpoints stayed in each state",
	  .layout = &durations_layout, .accepts = RECORDS, .run = records_run },
	{ .name = "witness", .help = "where the wire and the sockets differed",
	  .layout = &witness_layout, .accepts = RECORDS, .run = records_run },
	{ .name = "listeners", .help = "each listening socket and its connections",
	  .layout = &listeners_layout, .accepts = RECORDS, .run = records_run },
	{ .name = "leaks", .help = "what leaks, in which process, and what to do",
	  .layout = &leaks_layout, .accepts = RECORDS, .run = leaks_run },
	{ .name = "ports", .help = "destinations that run out of local ports",
	  .layout = &ports_layout, .accepts = RECORDS, .run = records_run,
	  .records = { .wants = anomalies_is_port, .row = ports_row } },
	{ .name = "namespaces", .help = "the network namespaces, a line each",
	  .layout = &namespaces_layout, .accepts = RECORDS, .run = records_run,
	  .records = { .begin = namespaces_begin, .row = namespaces_row } },
	{ .name = "watch", .help = "the states and what moves, live",
	  .accepts = LIVE, .run = watch_run },
	{ .name = "diagram", .help = "RFC 9293's state diagram, with counts and rates, live",
	  .accepts = LIVE | OPTION_BIT(SVG) | OPTION_BIT(DOT), .run = diagram_run },
	{ .name = "check", .help = "one line and an exit code, for a monitoring system",
	  .accepts = INPUT | OPTION_BIT(WARNING) | OPTION_BIT(CRITICAL), .plugin = true,
	  .explain = metrics_help, .run = check_run },
	{ .name = "prometheus", .help = "all counts, in Prometheus's text format",
	  .accepts = INPUT | OPTION_BIT(TEXTFILE), .run = prometheus_run },
	{ .name = "record", .help = "save a copy of /proc/tcpfsm, for --input or a bug report",
	  .accepts = INPUT, .argument = "DIR", .run = save_run },
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
