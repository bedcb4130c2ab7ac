/* SPDX-License-Identifier: GPL-2.0 */
/* The sockets of a process, or of all that have one name. */
#ifndef TOOLS_PROCESS_SOCKETS_H
#define TOOLS_PROCESS_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>

struct process_sockets {
	const char *wanted;		/* a name or a pid */
	size_t processes, denied;	/* that were found; that hide their sockets */
	size_t count, room;
	unsigned long long *inode;
};

/* Reports if there is no such process, or none that lets us look. */
void process_sockets_find(struct process_sockets *sockets, const char *wanted);

/* inode: a decimal number. */
bool process_sockets_has(const struct process_sockets *sockets, const char *inode);

#endif
