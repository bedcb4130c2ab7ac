// SPDX-License-Identifier: GPL-2.0
/* A file's records, one at a time. */
#include "reader.h"
#include "record.h"

bool reader_open(struct reader *reader, const char *input, const struct layout *layout,
		 bool (*wants)(const char *line))
{
	reader->layout = layout;
	reader->wants = wants;
	return source_open(input, layout->file, reader->path, &reader->lines);
}

bool reader_next(struct reader *reader, const char *cells[COLUMNS_MAX])
{
	char *line;

	while (!ferror(stdout) && (line = lines_next(&reader->lines))) {
		if (reader->wants && !reader->wants(line))
			continue;
		if (record_split(reader->layout, &reader->lines, line, cells))
			return true;
	}
	return false;
}

bool reader_close(struct reader *reader)
{
	lines_close(&reader->lines);
	return !reader->lines.bad;
}

bool reader_rows(struct rows *rows, const char *input, const struct layout *layout)
{
	const char *cells[COLUMNS_MAX];
	struct reader reader;

	rows_open(rows, layout);
	if (!reader_open(&reader, input, layout, NULL))
		return false;
	while (reader_next(&reader, cells))
		rows_add(rows, cells);
	return reader_close(&reader);
}
