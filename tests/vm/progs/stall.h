/* SPDX-License-Identifier: GPL-2.0 */
/* How long the kernel keeps the CPU from a task that must run now. */
#ifndef STALL_H
#define STALL_H

/* From now on a task of real-time priority wakes up every STALL_STEP_US, and notes how late it was. */
#define STALL_STEP_US 500
void stall_watch(void);

/* Ends that. Returns the worst, in microseconds: what ran before it, and how long it takes to wake up. */
long stall_worst_us(void);

#endif
