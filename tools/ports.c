// SPDX-License-Identifier: GPL-2.0
/* ports: the destinations that run out of local ports. */
#include <limits.h>
#include <stdio.h>

#include "advice.h"
#include "anomalies.h"
#include "ports.h"
#include "reader.h"
#include "verb.h"
#include "words.h"

static const struct column columns[PORT_COLUMNS] = {
	[PORT_KIND] = { "kind", COLUMN_TEXT, "of the anomaly: port_pressure" },
	[PORT_LOCAL] = { "local", COLUMN_TEXT, "our address" },
	[PORT_REMOTE] = { "remote", COLUMN_ADDRESS, "the destination" },
	[PORT_USED] = { "used", COLUMN_COUNT, "distinct local ports held towards it" },
	[PORT_TIME_WAIT] = { "time_wait", COLUMN_COUNT, "of these, in TIME_WAIT" },
	[PORT_REUSABLE] = { "reusable", COLUMN_COUNT, "of these, that tcp_tw_reuse frees" },
	[PORT_AVAILABLE] = { "available", COLUMN_COUNT, "ports that there are" },
	[PORT_SECONDS_LEFT] = { "seconds_left", COLUMN_INTEGER, "until none is left; -1: not growing" },
	[PORT_DEVICE] = { "device", COLUMN_COUNT, "the sockets are bound to, as ip link numbers it; 0: none" },
	[PORT_USED_PCT] = { "used_pct", COLUMN_COUNT, "percent that connect() cannot have", STYLE_BAD },
	[PORT_LEFT] = { "left", COLUMN_TEXT, "until none is left, in words",
			.sort_by = PORT_SECONDS_LEFT },
	[PORT_ADVICE] = { "advice", COLUMN_TEXT, "what to do" },
};

const struct layout ports_layout = {
	.file = "anomalies",
	.columns = columns,
	.count = PORT_COLUMNS,
	.words = 1,
	.made = PORT_COLUMNS - PORT_USED_PCT,
	.defaults = "local,remote,used,time_wait,available,used_pct,left",
};

bool ports_percent(unsigned long long used, unsigned long long reusable,
		   unsigned long long available, unsigned long long *percent)
{
	unsigned long long held = used > reusable ? used - reusable : 0;

	if (!available)
		return false;
	*percent = held >= available ? 100 : (unsigned long long)(100.0 * held / available);
	return true;
}

bool ports_percent_of(const char *const cells[COLUMNS_MAX], unsigned long long *percent)
{
	if (!cells[PORT_USED] || !cells[PORT_AVAILABLE])
		return false;
	return ports_percent(columns_number(cells[PORT_USED]), columns_number(cells[PORT_REUSABLE]),
			     columns_number(cells[PORT_AVAILABLE]), percent);
}

bool ports_pressed(const char *input, unsigned long long *percent)
{
	const char *cells[COLUMNS_MAX];
	unsigned long long worst = 0;
	unsigned long long one;
	struct reader reader;
	bool found = false;

	if (!source_readable(input, ports_layout.file) ||
	    !reader_open(&reader, input, &ports_layout, anomalies_is_port))
		return false;
	while (reader_next(&reader, cells)) {
		if (!ports_percent_of(cells, &one))
			continue;
		found = true;
		if (one > worst)
			worst = one;
	}
	/* The worst one may be what could not be read, unless nothing can be worse. */
	if ((!reader_close(&reader) && worst < 100) || !found)
		return false;
	*percent = worst;
	return true;
}

bool ports_row(const char *cells[COLUMNS_MAX])
{
	static char percent_text[WORDS_MAX];
	static char left[WORDS_MAX];
	unsigned long long percent, seconds;

	if (ports_percent_of(cells, &percent)) {
		snprintf(percent_text, sizeof(percent_text), "%llu", percent);
		cells[PORT_USED_PCT] = percent_text;
	}
	if (cells[PORT_SECONDS_LEFT] && *cells[PORT_SECONDS_LEFT] != '-') {
		seconds = columns_number(cells[PORT_SECONDS_LEFT]);
		words_time(seconds < ULLONG_MAX / 1000 ? 1000 * seconds : ULLONG_MAX, left);
		cells[PORT_LEFT] = left;
	}
	cells[PORT_ADVICE] = advice_port(cells);
	return true;
}
