// SPDX-License-Identifier: GPL-2.0
/* The file anomalies, for Prometheus: how many of each kind, how many endpoints of each verdict. */

#include "anomalies.h"
#include "exposition.h"
#include "ports.h"
#include "prometheus.h"
#include "record.h"
#include "source.h"
#include "verb.h"

/* The states whose next move is the peer's. */
static const enum tcpfsm_state peer_states[] = {
	TCPFSM_FIN_WAIT_1, TCPFSM_FIN_WAIT_2, TCPFSM_LAST_ACK,
};

struct sums {
	unsigned long long kinds[ANOMALIES_COUNT];
	unsigned long long verdicts[VERDICTS_COUNT];
	unsigned long long states[TCPFSM_NR_STATES];
	unsigned long long ports_percent;	/* of the worst destination's, that nobody can have */
};

static void add_leak(struct sums *sums, const char *const cells[COLUMNS_MAX])
{
	unsigned long long count = columns_number(cells[LEAK_COUNT]);
	int verdict = anomalies_verdict(cells[LEAK_VERDICT]);
	int kind = anomalies_kind(cells[LEAK_KIND]);

	sums->kinds[kind]++;
	if (kind == ANOMALY_CLOSE_WAIT_LEAK && verdict >= 0)
		sums->verdicts[verdict] += count;
	if (kind == ANOMALY_PEER_LEAK && cells[LEAK_STATE])
		sums->states[states_find(cells[LEAK_STATE])] += count;
}

static void add_ports(struct sums *sums, const char *const cells[COLUMNS_MAX])
{
	unsigned long long percent;

	sums->kinds[ANOMALY_PORT_PRESSURE]++;
	if (ports_percent_of(cells, &percent) && percent > sums->ports_percent)
		sums->ports_percent = percent;
}

/* Of both layouts at once: two readings would be of two times. */
static bool read_sums(struct sums *sums, const char *input)
{
	const char *cells[COLUMNS_MAX];
	char path[SOURCE_PATH_MAX];
	struct lines lines;
	char *line;

	if (!source_open(input, leaks_layout.file, path, &lines))
		return false;
	while ((line = lines_next(&lines))) {
		const bool port = anomalies_is_port(line);

		if (!port && !anomalies_is_leak(line))
			continue;
		if (!record_split(port ? &ports_layout : &leaks_layout, &lines, line, cells))
			continue;
		if (port)
			add_ports(sums, cells);
		else
			add_leak(sums, cells);
	}
	lines_close(&lines);
	return !lines.bad;
}

bool prometheus_anomalies(FILE *to, const char *input)
{
	struct sums sums = { 0 };
	char thousandths[32];

	if (!read_sums(&sums, input))
		return false;
	exposition_family(to, "tcpfsm_anomalies", "gauge", "Anomalies that hold now.");
	for (int i = 0; i < ANOMALIES_COUNT; i++)
		exposition_number(to, "tcpfsm_anomalies", LABELS("kind", anomalies_kinds[i]),
				  sums.kinds[i]);
	exposition_family(to, "tcpfsm_leaked_endpoints", "gauge",
			  "Endpoints leaked in CLOSE_WAIT, by the verdict on their group.");
	for (int i = 0; i < VERDICTS_COUNT; i++)
		exposition_number(to, "tcpfsm_leaked_endpoints",
				  LABELS("verdict", anomalies_verdicts[i]), sums.verdicts[i]);
	exposition_family(to, "tcpfsm_peer_leak_endpoints", "gauge",
			  "Endpoints that wait for too long for their peer.");
	for (size_t i = 0; i < ARRAY_SIZE(peer_states); i++)
		exposition_number(to, "tcpfsm_peer_leak_endpoints",
				  LABELS("state", states_names[peer_states[i]]),
				  sums.states[peer_states[i]]);
	exposition_family(to, "tcpfsm_ports_pressure_ratio", "gauge",
			  "Ports in use and not reusable, of those there are, towards the worst destination under pressure.");
	snprintf(thousandths, sizeof(thousandths), "%llu", 10 * sums.ports_percent);
	exposition_ms(to, "tcpfsm_ports_pressure_ratio", NO_LABELS, thousandths);
	return true;
}
