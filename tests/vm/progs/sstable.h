/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's own socket table of this process's namespace, counted by state. */
#ifndef SSTABLE_H
#define SSTABLE_H

#include <stddef.h>

#include "state.h"

/* What the kernel's number of a state means. */
enum state sstable_state(unsigned int number);

void sstable_read(int counts[STATES]);

#endif
