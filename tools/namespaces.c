// SPDX-License-Identifier: GPL-2.0
/* The file namespaces. */
#include "names.h"
#include "verb.h"

#define OF_STATE(name, ...) { #name, COLUMN_COUNT, "endpoints in " #name },

static const struct column columns[] = {
	{ "netns", COLUMN_COUNT, "the network namespace, as lsns -t net prints it" },
	TCPFSM_STATES(OF_STATE)
	{ "close_wait_leaked", COLUMN_COUNT, "in CLOSE_WAIT for too long", STYLE_BAD },
	{ "anomalies", COLUMN_COUNT, "anomalies that hold now", STYLE_WARN },
	{ "flows", COLUMN_COUNT, "flows tracked" },
	{ "name", COLUMN_TEXT, "as ip netns has it, or a process there; not with --input" },
};

#define NETNS 0
#define NAME (ARRAY_SIZE(columns) - 1)

/* What fits into 80 columns. */
const struct layout namespaces_layout = {
	.file = "namespaces",
	.columns = columns,
	.count = ARRAY_SIZE(columns),
	.words = 1,
	.made = 1,
	.defaults = "netns,established,close_wait,time_wait,close_wait_leaked,anomalies,flows,name",
};

static struct names names;

void namespaces_begin(const struct options *options, const struct selection *selection)
{
	if (!options_have(options, OPTION_INPUT) && columns_selected(selection, NAME))
		names_add_namespaces(&names);
}

bool namespaces_row(const char *cells[COLUMNS_MAX])
{
	cells[NAME] = names_find(&names, cells[NETNS]);
	return true;
}
