// SPDX-License-Identifier: GPL-2.0
/* Which flows to show: --state, --local, --remote, --older-than, --process. */
#include <ctype.h>
#include <string.h>

#include "addresses.h"
#include "flows.h"
#include "process_sockets.h"
#include "say.h"
#include "verb.h"
#include "words.h"

static struct {
	unsigned long states;		/* a bit each; 0: all */
	struct address_filter local, remote;
	bool by_age, by_process;
	unsigned long long older_than_ms;
	struct process_sockets sockets;
} filter;

/* What ss calls otherwise than but for hyphens. */
static const struct {
	const char *name;
	enum tcpfsm_state state;
} aliases[] = {
	{ "SYN_RECV", TCPFSM_SYN_RECEIVED },
	{ "ESTAB", TCPFSM_ESTABLISHED },
	{ "LISTENING", TCPFSM_LISTEN },
};

/* As the files have it, or as ss does: close-wait. */
static int find_state(const char *name, size_t length)
{
	char upper[COLUMNS_NAME_MAX] = "";

	if (length >= sizeof(upper))
		return -1;
	for (size_t i = 0; i < length; i++)
		upper[i] = name[i] == '-' ? '_' : (char)toupper((unsigned char)name[i]);
	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
		if (!strcmp(aliases[i].name, upper))
			return aliases[i].state;
	return states_find(upper);
}

static void __attribute__((__noreturn__)) unknown_state(const char *name, size_t length)
{
	char names[COLUMNS_NAME_MAX * TCPFSM_NR_STATES] = "";
	char one[COLUMNS_NAME_MAX];

	for (int i = 0; i < TCPFSM_NR_STATES; i++)
		if (i != TCPFSM_LISTEN)
			strcat(strcat(names, i ? ", " : ""), states_names[i]);
	snprintf(one, sizeof(one), "%.*s", (int)length, name);
	say_usage("--state: there is no state '%s'; the states are: %s", say_quoted(one), names);
}

static void set_states(const char *list)
{
	for (;;) {
		size_t length = strcspn(list, ",");
		int state = find_state(list, length);

		if (state < 0)
			unknown_state(list, length);
		if (state == TCPFSM_LISTEN)
			say_usage("--state: listening sockets are no flows;"
				  " 'tcpfsm listeners' shows them");
		filter.states |= 1UL << state;
		if (!list[length])
			return;
		list += length + 1;
	}
}

static void set_address(struct address_filter *address, const char *option, const char *text)
{
	if (!addresses_parse(address, text))
		say_usage("--%s: '%s' is no address; write 10.0.0.1, 10.0.0.0/8, 10.0.0.1:443,"
			  " [2001:db8::1]:443, 2001:db8::/32 or :443", option, say_quoted(text));
}

void flows_begin(const struct options *options, const struct selection *selection)
{
	const char *const *value = options->value;

	(void)selection;
	if (value[OPTION_STATE])
		set_states(value[OPTION_STATE]);
	if (value[OPTION_LOCAL])
		set_address(&filter.local, "local", value[OPTION_LOCAL]);
	if (value[OPTION_REMOTE])
		set_address(&filter.remote, "remote", value[OPTION_REMOTE]);
	filter.by_age = value[OPTION_OLDER_THAN];
	if (filter.by_age && !words_parse_time(value[OPTION_OLDER_THAN], &filter.older_than_ms))
		say_usage("--older-than: '%s' is no time; write 90, 90s, 5m, 2h or 1d",
			  say_quoted(value[OPTION_OLDER_THAN]));
	filter.by_process = value[OPTION_PROCESS];
	if (filter.by_process && value[OPTION_INPUT])
		say_usage("--process: a saved copy knows nothing of the processes here;"
			  " --input excludes it");
	if (filter.by_process)
		process_sockets_find(&filter.sockets, value[OPTION_PROCESS]);
}

bool flows_row(const char *cells[COLUMNS_MAX])
{
	if (filter.states && !(cells[FLOW_STATE] &&
			       filter.states & 1UL << states_find(cells[FLOW_STATE])))
		return false;
	if (filter.by_age && !(cells[FLOW_IN_STATE_MS] &&
			       columns_number(cells[FLOW_IN_STATE_MS]) >= filter.older_than_ms))
		return false;
	if (filter.by_process && !(cells[FLOW_INODE] &&
				   process_sockets_has(&filter.sockets, cells[FLOW_INODE])))
		return false;
	return addresses_match(&filter.local, cells[FLOW_LOCAL]) &&
	       addresses_match(&filter.remote, cells[FLOW_REMOTE]);
}
