/* SPDX-License-Identifier: GPL-2.0 */
/* What goes on beside a test: steps for work_start(). */
#ifndef TRAFFIC_H
#define TRAFFIC_H

#include "test.h"

/* A listener for traffic_step(), on a port of its own. */
void traffic_begin(struct test *t, int id);

/* One short connection, ended in one of four ways. */
void traffic_step(struct test *t);

/* Each file strictly, for as long as the module is there. */
void strict_step(struct test *t);

/* Each file; the module may be gone at any moment: any answer is good that is no crash. */
void loose_step(struct test *t);

/* A namespace with a connection in it, gone again at once. */
void namespace_step(struct test *t);

#endif
