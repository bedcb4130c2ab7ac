// SPDX-License-Identifier: GPL-2.0
/* The file stats, for Prometheus. */
#include <string.h>

#include "exposition.h"
#include "prometheus.h"
#include "stats_file.h"

/*
 * The keys that are not a state's, each a sample; those of one family stand together. CLOSE_WAIT's count is
 * left out: it is the state's local gauge.
 */
static const struct sample {
	enum section section;
	const char *key;
	const char *name, *type, *help;
	const char *label, *value;	/* NULL: it has none */
	bool ms;
} samples[] = {
#define GAUGE(section, key, name, help) \
	{ SECTION_##section, #key, "tcpfsm_" #name, "gauge", help, NULL, NULL, false }
#define SECONDS(section, key, name, help) \
	{ SECTION_##section, #key, "tcpfsm_" #name, "gauge", help, NULL, NULL, true }
#define COUNTER(section, key, name, help) \
	{ SECTION_##section, #key, "tcpfsm_" #name, "counter", help, NULL, NULL, false }
#define AT_MOST(time) \
	{ SECTION_CLOSE_WAIT, "le_" #time, "tcpfsm_close_wait_endpoints", "gauge", \
	  "Local endpoints in CLOSE_WAIT for that time at most.", "at_most", #time, false }
#define TIME_WAIT(event) \
	{ SECTION_TIME_WAIT, #event, "tcpfsm_time_wait_events_total", "counter", \
	  "TIME_WAITs that began, and how they ended.", "event", #event, false }
	SECONDS(VERSION, loaded_ms, loaded_seconds, "Since the module was loaded."),
	AT_MOST(1m),
	AT_MOST(5m),
	AT_MOST(1h),
	AT_MOST(1d),
	GAUGE(CLOSE_WAIT, leaked, close_wait_leaked, "Local endpoints in CLOSE_WAIT for so long that it is a leak."),
	GAUGE(CLOSE_WAIT, unaccepted, close_wait_unaccepted, "Local endpoints in CLOSE_WAIT that no process has accepted."),
	SECONDS(CLOSE_WAIT, oldest_ms, close_wait_oldest_seconds, "Time in CLOSE_WAIT of the oldest endpoint."),
	COUNTER(CLOSE_WAIT, syn_collisions, close_wait_syn_collisions_total, "SYNs that came for a tuple still in CLOSE_WAIT."),
	COUNTER(CLOSE_WAIT, unaged, close_wait_unaged_total, "Ages of CLOSE_WAITs not kept, for memory was short."),
	TIME_WAIT(created),
	TIME_WAIT(expired),
	TIME_WAIT(reused),
	TIME_WAIT(reopened),
	TIME_WAIT(assassinated),
	TIME_WAIT(overflowed),
	GAUGE(PORTS, destinations, ports_destinations, "Destinations with connections opened here."),
	GAUGE(PORTS, pressured, ports_pressured, "Destinations under port pressure."),
	GAUGE(PORTS, worst_used, ports_worst_used, "Local ports in use towards the worst destination."),
	GAUGE(PORTS, worst_available, ports_worst_available, "Local ports that there are towards it."),
	COUNTER(PORTS, untracked_destinations, destinations_untracked_total, "Destinations not tracked, for want of room or memory."),
	COUNTER(PORTS, untracked_listeners, listeners_untracked_total, "Listening addresses not tracked, for want of room or memory."),
	GAUGE(ANOMALIES, current, anomalies_current, "Anomalies that hold now, of all kinds."),
	COUNTER(ANOMALIES, begun, anomalies_begun_total, "Anomalies that have begun."),
	COUNTER(ANOMALIES, ended, anomalies_ended_total, "Anomalies that have ended."),
	GAUGE(ANOMALIES, generation, anomalies_generation, "Another number whenever the file anomalies is another."),
	GAUGE(ANOMALIES, ungrouped, anomalies_ungrouped, "Leaks in no line of the file anomalies, for want of room or memory."),
	GAUGE(FLOWS, current, flows, "Tracked flows."),
	GAUGE(FLOWS, max, flows_max, "Tracked flows at most, in all namespaces together."),
	COUNTER(FLOWS, untracked, flows_untracked_total, "Failed attempts to track a flow, for want of room or memory; a flow may make many."),
	COUNTER(FLOWS, evicted, flows_evicted_total, "Flows given up for others."),
	COUNTER(FLOWS, expired, flows_expired_total, "Forwarded flows let go at their deadline."),
	COUNTER(SEGMENTS, seen, segments_seen_total, "TCP segments at the hooks."),
	COUNTER(SEGMENTS, stateless, segments_stateless_total, "Segments of no tracked flow."),
	COUNTER(SEGMENTS, malformed, segments_malformed_total, "Segments without a valid TCP header."),
	COUNTER(SEGMENTS, fragments, segments_fragments_total, "Fragments of TCP, which are not followed."),
	COUNTER(SEGMENTS, out_of_window, segments_out_of_window_total, "Segments that their receiver ignores."),
	GAUGE(WITNESS, exact, witness_exact, "1 while every local socket is tracked."),
	COUNTER(WITNESS, checked, witness_checked_total, "Looks at a local endpoint's socket."),
	COUNTER(WITNESS, agreed, witness_agreed_total, "Looks that found it where the wire has it."),
	COUNTER(WITNESS, early, witness_early_total, "Looks that found that it merely moved first."),
	COUNTER(WITNESS, corrected, witness_corrected_total, "Looks that found the wire wrong."),
};

static void print_states(FILE *to, const struct stats *stats)
{
	static const struct {
		enum stats_column column;
		const char *scope;
	} scopes[] = {
		{ STATS_LOCAL, "local" }, { STATS_REMOTE, "remote" }, { STATS_TRANSIT, "transit" },
	};

	exposition_family(to, "tcpfsm_endpoints", "gauge",
			  "Endpoints by state: sockets here, their other ends, forwarded flows'.");
	for (int i = 0; i < TCPFSM_NR_STATES; i++) {
		for (size_t scope = 0; scope < ARRAY_SIZE(scopes); scope++) {
			const char *cell = stats_cell(stats, i, scopes[scope].column);

			if (cell)
				exposition_text(to, "tcpfsm_endpoints",
						LABELS("state", states_names[i],
						       "scope", scopes[scope].scope), cell);
		}
	}
	exposition_family(to, "tcpfsm_state_entered_total", "counter",
			  "How often a local endpoint has entered the state.");
	for (int i = 0; i < TCPFSM_NR_STATES; i++)
		if (stats_cell(stats, i, STATS_ENTERED))
			exposition_text(to, "tcpfsm_state_entered_total",
					LABELS("state", states_names[i]),
					stats_cell(stats, i, STATS_ENTERED));
}

static void print_build(FILE *to, const struct stats *stats)
{
	const char *version = stats_key(stats, SECTION_VERSION, "module");
	const char *abi = stats_key(stats, SECTION_VERSION, "abi");
	const char *netns = stats_key(stats, SECTION_VERSION, "netns");

	exposition_family(to, "tcpfsm_build_info", "gauge",
			  "The loaded module's version, its files', and the network namespace.");
	exposition_number(to, "tcpfsm_build_info",
			  LABELS("version", version ? version : "", "abi", abi ? abi : "",
				 "netns", netns ? netns : ""), 1);
}

static void print_sample(FILE *to, const struct sample *sample, const char *cell)
{
	const char *const labels[] = { sample->label, sample->value, NULL };

	if (sample->ms)
		exposition_ms(to, sample->name, labels, cell);
	else
		exposition_text(to, sample->name, labels, cell);
}

static void print_sections(FILE *to, const struct stats *stats)
{
	const char *family = "";

	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		const struct sample *sample = &samples[i];
		const char *cell = stats_key(stats, sample->section, sample->key);

		if (!cell)
			continue;
		if (strcmp(family, sample->name))
			exposition_family(to, sample->name, sample->type, sample->help);
		family = sample->name;
		print_sample(to, sample, cell);
	}
}

bool prometheus_stats(FILE *to, const char *input)
{
	struct stats stats;
	bool whole;

	if (!stats_read(input, &stats))
		return false;
	whole = stats.whole;
	/* A state without a number would be one less in every sum. */
	if (whole) {
		print_build(to, &stats);
		print_states(to, &stats);
		print_sections(to, &stats);
	}
	stats_forget(&stats);
	return whole;
}
