// SPDX-License-Identifier: GPL-2.0
/* Which processes hold sockets: those that were asked for, in groups. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "holders.h"
#include "processes.h"

/* A preforking server has hundreds; so many are named, the others counted. */
#define NAMED_MAX 8

void holders_open(struct holders *holders, size_t groups)
{
	*holders = (struct holders){ .groups = groups };
	holders->group = alloc_zeros(groups, sizeof(*holders->group));
}

void holders_want(struct holders *holders, size_t group, unsigned long long inode)
{
	holders->socket = alloc_room(holders->socket, holders->count, &holders->room,
				     sizeof(*holders->socket));
	holders->socket[holders->count++] = (struct holders_socket){ inode, group };
}

static int compare(const void *a, const void *b)
{
	const struct holders_socket *socket_a = a, *socket_b = b;

	if (socket_a->inode == socket_b->inode)
		return 0;
	return socket_a->inode < socket_b->inode ? -1 : 1;
}

struct process {
	struct holders *holders;
	pid_t pid;
	int folder;
};

static void add(struct holders_group *group, const struct process *process)
{
	size_t length = group->names ? strlen(group->names) : 0;
	char name[PROCESS_NAME_MAX];
	size_t room = length + sizeof(name) + 32;

	group->last = process->pid;
	if (group->processes++ >= NAMED_MAX)
		return;
	processes_name(process->folder, name);
	group->names = alloc_again(group->names, room);
	snprintf(group->names + length, room - length, "%s%s[%d]", length ? ", " : "", name,
		 (int)process->pid);
}

static void see_socket(unsigned long long inode, void *context)
{
	const struct process *process = context;
	struct holders *holders = process->holders;
	const struct holders_socket key = { .inode = inode };
	const struct holders_socket *found = bsearch(&key, holders->socket, holders->count,
						     sizeof(key), compare);

	if (!found)
		return;
	while (found > holders->socket && found[-1].inode == inode)
		found--;
	for (; found < holders->socket + holders->count && found->inode == inode; found++)
		if (holders->group[found->group].last != process->pid)
			add(&holders->group[found->group], process);
}

static void see_process(pid_t pid, int folder, void *context)
{
	struct process process = { context, pid, folder };

	if (!processes_sockets(folder, see_socket, &process))
		process.holders->denied = true;
}

static void name_rest(struct holders_group *group)
{
	size_t length, room;

	if (group->processes <= NAMED_MAX)
		return;
	length = strlen(group->names);
	room = length + 32;
	group->names = alloc_again(group->names, room);
	snprintf(group->names + length, room - length, " and %zu more",
		 group->processes - NAMED_MAX);
}

void holders_look(struct holders *holders)
{
	if (!holders->count)
		return;
	qsort(holders->socket, holders->count, sizeof(*holders->socket), compare);
	processes_each(see_process, holders);
	for (size_t i = 0; i < holders->groups; i++)
		name_rest(&holders->group[i]);
}

void holders_close(struct holders *holders)
{
	for (size_t i = 0; i < holders->groups; i++)
		free(holders->group[i].names);
	free(holders->group);
	free(holders->socket);
}
