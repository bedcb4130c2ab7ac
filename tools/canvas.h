/* SPDX-License-Identifier: GPL-2.0 */
/* A picture of characters, in UTF-8 or ASCII as the locale has it. */
#ifndef TOOLS_CANVAS_H
#define TOOLS_CANVAS_H

#include <stdbool.h>
#include <stdio.h>

#include "style.h"

struct canvas {
	int width, height;
	bool utf8, colours;
	struct canvas_cell {
		unsigned char character;	/* ASCII; 0: a line, or one of enum canvas_sign */
		unsigned char lines;		/* CANVAS_UP and so on */
		unsigned char sign;
		unsigned char style;
	} *cell;
};

/* Ends of lines in a cell. */
#define CANVAS_UP 1
#define CANVAS_DOWN 2
#define CANVAS_LEFT 4
#define CANVAS_RIGHT 8

enum canvas_sign {
	SIGN_NONE,
	SIGN_ARROW_UP, SIGN_ARROW_DOWN, SIGN_ARROW_LEFT, SIGN_ARROW_RIGHT,
	SIGN_TO,		/* between two words */
	SIGN_BAR,
	SIGN_CUT,		/* the text goes on beside the canvas */
	SIGNS_COUNT
};

/* The locale tells whether there is UTF-8. */
void canvas_open(struct canvas *canvas, int width, int height, bool colours);
void canvas_close(struct canvas *canvas);

/* What falls beside the canvas is cut off, which a sign says. Returns the column behind the text. */
int canvas_text(struct canvas *canvas, int x, int y, enum style style, const char *format,
		...) __attribute__((__format__(__printf__, 5, 6)));
void canvas_sign(struct canvas *canvas, int x, int y, enum style style,
		 enum canvas_sign sign);
/* From one point to another, which is straight above, below or beside it. */
void canvas_line(struct canvas *canvas, int x, int y, int to_x, int to_y, enum style style);
void canvas_box(struct canvas *canvas, int x, int y, int width, int height,
		enum style style);

/* screen: where it is, on a terminal, instead of line by line. */
void canvas_print(const struct canvas *canvas, bool screen, FILE *to);

#endif
