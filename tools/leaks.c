// SPDX-License-Identifier: GPL-2.0
/* leaks: what leaks, who holds it, and what to do about it. */
#include <stdio.h>
#include <string.h>

#include "advice.h"
#include "leak_sockets.h"
#include "names.h"
#include "reader.h"
#include "say.h"
#include "show.h"
#include "words.h"

static const struct column columns[LEAK_COLUMNS] = {
	[LEAK_KIND] = { "kind", COLUMN_TEXT, "of the anomaly: its first word in the file", STYLE_WARN },
	[LEAK_LISTENER] = { "listener", COLUMN_ADDRESS, "the listening socket they came to" },
	[LEAK_REMOTE] = { "remote", COLUMN_ADDRESS, "the other end" },
	[LEAK_OPENED] = { "opened", COLUMN_TEXT, "active: by us; passive: by the other end" },
	[LEAK_UID] = { "uid", COLUMN_COUNT, "the sockets' owner" },
	[LEAK_CGROUP] = { "cgroup", COLUMN_COUNT, "id of the cgroup at the sockets' creation" },
	[LEAK_VERDICT] = { "verdict", COLUMN_TEXT, "why they stay in CLOSE_WAIT", STYLE_BAD },
	[LEAK_STATE] = { "state", COLUMN_STATE, "where the other end leaves us" },
	[LEAK_COUNT] = { "count", COLUMN_COUNT, "how many", STYLE_BOLD },
	[LEAK_EOF_READ] = { "eof_read", COLUMN_COUNT, "whose end was read" },
	[LEAK_UNACCEPTED] = { "unaccepted", COLUMN_COUNT, "that nobody has accepted" },
	[LEAK_UNREAD_BYTES] = { "unread_bytes", COLUMN_COUNT, "that wait to be read" },
	[LEAK_NEW_1H] = { "new_1h", COLUMN_COUNT, "of the last hour" },
	[LEAK_OLDEST_MS] = { "oldest_ms", COLUMN_COUNT, "milliseconds, of the oldest" },
	[LEAK_DEVICE] = { "device", COLUMN_COUNT, "the sockets are bound to, as ip link numbers it; 0: none" },
	[LEAK_WHERE] = { "where", COLUMN_ADDRESS, "the listener, or the other end" },
	[LEAK_AGE] = { "age", COLUMN_TEXT, "of the oldest, in words", .sort_by = LEAK_OLDEST_MS },
	[LEAK_PROCESSES] = { "processes", COLUMN_TEXT, "that hold these sockets; not with --input", STYLE_BOLD },
	[LEAK_CGROUP_PATH] = { "cgroup_path", COLUMN_TEXT, "the container or service; not with --input" },
	[LEAK_ADVICE] = { "advice", COLUMN_TEXT, "what to do" },
};

const struct layout leaks_layout = {
	.file = "anomalies",
	.columns = columns,
	.count = LEAK_COLUMNS,
	.words = 1,
	.made = LEAK_COLUMNS - LEAK_WHERE,
	.defaults = "kind,where,verdict,count,new_1h,age,processes,cgroup_path",
};

static void read_leaks(struct reader *reader, struct rows *rows)
{
	const char *cells[COLUMNS_MAX];

	rows_open(rows, &leaks_layout);
	while (reader_next(reader, cells))
		rows_add(rows, cells);
}

static void show_leak(struct show *show, const struct row *row, const char *processes,
		      const struct names *cgroups)
{
	const char *cells[COLUMNS_MAX];
	char age[WORDS_MAX];

	memcpy(cells, row->cells, LEAK_COLUMNS * sizeof(cells[0]));
	cells[LEAK_WHERE] = cells[LEAK_LISTENER] ? cells[LEAK_LISTENER] : cells[LEAK_REMOTE];
	if (cells[LEAK_OLDEST_MS]) {
		words_time(columns_number(cells[LEAK_OLDEST_MS]), age);
		cells[LEAK_AGE] = age;
	}
	cells[LEAK_PROCESSES] = processes;
	cells[LEAK_CGROUP_PATH] = names_find(cgroups, cells[LEAK_CGROUP]);
	cells[LEAK_ADVICE] = advice_leak(cells);
	show_row(show, cells);
}

/* Below a table that has no room for it: each advice once. */
static void show_advice(const struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		const char *advice = advice_leak(rows->row[i]->cells);
		size_t before = 0;

		while (before < i && advice_leak(rows->row[before]->cells) != advice)
			before++;
		if (advice && before == i)
			printf("\n%s: %s.\n", advice_name(rows->row[i]->cells), advice);
	}
}

void leaks_run(const struct options *options, const struct selection *selection)
{
	const char *input = options->value[OPTION_INPUT];
	struct names cgroups = { 0 };
	struct leak_sockets sockets;
	struct reader reader;
	struct rows rows;
	struct show show;

	if (!reader_open(&reader, input, &leaks_layout, anomalies_is_leak))
		return;
	read_leaks(&reader, &rows);
	reader_close(&reader);
	/* A saved copy knows nothing of the processes that are here now. */
	leak_sockets_open(&sockets, &rows);
	if (!input && rows.count && columns_needed(selection, LEAK_PROCESSES))
		leak_sockets_find(&sockets);
	if (!input && rows.count && columns_needed(selection, LEAK_CGROUP_PATH))
		names_add_cgroups(&cgroups);
	show_begin(&show, options, selection);
	for (size_t i = 0; i < rows.count; i++)
		show_leak(&show, rows.row[i], leak_sockets_holders(&sockets, i), &cgroups);
	show_end(&show);
	if (options_format(options) == OUTPUT_TABLE && !options_have(options, OPTION_OUTPUT) &&
	    !options_have(options, OPTION_NOHEADINGS))
		show_advice(&rows);
	leak_sockets_close(&sockets);
	names_close(&cgroups);
	rows_close(&rows);
}
