/* SPDX-License-Identifier: GPL-2.0 */
/* How much memory the kernel, and the module's flows in it, take. */
#ifndef MEMORY_H
#define MEMORY_H

/* A line of /proc/meminfo, in KiB. */
long memory_kb(const char *key);

/* What of it the kernel has allocated for itself: slabs, per-CPU memory, pages of vmalloc. */
long memory_kernel_kb(void);

/*
 * Objects in the flows' two slab caches, those that await RCU included; and some free ones, since
 * each CPU keeps a few slabs to itself: at most SLAB_SLACK. -1: there is no such cache.
 */
#define SLAB_SLACK 512
long memory_flows(void);

#endif
