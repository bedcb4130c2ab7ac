// SPDX-License-Identifier: GPL-2.0
/* Where the module's files are, and what to do when they are not. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "say.h"
#include "source.h"

/* The tests look for the files elsewhere. */
#ifndef SOURCE_LINK
#define SOURCE_LINK "/proc/tcpfsm"
#define SOURCE_SELF "/proc/self/net/tcpfsm"
#endif

/* As open() does: access() asks for the real user, and forgets the capabilities. */
static bool may(const char *path, int mode)
{
	return !faccessat(AT_FDCWD, path, mode, AT_EACCESS);
}

/* Sandboxes may hide all of /proc but the processes' folders, and the link with it. */
static const char *find_module(void)
{
	if (may(SOURCE_LINK, F_OK))
		return SOURCE_LINK;
	return may(SOURCE_SELF, F_OK) ? SOURCE_SELF : NULL;
}

static const char *running_module(void)
{
	const char *folder = find_module();
	struct stat link;

	if (folder)
		return folder;
	if (!lstat(SOURCE_LINK, &link))
		say_error("the module is loaded but does not observe this network namespace"
			  " (%s leads nowhere); the kernel's log may say why", SOURCE_LINK);
	else
		say_error("the kernel module tcpfsm is not loaded (there is no %s):"
			  " load it with 'modprobe tcpfsm' or, where it was built,"
			  " 'insmod ./tcpfsm.ko'; or read a saved copy with --input DIR",
			  SOURCE_LINK);
	return NULL;
}

static void denied(const char *input, const char *path)
{
	const struct group *group;
	struct stat status;

	if (input || stat(path, &status)) {
		say_error("cannot open %s: permission denied", path);
		return;
	}
	group = getgrgid(status.st_gid);
	say_error("cannot open %s: permission denied; root and group %s (gid %u) may read it:"
		  " become one of them, or load the module with the parameter gid=N"
		  " for a group of yours", path, group ? group->gr_name : "without a name",
		  (unsigned int)status.st_gid);
}

static void missing(const char *input, const char *file, const char *path)
{
	if (input)
		say_error("there is no %s; expected in %s a saved copy of /proc/tcpfsm",
			  path, input);
	else if (!strcmp(file, "namespaces"))
		say_error("there is no %s: only the first network namespace has it", path);
	else
		say_error("there is no %s: the module loaded is older than this program", path);
}

int source_open_file(const char *input, const char *file, char path[SOURCE_PATH_MAX])
{
	const char *folder = input ? input : running_module();
	int fd;

	if (!folder)
		return -1;
	if (snprintf(path, SOURCE_PATH_MAX, "%s/%s", folder, file) >= SOURCE_PATH_MAX) {
		say_error("the path of the folder %s is too long", say_quoted(folder));
		return -1;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		return fd;
	if (errno == EACCES || errno == EPERM)
		denied(input, path);
	else if (errno == ENOENT || errno == ENOTDIR)
		missing(input, file, path);
	else
		say_error("cannot open %s: %s", path, strerror(errno));
	return -1;
}

bool source_open(const char *input, const char *file, char path[SOURCE_PATH_MAX],
		 struct lines *lines)
{
	int fd = source_open_file(input, file, path);

	if (fd >= 0)
		lines_open(lines, fd, path);
	return fd >= 0;
}

bool source_there(const char *input)
{
	struct stat status;

	if (!input)
		return running_module();
	if (stat(input, &status))
		say_error("cannot open %s: %s", input, strerror(errno));
	else if (!S_ISDIR(status.st_mode))
		say_error("%s is no folder; expected a saved copy of /proc/tcpfsm", input);
	else
		return true;
	return false;
}

static bool has_access(const char *input, const char *file, int mode)
{
	const char *folder = input ? input : find_module();
	char path[SOURCE_PATH_MAX];

	return folder && snprintf(path, sizeof(path), "%s/%s", folder, file) < SOURCE_PATH_MAX &&
	       may(path, mode);
}

bool source_has(const char *input, const char *file)
{
	return has_access(input, file, F_OK);
}

bool source_readable(const char *input, const char *file)
{
	return has_access(input, file, R_OK);
}
