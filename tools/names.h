/* SPDX-License-Identifier: GPL-2.0 */
/* Names of things that the files know by number. */
#ifndef TOOLS_NAMES_H
#define TOOLS_NAMES_H

#include <stddef.h>

struct names {
	size_t count, room;
	struct name {
		unsigned long long id;
		size_t number;
		char *text;
	} *name;
};

/* Control groups: id to path, "/" the root of what this process sees. */
void names_add_cgroups(struct names *names);

/*
 * Network namespaces: inode to what `ip netns` calls it, or else to a process in it, as
 * "nginx[812]".
 */
void names_add_namespaces(struct names *names);

/* The parts: adds one; sorts, after the last one was added. */
void names_add(struct names *names, unsigned long long id, const char *text);
void names_sort(struct names *names);

/* The first one that was added for the number, which is in decimal; or NULL. */
const char *names_find(const struct names *names, const char *number);
void names_close(struct names *names);

#endif
