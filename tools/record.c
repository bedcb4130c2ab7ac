// SPDX-License-Identifier: GPL-2.0
/* Splits a line into the cells of its layout. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "record.h"
#include "say.h"
#include "states.h"

#define PORT_MAX "65535"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A decimal number, no larger than the limit, which is given as digits. */
static bool is_number(const char *text, const char *limit, size_t limit_length)
{
	size_t length;

	for (length = 0; is_digit(text[length]); length++)
		if (length == limit_length)
			return false;
	if (!length || text[length])
		return false;
	return length < limit_length || memcmp(text, limit, limit_length) <= 0;
}

/* The kernel's counters have 64 bits. */
static bool is_count(const char *text)
{
	static const char limit[] = "18446744073709551615";

	return is_number(text, limit, sizeof(limit) - 1);
}

/* Not a whole check: enough to tell an address from a word that slipped into its place. */
static bool is_address(const char *text)
{
	const char *port = strrchr(text, ':');

	if (!port || port == text)
		return false;
	/* An IPv6 address stands in brackets, an IPv4 address has no other colon. */
	if (*text == '[' ? port[-1] != ']' : strchr(text, ':') != port)
		return false;
	return is_number(port + 1, PORT_MAX, sizeof(PORT_MAX) - 1);
}

/* What a terminal shows as it is. */
static bool is_printable(const char *text)
{
	if (!*text)
		return false;
	for (; *text; text++)
		if (*text <= ' ' || *text > '~')
			return false;
	return true;
}

/* What was expected and isn't there; NULL: all is well. */
static const char *mistake(const struct column *column, const char *text)
{
	switch (column->type) {
	case COLUMN_COUNT:
		return is_count(text) ? NULL : "a decimal number";
	case COLUMN_INTEGER:
		return is_count(text + (*text == '-')) ? NULL : "a decimal number";
	case COLUMN_STATE:
		return states_find(text) >= 0 ? NULL : "a TCP state";
	case COLUMN_ADDRESS:
		if (!is_printable(text) || !is_address(text))
			return "an address and port";
		return NULL;
	case COLUMN_TEXT:
		return is_printable(text) ? NULL : "printable text";
	}
	return NULL;
}

static bool fits(const struct layout *layout, const struct lines *at, size_t column,
		 const char *text)
{
	const char *expected = mistake(&layout->columns[column], text);

	if (expected)
		say_bad_line(at->path, at->number, "%s: expected %s, found '%s'",
			     layout->columns[column].key, expected, say_quoted(text));
	return !expected;
}

/* Cuts the next word off the rest; sets *equals to its '=', or NULL. */
static char *next_word(char **rest, char **equals)
{
	char *word = *rest;
	char *at;

	*equals = NULL;
	for (at = word; *at && *at != ' '; at++)
		if (*at == '=' && !*equals)
			*equals = at;
	*rest = *at ? at + 1 : at;
	*at = '\0';
	return word;
}

/* Keys mostly come in the layout's order, so the search starts where the last one ended. */
static size_t find_key(const struct layout *layout, const char *key, size_t hint)
{
	size_t keys = layout->count - layout->words - layout->made;

	for (size_t i = 0; i < keys; i++) {
		size_t column = layout->words + (hint + i) % keys;

		if (!strcmp(layout->columns[column].key, key))
			return column;
	}
	return layout->count;
}

static bool split_words(const struct layout *layout, const struct lines *at, char **rest,
			const char *cells[COLUMNS_MAX])
{
	for (size_t column = 0; column < layout->words; column++) {
		char *equals;
		char *word = next_word(rest, &equals);

		if (!*word || equals) {
			say_bad_line(at->path, at->number,
				     "truncated: expected %zu words before the keys, found %zu",
				     layout->words, column);
			return false;
		}
		if (!fits(layout, at, column, word))
			return false;
		cells[column] = word;
	}
	return true;
}

static bool split_keys(const struct layout *layout, const struct lines *at, char *rest,
		       const char *cells[COLUMNS_MAX])
{
	size_t hint = 0;

	while (*rest) {
		char *value;
		char *key = next_word(&rest, &value);
		size_t column;

		if (!value || value == key) {
			say_bad_line(at->path, at->number, "expected key=value, found '%s'",
				     say_quoted(key));
			return false;
		}
		*value++ = '\0';
		column = find_key(layout, key, hint);
		if (column == layout->count)
			continue;
		if (cells[column]) {
			say_bad_line(at->path, at->number, "expected each key once, found '%s' twice",
				     key);
			return false;
		}
		if (!fits(layout, at, column, value))
			return false;
		cells[column] = value;
		hint = column + 1 - layout->words;
	}
	return true;
}

bool record_split(const struct layout *layout, struct lines *at, char *line,
		  const char *cells[COLUMNS_MAX])
{
	memset(cells, 0, COLUMNS_MAX * sizeof(*cells));
	if (split_words(layout, at, &line, cells) && split_keys(layout, at, line, cells))
		return true;
	at->bad = true;
	return false;
}
