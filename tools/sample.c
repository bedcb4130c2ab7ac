// SPDX-License-Identifier: GPL-2.0
/* A reading of stats and transitions, and what has moved between two. */
#include <stdio.h>
#include <time.h>

#include "ports.h"
#include "reader.h"
#include "sample.h"
#include "say.h"
#include "verb.h"

enum { FROM, TO, CAUSES, TRANSIT = CAUSES + 3 };

static bool read_moves(struct sample *sample, const char *input)
{
	const char *cells[COLUMNS_MAX];
	struct reader reader;

	if (!reader_open(&reader, input, &transitions_layout, NULL))
		return false;
	while (reader_next(&reader, cells)) {
		int from = states_find(cells[FROM]);
		int to = states_find(cells[TO]);

		sample->listed[from][to] = true;
		for (int i = CAUSES; i < TRANSIT; i++)
			sample->moves[from][to] += columns_number(cells[i]);
	}
	reader_close(&reader);
	return true;
}

bool sample_read(struct sample *sample, const char *input)
{
	unsigned long long pressed;
	struct timespec now;

	*sample = (struct sample){ 0 };
	clock_gettime(CLOCK_MONOTONIC, &now);
	sample->seconds = (double)now.tv_sec + (double)now.tv_nsec / 1e9;
	if (!stats_read(input, &sample->stats))
		return false;
	for (int i = 0; i < TCPFSM_NR_STATES; i++)
		stats_count(&sample->stats, i, STATS_LOCAL, &sample->local[i]);
	if (stats_number(&sample->stats, SECTION_PORTS, "pressured", &pressed) && pressed)
		sample->pressed_known = ports_pressed(input, &sample->pressed_percent);
	return read_moves(sample, input) && !say_failed();
}

void sample_forget(struct sample *sample)
{
	stats_forget(&sample->stats);
}

double sample_rate(const struct sample *before, const struct sample *now,
		   unsigned long long old, unsigned long long new)
{
	if (!before || new < old || now->seconds <= before->seconds)
		return 0;
	return (double)(new - old) / (now->seconds - before->seconds);
}

void sample_number_text(double number, char text[SAMPLE_TEXT_MAX])
{
	static const char units[] = "kMGTPE";
	const char *unit = units;

	if (number < 10 && number != (double)(unsigned long long)number) {
		snprintf(text, SAMPLE_TEXT_MAX, "%.1f", number);
		return;
	}
	if (number < 9999.5) {
		snprintf(text, SAMPLE_TEXT_MAX, "%.0f", number);
		return;
	}
	for (number /= 1000; number >= 999.5 && unit[1]; number /= 1000)
		unit++;
	snprintf(text, SAMPLE_TEXT_MAX, number < 9.95 ? "%.1f%c" : "%.0f%c", number, *unit);
}
