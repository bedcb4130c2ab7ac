/* SPDX-License-Identifier: GPL-2.0 */
/* A verb: what the tool can be asked for. */
#ifndef TOOLS_VERB_H
#define TOOLS_VERB_H

#include "columns.h"
#include "options.h"
#include "output.h"

struct verb {
	const char *name;
	const char *help;
	const struct layout *layout;	/* NULL: it shows no table */
	unsigned long accepts;		/* OPTION_BIT() of each option it has, besides the general ones */
	const char *argument;		/* the name of the argument that it needs, or NULL */
	bool plugin;			/* has the monitoring plugins' conventions */
	void (*explain)(FILE *to);	/* what its help says besides, or NULL */

	/* Does it. Reports what goes wrong by itself, through say.h. */
	void (*run)(const struct options *options, const struct selection *selection);

	/* Of those that show a file line by line; each may be NULL. */
	struct {
		/* Before the file is opened: looks at the options. */
		void (*begin)(const struct options *options, const struct selection *selection);
		/* Is the line one of this layout? */
		bool (*wants)(const char *line);
		/* Shall the row be shown? Fills its made columns; what it puts there is
		 * valid until the next call.
		 */
		bool (*row)(const char *cells[COLUMNS_MAX]);
	} records;
};

/* All of them, the default one first; the last one has no name. */
extern const struct verb verbs[];

/* The verb of that name; without a name, the default one. NULL: there is none. */
const struct verb *verb_find(const char *name);

/* For a file that is shown line by line: run() of most verbs. */
void records_run(const struct options *options, const struct selection *selection);

void stats_run(const struct options *options, const struct selection *selection);
void leaks_run(const struct options *options, const struct selection *selection);
void check_run(const struct options *options, const struct selection *selection);
void prometheus_run(const struct options *options, const struct selection *selection);
void watch_run(const struct options *options, const struct selection *selection);
void diagram_run(const struct options *options, const struct selection *selection);
void save_run(const struct options *options, const struct selection *selection);

extern const struct layout stats_layout;
extern const struct layout flows_layout;
extern const struct layout transitions_layout;
extern const struct layout durations_layout;
extern const struct layout witness_layout;
extern const struct layout listeners_layout;
extern const struct layout namespaces_layout;
extern const struct layout leaks_layout;
extern const struct layout ports_layout;

/* Hooks of single verbs: see struct verb. */
bool ports_row(const char *cells[COLUMNS_MAX]);
void namespaces_begin(const struct options *options, const struct selection *selection);
bool namespaces_row(const char *cells[COLUMNS_MAX]);
void flows_begin(const struct options *options, const struct selection *selection);
bool flows_row(const char *cells[COLUMNS_MAX]);

#endif
