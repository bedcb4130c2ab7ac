// SPDX-License-Identifier: GPL-2.0
/* Files whose lines are all of one kind: a row for each, as it is read. */
#include "json.h"
#include "record.h"
#include "source.h"
#include "verb.h"

static void copy_rows(const struct layout *layout, struct lines *lines, struct output *output)
{
	const char *cells[COLUMNS_MAX];
	char *line;

	while (!ferror(stdout) && (line = lines_next(lines)))
		if (record_split(layout, lines, line, cells))
			output_row(output, cells);
}

void records_run(const struct options *options, const struct selection *selection)
{
	const struct layout *layout = options->verb->layout;
	bool json = options->format == OUTPUT_JSON;
	char path[SOURCE_PATH_MAX];
	struct output output;
	struct lines lines;

	if (!source_open(options->input, layout->file, path, &lines))
		return;
	if (json) {
		json_open(NULL, '{');
		json_open(options->verb->name, '[');
	}
	output_open(&output, options->format, options->headings, layout, selection);
	copy_rows(layout, &lines, &output);
	output_close(&output);
	if (json) {
		json_close(']');
		json_close('}');
	}
	lines_close(&lines);
}
