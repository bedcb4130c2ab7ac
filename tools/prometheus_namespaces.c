// SPDX-License-Identifier: GPL-2.0
/* The file namespaces, for Prometheus: all network namespaces together, this one among them. */
#include "columns.h"
#include "exposition.h"
#include "namespaces.h"
#include "prometheus.h"

static const struct {
	enum namespace_column column;
	const char *name, *help;
} families[] = {
	{ NAMESPACE_LEAKED, "tcpfsm_namespaces_close_wait_leaked",
	  "Endpoints leaked in CLOSE_WAIT, in all network namespaces." },
	{ NAMESPACE_ANOMALIES, "tcpfsm_namespaces_anomalies",
	  "Anomalies that hold now, in all network namespaces." },
	{ NAMESPACE_FLOWS, "tcpfsm_namespaces_flows", "Flows tracked, in all network namespaces." },
};

bool prometheus_namespaces(FILE *to, const char *input)
{
	struct namespaces_sums sums;

	if (!namespaces_add_up(input, &sums))
		return false;
	exposition_family(to, "tcpfsm_namespaces", "gauge", "Network namespaces that are observed.");
	exposition_number(to, "tcpfsm_namespaces", NO_LABELS, sums.count);
	exposition_family(to, "tcpfsm_namespaces_endpoints", "gauge",
			  "Local endpoints by state, in all network namespaces.");
	for (int i = 0; i < TCPFSM_NR_STATES; i++)
		exposition_number(to, "tcpfsm_namespaces_endpoints", LABELS("state", states_names[i]),
				  sums.columns[NAMESPACE_BY_STATE + i]);
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		exposition_family(to, families[i].name, "gauge", families[i].help);
		exposition_number(to, families[i].name, NO_LABELS, sums.columns[families[i].column]);
	}
	return true;
}
