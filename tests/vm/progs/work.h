/* SPDX-License-Identifier: GPL-2.0 */
/* Processes that work beside a test until they are told to stop. */
#ifndef WORK_H
#define WORK_H

#include <sys/types.h>

#include "test.h"

/* Calls step again and again, in a process of its own. It may fail() as a test may. */
pid_t work_start(struct test *t, void (*begin)(struct test *t, int id),
		 void (*step)(struct test *t), int id);

/* After this no new step begins. Fails if a step has failed. */
void work_stop(const pid_t *workers, int n);

#endif
