// SPDX-License-Identifier: GPL-2.0
/* A reading of stats and transitions, and what has moved between two. */
#include <stdio.h>
#include <stdlib.h>
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

double sample_weight(const struct sample *before, const struct sample *now, int from, int to)
{
	if (!before)
		return (double)now->moves[from][to];
	return sample_rate(before, now, before->moves[from][to], now->moves[from][to]);
}

/* The most first; of equals, in the order of their states. */
static int compare(const void *a, const void *b)
{
	const struct sample_move *move_a = a, *move_b = b;

	if (move_a->weight != move_b->weight)
		return move_a->weight < move_b->weight ? 1 : -1;
	if (move_a->from != move_b->from)
		return move_a->from - move_b->from;
	return move_a->to - move_b->to;
}

int sample_moves(const struct sample *before, const struct sample *now,
		 struct sample_move moves[SAMPLE_MOVES_MAX])
{
	int count = 0;

	for (int from = 0; from < TCPFSM_NR_STATES; from++) {
		for (int to = 0; to < TCPFSM_NR_STATES; to++) {
			double weight = sample_weight(before, now, from, to);

			if (weight > 0)
				moves[count++] = (struct sample_move){ from, to, weight };
		}
	}
	qsort(moves, (size_t)count, sizeof(moves[0]), compare);
	return count;
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
