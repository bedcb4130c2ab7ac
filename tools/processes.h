/* SPDX-License-Identifier: GPL-2.0 */
/* The processes of this machine, and which of them hold which sockets. */
#ifndef TOOLS_PROCESSES_H
#define TOOLS_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The kernel's own limit is 16 with the closing NUL, but for kernel threads. */
#define PROCESS_NAME_MAX 64
#define PROCESS_NAME_KEPT 15

/* Calls visit for each process; folder: its one in /proc, open. */
void processes_each(void (*visit)(pid_t pid, int folder, void *context), void *context);

/* Its name, fit for a terminal; "?" if it has just ended. */
void processes_name(int folder, char name[PROCESS_NAME_MAX]);

/* Is this its name? The kernel keeps no more than PROCESS_NAME_KEPT of it; a program's may be longer. */
bool processes_has_name(int folder, const char *wanted);

/* Calls visit for each socket that the process holds; false: nobody lets us look. */
bool processes_sockets(int folder, void (*visit)(unsigned long long inode, void *context),
		       void *context);

#endif
