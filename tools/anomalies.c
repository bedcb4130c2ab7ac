// SPDX-License-Identifier: GPL-2.0
/* The file anomalies: its kinds of lines. */
#include <string.h>

#include "anomalies.h"

#define WORD(name, word) #word,

const char *const anomalies_kinds[ANOMALIES_COUNT] = { ANOMALIES(WORD) };
const char *const anomalies_verdicts[VERDICTS_COUNT] = { VERDICTS(WORD) };

int anomalies_kind(const char *line)
{
	size_t length = strcspn(line, " ");

	for (int i = 0; i < ANOMALIES_COUNT; i++)
		if (strlen(anomalies_kinds[i]) == length &&
		    !memcmp(anomalies_kinds[i], line, length))
			return i;
	return -1;
}

int anomalies_verdict(const char *name)
{
	for (int i = 0; name && i < VERDICTS_COUNT; i++)
		if (!strcmp(anomalies_verdicts[i], name))
			return i;
	return -1;
}

bool anomalies_is_leak(const char *line)
{
	int kind = anomalies_kind(line);

	return kind >= 0 && kind != ANOMALY_PORT_PRESSURE;
}

bool anomalies_is_port(const char *line)
{
	return anomalies_kind(line) == ANOMALY_PORT_PRESSURE;
}
