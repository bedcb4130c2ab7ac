// SPDX-License-Identifier: GPL-2.0
/* The file namespaces. */
#include "names.h"
#include "namespaces.h"
#include "verb.h"

#define OF_STATE(name, ...) \
	[NAMESPACE_BY_STATE + TCPFSM_##name] = { #name, COLUMN_COUNT, "endpoints in " #name },

static const struct column columns[NAMESPACE_COLUMNS] = {
	[NAMESPACE_NETNS] = { "netns", COLUMN_COUNT, "the network namespace, as lsns -t net prints it" },
	TCPFSM_STATES(OF_STATE)
	[NAMESPACE_LEAKED] = { "close_wait_leaked", COLUMN_COUNT, "in CLOSE_WAIT for too long", STYLE_BAD },
	[NAMESPACE_ANOMALIES] = { "anomalies", COLUMN_COUNT, "anomalies that hold now", STYLE_WARN },
	[NAMESPACE_FLOWS] = { "flows", COLUMN_COUNT, "flows tracked" },
	[NAMESPACE_NAME] = { "name", COLUMN_TEXT, "as ip netns has it, or a process there; not with --input" },
};

/* What fits into 80 columns. */
const struct layout namespaces_layout = {
	.file = "namespaces",
	.columns = columns,
	.count = NAMESPACE_COLUMNS,
	.words = 1,
	.made = 1,
	.defaults = "netns,established,close_wait,close_wait_leaked,anomalies,flows,name",
};

static struct names names;

void namespaces_begin(const struct options *options, const struct selection *selection)
{
	if (!options_have(options, OPTION_INPUT) && columns_needed(selection, NAMESPACE_NAME))
		names_add_namespaces(&names);
}

bool namespaces_row(const char *cells[COLUMNS_MAX])
{
	cells[NAMESPACE_NAME] = names_find(&names, cells[NAMESPACE_NETNS]);
	return true;
}
