// SPDX-License-Identifier: GPL-2.0
/* One line of `flows`, by a regular expression that says what the interface says. */
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procfs.h"
#include "test.h"

#define V4 "[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+:[0-9]+"
#define V6 "\\[[0-9a-f:.]+\\]:[0-9]+"
#define ENDS "(ipv4 " V4 " " V4 "|ipv6 " V6 " " V6 ")"
#define MIDDLE " state=([A-Z_0-9]+) remote_state=([A-Z_0-9]+) in_state_ms=([0-9]+)" \
	       " age_ms=([0-9]+) opened=(active|passive) adopted=[01]"
#define DEVICE " device=([0-9]+)$"

static const char *const patterns[] = {
	"^(transit) " ENDS MIDDLE DEVICE,
	"^(local) " ENDS MIDDLE " accepted=[01] uid=[0-9]+ inode=[0-9]+ cgroup=[0-9]+" DEVICE,
};

const char *procfs_flow_line(const char *line, struct flow_line *f)
{
	static regex_t compiled[2];
	static bool done;
	regmatch_t m[9];
	int i, states[2];

	for (i = 0; !done && i < 2; i++)
		check(!regcomp(&compiled[i], patterns[i], REG_EXTENDED), "regcomp");
	done = true;

	f->local = !regexec(&compiled[1], line, ARRAY_SIZE(m), m, 0);
	if (!f->local && regexec(&compiled[0], line, ARRAY_SIZE(m), m, 0))
		return "unexpected format";
	snprintf(f->key, sizeof(f->key), "%.*s", (int)(m[2].rm_eo - m[2].rm_so),
		 line + m[2].rm_so);
	for (i = 0; i < 2; i++) {
		states[i] = state_by_name(line + m[3 + i].rm_so, m[3 + i].rm_eo - m[3 + i].rm_so);
		if (states[i] < 0)
			return "no such state";
	}
	f->state = states[0];
	f->remote_state = states[1];
	if (f->local && (f->state == CLOSED || f->state == LISTEN))
		return "a local endpoint in a state that no connection has";
	if (atoll(line + m[5].rm_so) > atoll(line + m[6].rm_so))
		return "longer in its state than alive";
	f->device = atoi(line + m[8].rm_so);
	return NULL;
}
