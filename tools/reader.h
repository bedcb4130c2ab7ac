/* SPDX-License-Identifier: GPL-2.0 */
/* A file's records, one at a time. */
#ifndef TOOLS_READER_H
#define TOOLS_READER_H

#include "rows.h"
#include "source.h"

struct reader {
	const struct layout *layout;
	bool (*wants)(const char *line);
	struct lines lines;
	char path[SOURCE_PATH_MAX];
};

/*
 * Opens the layout's file, of the folder `input` or of the module where that is NULL. wants:
 * which lines are of this layout; NULL: all. False: it cannot be opened, which is reported.
 */
bool reader_open(struct reader *reader, const char *input, const struct layout *layout,
		 bool (*wants)(const char *line));

/*
 * The next good record; its cells are valid until the next call. False: there is none, or
 * nobody can read it any more, since stdout has failed.
 */
bool reader_next(struct reader *reader, const char *cells[COLUMNS_MAX]);

/* False: not all that was read could be, or a line was bad; that has been reported. */
bool reader_close(struct reader *reader);

/*
 * All of the file's good records, as rows, which are to be closed in any case. False: it cannot
 * be opened, or reader_close() says so.
 */
bool reader_rows(struct rows *rows, const char *input, const struct layout *layout);

#endif
