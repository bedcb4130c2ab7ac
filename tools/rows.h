/* SPDX-License-Identifier: GPL-2.0 */
/* Rows that are kept, to be sorted. */
#ifndef TOOLS_ROWS_H
#define TOOLS_ROWS_H

#include "columns.h"

struct rows {
	const struct layout *layout;
	size_t count, room;
	struct row **row;
};

struct row {
	size_t number;			/* in the order of rows_add() */
	const char *cells[];		/* the layout's columns; the texts follow them */
};

void rows_open(struct rows *rows, const struct layout *layout);

/* Copies the cells. */
void rows_add(struct rows *rows, const char *const cells[COLUMNS_MAX]);

/* Rows that are equal there stay in their order. */
void rows_sort(struct rows *rows, size_t column, bool descending);
void rows_close(struct rows *rows);

#endif
