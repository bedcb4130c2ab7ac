/* SPDX-License-Identifier: GPL-2.0 */
/* Prometheus's text exposition format. */
#ifndef TOOLS_EXPOSITION_H
#define TOOLS_EXPOSITION_H

#include <stdio.h>

/* A family's head. type: gauge, counter or histogram. */
void exposition_family(FILE *to, const char *name, const char *type, const char *help);

/*
 * A sample. labels: pairs of name and value, a NULL name ends them. digits: a decimal number, as
 * it is; with ms: thousandths of what is to be shown.
 */
void exposition_text(FILE *to, const char *name, const char *const labels[], const char *digits);
void exposition_ms(FILE *to, const char *name, const char *const labels[], const char *digits);
void exposition_number(FILE *to, const char *name, const char *const labels[],
		       unsigned long long number);

#define LABELS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define NO_LABELS ((const char *const[]){ NULL })

#endif
