// SPDX-License-Identifier: GPL-2.0
/*
 * check: one line for a monitoring system, by the monitoring plugins' conventions.
 *
 * What is not tracked (exact=0) can only make a count greater: an alert that a greater count
 * would raise as well stands; all else is unknown then.
 */
#include <stdio.h>
#include <string.h>

#include "metrics.h"
#include "say.h"
#include "verb.h"

/* Besides, no_port_left() is critical. */
static const struct {
	enum metric_id metric;
	const char *warning, *critical;
} defaults[] = {
	{ METRIC_LEAKS, "0", "99" },
	{ METRIC_PRESSURED, "0", "" },
	{ METRIC_ANOMALIES, "0", "" },
};

static void __attribute__((__noreturn__)) unknown_name(const struct metrics *metrics,
						       const char *option, const char *text)
{
	char names[METRICS_COUNT * COLUMNS_NAME_MAX] = "";

	for (int i = 0; i < METRICS_COUNT; i++)
		strcat(strcat(names, i ? ", " : ""), metrics->metric[i].name);
	say_usage("--%s: expected NAME=RANGE, found '%s'; the names are: %s", option,
		  say_quoted(text), names);
}

static void set_threshold(struct metrics *metrics, enum option_id id, const char *text)
{
	const char *option = id == OPTION_WARNING ? "warning" : "critical";
	const char *equals = strchr(text, '=');
	struct metric *metric;

	metric = equals ? metrics_find(metrics, text, (size_t)(equals - text)) : NULL;
	if (!metric)
		unknown_name(metrics, option, text);
	if (id == OPTION_WARNING)
		metric->own_warning = true;
	else
		metric->own_critical = true;
	if (!ranges_parse(id == OPTION_WARNING ? &metric->warning : &metric->critical, equals + 1))
		say_usage("--%s: '%s' is no range; write 10, 10:, 10:20, @10:20 or,"
			  " in quotes, '~:10'", option, say_quoted(text));
}

/* Leaks and port pressure are anomalies: who puts up with some would be warned all the same. */
static void fit_default(struct metric metrics[METRICS_COUNT])
{
	if ((metrics[METRIC_LEAKS].own_warning || metrics[METRIC_PRESSURED].own_warning) &&
	    !metrics[METRIC_ANOMALIES].own_warning)
		ranges_parse(&metrics[METRIC_ANOMALIES].warning, "");
}

static void set_thresholds(struct metrics *metrics, const struct options *options)
{
	for (size_t i = 0; i < ARRAY_SIZE(defaults); i++) {
		struct metric *metric = &metrics->metric[defaults[i].metric];

		ranges_parse(&metric->warning, defaults[i].warning);
		ranges_parse(&metric->critical, defaults[i].critical);
	}
	for (size_t i = 0; i < options->count; i++)
		if (options->all[i].id == OPTION_WARNING || options->all[i].id == OPTION_CRITICAL)
			set_threshold(metrics, options->all[i].id, options->all[i].value);
	fit_default(metrics->metric);
}

/*
 * What is critical unless the user says what is. No range of the ports in use is: of those,
 * tcp_tw_reuse may free enough.
 */
static bool no_port_left(const struct metrics *metrics, int id)
{
	return id == METRIC_PORTS && !metrics->metric[id].own_critical && metrics->ports_exhausted;
}

static bool perhaps_no_port_left(const struct metrics *metrics, int id)
{
	return id == METRIC_PORTS && !metrics->metric[id].own_critical && metrics->ports_unsure;
}

/* What is known of one metric. */
static enum plugin_status judge(const struct metrics *metrics, int id)
{
	const struct metric *metric = &metrics->metric[id];
	bool (*alert)(const struct range *range, unsigned long long value) =
		metrics->exact ? ranges_alert : ranges_alert_above;

	if (no_port_left(metrics, id))
		return PLUGIN_CRITICAL;
	if (!metric->known)
		return PLUGIN_UNKNOWN;
	if (alert(&metric->critical, metric->value))
		return PLUGIN_CRITICAL;
	if (alert(&metric->warning, metric->value))
		return PLUGIN_WARNING;
	return perhaps_no_port_left(metrics, id) ? PLUGIN_UNKNOWN : PLUGIN_OK;
}

static bool has_threshold(const struct metrics *metrics, int id)
{
	const struct metric *metric = &metrics->metric[id];

	return (metric->warning.text && *metric->warning.text) ||
	       (metric->critical.text && *metric->critical.text) ||
	       (id == METRIC_PORTS && !metric->own_critical);
}

/* So many anomalies, at least, are told of as leaks or port pressure, by that status or a worse. */
static unsigned long long told(const struct metrics *metrics, enum plugin_status status)
{
	unsigned long long anomalies = 0;

	if (judge(metrics, METRIC_LEAKS) >= status && metrics->metric[METRIC_LEAKS].value)
		anomalies++;
	if (judge(metrics, METRIC_PRESSURED) >= status)
		anomalies += metrics->metric[METRIC_PRESSURED].value;
	return anomalies;
}

/* Nothing is said twice. */
static bool is_told(const struct metrics *metrics, int id, enum plugin_status status)
{
	return id == METRIC_ANOMALIES && told(metrics, status) &&
	       metrics->metric[id].value <= told(metrics, status);
}

static void describe(const struct metrics *metrics, int id, enum plugin_status status)
{
	const struct metric *metric = &metrics->metric[id];

	if (id == METRIC_LEAKS)
		printf("%llu leaked in CLOSE_WAIT%s%s", metric->value,
		       *metrics->oldest ? ", oldest " : "", metrics->oldest);
	else if (id == METRIC_PRESSURED)
		printf("%llu destination%s under port pressure", metric->value,
		       metric->value == 1 ? "" : "s");
	else if (id == METRIC_PORTS && metrics->ports_exhausted)
		printf("a destination has no port left");
	else if (id == METRIC_PORTS)
		printf("%llu%% of the ports to a destination in use", metric->value);
	else if (id == METRIC_ANOMALIES)
		printf("%llu anomal%s%s", metric->value, metric->value == 1 ? "y" : "ies",
		       told(metrics, status) ? " with these" : "");
	else if (id == METRIC_ELSEWHERE)
		printf("%llu anomal%s in other network namespaces", metric->value,
		       metric->value == 1 ? "y" : "ies");
	else
		printf("%llu in %s", metric->value, metric->name);
}

static void show_perfdata(const struct metrics *metrics)
{
	const char *separator = " | ";

	for (int i = 0; i < METRICS_COUNT; i++) {
		const struct metric *metric = &metrics->metric[i];
		bool percent = i == METRIC_PORTS;

		/* CLOSED has no local endpoints. */
		if (!metric->known || i == METRIC_STATES + TCPFSM_CLOSED)
			continue;
		printf("%s%s=%llu%s;%s;%s;0%s", separator, metric->name, metric->value,
		       percent ? "%" : "", metric->warning.text ? metric->warning.text : "",
		       metric->critical.text ? metric->critical.text : "", percent ? ";100" : "");
		separator = " ";
	}
	putchar('\n');
}

/* Why nobody can tell, if all else is well; or NULL. */
static const char *reason(const struct metrics *metrics)
{
	static char text[128];

	if (say_captured())
		return say_captured();
	for (int i = 0; i < METRICS_COUNT; i++) {
		if (metrics->metric[i].known || !has_threshold(metrics, i))
			continue;
		if (i == METRIC_ELSEWHERE)
			return "the file namespaces, which only the first network namespace has, cannot be read";
		snprintf(text, sizeof(text), "the file stats does not have %s",
			 metrics->metric[i].name);
		return text;
	}
	if (!metrics->exact)
		return "exact=0: not every local socket is tracked";
	if (perhaps_no_port_left(metrics, METRIC_PORTS))
		return "a destination may have no port left: the file anomalies would tell, and cannot be read";
	return NULL;
}

static void show_well(const struct metrics *metrics)
{
	printf("%llu established, %llu in CLOSE_WAIT, %llu leaked",
	       metrics->metric[METRIC_STATES + TCPFSM_ESTABLISHED].value,
	       metrics->metric[METRIC_STATES + TCPFSM_CLOSE_WAIT].value,
	       metrics->metric[METRIC_LEAKS].value);
}

/* The worst first. */
static void show_problems(const struct metrics *metrics)
{
	const char *separator = "";

	for (int status = PLUGIN_CRITICAL; status > PLUGIN_OK; status--) {
		for (int i = 0; i < METRICS_COUNT; i++) {
			if ((int)judge(metrics, i) != status ||
			    is_told(metrics, i, (enum plugin_status)status))
				continue;
			fputs(separator, stdout);
			describe(metrics, i, (enum plugin_status)status);
			separator = ", ";
		}
	}
	if (reason(metrics))
		printf(" (%s)", reason(metrics));
}

static enum plugin_status worst(const struct metrics *metrics)
{
	enum plugin_status status = PLUGIN_OK;

	for (int i = 0; i < METRICS_COUNT; i++) {
		enum plugin_status one = judge(metrics, i);

		if (one != PLUGIN_UNKNOWN && one > status)
			status = one;
	}
	return status == PLUGIN_OK && reason(metrics) ? PLUGIN_UNKNOWN : status;
}

void check_run(const struct options *options, const struct selection *selection)
{
	struct metrics metrics;
	enum plugin_status status;

	(void)selection;
	metrics_open(&metrics);
	set_thresholds(&metrics, options);
	if (!metrics_read(&metrics, options->value[OPTION_INPUT])) {
		say_status(PLUGIN_UNKNOWN);
		printf("%s\n", say_captured());
		return;
	}
	status = worst(&metrics);
	say_status(status);
	if (status == PLUGIN_OK)
		show_well(&metrics);
	else if (status == PLUGIN_UNKNOWN)
		fputs(reason(&metrics), stdout);
	else
		show_problems(&metrics);
	show_perfdata(&metrics);
}
