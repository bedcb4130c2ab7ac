/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_STDDEF_H
#define SHIM_STDDEF_H

#include <stddef.h>

#define offsetofend(type, member)	(offsetof(type, member) + sizeof(((type *)0)->member))

#endif /* SHIM_STDDEF_H */
