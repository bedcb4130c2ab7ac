/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's own list of listening sockets, for their inodes. */
#ifndef TOOLS_LISTENING_H
#define TOOLS_LISTENING_H

/* Calls visit for each listening socket; the address is written as in the module's files. */
void listening_each(void (*visit)(const char *address, unsigned long long inode, void *context),
		    void *context);

#endif
