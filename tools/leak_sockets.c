// SPDX-License-Identifier: GPL-2.0
/*
 * The sockets that leak. A line of `anomalies` is a group of local ends; those that were longest
 * in their state are the ones that it counts. The file flows has their inodes. What nobody has
 * accepted has none: there the listening socket stands for them.
 */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "anomalies.h"
#include "flows.h"
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

/* True unless both are known and differ. */
static bool agree(const char *a, const char *b)
{
	return !a || !b || !strcmp(a, b);
}

/*
 * Does the listening socket take connections to that address? 0: no. A greater number goes first: one that
 * is bound to just this address, one to any of its family, an IPv6 one that may take IPv4, too.
 */
static int listens_at(const char *listener, const char *local)
{
	const char *port = strrchr(listener, ':');
	const char *local_port = strrchr(local, ':');

	if (!strcmp(listener, local))
		return 3;
	if (!port || !local_port || strcmp(port, local_port))
		return 0;
	if (!strncmp(listener, "[::]:", 5))
		return *local == '[' ? 2 : 1;
	return !strncmp(listener, "0.0.0.0:", 8) && *local != '[' ? 2 : 0;
}

/* A listening socket that is bound to none takes connections from all of them. */
static bool same_device(const struct row *leak, const char *const flow[COLUMNS_MAX])
{
	const char *device = leak->cells[LEAK_DEVICE];

	if (leak->cells[LEAK_LISTENER] && !columns_number(device))
		return true;
	return agree(device, flow[FLOW_DEVICE]);
}

static bool belongs(const struct row *leak, const char *const flow[COLUMNS_MAX])
{
	const char *state = leak->cells[LEAK_STATE];

	if (!flow[FLOW_STATE] || strcmp(flow[FLOW_STATE], state ? state : "CLOSE_WAIT"))
		return false;
	return same_device(leak, flow) &&
	       agree(leak->cells[LEAK_REMOTE], flow[FLOW_REMOTE]) &&
	       agree(leak->cells[LEAK_OPENED], flow[FLOW_OPENED]) &&
	       agree(leak->cells[LEAK_UID], flow[FLOW_UID]) &&
	       agree(leak->cells[LEAK_CGROUP], flow[FLOW_CGROUP]);
}

/*
 * Whose connection is it? 0: not this one's. Of several that listen the kernel takes the greatest, as the
 * module does, tcpfsm_listener_score(): the very address goes first, then who is bound to the device.
 */
static int fit_of(const struct row *leak, const char *const flow[COLUMNS_MAX])
{
	const char *listener = leak->cells[LEAK_LISTENER];
	int address = listener ? listens_at(listener, flow[FLOW_LOCAL]) : !!leak->cells[LEAK_REMOTE];

	if (!address || !belongs(leak, flow))
		return 0;
	return 2 * address + (columns_number(leak->cells[LEAK_DEVICE]) != 0);
}

static void add_end(struct leak_group *group, const char *const flow[COLUMNS_MAX])
{
	group->end = alloc_room(group->end, group->count, &group->room, sizeof(*group->end));
	group->end[group->count++] = (struct end){
		.in_state_ms = columns_number(flow[FLOW_IN_STATE_MS]),
		.inode = columns_number(flow[FLOW_INODE]),
	};
}

/* Groups of one listening address may share an end, if the file doesn't tell them apart. */
static void add_flow(struct leak_sockets *sockets, const char *const flow[COLUMNS_MAX])
{
	int one, best = 0;

	for (size_t i = 0; i < sockets->leaks->count; i++) {
		one = fit_of(sockets->leaks->row[i], flow);
		if (one > best)
			best = one;
	}
	for (size_t i = 0; best && i < sockets->leaks->count; i++)
		if (fit_of(sockets->leaks->row[i], flow) == best)
			add_end(&sockets->group[i], flow);
}

static void read_flows(struct leak_sockets *sockets)
{
	const char *cells[COLUMNS_MAX];
	struct reader reader;

	if (!reader_open(&reader, NULL, &flows_layout, NULL))
		return;
	while (reader_next(&reader, cells))
		add_flow(sockets, cells);
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

	return columns_number(leak->cells[LEAK_UNACCEPTED]) && listener ? listens_at(address, listener) : 0;
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
