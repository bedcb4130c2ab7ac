// SPDX-License-Identifier: GPL-2.0
/* diagram: RFC 9293's state diagram, with counts on the states and rates on the edges. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagram.h"
#include "live.h"
#include "picture.h"
#include "replacement.h"
#include "say.h"
#include "terminal.h"

#define TITLE_ROWS 1
#define FOOT_ROWS 2

/* From so many rows on, states have frames. */
#define FRAMES_HEIGHT 44

/* So many columns from a state's middle are near it. */
#define NEAR 9

void diagram_label(const struct sample *before, double weight, char text[SAMPLE_TEXT_MAX])
{
	text[0] = '\0';
	if (weight <= 0)
		return;
	sample_number_text(weight, text);
	if (before)
		strcat(text, "/s");
}

static int scale_x(const struct canvas *canvas, int x)
{
	int columns = canvas->width > PICTURE_WIDTH ? canvas->width : PICTURE_WIDTH;

	return x * (columns - 1) / (PICTURE_WIDTH - 1);
}

static int scale_y(const struct canvas *canvas, int y)
{
	bool frames = canvas->height >= FRAMES_HEIGHT;
	int height = canvas->height - TITLE_ROWS - FOOT_ROWS;
	/* A frame needs a row above and below. */
	int rows = (height > PICTURE_HEIGHT ? height : PICTURE_HEIGHT) - 2 * frames;

	return TITLE_ROWS + frames + y * (rows - 1) / (PICTURE_HEIGHT - 1);
}

static struct picture_point scale_node(const struct canvas *canvas, int node)
{
	return (struct picture_point){
		.x = scale_x(canvas, picture_nodes[node].at.x),
		.y = scale_y(canvas, picture_nodes[node].at.y),
	};
}

/* States don't grow with the canvas: a place keeps its distance to its state's middle. */
static int scale_beside(const struct canvas *canvas, int node, int x)
{
	int middle = picture_nodes[node].at.x;

	return scale_x(canvas, middle) + x - middle;
}

static struct picture_point scale_point(const struct canvas *canvas,
					const struct picture_edge *edge, int i)
{
	const struct picture_point *at = &edge->points[i];
	struct picture_point scaled = { scale_x(canvas, at->x), scale_y(canvas, at->y) };

	if (at->x == edge->points[0].x)
		scaled.x = scale_beside(canvas, (int)edge->from, at->x);
	else if (at->x == edge->points[edge->count - 1].x)
		scaled.x = scale_beside(canvas, edge->target, at->x);
	return scaled;
}

static int scale_label_x(const struct canvas *canvas, const struct picture_edge *edge)
{
	const int nodes[] = { (int)edge->from, edge->target };
	int x = edge->label.x;

	for (size_t i = 0; i < ARRAY_SIZE(nodes); i++)
		if (abs(x - picture_nodes[nodes[i]].at.x) <= NEAR)
			return scale_beside(canvas, nodes[i], x);
	return scale_x(canvas, x);
}

/* A label that stands on a line stays there. */
static struct picture_point scale_label(const struct canvas *canvas,
					const struct picture_edge *edge)
{
	int below = edge->label.y + 1;
	bool on_line = false;

	for (int i = 1; i < edge->count; i++)
		if (edge->points[i].y == below && edge->points[i - 1].y == below)
			on_line = true;
	return (struct picture_point){
		.x = scale_label_x(canvas, edge),
		.y = on_line ? scale_y(canvas, below) - 1 : scale_y(canvas, edge->label.y),
	};
}

static void node_text(const struct sample *now, int node, char text[2 * SAMPLE_TEXT_MAX])
{
	enum tcpfsm_state state = picture_nodes[node].state;
	char count[SAMPLE_TEXT_MAX];

	sample_number_text((double)now->local[state], count);
	/* A closed end is no socket. */
	snprintf(text, 2 * SAMPLE_TEXT_MAX, state == TCPFSM_CLOSED ? "%s" : "%s %s",
		 states_names[state], count);
}

/* From the middle to the last column of what is drawn; on the left, or on the right. */
static int half_width(const struct canvas *canvas, const struct sample *now, int node, bool right)
{
	char text[2 * SAMPLE_TEXT_MAX];
	int length;

	node_text(now, node, text);
	length = (int)strlen(text);
	if (canvas->height >= FRAMES_HEIGHT)
		return length / 2 + 2;
	return length / 2 + 1 - (right && length % 2 == 0);
}

static void draw_node(struct canvas *canvas, const struct sample *now, int node)
{
	enum tcpfsm_state state = picture_nodes[node].state;
	struct picture_point at = scale_node(canvas, node);
	bool frames = canvas->height >= FRAMES_HEIGHT;
	enum style style = now->local[state] ? STYLE_GOOD : STYLE_PLAIN;
	char text[2 * SAMPLE_TEXT_MAX];
	unsigned long long leaked = 0;
	int half = half_width(canvas, now, node, false);

	stats_number(&now->stats, SECTION_CLOSE_WAIT, "leaked", &leaked);
	if (state == TCPFSM_CLOSE_WAIT && leaked)
		style = STYLE_BAD;
	node_text(now, node, text);
	if (frames)
		canvas_box(canvas, at.x - half, at.y - 1, 2 * half + 1, 3, style);
	canvas_text(canvas, at.x - half + frames, at.y, style, frames ? " %s" : "[%s]", text);
}

static enum canvas_sign arrow(struct picture_point before, struct picture_point end)
{
	if (before.y != end.y)
		return before.y < end.y ? SIGN_ARROW_DOWN : SIGN_ARROW_UP;
	return before.x < end.x ? SIGN_ARROW_RIGHT : SIGN_ARROW_LEFT;
}

static void draw_edge(struct canvas *canvas, const struct picture_edge *edge,
		      const struct sample *now, bool moving)
{
	enum style style = moving ? STYLE_WARN : STYLE_DIM;
	bool frames = canvas->height >= FRAMES_HEIGHT;
	struct picture_point from = scale_point(canvas, edge, 0);
	struct picture_point end = from;

	for (int i = 1; i < edge->count; i++) {
		from = end;
		end = scale_point(canvas, edge, i);
		canvas_line(canvas, from.x, from.y, end.x, end.y, style);
	}
	end = picture_end(from, end, half_width(canvas, now, edge->target, from.x > end.x) + 1,
			  frames + 1);
	canvas_sign(canvas, end.x, end.y, style, arrow(from, end));
}

static void draw_label(struct canvas *canvas, const struct picture_edge *edge,
		       const struct sample *before, double weight)
{
	struct picture_point at = scale_label(canvas, edge);
	char text[SAMPLE_TEXT_MAX];

	diagram_label(before, weight, text);
	canvas_text(canvas, at.x, at.y, STYLE_WARN, "%s", text);
}

/* Lines that rest first, so that those that move are drawn over them. */
static void draw_edges(struct canvas *canvas, const struct sample *before,
		       const struct sample *now)
{
	for (int pass = 0; pass < 2; pass++) {
		for (int i = 0; i < picture_edges_count; i++) {
			const struct picture_edge *edge = &picture_edges[i];
			double weight = sample_weight(before, now, edge->from, edge->to);

			if ((weight > 0) == pass)
				draw_edge(canvas, edge, now, pass);
		}
	}
	for (int i = 0; i < picture_edges_count; i++)
		draw_label(canvas, &picture_edges[i], before,
			   sample_weight(before, now, picture_edges[i].from, picture_edges[i].to));
}

/* The moves that have no line: resets and time-outs, mostly. */
static void draw_others(struct canvas *canvas, const struct sample *before,
			const struct sample *now)
{
	struct sample_move moves[SAMPLE_MOVES_MAX];
	int count = sample_moves(before, now, moves);
	int y = canvas->height - 1;
	int x = 0;
	char text[SAMPLE_TEXT_MAX];

	for (int i = 0; i < count; i++) {
		if (picture_has(moves[i].from, moves[i].to))
			continue;
		if (!x)
			x = canvas_text(canvas, 0, y, STYLE_DIM, "Others:");
		x = canvas_text(canvas, x + 1, y, STYLE_PLAIN, "%s", states_names[moves[i].from]);
		canvas_sign(canvas, x, y, STYLE_DIM, SIGN_TO);
		x = canvas_text(canvas, x + 1, y, STYLE_PLAIN, "%s", states_names[moves[i].to]);
		diagram_label(before, moves[i].weight, text);
		x = canvas_text(canvas, x + 1, y, STYLE_WARN, "%s", text);
	}
}

static void draw(struct canvas *canvas, const struct sample *before, const struct sample *now)
{
	canvas_text(canvas, 0, 0, STYLE_BOLD, "Local endpoints; %s",
		    before ? "moves a second" : "moves since load");
	draw_edges(canvas, before, now);
	for (int i = 0; i < PICTURE_NODES; i++)
		draw_node(canvas, now, i);
	draw_others(canvas, before, now);
}

static void write_svg(const char *path, const struct sample *before, const struct sample *now)
{
	struct replacement file;

	if (!replacement_begin(&file, path))
		return;
	diagram_svg(file.to, before, now);
	replacement_end(&file);
}

/*
 * To a file, or for Graphviz to stdout. Rates, if there is a time to measure them in: --interval. A file that
 * is there is replaced when there is something to draw.
 */
static void draw_document(const struct options *options, const char *svg)
{
	const char *input = options->value[OPTION_INPUT];
	bool rates = options_have(options, OPTION_INTERVAL);
	double interval = live_interval(options);
	struct sample before, now;

	if (rates) {
		if (!sample_read(&before, input)) {
			sample_forget(&before);
			return;
		}
		live_pause(interval);
	}
	if (sample_read(&now, input)) {
		if (svg)
			write_svg(svg, rates ? &before : NULL, &now);
		else
			diagram_dot(stdout, rates ? &before : NULL, &now);
	}
	sample_forget(&now);
	if (rates)
		sample_forget(&before);
}

void diagram_run(const struct options *options, const struct selection *selection)
{
	const char *svg = options->value[OPTION_SVG];
	bool dot = options_have(options, OPTION_DOT);

	(void)selection;
	if (svg && dot)
		say_usage("--svg and --dot exclude each other");
	if ((svg || dot) && options_have(options, OPTION_COUNT))
		say_usage("--count is for the terminal; --%s makes one picture",
			  svg ? "svg" : "dot");
	if (svg || dot)
		draw_document(options, svg);
	else
		live_run(options, draw, terminal_there() ? 0 : 1);
}
