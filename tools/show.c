// SPDX-License-Identifier: GPL-2.0
/* A verb's rows on their way out: with JSON's frame, and in the order that --sort asks for. */
#include "json.h"
#include "show.h"

static bool is_json(const struct show *show)
{
	return options_format(show->options) == OUTPUT_JSON;
}

void show_begin(struct show *show, const struct options *options,
		const struct selection *selection)
{
	const struct layout *layout = options->verb->layout;

	*show = (struct show){ .options = options, .selection = selection };
	rows_open(&show->rows, layout);
	if (is_json(show)) {
		json_open(NULL, '{');
		json_open(options->verb->name, '[');
	}
	output_open(&show->output, options_format(options),
		    !options_have(options, OPTION_NOHEADINGS), layout, selection);
}

void show_row(struct show *show, const char *const cells[COLUMNS_MAX])
{
	if (show->selection->sorted)
		rows_add(&show->rows, cells);
	else
		output_row(&show->output, cells);
}

void show_end(struct show *show)
{
	if (show->selection->sorted)
		rows_sort(&show->rows, show->selection->sort_column, show->selection->descending);
	for (size_t i = 0; i < show->rows.count; i++)
		output_row(&show->output, show->rows.row[i]->cells);
	output_close(&show->output);
	rows_close(&show->rows);
	if (is_json(show)) {
		json_close(']');
		json_close('}');
	}
}
