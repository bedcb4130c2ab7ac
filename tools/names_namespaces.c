// SPDX-License-Identifier: GPL-2.0
/* Network namespaces: what `ip netns` calls them, or else a process in each. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "names.h"
#include "processes.h"

#define NETNS_FOLDER "/run/netns"

static void add_named(struct names *names)
{
	DIR *folder = opendir(NETNS_FOLDER);
	const struct dirent *entry;
	struct stat status;

	if (!folder)
		return;
	while ((entry = readdir(folder)))
		if (entry->d_name[0] != '.' && !fstatat(dirfd(folder), entry->d_name, &status, 0))
			names_add(names, status.st_ino, entry->d_name);
	closedir(folder);
}

static void add_process(pid_t pid, int folder, void *context)
{
	char name[PROCESS_NAME_MAX];
	char text[PROCESS_NAME_MAX + 16];
	struct stat status;

	if (fstatat(folder, "ns/net", &status, 0))
		return;
	processes_name(folder, name);
	snprintf(text, sizeof(text), "%s[%d]", name, (int)pid);
	names_add(context, status.st_ino, text);
}

void names_add_namespaces(struct names *names)
{
	add_named(names);
	processes_each(add_process, names);
	names_sort(names);
}
