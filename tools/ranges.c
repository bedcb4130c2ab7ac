// SPDX-License-Identifier: GPL-2.0
/* Ranges, as the monitoring plugins write them: 10, 10:, ~:10, 10:20, @10:20. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "ranges.h"

#define DIGITS "0123456789"

/* So many digits are a number that fits. */
#define DIGITS_MAX 18
#define DECIMALS_MAX 9

struct number {
	unsigned long long whole;
	unsigned long billionths;
};

static bool take_number(const char **text, struct number *number)
{
	size_t digits = strspn(*text, DIGITS);

	if (!digits || digits > DIGITS_MAX)
		return false;
	*number = (struct number){ .whole = strtoull(*text, NULL, 10) };
	*text += digits;
	if (**text != '.')
		return true;
	++*text;
	digits = strspn(*text, DIGITS);
	if (!digits || digits > DECIMALS_MAX)
		return false;
	number->billionths = strtoul(*text, NULL, 10);
	*text += digits;
	for (; digits < DECIMALS_MAX; digits++)
		number->billionths *= 10;
	return true;
}

static bool in_order(const struct number *a, const struct number *b)
{
	return a->whole < b->whole || (a->whole == b->whole && a->billionths <= b->billionths);
}

/* All values are whole: the least and the greatest of these that are in the range. */
static void set_ends(struct range *range, const struct number *start, const struct number *end)
{
	range->start = start->whole + !!start->billionths;
	range->end = end->whole;
}

bool ranges_parse(struct range *range, const char *text)
{
	struct number start = { 0 }, end = { .whole = ULLONG_MAX };

	*range = (struct range){ .text = text };
	if (!*text)
		return true;
	range->inside = *text == '@';
	text += range->inside;
	if (!strcmp(text, ":"))
		return false;
	/* Counts are never negative: minus infinity is 0. */
	if (*text == '~')
		text++;
	else if (*text != ':' && !take_number(&text, &start))
		return false;
	if (!*text && text[-1] != '~') {
		set_ends(range, &(struct number){ 0 }, &start);
		return true;
	}
	if (*text++ != ':')
		return false;
	if (*text && !take_number(&text, &end))
		return false;
	set_ends(range, &start, &end);
	return !*text && in_order(&start, &end);
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
