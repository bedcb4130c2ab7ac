/* SPDX-License-Identifier: GPL-2.0 */
/* What to do about an anomaly, in a line. */
#ifndef TOOLS_ADVICE_H
#define TOOLS_ADVICE_H

#include "anomalies.h"

/* NULL: a kind or a verdict of a later version. */
const char *advice_leak(const char *const cells[COLUMNS_MAX]);
const char *advice_port(const char *const cells[COLUMNS_MAX]);

/* What the two call it: the verdict, or else the kind. */
const char *advice_name(const char *const cells[COLUMNS_MAX]);

#endif
