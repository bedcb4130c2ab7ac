/* SPDX-License-Identifier: GPL-2.0 */
/* The command line. */
#ifndef TOOLS_OPTIONS_H
#define TOOLS_OPTIONS_H

#include "verb.h"

/* Ends the program itself on --version, --help and a usage error. */
void options_parse(int argc, char **argv, struct options *options);

#endif
