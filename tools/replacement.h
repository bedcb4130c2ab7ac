/* SPDX-License-Identifier: GPL-2.0 */
/* A file that is written whole or not at all. */
#ifndef TOOLS_REPLACEMENT_H
#define TOOLS_REPLACEMENT_H

#include <stdbool.h>
#include <stdio.h>

struct replacement {
	FILE *to;		/* write there */
	char *path;
	char *beside;		/* where that is until it is whole; NULL: in place */
};

/*
 * Whoever reads the file meets either the old one or the new one, whole. What is no file, a device or a
 * pipe, is written to as it is. False: reported.
 */
bool replacement_begin(struct replacement *replacement, const char *path);

/* Puts it there, or reports why not. */
void replacement_end(struct replacement *replacement);

#endif
