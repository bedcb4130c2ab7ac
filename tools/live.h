/* SPDX-License-Identifier: GPL-2.0 */
/* Verbs that show one picture after the other. */
#ifndef TOOLS_LIVE_H
#define TOOLS_LIVE_H

#include "canvas.h"
#include "sample.h"
#include "verb.h"

/* before: an earlier reading, or NULL. */
typedef void live_draw(struct canvas *canvas, const struct sample *before,
		       const struct sample *now);

/*
 * On a terminal, until q or for --count pictures, each --interval. Elsewhere --count pictures, one
 * below the other. The first has no rates. count: if --count is not given; 0: without end, which
 * needs a terminal.
 */
void live_run(const struct options *options, live_draw *draw, long count);

/* --interval, checked. */
double live_interval(const struct options *options);

/* Lets so many seconds pass. */
void live_pause(double seconds);

#endif
