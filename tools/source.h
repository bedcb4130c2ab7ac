/* SPDX-License-Identifier: GPL-2.0 */
/* Where the module's files are. */
#ifndef TOOLS_SOURCE_H
#define TOOLS_SOURCE_H

#include "lines.h"

#define SOURCE_PATH_MAX 4096

/*
 * Opens a file of the folder `input`, or of the running kernel's module where that is NULL.
 * `path` keeps its name. -1: reported, with what to do.
 */
int source_open_file(const char *input, const char *file, char path[SOURCE_PATH_MAX]);

/* The same, to be read by lines; `path` stays in use for as long as they are. */
bool source_open(const char *input, const char *file, char path[SOURCE_PATH_MAX],
		 struct lines *lines);

/* Is there a module, or a folder, to read from? False: reported. */
bool source_there(const char *input);

/* Is there such a file, and may this user read it? Report nothing. */
bool source_has(const char *input, const char *file);
bool source_readable(const char *input, const char *file);

#endif
