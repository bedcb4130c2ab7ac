// SPDX-License-Identifier: GPL-2.0
/* A file's lines, one at a time, out of a buffer of fixed size. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "lines.h"
#include "say.h"

/* Also the longest line that is read; the longest that the module writes is below 1 KiB. */
#define LINES_BUFFER 65536

void lines_open(struct lines *lines, int fd, const char *path)
{
	*lines = (struct lines){ .path = path, .fd = fd, .buffer = alloc(LINES_BUFFER) };
}

void lines_close(struct lines *lines)
{
	close(lines->fd);
	free(lines->buffer);
}

static void fill(struct lines *lines)
{
	ssize_t got;

	memmove(lines->buffer, lines->buffer + lines->start, lines->end - lines->start);
	lines->end -= lines->start;
	lines->start = 0;
	do {
		got = read(lines->fd, lines->buffer + lines->end, LINES_BUFFER - lines->end);
	} while (got < 0 && errno == EINTR);
	if (got < 0) {
		lines->unread = true;
		lines->bad = true;
		say_error("cannot read %s: %s", lines->path, strerror(errno));
	}
	if (got <= 0)
		lines->ended = true;
	else
		lines->end += (size_t)got;
}

/* The last bytes of a file that doesn't end with a line end; they may be half a number. */
static void report_rest(struct lines *lines)
{
	if (lines->end == lines->start || lines->skipping || lines->unread)
		return;
	lines->bad = true;
	say_bad_line(lines->path, lines->number + 1,
		     "truncated: expected a line end after the last line");
}

static bool acceptable(struct lines *lines, const char *line, size_t length)
{
	if (memchr(line, '\0', length))
		say_bad_line(lines->path, lines->number, "expected text, found a NUL byte");
	else if (!length)
		say_bad_line(lines->path, lines->number, "expected a record, found an empty line");
	else
		return true;
	lines->bad = true;
	return false;
}

char *lines_next(struct lines *lines)
{
	for (;;) {
		char *line = lines->buffer + lines->start;
		char *end = memchr(line, '\n', lines->end - lines->start);

		if (end) {
			size_t length = (size_t)(end - line);

			*end = '\0';
			lines->start += length + 1;
			lines->number++;
			if (!lines->skipping && acceptable(lines, line, length))
				return line;
			lines->skipping = false;
			continue;
		}
		if (lines->ended) {
			report_rest(lines);
			return NULL;
		}
		if (lines->end - lines->start == LINES_BUFFER) {
			if (!lines->skipping)
				say_bad_line(lines->path, lines->number + 1,
					     "expected a line shorter than %d bytes", LINES_BUFFER);
			lines->bad = true;
			lines->skipping = true;
			lines->start = lines->end;
		}
		fill(lines);
	}
}
