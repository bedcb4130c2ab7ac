// SPDX-License-Identifier: GPL-2.0
/* watch: the states, their rates, and what moves. */
#include "live.h"
#include "words.h"

#define NAME_WIDTH 13
#define NUMBER_WIDTH 10
#define BAR_X (NAME_WIDTH + 4 * NUMBER_WIDTH + 4)
#define BAR_MAX 60
#define STATES_Y 2
#define NOTES_Y (STATES_Y + TCPFSM_NR_STATES + 2)
/* Behind the segments; what is leaked may need a whole row. */
#define PORTS_X 20
#define PORTS_Y (NOTES_Y + 2)
#define MOVES_Y (NOTES_Y + 4)
#define MOVE_WIDTH 40

static unsigned long long number(const struct sample *sample, enum section section,
				 const char *key)
{
	unsigned long long value = 0;

	stats_number(&sample->stats, section, key, &value);
	return value;
}

static void draw_title(struct canvas *canvas, const struct sample *now)
{
	const char *version = stats_key(&now->stats, SECTION_VERSION, "module");
	char loaded[WORDS_MAX];

	words_time(number(now, SECTION_VERSION, "loaded_ms"), loaded);
	canvas_text(canvas, 0, 0, STYLE_BOLD, "tcpfsm %s", version ? version : "");
	canvas_text(canvas, 16, 0, STYLE_PLAIN, "network namespace %llu, loaded for %s",
		    number(now, SECTION_VERSION, "netns"), loaded);
	canvas_text(canvas, canvas->width - 7, 0, STYLE_DIM, "q quits");
}

static void draw_number(struct canvas *canvas, int column, int y, enum style style,
			double value)
{
	char text[SAMPLE_TEXT_MAX];

	sample_number_text(value, text);
	canvas_text(canvas, NAME_WIDTH + column * NUMBER_WIDTH, y, style, "%*s", NUMBER_WIDTH, text);
}

static void draw_bar(struct canvas *canvas, int y, unsigned long long value,
		     unsigned long long most)
{
	int room = canvas->width - BAR_X < BAR_MAX ? canvas->width - BAR_X : BAR_MAX;
	int length = most ? (int)((double)room * (double)value / (double)most + 0.5) : 0;

	if (value && length < 1)
		length = 1;
	for (int i = 0; i < length; i++)
		canvas_sign(canvas, BAR_X + i, y, STYLE_GOOD, SIGN_BAR);
}

static void draw_state(struct canvas *canvas, int state, const struct sample *before,
		       const struct sample *now, unsigned long long most)
{
	static const enum stats_column columns[] = { STATS_LOCAL, STATS_REMOTE, STATS_TRANSIT };
	enum style style = now->local[state] ? STYLE_BOLD : STYLE_DIM;
	int y = STATES_Y + 1 + state;
	unsigned long long old = 0, new = 0;
	double rate;

	if (state == TCPFSM_CLOSE_WAIT && number(now, SECTION_CLOSE_WAIT, "leaked"))
		style = STYLE_BAD;
	canvas_text(canvas, 0, y, style, "%s", states_names[state]);
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		unsigned long long value = 0;

		stats_count(&now->stats, state, columns[i], &value);
		draw_number(canvas, (int)i, y, i ? STYLE_PLAIN : style, (double)value);
	}
	stats_count(&now->stats, state, STATS_ENTERED, &new);
	if (before)
		stats_count(&before->stats, state, STATS_ENTERED, &old);
	rate = sample_rate(before, now, old, new);
	if (rate > 0)
		draw_number(canvas, 3, y, STYLE_WARN, rate);
	if (before && before->local[state] != now->local[state])
		canvas_sign(canvas, BAR_X - 2, y, STYLE_WARN,
			    before->local[state] < now->local[state] ? SIGN_ARROW_UP :
								      SIGN_ARROW_DOWN);
	draw_bar(canvas, y, now->local[state], most);
}

static void draw_states(struct canvas *canvas, const struct sample *before,
			const struct sample *now)
{
	static const char *const headings[] = { "LOCAL", "REMOTE", "TRANSIT", "ENTERED/s" };
	unsigned long long most = 0;

	canvas_text(canvas, 0, STATES_Y, STYLE_BOLD, "STATE");
	for (int i = 0; i < (int)ARRAY_SIZE(headings); i++)
		canvas_text(canvas, NAME_WIDTH + i * NUMBER_WIDTH, STATES_Y, STYLE_BOLD, "%*s",
			    NUMBER_WIDTH, headings[i]);
	for (int i = 0; i < TCPFSM_NR_STATES; i++)
		if (now->local[i] > most)
			most = now->local[i];
	for (int i = 0; i < TCPFSM_NR_STATES; i++)
		draw_state(canvas, i, before, now, most);
}

/*
 * In use are also those that tcp_tw_reuse frees. Where there is pressure the rest is known, if this user
 * may know it.
 */
static void draw_ports(struct canvas *canvas, const struct sample *now)
{
	unsigned long long pressed = number(now, SECTION_PORTS, "pressured");
	unsigned long long destinations = number(now, SECTION_PORTS, "destinations");
	enum style style = pressed ? STYLE_BAD : STYLE_PLAIN;

	if (!destinations)
		canvas_text(canvas, PORTS_X, PORTS_Y, style, "ports: no destinations");
	else if (pressed && now->pressed_known)
		canvas_text(canvas, PORTS_X, PORTS_Y, style, "ports: %llu%% used, %llu of %llu pressed",
			    now->pressed_percent, pressed, destinations);
	else
		canvas_text(canvas, PORTS_X, PORTS_Y, style, "ports: %llu of %llu, %llu of %llu pressed",
			    number(now, SECTION_PORTS, "worst_used"),
			    number(now, SECTION_PORTS, "worst_available"), pressed, destinations);
}

static void draw_notes(struct canvas *canvas, const struct sample *before,
		       const struct sample *now)
{
	unsigned long long leaked = number(now, SECTION_CLOSE_WAIT, "leaked");
	unsigned long long anomalies = number(now, SECTION_ANOMALIES, "current");
	unsigned long long exact = number(now, SECTION_WITNESS, "exact");
	unsigned long long seen = number(now, SECTION_SEGMENTS, "seen");
	char oldest[WORDS_MAX], rate[SAMPLE_TEXT_MAX];

	words_time(number(now, SECTION_CLOSE_WAIT, "oldest_ms"), oldest);
	canvas_text(canvas, 0, NOTES_Y, leaked ? STYLE_BAD : STYLE_PLAIN,
		    "CLOSE_WAIT: %llu leaked, oldest %s", leaked, oldest);
	draw_ports(canvas, now);
	canvas_text(canvas, 0, NOTES_Y + 1, anomalies ? STYLE_WARN : STYLE_PLAIN,
		    "anomalies: %llu", anomalies);
	canvas_text(canvas, 20, NOTES_Y + 1, exact ? STYLE_PLAIN : STYLE_WARN, "exact: %s",
		    exact ? "yes" : "no");
	canvas_text(canvas, 40, NOTES_Y + 1, STYLE_PLAIN, "flows: %llu of %llu",
		    number(now, SECTION_FLOWS, "current"), number(now, SECTION_FLOWS, "max"));
	if (!before)
		return;
	sample_number_text(sample_rate(before, now, number(before, SECTION_SEGMENTS, "seen"), seen),
			   rate);
	canvas_text(canvas, 0, NOTES_Y + 2, STYLE_PLAIN, "segments: %s/s", rate);
}

/* The fastest first, in as many columns as there is room for. */
static void draw_moves(struct canvas *canvas, const struct sample *before,
		       const struct sample *now)
{
	struct sample_move moves[SAMPLE_MOVES_MAX];
	int count = before ? sample_moves(before, now, moves) : 0;
	int rows = canvas->height - MOVES_Y - 1;

	canvas_text(canvas, 0, MOVES_Y, STYLE_BOLD, count ? "What moves, a second" : before ?
		    "Nothing moves" : "");
	for (int i = 0; i < count && rows > 0; i++) {
		int x = i / rows * MOVE_WIDTH, y = MOVES_Y + 1 + i % rows;
		char rate[SAMPLE_TEXT_MAX];

		if (x + MOVE_WIDTH > canvas->width + 1)
			break;
		sample_number_text(moves[i].weight, rate);
		canvas_text(canvas, x, y, STYLE_PLAIN, "%12s", states_names[moves[i].from]);
		canvas_sign(canvas, x + 13, y, STYLE_DIM, SIGN_TO);
		canvas_text(canvas, x + 15, y, STYLE_PLAIN, "%-12s", states_names[moves[i].to]);
		canvas_text(canvas, x + 28, y, STYLE_WARN, "%8s", rate);
	}
}

static void draw(struct canvas *canvas, const struct sample *before, const struct sample *now)
{
	draw_title(canvas, now);
	draw_states(canvas, before, now);
	draw_notes(canvas, before, now);
	draw_moves(canvas, before, now);
}

void watch_run(const struct options *options, const struct selection *selection)
{
	(void)selection;
	live_run(options, draw, 0);
}
