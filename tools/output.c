// SPDX-License-Identifier: GPL-2.0
/*
 * Rows out, as a table, pairs or JSON, in bounded memory.
 *
 * libsmartcols keeps every line of a table until it is printed, at about 1 KiB a line, and
 * takes 4 us to print one. A file may have a million. So rows are given to it in batches.
 * Pairs and JSON don't depend on other rows: each batch is a table of its own. A table's
 * widths do: those that libsmartcols found for the first batch then hold for the rest, which
 * is padded and printed here, a row at a time; a longer value widens its column from its row
 * on. A file of no more lines than a batch is libsmartcols' alone.
 */
#include <stdio.h>
#include <string.h>

#include <libsmartcols.h>

#include "alloc.h"
#include "json.h"
#include "output.h"

#define BATCH 1000

static const struct column *shown(const struct output *output, size_t i)
{
	return &output->layout->columns[output->selection->index[i]];
}

static void add_column(struct output *output, const struct column *column)
{
	bool number = columns_is_number(column);
	char name[COLUMNS_NAME_MAX];
	struct libscols_column *made;

	columns_name(column, name);
	made = scols_table_new_column(output->table, name, 0, number ? SCOLS_FL_RIGHT : 0);
	if (!made)
		alloc_failed();
	scols_column_set_json_type(made, number ? SCOLS_JSON_NUMBER : SCOLS_JSON_STRING);
}

void output_open(struct output *output, enum output_format format, bool headings,
		 const struct layout *layout, const struct selection *selection)
{
	*output = (struct output){
		.format = format,
		.layout = layout,
		.selection = selection,
		.table = scols_new_table(),
	};
	if (!output->table || scols_table_set_name(output->table, layout->file))
		alloc_failed();
	scols_table_enable_noheadings(output->table, !headings);
	scols_table_enable_json(output->table, format == OUTPUT_JSON);
	scols_table_enable_export(output->table, format == OUTPUT_PAIRS);
	for (size_t i = 0; i < selection->count; i++)
		add_column(output, shown(output, i));
}

static void fix_widths(struct output *output)
{
	for (size_t i = 0; i < output->selection->count; i++) {
		struct libscols_column *column = scols_table_get_column(output->table, i);

		output->width[i] = (int)scols_column_get_width(column);
	}
	scols_unref_table(output->table);
	output->table = NULL;
}

static void print_batch(struct output *output)
{
	if (!output->pending)
		return;
	if (output->format == OUTPUT_JSON)
		json_rows(output->key, output->table);
	else if (scols_print_table(output->table))
		alloc_failed();
	scols_table_remove_lines(output->table);
	output->pending = 0;
}

static void add_to_batch(struct output *output, const char *const cells[COLUMNS_MAX])
{
	struct libscols_line *line = scols_table_new_line(output->table, NULL);

	if (!line)
		alloc_failed();
	for (size_t i = 0; i < output->selection->count; i++)
		if (scols_line_set_data(line, i, cells[output->selection->index[i]]))
			alloc_failed();
	output->pending++;
}

static void print_row(struct output *output, const char *const cells[COLUMNS_MAX])
{
	for (size_t i = 0; i < output->selection->count; i++) {
		const char *cell = cells[output->selection->index[i]] ? : "";
		int length = (int)strlen(cell);
		int padding;

		if (length > output->width[i])
			output->width[i] = length;
		padding = output->width[i] - length;
		if (i)
			putchar_unlocked(' ');
		if (columns_is_number(shown(output, i)))
			for (; padding; padding--)
				putchar_unlocked(' ');
		fputs_unlocked(cell, stdout);
		if (i + 1 < output->selection->count)
			for (; padding; padding--)
				putchar_unlocked(' ');
	}
	putchar_unlocked('\n');
}

void output_row(struct output *output, const char *const cells[COLUMNS_MAX])
{
	if (!output->table) {
		print_row(output, cells);
		return;
	}
	add_to_batch(output, cells);
	if (output->pending < BATCH)
		return;
	print_batch(output);
	if (output->format == OUTPUT_TABLE)
		fix_widths(output);
}

void output_close(struct output *output)
{
	if (!output->table)
		return;
	print_batch(output);
	scols_unref_table(output->table);
	output->table = NULL;
}
