// SPDX-License-Identifier: GPL-2.0
/* The sockets of a process, or of all that have one name. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "process_sockets.h"
#include "processes.h"
#include "say.h"

static void add(unsigned long long inode, void *context)
{
	struct process_sockets *sockets = context;

	sockets->inode = alloc_room(sockets->inode, sockets->count, &sockets->room,
				    sizeof(*sockets->inode));
	sockets->inode[sockets->count++] = inode;
}

static void see_process(pid_t pid, int folder, void *context)
{
	struct process_sockets *sockets = context;
	char *end;
	long wanted = strtol(sockets->wanted, &end, 10);

	if ((*end || wanted != pid) && !processes_has_name(folder, sockets->wanted))
		return;
	sockets->processes++;
	if (!processes_sockets(folder, add, sockets))
		sockets->denied++;
}

static int compare(const void *a, const void *b)
{
	const unsigned long long *inode_a = a, *inode_b = b;

	return *inode_a < *inode_b ? -1 : *inode_a > *inode_b;
}

void process_sockets_find(struct process_sockets *sockets, const char *wanted)
{
	*sockets = (struct process_sockets){ .wanted = wanted };
	processes_each(see_process, sockets);
	if (sockets->count)
		qsort(sockets->inode, sockets->count, sizeof(*sockets->inode), compare);
	if (!sockets->processes)
		say_error("there is no process with the name or the number '%s'",
			  say_quoted(wanted));
	else if (sockets->denied)
		say_error("%zu of %zu processes '%s' hide their sockets from this user:"
			  " become root", sockets->denied, sockets->processes, say_quoted(wanted));
}

bool process_sockets_has(const struct process_sockets *sockets, const char *inode)
{
	unsigned long long number = strtoull(inode, NULL, 10);

	return sockets->count && bsearch(&number, sockets->inode, sockets->count,
					 sizeof(number), compare);
}
