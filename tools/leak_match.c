// SPDX-License-Identifier: GPL-2.0
/*
 * Which of the leaks a flow is one of. A server may have a million flows and thousands of leaks:
 * each flow is compared only with those of its own addresses, which are looked up.
 */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "anomalies.h"
#include "flows.h"
#include "leak_match.h"

#define ANY_IPV4 "0.0.0.0:"
#define ANY_IPV6 "[::]:"

/* An address, its port, and what makes it longer. */
#define ADDRESS_MAX 64

struct leak_key {
	const char *address;
	bool listens;		/* there, or is the other end */
	size_t leak;
};

/* Keys that are equal but for their leaks. */
struct run {
	const struct leak_key *from, *to;
};

/* A flow's: where it came to, at that address or at any, and where it leads. */
#define RUNS_MAX 4

static int compare(const void *a, const void *b)
{
	const struct leak_key *key_a = a, *key_b = b;

	if (key_a->listens != key_b->listens)
		return key_a->listens ? -1 : 1;
	return strcmp(key_a->address, key_b->address);
}

static int state_of(const struct row *leak)
{
	const char *state = leak->cells[LEAK_STATE];

	return state ? states_find(state) : TCPFSM_CLOSE_WAIT;
}

void leak_match_open(struct leak_match *match, const struct rows *leaks)
{
	*match = (struct leak_match){ .leaks = leaks };
	match->key = alloc_zeros(leaks->count, sizeof(*match->key));
	for (size_t i = 0; i < leaks->count; i++) {
		const char *listener = leaks->row[i]->cells[LEAK_LISTENER];
		const char *address = listener ? listener : leaks->row[i]->cells[LEAK_REMOTE];

		if (!address)
			continue;
		match->key[match->count++] = (struct leak_key){ address, listener, i };
		match->states |= 1U << state_of(leaks->row[i]);
	}
	if (match->count)
		qsort(match->key, match->count, sizeof(*match->key), compare);
}

void leak_match_close(struct leak_match *match)
{
	free(match->key);
}

/* All keys of that address; an empty run if there is none. */
static struct run find(const struct leak_match *match, bool listens, const char *address)
{
	const struct leak_key wanted = { .address = address, .listens = listens };
	const struct leak_key *end = match->key + match->count;
	struct run run = { 0 };

	if (match->count)
		run.from = bsearch(&wanted, match->key, match->count, sizeof(wanted), compare);
	if (!run.from)
		return run;
	run.to = run.from + 1;
	while (run.from > match->key && !compare(run.from - 1, &wanted))
		run.from--;
	while (run.to < end && !compare(run.to, &wanted))
		run.to++;
	return run;
}

/* True unless both are known and differ. */
static bool agree(const char *a, const char *b)
{
	return !a || !b || !strcmp(a, b);
}

int leak_match_listens_at(const char *listener, const char *local)
{
	const char *port = strrchr(listener, ':');
	const char *local_port = strrchr(local, ':');

	if (!strcmp(listener, local))
		return 3;
	if (!port || !local_port || strcmp(port, local_port))
		return 0;
	if (!strncmp(listener, ANY_IPV6, strlen(ANY_IPV6)))
		return *local == '[' ? 2 : 1;
	return !strncmp(listener, ANY_IPV4, strlen(ANY_IPV4)) && *local != '[' ? 2 : 0;
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
	return !strcmp(flow[FLOW_STATE], states_names[state_of(leak)]) &&
	       same_device(leak, flow) &&
	       agree(leak->cells[LEAK_REMOTE], flow[FLOW_REMOTE]) &&
	       agree(leak->cells[LEAK_OPENED], flow[FLOW_OPENED]) &&
	       agree(leak->cells[LEAK_UID], flow[FLOW_UID]) &&
	       agree(leak->cells[LEAK_CGROUP], flow[FLOW_CGROUP]);
}

/*
 * Whose connection is it? 0: not this one's. Of several that listen the kernel takes the
 * greatest, as the module does, tcpfsm_listener_score(): the very address goes first, then who is
 * bound to the device.
 */
static int fit_of(const struct row *leak, const char *const flow[COLUMNS_MAX])
{
	const char *listener = leak->cells[LEAK_LISTENER];
	int address = listener ? leak_match_listens_at(listener, flow[FLOW_LOCAL]) : 1;

	if (!address || !belongs(leak, flow))
		return 0;
	return 2 * address + (columns_number(leak->cells[LEAK_DEVICE]) != 0);
}

/* Who listens at any address of that port; once, should a flow be there itself. */
static struct run find_any(const struct leak_match *match, const char *any, const char *local)
{
	const char *port = strrchr(local, ':');
	char address[ADDRESS_MAX];

	if (!port || !strncmp(local, any, strlen(any)))
		return (struct run){ 0 };
	snprintf(address, sizeof(address), "%s%s", any, port + 1);
	return find(match, true, address);
}

void leak_match_each(const struct leak_match *match, const char *const flow[COLUMNS_MAX],
		     void (*visit)(size_t leak, const char *const flow[COLUMNS_MAX], void *context),
		     void *context)
{
	const char *local = flow[FLOW_LOCAL];
	struct row *const *leaks = match->leaks->row;
	struct run runs[RUNS_MAX];
	int best = 0;

	if (!flow[FLOW_STATE] || !(match->states & 1U << states_find(flow[FLOW_STATE])))
		return;
	runs[0] = find(match, true, local);
	runs[1] = find_any(match, ANY_IPV4, local);
	runs[2] = find_any(match, ANY_IPV6, local);
	runs[3] = find(match, false, flow[FLOW_REMOTE]);
	for (size_t i = 0; i < RUNS_MAX; i++) {
		for (const struct leak_key *key = runs[i].from; key < runs[i].to; key++) {
			int fit = fit_of(leaks[key->leak], flow);

			if (fit > best)
				best = fit;
		}
	}
	for (size_t i = 0; best && i < RUNS_MAX; i++)
		for (const struct leak_key *key = runs[i].from; key < runs[i].to; key++)
			if (fit_of(leaks[key->leak], flow) == best)
				visit(key->leak, flow, context);
}
