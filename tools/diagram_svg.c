// SPDX-License-Identifier: GPL-2.0
/* The state diagram for documents: SVG, in colours that show on white and on dark. */
#include <string.h>

#include "diagram.h"
#include "picture.h"

/* A place of the grid, in SVG's units. */
#define CELL_WIDTH 12
#define CELL_HEIGHT 32
#define MARGIN 40

/* Half of a state's box. */
#define HALF_WIDTH 76
#define HALF_HEIGHT 21

/* An arrow's head ends there. */
#define HEAD 2

static struct picture_point place(struct picture_point point)
{
	return (struct picture_point){
		.x = MARGIN + 20 + point.x * CELL_WIDTH,
		.y = MARGIN + point.y * CELL_HEIGHT,
	};
}

static void print_head(FILE *to)
{
	int width = 2 * MARGIN + PICTURE_WIDTH * CELL_WIDTH;
	int height = 2 * MARGIN + (PICTURE_HEIGHT - 1) * CELL_HEIGHT;

	fprintf(to, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
		" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"13\">\n",
		width, height, width, height);
	fputs("<title>TCP's states, by tcpfsm</title>\n"
	      "<defs>\n"
	      "<marker id=\"rest\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\""
	      " markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L10 5L0 10z\" fill=\"#9aa0a6\"/>"
	      "</marker>\n"
	      "<marker id=\"move\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"6\""
	      " markerHeight=\"6\" orient=\"auto\"><path d=\"M0 0L10 5L0 10z\" fill=\"#c2410c\"/>"
	      "</marker>\n"
	      "</defs>\n"
	      "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n", to);
}

static void print_edge(FILE *to, const struct picture_edge *edge, const struct sample *before,
		       const struct sample *now)
{
	double weight = sample_weight(before, now, edge->from, edge->to);
	struct picture_point label = place(edge->label);
	struct picture_point at = place(edge->points[0]);
	char text[SAMPLE_TEXT_MAX];

	fprintf(to, "<path d=\"M%d %d", at.x, at.y);
	for (int i = 1; i < edge->count; i++) {
		struct picture_point previous = place(edge->points[i - 1]);

		at = place(edge->points[i]);
		if (i == edge->count - 1)
			at = picture_end(previous, at, HALF_WIDTH + HEAD, HALF_HEIGHT + HEAD);
		fprintf(to, "L%d %d", at.x, at.y);
	}
	fprintf(to, "\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\" marker-end=\"url(#%s)\">"
		"<title>%s to %s: %s</title></path>\n", weight > 0 ? "#c2410c" : "#9aa0a6",
		weight > 0 ? "2" : "1.2", weight > 0 ? "move" : "rest",
		states_names[edge->from], states_names[edge->to], edge->event);
	diagram_label(before, weight, text);
	if (*text)
		fprintf(to, "<text x=\"%d\" y=\"%d\" fill=\"#c2410c\" font-weight=\"bold\">%s</text>\n",
			label.x, label.y + 5, text);
}

static void print_node(FILE *to, int node, const struct sample *now)
{
	enum tcpfsm_state state = picture_nodes[node].state;
	struct picture_point at = place(picture_nodes[node].at);
	bool there = now->local[state];
	unsigned long long leaked = 0;

	stats_number(&now->stats, SECTION_CLOSE_WAIT, "leaked", &leaked);
	fprintf(to, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\" fill=\"%s\""
		" stroke=\"%s\" stroke-width=\"1.5\"/>\n", at.x - HALF_WIDTH, at.y - HALF_HEIGHT,
		2 * HALF_WIDTH, 2 * HALF_HEIGHT, there ? "#e6f4ea" : "#f8f9fa",
		state == TCPFSM_CLOSE_WAIT && leaked ? "#b91c1c" : "#3c4043");
	/* A closed end is no socket: it has no count. */
	if (state == TCPFSM_CLOSED) {
		fprintf(to, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#202124\">%s"
			"</text>\n", at.x, at.y + 5, states_names[state]);
		return;
	}
	fprintf(to, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#202124\">%s</text>\n"
		"<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#202124\""
		" font-weight=\"bold\">%llu</text>\n", at.x, at.y - 4, states_names[state],
		at.x, at.y + 14, now->local[state]);
}

void diagram_svg(FILE *to, const struct sample *before, const struct sample *now)
{
	print_head(to);
	for (int i = 0; i < picture_edges_count; i++)
		print_edge(to, &picture_edges[i], before, now);
	for (int i = 0; i < PICTURE_NODES; i++)
		print_node(to, i, now);
	fputs("</svg>\n", to);
}
