// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stall.h"
#include "test.h"

static struct seen {
	long worst_us, times;
} *seen;		/* in memory that both processes have */

static long long began_ms;
static pid_t watcher;

static long late_us(const struct timespec *due)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - due->tv_sec) * 1000000L + (now.tv_nsec - due->tv_nsec) / 1000;
}

static void watch(void)
{
	struct sched_param param = { .sched_priority = 10 };
	struct timespec due;
	long late;

	check(!sched_setscheduler(0, SCHED_FIFO, &param), "SCHED_FIFO: %s", strerror(errno));
	clock_gettime(CLOCK_MONOTONIC, &due);
	for (;;) {
		due.tv_nsec += STALL_STEP_US * 1000;
		if (due.tv_nsec >= 1000000000) {
			due.tv_nsec -= 1000000000;
			due.tv_sec++;
		}
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
		late = late_us(&due);
		if (late > seen->worst_us)
			seen->worst_us = late;
		seen->times++;
	}
}

void stall_watch(void)
{
	if (!seen)
		seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			    -1, 0);
	check(seen != MAP_FAILED, "mmap: %s", strerror(errno));
	*seen = (struct seen) { 0 };
	began_ms = now_ms();
	watcher = fork();
	check(watcher >= 0, "fork: %s", strerror(errno));
	if (!watcher)
		watch();
}

long stall_worst_us(void)
{
	long long expected = (now_ms() - began_ms) * 1000 / STALL_STEP_US;

	kill(watcher, SIGKILL);
	waitpid(watcher, NULL, 0);
	check(seen->times > expected / 2, "of some %lld times the watcher woke up %ld times",
	      expected, seen->times);
	return seen->worst_us;
}
