// SPDX-License-Identifier: GPL-2.0
/*
 * The sockets that leak. A line of `anomalies` is a group of local ends; those that were longest
 * in their state are the ones that it counts. The file flows has their inodes. What nobody has
 * accepted has none: there the listening socket stands for them.
 */
#include <stdlib.h>

#include "alloc.h"
#include "anomalies.h"
#include "flows.h"
#include "leak_match.h"
#include "leak_sockets.h"
#include "listening.h"
#include "reader.h"
#include "say.h"
#include "verb.h"

struct leak_group {
	int fit;		/* of the listening sockets, the best */
	size_t count, room;
	struct end {
		unsigned long long in_state_ms;
		unsigned long long inode;
	} *end;
};

static void add_end(size_t leak, const char *const flow[COLUMNS_MAX], void *context)
{
	struct leak_sockets *sockets = context;
	struct leak_group *group = &sockets->group[leak];

	group->end = alloc_room(group->end, group->count, &group->room, sizeof(*group->end));
	group->end[group->count++] = (struct end){
		.in_state_ms = columns_number(flow[FLOW_IN_STATE_MS]),
		.inode = columns_number(flow[FLOW_INODE]),
	};
}

static void read_flows(struct leak_sockets *sockets)
{
	const char *cells[COLUMNS_MAX];
	struct leak_match match;
	struct reader reader;

	if (!reader_open(&reader, NULL, &flows_layout, NULL))
		return;
	leak_match_open(&match, sockets->leaks);
	while (reader_next(&reader, cells))
		leak_match_each(&match, cells, add_end, sockets);
	leak_match_close(&match);
	reader_close(&reader);
}

static int compare_longest_first(const void *a, const void *b)
{
	const struct end *end_a = a, *end_b = b;

	if (end_a->in_state_ms == end_b->in_state_ms)
		return 0;
	return end_a->in_state_ms > end_b->in_state_ms ? -1 : 1;
}

static void want_ends(struct leak_sockets *sockets, size_t leak)
{
	const struct row *row = sockets->leaks->row[leak];
	struct leak_group *group = &sockets->group[leak];
	unsigned long long count = columns_number(row->cells[LEAK_COUNT]);

	/* Its count is of SYNs: any socket there may have been in their way. */
	if (anomalies_kind(row->cells[LEAK_KIND]) == ANOMALY_SYN_INTO_CLOSE_WAIT)
		count = group->count;
	if (group->count)
		qsort(group->end, group->count, sizeof(*group->end), compare_longest_first);
	for (size_t i = 0; i < group->count && i < count; i++)
		if (group->end[i].inode)
			holders_want(&sockets->holders, leak, group->end[i].inode);
}

/* Whose connections wait to be accepted there? */
static int waits_at(const struct row *leak, const char *address)
{
	const char *listener = leak->cells[LEAK_LISTENER];

	return columns_number(leak->cells[LEAK_UNACCEPTED]) && listener ?
	       leak_match_listens_at(address, listener) : 0;
}

static void fit_listening(const char *address, unsigned long long inode, void *context)
{
	struct leak_sockets *sockets = context;

	(void)inode;
	for (size_t i = 0; i < sockets->leaks->count; i++) {
		int fit = waits_at(sockets->leaks->row[i], address);

		if (fit > sockets->group[i].fit)
			sockets->group[i].fit = fit;
	}
}

static void want_listening(const char *address, unsigned long long inode, void *context)
{
	struct leak_sockets *sockets = context;

	for (size_t i = 0; i < sockets->leaks->count; i++) {
		int fit = waits_at(sockets->leaks->row[i], address);

		if (fit && fit == sockets->group[i].fit)
			holders_want(&sockets->holders, i, inode);
	}
}

void leak_sockets_open(struct leak_sockets *sockets, const struct rows *leaks)
{
	*sockets = (struct leak_sockets){ .leaks = leaks };
	sockets->group = alloc_zeros(leaks->count, sizeof(*sockets->group));
	holders_open(&sockets->holders, leaks->count);
}

void leak_sockets_find(struct leak_sockets *sockets)
{
	read_flows(sockets);
	for (size_t i = 0; i < sockets->leaks->count; i++)
		want_ends(sockets, i);
	listening_each(fit_listening, sockets);
	listening_each(want_listening, sockets);
	holders_look(&sockets->holders);
	if (sockets->holders.denied)
		say_note("some processes hide their sockets from this user; root sees all names");
}

const char *leak_sockets_holders(const struct leak_sockets *sockets, size_t leak)
{
	return sockets->holders.group[leak].names;
}

void leak_sockets_close(struct leak_sockets *sockets)
{
	for (size_t i = 0; i < sockets->leaks->count; i++)
		free(sockets->group[i].end);
	free(sockets->group);
	holders_close(&sockets->holders);
}
