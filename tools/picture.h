/* SPDX-License-Identifier: GPL-2.0 */
/* RFC 9293's state diagram (figure 5) as data: where the states stand, how the edges run. */
#ifndef TOOLS_PICTURE_H
#define TOOLS_PICTURE_H

#include <stdbool.h>

#include "states.h"

/* The grid that all places are on. */
#define PICTURE_WIDTH 80
#define PICTURE_HEIGHT 21

/* An edge has so many corners at most, its ends included. */
#define PICTURE_POINTS 4

struct picture_point {
	int x, y;
};

/* CLOSED is there twice, as in the RFC: above, and below. */
struct picture_node {
	enum tcpfsm_state state;
	struct picture_point at;	/* its middle */
};

/* The last node is the lower CLOSED; the others are by state. */
#define PICTURE_NODES (TCPFSM_NR_STATES + 1)
#define PICTURE_CLOSED_BELOW TCPFSM_NR_STATES

struct picture_edge {
	enum tcpfsm_state from, to;
	int target;			/* the node where the line ends */
	int count;			/* of the points */
	struct picture_point points[PICTURE_POINTS];
	struct picture_point label;	/* where it begins */
	const char *event;		/* the RFC's words */
};

extern const struct picture_node picture_nodes[PICTURE_NODES];
extern const struct picture_edge picture_edges[];
extern const int picture_edges_count;

/* Is there an edge? */
bool picture_has(int from, int to);

/*
 * Where a line must end that would reach the middle of its node, whose half sizes are given: just
 * outside of it.
 */
struct picture_point picture_end(struct picture_point before, struct picture_point middle,
				 int half_width, int half_height);

#endif
