// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "procfs.h"
#include "test.h"

long memory_kb(const char *key)
{
	char *text = procfs_slurp("/proc/meminfo"), *at = text, *line;
	size_t len = strlen(key);
	long kb = -1;

	while ((line = strsep(&at, "\n")))
		if (!strncmp(line, key, len) && line[len] == ':')
			kb = atol(line + len + 1);
	free(text);
	check(kb >= 0, "/proc/meminfo has no %s", key);
	return kb;
}

long memory_kernel_kb(void)
{
	return memory_kb("Slab") + memory_kb("Percpu") + memory_kb("VmallocUsed");
}

int memory_parts(struct memory_part parts[MEMORY_PARTS])
{
	char *text = procfs_slurp("/proc/slabinfo"), *at = text, *line;
	long active, all, size;
	int n = 2;

	parts[0] = (struct memory_part) { "per CPU", memory_kb("Percpu") * 1024 };
	parts[1] = (struct memory_part) { "vmalloc", memory_kb("VmallocUsed") * 1024 };
	while ((line = strsep(&at, "\n"))) {
		if (sscanf(line, "%47s %ld %ld %ld", parts[n].name, &active, &all, &size) != 4)
			continue;
		parts[n].bytes = active * size;
		check(++n < MEMORY_PARTS, "more than %d slab caches", n);
	}
	free(text);
	return n;
}

/*
 * What is free goes back: of what each CPU keeps to itself, slabinfo does not know that it is free,
 * nor of what KASAN keeps in its quarantine.
 */
static void shrink(const char *cache)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/sys/kernel/slab/%s/shrink", cache);
	f = fopen(path, "w");
	if (!f)
		return;
	fputs("1", f);
	check(!fclose(f), "cannot shrink %s", cache);
}

long memory_flows(void)
{
	char *text, *at, *line;
	long sum = -1, active;

	shrink("tcpfsm_flow_ipv4");
	shrink("tcpfsm_flow_ipv6");
	at = text = procfs_slurp("/proc/slabinfo");
	while ((line = strsep(&at, "\n")))
		if (sscanf(line, "tcpfsm_flow_ipv%*c %ld", &active) == 1)
			sum = active + (sum < 0 ? 0 : sum);
	free(text);
	return sum;
}
