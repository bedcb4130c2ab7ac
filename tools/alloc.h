/* SPDX-License-Identifier: GPL-2.0 */
/* Memory, or the end of the program. */
#ifndef TOOLS_ALLOC_H
#define TOOLS_ALLOC_H

#include <stdlib.h>

void *alloc(size_t size);
char *alloc_copy(const char *text);

/* realloc(), likewise. */
void *alloc_again(void *memory, size_t size);

/* For libsmartcols, whose calls fail for lack of memory alone, as they are used here. */
void alloc_failed(void) __attribute__((__noreturn__));

#endif
