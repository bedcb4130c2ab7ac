/* SPDX-License-Identifier: GPL-2.0 */
/* The parts of the output of `prometheus`: one for each file. */
#ifndef TOOLS_PROMETHEUS_H
#define TOOLS_PROMETHEUS_H

#include <stdbool.h>
#include <stdio.h>

/*
 * Each returns false if its file cannot be opened or read to its end, has a bad line, or, of
 * stats, lacks one; that it reports. It prints nothing then: half a file's figures would look
 * like all is well.
 */
bool prometheus_stats(FILE *to, const char *input);
bool prometheus_transitions(FILE *to, const char *input);
bool prometheus_durations(FILE *to, const char *input);
bool prometheus_anomalies(FILE *to, const char *input);
bool prometheus_listeners(FILE *to, const char *input);
bool prometheus_namespaces(FILE *to, const char *input);

#endif
