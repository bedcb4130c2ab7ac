/* SPDX-License-Identifier: GPL-2.0 */
/* Times in words. */
#ifndef TOOLS_WORDS_H
#define TOOLS_WORDS_H

#include <stdbool.h>

#define WORDS_MAX 32

/* "45 s", "13 min", "2 h 5 min", "3 d 4 h". */
void words_time(unsigned long long ms, char text[WORDS_MAX]);

/* "90", "90s", "5m", "2h", "1d": milliseconds. False: it is none of that. */
bool words_parse_time(const char *text, unsigned long long *ms);

#endif
