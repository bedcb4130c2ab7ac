/* SPDX-License-Identifier: GPL-2.0 */
/* A verb: what the tool can be asked for. */
#ifndef TOOLS_VERB_H
#define TOOLS_VERB_H

#include "columns.h"
#include "output.h"

struct options {
	const struct verb *verb;
	enum output_format format;
	bool headings;
	bool help;
	const char *columns;	/* --output's list, or NULL */
	const char *input;	/* --input's folder, or NULL */
};

struct verb {
	const char *name;
	const char *help;
	const struct layout *layout;
	/* Reports what goes wrong by itself, through say.h. */
	void (*run)(const struct options *options, const struct selection *selection);
};

/* All of them, the default one first; the last one has no name. */
extern const struct verb verbs[];

/* The verb of that name; without a name, the default one. NULL: there is none. */
const struct verb *verb_find(const char *name);

/* For a file that is shown line by line: run() of most verbs. */
void records_run(const struct options *options, const struct selection *selection);

/* The one that isn't: its lines are of many kinds. */
void stats_run(const struct options *options, const struct selection *selection);

extern const struct layout stats_layout;
extern const struct layout flows_layout;
extern const struct layout transitions_layout;
extern const struct layout durations_layout;
extern const struct layout witness_layout;
extern const struct layout listeners_layout;
extern const struct layout namespaces_layout;

#endif
