// SPDX-License-Identifier: GPL-2.0
/* Files whose lines are all of one kind, or of which one kind is shown: a row for each. */
#include "reader.h"
#include "show.h"

void records_run(const struct options *options, const struct selection *selection)
{
	const struct verb *verb = options->verb;
	const char *cells[COLUMNS_MAX];
	struct reader reader;
	struct show show;

	if (verb->records.begin)
		verb->records.begin(options, selection);
	if (!reader_open(&reader, options->value[OPTION_INPUT], verb->layout, verb->records.wants))
		return;
	show_begin(&show, options, selection);
	while (reader_next(&reader, cells))
		if (!verb->records.row || verb->records.row(cells))
			show_row(&show, cells);
	show_end(&show);
	reader_close(&reader);
}
