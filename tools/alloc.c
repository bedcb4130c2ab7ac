// SPDX-License-Identifier: GPL-2.0
/* Memory, or the end of the program. */
#include <string.h>

#include "alloc.h"
#include "say.h"

#define ROOM_FIRST 16

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

void *alloc_zeros(size_t count, size_t size)
{
	void *memory = calloc(count, size);

	/* None is a number, too. */
	if (!memory && count)
		alloc_failed();
	return memory;
}

void *alloc_room(void *array, size_t count, size_t *room, size_t size)
{
	void *moved;

	if (count < *room)
		return array;
	*room = *room ? 2 * *room : ROOM_FIRST;
	moved = reallocarray(array, *room, size);
	if (!moved)
		alloc_failed();
	return moved;
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
