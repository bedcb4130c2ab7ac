// SPDX-License-Identifier: GPL-2.0
/* One line of `flows`, by a regular expression that says what the interface says. */
#define _GNU_SOURCE
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
	       " age_ms=([0-9]+) opened=(active|passive) adopted=([01])"
#define DEVICE " device=([0-9]+)$"

static const char *const patterns[] = {
	"^(transit) " ENDS MIDDLE DEVICE,
	"^(local) " ENDS MIDDLE " accepted=([01]) uid=([0-9]+) inode=([0-9]+) cgroup=([0-9]+)" DEVICE,
};

/* The groups of the two: the whole, what both have, and what they have not. */
enum {
	WHOLE, SCOPE, KEY, STATE, REMOTE_STATE, IN_STATE, AGE, OPENED, ADOPTED,
	TRANSIT_DEVICE, ACCEPTED = TRANSIT_DEVICE, OWNER, INODE, CGROUP, LOCAL_DEVICE, GROUPS
};

static void parse_ports(struct flow_line *f)
{
	const char *second = strrchr(f->key, ' ');

	f->port[0] = atoi((const char *)memrchr(f->key, ':', second - f->key) + 1);
	f->port[1] = atoi(strrchr(second, ':') + 1);
}

const char *procfs_flow_line(const char *line, struct flow_line *f)
{
	static regex_t compiled[2];
	static bool done;
	regmatch_t m[GROUPS];
	int i, states[2];

	for (i = 0; !done && i < 2; i++)
		check(!regcomp(&compiled[i], patterns[i], REG_EXTENDED), "regcomp");
	done = true;

	f->local = !regexec(&compiled[1], line, ARRAY_SIZE(m), m, 0);
	if (!f->local && regexec(&compiled[0], line, ARRAY_SIZE(m), m, 0))
		return "unexpected format";
	snprintf(f->key, sizeof(f->key), "%.*s", (int)(m[KEY].rm_eo - m[KEY].rm_so),
		 line + m[KEY].rm_so);
	parse_ports(f);
	for (i = 0; i < 2; i++) {
		const regmatch_t *name = &m[STATE + i];

		states[i] = state_by_name(line + name->rm_so, name->rm_eo - name->rm_so);
		if (states[i] < 0)
			return "no such state";
	}
	f->state = states[0];
	f->remote_state = states[1];
	if (f->local && (f->state == CLOSED || f->state == LISTEN))
		return "a local endpoint in a state that no connection has";
	f->in_state_ms = atoll(line + m[IN_STATE].rm_so);
	f->age_ms = atoll(line + m[AGE].rm_so);
	if (f->in_state_ms > f->age_ms)
		return "longer in its state than alive";
	f->active = line[m[OPENED].rm_so] == 'a';
	f->adopted = line[m[ADOPTED].rm_so] == '1';
	f->accepted = f->local && line[m[ACCEPTED].rm_so] == '1';
	f->uid = f->local ? atoll(line + m[OWNER].rm_so) : 0;
	f->inode = f->local ? atoll(line + m[INODE].rm_so) : 0;
	f->cgroup = f->local ? atoll(line + m[CGROUP].rm_so) : 0;
	f->device = atoi(line + m[f->local ? LOCAL_DEVICE : TRANSIT_DEVICE].rm_so);
	return NULL;
}

int procfs_flow_lines(struct flow_line *f, int room)
{
	char *text = procfs_slurp(PROCFS "/flows"), *save, *line;
	const char *error;
	int n = 0;

	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (n++ >= room)
			continue;
		error = procfs_flow_line(line, &f[n - 1]);
		check(!error, "flows: %s in '%s'", error, line);
	}
	free(text);
	return n;
}
