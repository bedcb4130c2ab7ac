/* SPDX-License-Identifier: GPL-2.0 */
/* How much memory the kernel, and the module's flows in it, take. */
#ifndef MEMORY_H
#define MEMORY_H

/* A line of /proc/meminfo, in KiB. */
long memory_kb(const char *key);

/* What of it the kernel has allocated for itself: slabs, per-CPU memory, pages of vmalloc. */
long memory_kernel_kb(void);

/* What is in use of one of the kernel's slab caches; also of "per CPU" and "vmalloc". */
#define MEMORY_PARTS 400
struct memory_part {
	char name[48];
	long bytes;
};

/* All of memory_kernel_kb(), part by part. Return: how many parts. */
int memory_parts(struct memory_part parts[MEMORY_PARTS]);

/*
 * Objects in the flows' two slab caches, those that await RCU included; and some free ones, since
 * each CPU takes a few slabs to itself again: at most SLAB_SLACK. -1: there is no such cache.
 */
#define SLAB_SLACK 512
long memory_flows(void);

#endif
