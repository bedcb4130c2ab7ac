/* SPDX-License-Identifier: GPL-2.0 */
/* Where the module's files are. */
#ifndef TOOLS_SOURCE_H
#define TOOLS_SOURCE_H

#include "lines.h"

#define SOURCE_PATH_MAX 4096

/*
 * Opens a file of the folder `input`, or of the running kernel's module where that is NULL.
 * `path` keeps its name for as long as the lines are used. False: reported, with what to do.
 */
bool source_open(const char *input, const char *file, char path[SOURCE_PATH_MAX],
		 struct lines *lines);

#endif
