/* SPDX-License-Identifier: GPL-2.0 */
/* A verb's rows on their way out: with JSON's frame, and in the order that --sort asks for. */
#ifndef TOOLS_SHOW_H
#define TOOLS_SHOW_H

#include "rows.h"
#include "verb.h"

struct show {
	const struct options *options;
	struct output output;
	struct rows rows;	/* those that wait to be sorted */
	const struct selection *selection;
};

void show_begin(struct show *show, const struct options *options,
		const struct selection *selection);
void show_row(struct show *show, const char *const cells[COLUMNS_MAX]);
void show_end(struct show *show);

#endif
