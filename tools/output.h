/* SPDX-License-Identifier: GPL-2.0 */
/* Rows out, as a table, pairs or JSON, in bounded memory. */
#ifndef TOOLS_OUTPUT_H
#define TOOLS_OUTPUT_H

#include "columns.h"

struct libscols_table;

enum output_format {
	OUTPUT_TABLE,
	OUTPUT_PAIRS,
	OUTPUT_JSON,
};

struct output {
	enum output_format format;
	const struct layout *layout;
	const struct selection *selection;
	const char *key;		/* in JSON, of a single row; else NULL */
	struct libscols_table *table;	/* rows not yet printed; else NULL */
	bool colours;
	size_t pending;
	int width[COLUMNS_MAX];
};

void output_open(struct output *output, enum output_format format, bool headings,
		 const struct layout *layout, const struct selection *selection);

/* cells[] as from record_split(): one for each of the layout's columns. */
void output_row(struct output *output, const char *const cells[COLUMNS_MAX]);
void output_close(struct output *output);

#endif
