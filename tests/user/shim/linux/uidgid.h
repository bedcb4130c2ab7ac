/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_UIDGID_H
#define SHIM_UIDGID_H

#include <linux/types.h>

typedef struct {
	u32 val;
} kuid_t;

#endif /* SHIM_UIDGID_H */
