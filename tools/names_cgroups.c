// SPDX-License-Identifier: GPL-2.0
/* Control groups: a group's id is the inode number of its folder. */
#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <fts.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "names.h"
#include "say.h"

/* Where version 2 is mounted: alone, or beside version 1. */
static const char *const mounts[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };

static const char *find_mount(void)
{
	struct statfs status;

	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++)
		if (!statfs(mounts[i], &status) && status.f_type == CGROUP2_SUPER_MAGIC)
			return mounts[i];
	return NULL;
}

void names_add_cgroups(struct names *names)
{
	char *path = (char *)find_mount();
	char *const paths[] = { path, NULL };
	const FTSENT *at;
	FTS *walk;

	if (!path)
		return;
	walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
	if (!walk) {
		say_error("cannot read %s: %s", path, strerror(errno));
		return;
	}
	while ((at = fts_read(walk)))
		if (at->fts_info == FTS_D)
			names_add(names, at->fts_statp->st_ino,
				  at->fts_level ? at->fts_path + strlen(path) : "/");
	fts_close(walk);
	names_sort(names);
}
