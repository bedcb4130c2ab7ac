// SPDX-License-Identifier: GPL-2.0
/* Rows that are kept, to be sorted. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "rows.h"

void rows_open(struct rows *rows, const struct layout *layout)
{
	*rows = (struct rows){ .layout = layout };
}

void rows_add(struct rows *rows, const char *const cells[COLUMNS_MAX])
{
	size_t count = rows->layout->count;
	size_t size = sizeof(struct row) + count * sizeof(cells[0]);
	struct row *row;
	char *text;

	for (size_t i = 0; i < count; i++)
		size += cells[i] ? strlen(cells[i]) + 1 : 0;
	row = alloc(size);
	text = (char *)&row->cells[count];
	for (size_t i = 0; i < count; i++) {
		row->cells[i] = cells[i] ? text : NULL;
		if (cells[i])
			text = stpcpy(text, cells[i]) + 1;
	}
	rows->row = alloc_room(rows->row, rows->count, &rows->room, sizeof(*rows->row));
	row->number = rows->count;
	rows->row[rows->count++] = row;
}

struct order {
	const struct column *column;
	size_t index;
	bool descending;
};

static int compare(const void *a, const void *b, void *context)
{
	const struct row *const *row_a = a, *const *row_b = b;
	const struct order *order = context;
	int result = columns_compare(order->column, (*row_a)->cells[order->index],
				     (*row_b)->cells[order->index]);

	if (!result)
		return (*row_a)->number < (*row_b)->number ? -1 : 1;
	return order->descending ? -result : result;
}

void rows_sort(struct rows *rows, size_t column, bool descending)
{
	struct order order = { &rows->layout->columns[column], column, descending };

	if (rows->count)
		qsort_r(rows->row, rows->count, sizeof(*rows->row), compare, &order);
}

void rows_close(struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		free(rows->row[i]);
	free(rows->row);
}
