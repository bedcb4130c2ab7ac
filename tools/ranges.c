// SPDX-License-Identifier: GPL-2.0
/* Ranges, as the monitoring plugins write them: 10, 10:, ~:10, 10:20, @10:20. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "ranges.h"

/* So many digits are a number that fits. */
#define DIGITS_MAX 18

static bool take_number(const char **text, unsigned long long *number)
{
	size_t digits = strspn(*text, "0123456789");

	if (!digits || digits > DIGITS_MAX)
		return false;
	*number = strtoull(*text, NULL, 10);
	*text += digits;
	return true;
}

bool ranges_parse(struct range *range, const char *text)
{
	*range = (struct range){ .text = text, .end = ULLONG_MAX };
	if (!*text)
		return true;
	range->inside = *text == '@';
	text += range->inside;
	if (!strcmp(text, ":"))
		return false;
	/* Counts are never negative: minus infinity is 0. */
	if (*text == '~')
		text++;
	else if (*text != ':' && !take_number(&text, &range->start))
		return false;
	if (!*text && text[-1] != '~') {
		range->end = range->start;
		range->start = 0;
		return true;
	}
	if (*text++ != ':')
		return false;
	if (*text && !take_number(&text, &range->end))
		return false;
	return !*text && range->start <= range->end;
}

bool ranges_alert(const struct range *range, unsigned long long value)
{
	if (!range->text || !*range->text)
		return false;
	return (value >= range->start && value <= range->end) == range->inside;
}

bool ranges_alert_above(const struct range *range, unsigned long long value)
{
	return ranges_alert(range, value) &&
	       (range->inside ? range->end == ULLONG_MAX : value > range->end);
}
