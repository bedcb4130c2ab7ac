// SPDX-License-Identifier: GPL-2.0
/* The file namespaces, added up: what the whole machine has. */
#include "namespaces.h"
#include "reader.h"
#include "verb.h"

bool namespaces_add_up(const char *input, struct namespaces_sums *sums)
{
	const char *cells[COLUMNS_MAX];
	struct reader reader;

	*sums = (struct namespaces_sums){ 0 };
	if (!reader_open(&reader, input, &namespaces_layout, NULL))
		return false;
	while (reader_next(&reader, cells)) {
		sums->count++;
		for (int i = NAMESPACE_BY_STATE; i < NAMESPACE_NAME; i++)
			sums->columns[i] += columns_number(cells[i]);
	}
	return reader_close(&reader);
}
