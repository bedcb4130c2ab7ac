/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_SPINLOCK_H
#define SHIM_SPINLOCK_H

#include <linux/types.h>

typedef u32 spinlock_t;	/* of its size; nobody takes it */

#endif /* SHIM_SPINLOCK_H */
