// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "module.h"
#include "test.h"

#define MODULE_FILE "/tcpfsm.ko"
#define MODULE_NAME "tcpfsm"

/* A file, so that the parent knows what a test's process has done. */
#define DIRTY_FILE "/run/module-reloaded"

int module_load(const char *parameters)
{
	int fd, error;

	fd = open(MODULE_FILE, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	error = syscall(SYS_finit_module, fd, parameters, 0) ? errno : 0;
	close(fd);
	return error;
}

int module_unload(void)
{
	return syscall(SYS_delete_module, MODULE_NAME, O_NONBLOCK) ? errno : 0;
}

bool module_loaded(void)
{
	return !access("/sys/module/" MODULE_NAME "/initstate", F_OK);
}

bool module_restore(void)
{
	int error;

	if (!unlink(DIRTY_FILE) && module_loaded()) {
		error = module_unload();
		if (error)
			note("rmmod: %s", strerror(error));
	}
	if (module_loaded())
		return true;
	error = module_load("");
	if (error)
		note("insmod: %s", strerror(error));
	return !error;
}

void module_reload(const char *parameters)
{
	int fd, error;

	fd = open(DIRTY_FILE, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	close(fd);
	error = module_unload();
	check(!error, "rmmod: %s", strerror(error));
	error = module_load(parameters);
	check(!error, "insmod %s: %s", parameters, strerror(error));
}

int module_parameter(const char *name, const char *value)
{
	char path[96];
	int fd, error;

	snprintf(path, sizeof(path), "/sys/module/" MODULE_NAME "/parameters/%s", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	error = write(fd, value, strlen(value)) < 0 ? errno : 0;
	close(fd);
	return error;
}

int klog_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	check(fd >= 0, "/dev/kmsg: %s", strerror(errno));
	lseek(fd, 0, SEEK_END);
	return fd;
}

bool klog_has(int klog, const char *const *words)
{
	char record[4096];
	const char *const *w;
	ssize_t n;

	/* One record a read: "6,123,456,-;text\n". EPIPE: older ones were overwritten. */
	while ((n = read(klog, record, sizeof(record) - 1)) > 0 || errno == EPIPE) {
		if (n <= 0)
			continue;
		record[n] = 0;
		for (w = words; *w && strstr(record, *w); w++)
			;
		if (!*w)
			return true;
		note("log: %s", strtok(record, "\n"));
	}
	return false;
}
