/* SPDX-License-Identifier: GPL-2.0 */
/* The sockets that leak, and the processes that hold them. */
#ifndef TOOLS_LEAK_SOCKETS_H
#define TOOLS_LEAK_SOCKETS_H

#include "holders.h"
#include "rows.h"

struct leak_sockets {
	const struct rows *leaks;
	struct leak_group *group;	/* for each of the leaks */
	struct holders holders;
};

/* leaks: rows of leaks_layout; they must stay. */
void leak_sockets_open(struct leak_sockets *sockets, const struct rows *leaks);

/* Finds the leaks' sockets in the file flows, and who holds them in /proc. */
void leak_sockets_find(struct leak_sockets *sockets);

/* As text; NULL: not known. */
const char *leak_sockets_holders(const struct leak_sockets *sockets, size_t leak);
void leak_sockets_close(struct leak_sockets *sockets);

#endif
