/* SPDX-License-Identifier: GPL-2.0 */
/* Ranges, as the monitoring plugins write them: 10, 10:, ~:10, 10:20, @10:20. */
#ifndef TOOLS_RANGES_H
#define TOOLS_RANGES_H

#include <stdbool.h>

struct range {
	const char *text;	/* NULL or empty: there is none */
	bool inside;		/* @: alert inside of it, not outside */
	unsigned long long start, end;	/* start > end: no whole number is inside */
};

/* The text must stay. False: it is no range. */
bool ranges_parse(struct range *range, const char *text);

/* Does the value raise an alert? */
bool ranges_alert(const struct range *range, unsigned long long value);

/* Would every greater value raise one, too? */
bool ranges_alert_above(const struct range *range, unsigned long long value);

#endif
