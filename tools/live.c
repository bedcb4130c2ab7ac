// SPDX-License-Identifier: GPL-2.0
/* Verbs that show one picture after the other. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "live.h"
#include "say.h"
#include "terminal.h"

#define INTERVAL_MIN 0.1
#define INTERVAL_MAX 3600.0
#define COUNT_MAX 1000000L

double live_interval(const struct options *options)
{
	const char *text = options->value[OPTION_INTERVAL];
	double seconds = 1;
	char *end = "";

	if (text)
		seconds = strtod(text, &end);
	if (*end || !(seconds >= INTERVAL_MIN && seconds <= INTERVAL_MAX))
		say_usage("--interval: expected %.1f to %.0f seconds, found '%s'", INTERVAL_MIN,
			  INTERVAL_MAX, say_quoted(text));
	return seconds;
}

static long count_of(const struct options *options, long otherwise)
{
	const char *text = options->value[OPTION_COUNT];
	char *end;
	long count;

	if (!text)
		return otherwise;
	count = strtol(text, &end, 10);
	if (*end || count < 1 || count > COUNT_MAX)
		say_usage("--count: expected 1 to %ld, found '%s'", COUNT_MAX, say_quoted(text));
	return count;
}

static void draw_one(live_draw *draw, bool screen, const struct sample *before,
		     const struct sample *now)
{
	struct canvas canvas;
	int width, height;

	terminal_size(&width, &height);
	/* Below the one that stays the shell's prompt has a row. */
	if (!screen && terminal_there() && height > 1)
		height--;
	canvas_open(&canvas, width, height, terminal_colours());
	draw(&canvas, before, now);
	canvas_print(&canvas, screen, stdout);
	canvas_close(&canvas);
}

void live_pause(double seconds)
{
	struct timespec time = {
		.tv_sec = (time_t)seconds,
		.tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9),
	};

	nanosleep(&time, NULL);
}

/* Until the next reading is due; a screen of another size is drawn from what is known. */
static bool rest(live_draw *draw, bool screen, double interval, const struct sample *before,
		 const struct sample *now)
{
	struct timespec start, time;
	double left = interval;
	bool redraw;

	/* Nobody presses keys there, and signals do what they do. */
	if (!screen) {
		live_pause(interval);
		return true;
	}
	clock_gettime(CLOCK_MONOTONIC, &start);
	while (left > 0) {
		if (!terminal_wait(left, &redraw))
			return false;
		if (!redraw)
			break;
		draw_one(draw, screen, before, now);
		clock_gettime(CLOCK_MONOTONIC, &time);
		left = interval - (double)(time.tv_sec - start.tv_sec) -
		       (double)(time.tv_nsec - start.tv_nsec) / 1e9;
	}
	return true;
}

void live_run(const struct options *options, live_draw *draw, long count)
{
	const char *input = options->value[OPTION_INPUT];
	double interval = live_interval(options);
	bool screen = terminal_there();
	struct sample samples[2];
	long shown = 0;

	count = count_of(options, count);
	if (!screen && !count)
		say_usage("%s needs a terminal, or --count N to print N pictures",
			  options->verb->name);
	if (!sample_read(&samples[0], input)) {
		sample_forget(&samples[0]);
		return;
	}
	if (screen && count != 1)
		terminal_enter();
	for (;;) {
		const struct sample *before = shown ? &samples[(shown - 1) % 2] : NULL;
		struct sample *now = &samples[shown % 2];

		/* The last one stays, on the screen that was there before. */
		if (shown + 1 == count)
			terminal_leave();
		draw_one(draw, screen && shown + 1 != count, before, now);
		shown++;
		if (shown == count || ferror(stdout) || !rest(draw, screen, interval, before, now))
			break;
		if (shown > 1)
			sample_forget(&samples[shown % 2]);
		if (!sample_read(&samples[shown % 2], input)) {
			shown++;
			break;
		}
	}
	terminal_leave();
	for (long i = 0; i < 2 && i < shown; i++)
		sample_forget(&samples[i]);
}
