// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "work.h"

static volatile sig_atomic_t stopped;

static void stop(int sig)
{
	(void)sig;
	stopped = 1;
}

pid_t work_start(struct test *t, void (*begin)(struct test *t, int id),
		 void (*step)(struct test *t), int id)
{
	pid_t pid = fork();

	check(pid >= 0, "fork: %s", strerror(errno));
	if (pid)
		return pid;
	/* A step's system calls go on; it is between two steps that this is looked at. */
	sigaction(SIGUSR1, &(struct sigaction) { .sa_handler = stop, .sa_flags = SA_RESTART }, NULL);
	if (begin)
		begin(t, id);
	while (!stopped)
		step(t);
	fflush(stdout);
	_exit(0);
}

void work_stop(const pid_t *workers, int n)
{
	int i, status, failed = 0;

	for (i = 0; i < n; i++)
		kill(workers[i], SIGUSR1);
	for (i = 0; i < n; i++) {
		while (waitpid(workers[i], &status, 0) < 0 && errno == EINTR)
			;
		/* Told before it could listen: that is no failure. */
		if (WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR1)
			continue;
		failed += status != 0;
	}
	check(!failed, "%d of %d processes beside the test failed", failed, n);
}
