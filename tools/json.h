/* SPDX-License-Identifier: GPL-2.0 */
/* One JSON document out of several of libsmartcols' tables. */
#ifndef TOOLS_JSON_H
#define TOOLS_JSON_H

struct libscols_table;

/* Opens a list ('[') or an object ('{'); key NULL: the document. */
void json_open(const char *key, char bracket);
void json_close(char bracket);

/* The table's rows, as members of the list that is open, or of a key (then it is one row). */
void json_rows(const char *key, struct libscols_table *table);

#endif
