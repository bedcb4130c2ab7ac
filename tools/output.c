// SPDX-License-Identifier: GPL-2.0
/*
 * Rows out, as a table, pairs or JSON, in bounded memory.
 *
 * libsmartcols lays out the tables. It keeps every line until it is printed, at about 1 KiB a
 * line, and takes 4 us to print one; a file may have a million. So the widths that it finds for
 * the first rows then hold for the rest, which is padded and printed here, a row at a time; a
 * longer value widens its column from its row on. A table of no more rows than that is
 * libsmartcols' alone. Pairs and JSON don't depend on other rows: they are printed at once.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <libsmartcols.h>

#include "alloc.h"
#include "json.h"
#include "output.h"
#include "terminal.h"

/* So many rows are libsmartcols'. */
#define BATCH 1000

static const struct column *shown(const struct output *output, size_t i)
{
	return &output->layout->columns[output->selection->index[i]];
}

static void colour(struct libscols_cell *cell, enum style style)
{
	if (style != STYLE_PLAIN && scols_cell_set_color(cell, style_sequences[style]))
		alloc_failed();
}

static void add_column(struct output *output, const struct column *column)
{
	int flags = columns_is_number(column) ? SCOLS_FL_RIGHT : 0;
	struct libscols_column *made;
	char name[COLUMNS_NAME_MAX];

	columns_name(column, name);
	made = scols_table_new_column(output->table, name, 0, flags);
	if (!made)
		alloc_failed();
	colour(scols_column_get_header(made), STYLE_BOLD);
}

void output_open(struct output *output, enum output_format format, bool headings,
		 const struct layout *layout, const struct selection *selection)
{
	*output = (struct output){ .format = format, .layout = layout, .selection = selection };
	if (format != OUTPUT_TABLE)
		return;
	output->table = scols_new_table();
	if (!output->table)
		alloc_failed();
	output->colours = terminal_colours();
	scols_table_enable_colors(output->table, output->colours);
	scols_table_enable_noheadings(output->table, !headings);
	/* Cells are printable; of systemd's foo\x2dbar libsmartcols would make foo\x5cx2dbar. */
	scols_table_enable_noencoding(output->table, true);
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
	if (output->pending && scols_print_table(output->table))
		alloc_failed();
}

static void add_cell(struct output *output, struct libscols_line *line, size_t i, const char *cell)
{
	if (scols_line_set_data(line, i, cell))
		alloc_failed();
	if (output->colours)
		colour(scols_line_get_cell(line, i), columns_style(shown(output, i), cell));
}

static void add_to_batch(struct output *output, const char *const cells[COLUMNS_MAX])
{
	struct libscols_line *line = scols_table_new_line(output->table, NULL);

	if (!line)
		alloc_failed();
	for (size_t i = 0; i < output->selection->count; i++)
		add_cell(output, line, i, cells[output->selection->index[i]]);
	output->pending++;
}

static void print_cell(const struct output *output, size_t i, const char *cell)
{
	enum style style = output->colours ? columns_style(shown(output, i), cell) : STYLE_PLAIN;

	if (style != STYLE_PLAIN)
		fputs_unlocked(style_sequences[style], stdout);
	fputs_unlocked(cell, stdout);
	if (style != STYLE_PLAIN)
		fputs_unlocked(style_sequences[STYLE_PLAIN], stdout);
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
		print_cell(output, i, cell);
		if (i + 1 < output->selection->count)
			for (; padding; padding--)
				putchar_unlocked(' ');
	}
	putchar_unlocked('\n');
}

/* Quoted as a shell would have it: what it would expand becomes a number. */
static void print_pairs(const struct output *output, const char *const cells[COLUMNS_MAX])
{
	for (size_t i = 0; i < output->selection->count; i++) {
		const char *cell = cells[output->selection->index[i]] ? : "";
		const char *key = shown(output, i)->key;

		if (i)
			putchar_unlocked(' ');
		for (; *key; key++)
			putchar_unlocked(toupper((unsigned char)*key));
		putchar_unlocked('=');
		putchar_unlocked('"');
		for (; *cell; cell++) {
			if (strchr("\"\\`$", *cell))
				printf("\\x%02x", *cell);
			else
				putchar_unlocked(*cell);
		}
		putchar_unlocked('"');
	}
	putchar_unlocked('\n');
}

static void print_json(const struct output *output, const char *const cells[COLUMNS_MAX])
{
	json_open(output->key, '{');
	for (size_t i = 0; i < output->selection->count; i++) {
		const struct column *column = shown(output, i);
		const char *cell = cells[output->selection->index[i]];

		if (!cell)
			json_null(column->key);
		else if (columns_is_number(column))
			json_number(column->key, cell);
		else
			json_text(column->key, cell);
	}
	json_close('}');
}

void output_row(struct output *output, const char *const cells[COLUMNS_MAX])
{
	if (output->format == OUTPUT_JSON) {
		print_json(output, cells);
	} else if (output->format == OUTPUT_PAIRS) {
		print_pairs(output, cells);
	} else if (!output->table) {
		print_row(output, cells);
	} else {
		add_to_batch(output, cells);
		if (output->pending == BATCH) {
			print_batch(output);
			fix_widths(output);
		}
	}
}

void output_close(struct output *output)
{
	if (!output->table)
		return;
	print_batch(output);
	scols_unref_table(output->table);
	output->table = NULL;
}
