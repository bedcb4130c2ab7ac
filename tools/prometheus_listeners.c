// SPDX-License-Identifier: GPL-2.0
/*
 * The file listeners, for Prometheus. Several sockets may listen at one address (SO_REUSEPORT):
 * they are added up, since their labels are the same.
 */
#include <string.h>

#include "exposition.h"
#include "listeners.h"
#include "prometheus.h"
#include "reader.h"
#include "rows.h"
#include "verb.h"

static const struct family {
	enum listener_column column;
	const char *name, *type, *help;
	const char *label, *value;
} families[] = {
	{ LISTENER_OPENED, "tcpfsm_listener_opened_total", "counter",
	  "Connections opened.", NULL, NULL },
	{ LISTENER_CLOSED_FIRST_LOCAL, "tcpfsm_listener_closed_first_total", "counter",
	  "Connections by who closed them first.", "by", "local" },
	{ LISTENER_CLOSED_FIRST_REMOTE, "tcpfsm_listener_closed_first_total", "counter",
	  "Connections by who closed them first.", "by", "remote" },
	{ LISTENER_RESET, "tcpfsm_listener_reset_total", "counter",
	  "Connections ended by a reset.", NULL, NULL },
	{ LISTENER_SYN_COLLISIONS, "tcpfsm_listener_syn_collisions_total", "counter",
	  "SYNs that came for a tuple still in CLOSE_WAIT.", NULL, NULL },
	{ LISTENER_CLOSE_WAIT_LEAKED, "tcpfsm_listener_close_wait_leaked", "gauge",
	  "Endpoints leaked in CLOSE_WAIT.", NULL, NULL },
};

/* The first row after this one that has another address; rows without any come first. */
static size_t next_listener(const struct rows *rows, size_t from)
{
	const char *listener = rows->row[from]->cells[LISTENER_LISTENER];
	size_t to = from + 1;

	while (listener && to < rows->count &&
	       !strcmp(rows->row[to]->cells[LISTENER_LISTENER], listener))
		to++;
	return to;
}

/* False: none of the rows has it. */
static bool sum(const struct rows *rows, size_t from, size_t to, int column,
		unsigned long long *total)
{
	bool found = false;

	*total = 0;
	for (; from < to; from++) {
		const char *cell = rows->row[from]->cells[column];

		found = found || cell;
		*total += columns_number(cell);
	}
	return found;
}

static void print_column(FILE *to, const struct rows *rows, int column, const char *name,
			 const char *label, const char *value)
{
	unsigned long long total;
	size_t end;

	for (size_t from = 0; from < rows->count; from = end) {
		const char *listener = rows->row[from]->cells[LISTENER_LISTENER];
		const char *labels[] = { "listener", listener, label, value, NULL };

		end = next_listener(rows, from);
		if (listener && sum(rows, from, end, column, &total))
			exposition_number(to, name, labels, total);
	}
}

static void print_all(FILE *to, const struct rows *rows)
{
	exposition_family(to, "tcpfsm_listener_endpoints", "gauge",
			  "A listening socket's connections by state.");
	for (int i = 0; i < TCPFSM_NR_STATES; i++)
		print_column(to, rows, LISTENER_BY_STATE + i, "tcpfsm_listener_endpoints", "state",
			     states_names[i]);
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		const struct family *family = &families[i];

		if (!i || strcmp(family->name, families[i - 1].name))
			exposition_family(to, family->name, family->type, family->help);
		print_column(to, rows, (int)family->column, family->name, family->label,
			     family->value);
	}
}

bool prometheus_listeners(FILE *to, const char *input)
{
	struct rows rows;
	bool whole = reader_rows(&rows, input, &listeners_layout);

	if (whole) {
		rows_sort(&rows, LISTENER_LISTENER, false);
		print_all(to, &rows);
	}
	rows_close(&rows);
	return whole;
}
