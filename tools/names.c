// SPDX-License-Identifier: GPL-2.0
/* Names of things that the files know by number. */
#include <stdlib.h>

#include "alloc.h"
#include "names.h"
#include "say.h"

void names_add(struct names *names, unsigned long long id, const char *text)
{
	names->name = alloc_room(names->name, names->count, &names->room, sizeof(*names->name));
	names->name[names->count] = (struct name){ id, names->count, alloc_copy(text) };
	/* Somebody else has chosen it. */
	say_printable(names->name[names->count].text);
	names->count++;
}

static int compare(const void *a, const void *b)
{
	const struct name *name_a = a, *name_b = b;

	if (name_a->id != name_b->id)
		return name_a->id < name_b->id ? -1 : 1;
	return name_a->number < name_b->number ? -1 : name_a->number > name_b->number;
}

void names_sort(struct names *names)
{
	if (names->count)
		qsort(names->name, names->count, sizeof(*names->name), compare);
}

const char *names_find(const struct names *names, const char *number)
{
	unsigned long long id = number ? strtoull(number, NULL, 10) : 0;
	size_t low = 0, high = names->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (names->name[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return number && low < names->count && names->name[low].id == id ?
		names->name[low].text : NULL;
}

void names_close(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->name[i].text);
	free(names->name);
}
