/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_CACHE_H
#define SHIM_CACHE_H

#define __read_mostly

#endif /* SHIM_CACHE_H */
