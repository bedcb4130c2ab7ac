/* SPDX-License-Identifier: GPL-2.0 */
/* A JSON document, written as it grows; laid out as util-linux does it, keys in lower case. */
#ifndef TOOLS_JSON_H
#define TOOLS_JSON_H

/* Opens a list ('[') or an object ('{'); key NULL: the document, or a member of a list. */
void json_open(const char *key, char bracket);
void json_close(char bracket);

/* A member of the object that is open. The digits are those of a decimal number of any length. */
void json_number(const char *key, const char *digits);
void json_text(const char *key, const char *text);
void json_null(const char *key);

#endif
