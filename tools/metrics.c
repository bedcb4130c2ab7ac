// SPDX-License-Identifier: GPL-2.0
/* What `check` compares with its thresholds. */
#include <stdlib.h>
#include <string.h>

#include "metrics.h"
#include "namespaces.h"
#include "ports.h"
#include "source.h"
#include "stats_file.h"
#include "verb.h"

static const struct {
	const char *name, *help;
} names[METRIC_STATES] = {
	[METRIC_LEAKS] = { "leaks", "endpoints leaked in CLOSE_WAIT" },
	[METRIC_PRESSURED] = { "pressured", "destinations under port pressure" },
	[METRIC_PORTS] = { "ports", "percent of the worst destination's ports in use" },
	[METRIC_ANOMALIES] = { "anomalies", "that hold now, leaks and port pressure among them" },
	[METRIC_ELSEWHERE] = { "elsewhere", "anomalies in other network namespaces" },
};

static const char *name_of(int id)
{
	return id < METRIC_STATES ? names[id].name : states_names[id - METRIC_STATES];
}

void metrics_help(FILE *to)
{
	fputs("\nNames, for NAME=RANGE:\n", to);
	for (int i = 0; i < METRICS_COUNT; i++)
		fprintf(to, "   %-19s %s\n", name_of(i), i < METRIC_STATES ? names[i].help :
			"local endpoints in that state");
}

void metrics_open(struct metrics *metrics)
{
	*metrics = (struct metrics){ 0 };
	for (int i = 0; i < METRICS_COUNT; i++)
		metrics->metric[i].name = name_of(i);
}

struct metric *metrics_find(struct metrics *metrics, const char *name, size_t length)
{
	for (int i = 0; i < METRICS_COUNT; i++)
		if (strlen(metrics->metric[i].name) == length &&
		    !memcmp(metrics->metric[i].name, name, length))
			return &metrics->metric[i];
	return NULL;
}

/* The worst destination's ports in use, those that tcp_tw_reuse frees among them. */
static void ports_by_stats(struct metric *ports, const struct stats *stats)
{
	unsigned long long used, available;

	if (!stats_number(stats, SECTION_PORTS, "worst_used", &used) ||
	    !stats_number(stats, SECTION_PORTS, "worst_available", &available))
		return;
	ports->known = true;
	if (!ports_percent(used, 0, available, &ports->value))
		ports->value = 0;
}

/*
 * Which ports tcp_tw_reuse frees only the file anomalies tells, and not everybody. Where nothing
 * is under pressure, some are left.
 */
static void ports_by_anomalies(struct metrics *metrics, const char *input)
{
	const struct metric *pressured = &metrics->metric[METRIC_PRESSURED];
	unsigned long long percent;

	if (pressured->known && !pressured->value)
		return;
	if (ports_pressed(input, &percent))
		metrics->ports_exhausted = percent == 100;
	else
		metrics->ports_unsure = metrics->metric[METRIC_PORTS].value == 100;
}

/* Others end them between the two readings. */
static void elsewhere(struct metric *metric, const char *input, const struct metric *here)
{
	struct namespaces_sums sums;

	if (!here->known || !source_readable(input, "namespaces") ||
	    !namespaces_add_up(input, &sums))
		return;
	metric->known = true;
	metric->value = sums.columns[NAMESPACE_ANOMALIES] > here->value ?
		sums.columns[NAMESPACE_ANOMALIES] - here->value : 0;
}

bool metrics_read(struct metrics *metrics, const char *input)
{
	struct metric *metric = metrics->metric;
	unsigned long long number;
	struct stats stats;

	if (!stats_read(input, &stats))
		return false;
	for (int i = 0; i < TCPFSM_NR_STATES; i++)
		metric[METRIC_STATES + i].known = stats_count(&stats, i, STATS_LOCAL,
							      &metric[METRIC_STATES + i].value);
	metric[METRIC_LEAKS].known = stats_number(&stats, SECTION_CLOSE_WAIT, "leaked",
						  &metric[METRIC_LEAKS].value);
	metric[METRIC_PRESSURED].known = stats_number(&stats, SECTION_PORTS, "pressured",
						      &metric[METRIC_PRESSURED].value);
	ports_by_stats(&metric[METRIC_PORTS], &stats);
	metric[METRIC_ANOMALIES].known = stats_number(&stats, SECTION_ANOMALIES, "current",
						      &metric[METRIC_ANOMALIES].value);
	elsewhere(&metric[METRIC_ELSEWHERE], input, &metric[METRIC_ANOMALIES]);
	ports_by_anomalies(metrics, input);
	/* Where it is missing, that is reported. */
	metrics->exact = !stats_number(&stats, SECTION_WITNESS, "exact", &number) || number;
	if (stats_number(&stats, SECTION_CLOSE_WAIT, "oldest_ms", &number))
		words_time(number, metrics->oldest);
	stats_forget(&stats);
	return true;
}
