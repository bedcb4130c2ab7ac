/* SPDX-License-Identifier: GPL-2.0 */
/* Memory, or the end of the program. */
#ifndef TOOLS_ALLOC_H
#define TOOLS_ALLOC_H

#include <stdlib.h>

void *alloc(size_t size);
char *alloc_copy(const char *text);

/* count elements, all zeros. */
void *alloc_zeros(size_t count, size_t size);

/* An array of count elements that has room for one more; it may have moved. */
void *alloc_room(void *array, size_t count, size_t *room, size_t size);

/* realloc(), likewise. */
void *alloc_again(void *memory, size_t size);

/* For libsmartcols, whose calls fail for lack of memory alone, as they are used here. */
void alloc_failed(void) __attribute__((__noreturn__));

#endif
