// SPDX-License-Identifier: GPL-2.0
/* Prometheus's text exposition format. */
#include <string.h>

#include "exposition.h"

/* Digits behind the point. */
#define MS_DIGITS 3

void exposition_family(FILE *to, const char *name, const char *type, const char *help)
{
	fprintf(to, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void print_label(FILE *to, const char *name, const char *value)
{
	fprintf(to, "%s=\"", name);
	for (; *value; value++) {
		if (*value == '"' || *value == '\\')
			fputc('\\', to);
		fputc(*value, to);
	}
	fputc('"', to);
}

static void print_name(FILE *to, const char *name, const char *const labels[])
{
	fputs(name, to);
	for (size_t i = 0; labels[i]; i += 2) {
		fputc(i ? ',' : '{', to);
		print_label(to, labels[i], labels[i + 1]);
	}
	fputs(labels[0] ? "} " : " ", to);
}

void exposition_text(FILE *to, const char *name, const char *const labels[], const char *digits)
{
	print_name(to, name, labels);
	fprintf(to, "%s\n", digits);
}

void exposition_ms(FILE *to, const char *name, const char *const labels[], const char *digits)
{
	int length = (int)strlen(digits);
	int whole = length > MS_DIGITS ? length - MS_DIGITS : 0;

	print_name(to, name, labels);
	fprintf(to, "%.*s.", whole ? whole : 1, whole ? digits : "0");
	for (int zeros = MS_DIGITS - length; zeros > 0; zeros--)
		fputc('0', to);
	fprintf(to, "%s\n", digits + whole);
}

void exposition_number(FILE *to, const char *name, const char *const labels[],
		       unsigned long long number)
{
	print_name(to, name, labels);
	fprintf(to, "%llu\n", number);
}
