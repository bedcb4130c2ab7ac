// SPDX-License-Identifier: GPL-2.0
/*
 * A file that is written whole or not at all: beside it, under one name, so that what a run left that was
 * killed is the next one's. Two at a time would mix; a lock keeps the second out.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "replacement.h"
#include "say.h"

#define FILE_MODE 0666		/* less the umask */

static bool same_file(int fd, const char *path)
{
	struct stat open_one, there;

	return !fstat(fd, &open_one) && !stat(path, &there) &&
	       open_one.st_dev == there.st_dev && open_one.st_ino == there.st_ino;
}

/* An empty file of our own. Returns -1 with errno. */
static int open_beside(const char *path)
{
	int fd, error;

	for (;;) {
		fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
		if (fd < 0)
			return -1;
		if (flock(fd, LOCK_EX | LOCK_NB))
			break;
		if (same_file(fd, path)) {
			if (!ftruncate(fd, 0))
				return fd;
			break;
		}
		/* The other one has just put it in its place. */
		close(fd);
	}
	error = errno == EWOULDBLOCK ? EBUSY : errno;
	close(fd);
	errno = error;
	return -1;
}

static bool is_no_file(const char *path)
{
	struct stat status;

	return !stat(path, &status) && !S_ISREG(status.st_mode);
}

/* Where a link leads: relative to its own folder. NULL: it is none. */
static char *follow(const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t folder = slash ? (size_t)(slash - path) + 1 : 0;
	char text[PATH_MAX];
	ssize_t length = readlink(path, text, sizeof(text) - 1);
	char *target;

	if (length <= 0)
		return NULL;
	text[length] = '\0';
	if (*text == '/')
		folder = 0;
	target = alloc(folder + (size_t)length + 1);
	memcpy(target, path, folder);
	strcpy(target + folder, text);
	return target;
}

/* The file that is to be made or replaced: of links what they lead to, be it there or not. */
static char *resolve(const char *path)
{
	char *real = realpath(path, NULL);
	/* Links that go round are no matter of that: realpath() says so otherwise. */
	bool missing = errno == ENOENT;
	char *at, *next;

	if (real)
		return real;
	at = alloc_copy(path);
	while (missing && (next = follow(at))) {
		free(at);
		at = next;
	}
	return at;
}

bool replacement_begin(struct replacement *replacement, const char *path)
{
	const char *opened;
	size_t room;
	int fd;

	*replacement = (struct replacement){ .path = resolve(path) };
	if (!is_no_file(replacement->path)) {
		room = strlen(replacement->path) + sizeof(".new");
		replacement->beside = alloc(room);
		snprintf(replacement->beside, room, "%s.new", replacement->path);
	}
	opened = replacement->beside ? replacement->beside : replacement->path;
	fd = replacement->beside ? open_beside(opened) : open(opened, O_WRONLY | O_CLOEXEC);
	if (fd >= 0)
		replacement->to = fdopen(fd, "w");
	if (replacement->to)
		return true;
	say_unwritten("cannot make %s: %s", opened, strerror(errno));
	if (fd >= 0)
		close(fd);
	free(replacement->beside);
	free(replacement->path);
	return false;
}

void replacement_end(struct replacement *replacement)
{
	FILE *to = replacement->to;
	bool bad = fflush(to) || ferror(to);

	/* Only then: a name that is there before its content is half a file after a power cut. */
	if (replacement->beside)
		bad = bad || fsync(fileno(to)) || rename(replacement->beside, replacement->path);
	if (bad)
		say_unwritten("cannot write %s: %s", replacement->path, strerror(errno));
	if (bad && replacement->beside)
		unlink(replacement->beside);
	fclose(to);
	free(replacement->beside);
	free(replacement->path);
}
