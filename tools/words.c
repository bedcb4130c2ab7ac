// SPDX-License-Identifier: GPL-2.0
/* Times in words. */
#include <stdio.h>
#include <string.h>

#include "words.h"

#define SECOND 1000ULL
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

void words_time(unsigned long long ms, char text[WORDS_MAX])
{
	unsigned long long small;

	if (ms < MINUTE) {
		snprintf(text, WORDS_MAX, "%llu s", ms / SECOND);
	} else if (ms < HOUR) {
		snprintf(text, WORDS_MAX, "%llu min", ms / MINUTE);
	} else if (ms < DAY) {
		small = ms % HOUR / MINUTE;
		snprintf(text, WORDS_MAX, small ? "%llu h %llu min" : "%llu h", ms / HOUR, small);
	} else {
		small = ms % DAY / HOUR;
		snprintf(text, WORDS_MAX, small ? "%llu d %llu h" : "%llu d", ms / DAY, small);
	}
}

bool words_parse_time(const char *text, unsigned long long *ms)
{
	static const char units[] = "smhd";
	static const unsigned long long lengths[] = { SECOND, MINUTE, HOUR, DAY };
	/* A number of so many digits, in days, fits. */
	size_t digits = strspn(text, "0123456789");
	const char *unit = text[digits] ? strchr(units, text[digits]) : units;

	if (!digits || digits > 9 || !unit || (text[digits] && text[digits + 1]))
		return false;
	if (sscanf(text, "%llu", ms) != 1)
		return false;
	*ms *= lengths[unit - units];
	return true;
}
