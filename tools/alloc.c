// SPDX-License-Identifier: GPL-2.0
/* Memory, or the end of the program. */
#include <string.h>

#include "alloc.h"
#include "say.h"

void alloc_failed(void)
{
	say_fatal("out of memory");
}

void *alloc(size_t size)
{
	void *memory = malloc(size);

	if (!memory)
		alloc_failed();
	return memory;
}

char *alloc_copy(const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		alloc_failed();
	return copy;
}

void *alloc_again(void *memory, size_t size)
{
	void *moved = realloc(memory, size);

	if (!moved)
		alloc_failed();
	return moved;
}
