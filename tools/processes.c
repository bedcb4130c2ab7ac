// SPDX-License-Identifier: GPL-2.0
/* The processes of this machine, and which of them hold which sockets. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "processes.h"
#include "say.h"

#define LINK_MAX_LENGTH 64

void processes_each(void (*visit)(pid_t pid, int folder, void *context), void *context)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;

	if (!proc) {
		say_error("cannot read /proc: %s", strerror(errno));
		return;
	}
	while ((entry = readdir(proc))) {
		char *end;
		long pid = strtol(entry->d_name, &end, 10);
		int folder;

		if (*end || pid <= 0)
			continue;
		/* Processes end at any time. */
		folder = openat(dirfd(proc), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (folder < 0)
			continue;
		visit((pid_t)pid, folder, context);
		close(folder);
	}
	closedir(proc);
}

static void read_name(int folder, char name[PROCESS_NAME_MAX])
{
	int fd = openat(folder, "comm", O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? 0 : read(fd, name, PROCESS_NAME_MAX - 1);

	if (fd >= 0)
		close(fd);
	while (length > 0 && name[length - 1] == '\n')
		length--;
	if (length <= 0)
		name[0] = '?';
	name[length > 0 ? length : 1] = '\0';
}

void processes_name(int folder, char name[PROCESS_NAME_MAX])
{
	read_name(folder, name);
	say_printable(name);
}

bool processes_has_name(int folder, const char *wanted)
{
	char name[PROCESS_NAME_MAX];

	read_name(folder, name);
	return !strncmp(name, wanted, PROCESS_NAME_KEPT);
}

bool processes_sockets(int folder, void (*visit)(unsigned long long inode, void *context),
		       void *context)
{
	int fd = openat(folder, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct dirent *entry;
	unsigned long long inode;
	char link[LINK_MAX_LENGTH];
	DIR *files;

	if (fd < 0)
		return errno != EACCES && errno != EPERM;
	files = fdopendir(fd);
	if (!files) {
		close(fd);
		return false;
	}
	while ((entry = readdir(files))) {
		ssize_t length = readlinkat(fd, entry->d_name, link, sizeof(link) - 1);

		if (length <= 0)
			continue;
		link[length] = '\0';
		if (sscanf(link, "socket:[%llu]", &inode) == 1)
			visit(inode, context);
	}
	closedir(files);
	return true;
}
