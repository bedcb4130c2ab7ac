/* SPDX-License-Identifier: GPL-2.0 */
/* Which processes hold sockets: those that were asked for, in groups. */
#ifndef TOOLS_HOLDERS_H
#define TOOLS_HOLDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct holders {
	size_t count, room;
	struct holders_socket {
		unsigned long long inode;
		size_t group;
	} *socket;
	size_t groups;
	struct holders_group {
		char *names;		/* "nginx[812], nginx[813]", or NULL */
		size_t processes;
		pid_t last;
	} *group;
	bool denied;			/* some processes' sockets could not be seen */
};

void holders_open(struct holders *holders, size_t groups);

/* Asks for a socket, by its inode; it may be in several groups. */
void holders_want(struct holders *holders, size_t group, unsigned long long inode);

/* Looks through /proc once, if anything was asked for. */
void holders_look(struct holders *holders);
void holders_close(struct holders *holders);

#endif
