/* SPDX-License-Identifier: GPL-2.0 */
/* A file's lines, one at a time, out of a buffer of fixed size. */
#ifndef TOOLS_LINES_H
#define TOOLS_LINES_H

#include <stdbool.h>
#include <stddef.h>

struct lines {
	const char *path;	/* for messages */
	unsigned long number;	/* of the line that lines_next() gave last; the first is 1 */
	int fd;
	bool ended;
	bool skipping;		/* inside a line that is too long */
	bool unread;		/* read() has failed; reported */
	bool bad;		/* the file could not be read, or has had a bad line; reported */
	size_t start, end;	/* what is in the buffer and not yet given */
	char *buffer;
};

/* Takes over fd. */
void lines_open(struct lines *lines, int fd, const char *path);

/*
 * The next good line, without its line end; it may be written to, and is valid until the
 * next call. NULL at the end. Lines that cannot be one are reported and passed over.
 */
char *lines_next(struct lines *lines);

void lines_close(struct lines *lines);

#endif
