// SPDX-License-Identifier: GPL-2.0
/* The lines of the file stats that are not a state's: their keys. */
#include <string.h>

#include "sections.h"

/* The file's documentation explains them; no screen shows these columns' help. */
#define WORD(name) { #name, COLUMN_TEXT, NULL }
#define TEXT(key) { #key, COLUMN_TEXT, NULL }
#define COUNT(key) { #key, COLUMN_COUNT, NULL }

static const struct column version[] = {
	WORD(version), COUNT(abi), TEXT(module), COUNT(netns), COUNT(loaded_ms),
};

static const struct column close_wait[] = {
	WORD(close_wait), COUNT(le_1m), COUNT(le_5m), COUNT(le_1h), COUNT(le_1d), COUNT(count),
	COUNT(oldest_ms), COUNT(leaked), COUNT(unaccepted), COUNT(syn_collisions),
	COUNT(unaged),
};

static const struct column time_wait[] = {
	WORD(time_wait), COUNT(created), COUNT(expired), COUNT(reused), COUNT(reopened),
	COUNT(assassinated), COUNT(overflowed),
};

static const struct column ports[] = {
	WORD(ports), COUNT(destinations), COUNT(pressured), COUNT(worst_used),
	COUNT(worst_available), COUNT(untracked_destinations), COUNT(untracked_listeners),
};

static const struct column anomalies[] = {
	WORD(anomalies), COUNT(current), COUNT(begun), COUNT(ended), COUNT(generation),
	COUNT(ungrouped),
};

static const struct column flows[] = {
	WORD(flows), COUNT(current), COUNT(max), COUNT(untracked), COUNT(evicted),
	COUNT(expired),
};

static const struct column segments[] = {
	WORD(segments), COUNT(seen), COUNT(stateless), COUNT(malformed), COUNT(fragments),
	COUNT(out_of_window),
};

static const struct column witness[] = {
	WORD(witness), COUNT(exact), COUNT(checked), COUNT(agreed), COUNT(early),
	COUNT(corrected),
};

#define SECTION(name) { .file = "stats", .columns = name, .count = ARRAY_SIZE(name), .words = 1 }

const struct layout sections[SECTIONS_COUNT] = {
	[SECTION_VERSION] = SECTION(version),
	[SECTION_CLOSE_WAIT] = SECTION(close_wait),
	[SECTION_TIME_WAIT] = SECTION(time_wait),
	[SECTION_PORTS] = SECTION(ports),
	[SECTION_ANOMALIES] = SECTION(anomalies),
	[SECTION_FLOWS] = SECTION(flows),
	[SECTION_SEGMENTS] = SECTION(segments),
	[SECTION_WITNESS] = SECTION(witness),
};

int sections_find(const char *name)
{
	for (int i = 0; i < SECTIONS_COUNT; i++)
		if (!strcmp(sections[i].columns[0].key, name))
			return i;
	return -1;
}
