// SPDX-License-Identifier: GPL-2.0
/* A picture of characters, in UTF-8 or ASCII as the locale has it. */
#include <langinfo.h>
#include <stdarg.h>
#include <string.h>

#include "alloc.h"
#include "canvas.h"

#define TEXT_MAX 512

/* In UTF-8, in ASCII. */
static const char *const signs[SIGNS_COUNT][2] = {
	[SIGN_ARROW_UP] = { "▲", "^" },
	[SIGN_ARROW_DOWN] = { "▼", "v" },
	[SIGN_ARROW_LEFT] = { "◀", "<" },
	[SIGN_ARROW_RIGHT] = { "▶", ">" },
	[SIGN_TO] = { "→", ">" },
	[SIGN_BAR] = { "█", "#" },
	[SIGN_CUT] = { "…", ">" },
};

/* By the ends that meet in a cell. */
static const char *const lines[16] = {
	" ", "│", "│", "│", "─", "┘", "┐", "┤", "─", "└", "┌", "├", "─", "┴", "┬", "┼",
};

static const char ascii_lines[16 + 1] = " |||-+++-+++-+++";

void canvas_open(struct canvas *canvas, int width, int height, bool colours)
{
	*canvas = (struct canvas){
		.width = width,
		.height = height,
		.colours = colours,
		.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8"),
		.cell = alloc_zeros((size_t)width * (size_t)height, sizeof(*canvas->cell)),
	};
}

void canvas_close(struct canvas *canvas)
{
	free(canvas->cell);
}

static struct canvas_cell *at(struct canvas *canvas, int x, int y)
{
	if (x < 0 || y < 0 || x >= canvas->width || y >= canvas->height)
		return NULL;
	return &canvas->cell[y * canvas->width + x];
}

int canvas_text(struct canvas *canvas, int x, int y, enum style style, const char *format,
		...)
{
	char text[TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	for (const char *c = text; *c; c++, x++) {
		struct canvas_cell *cell = at(canvas, x, y);

		if (cell)
			*cell = (struct canvas_cell){
				.character = (unsigned char)*c,
				.style = (unsigned char)style,
			};
	}
	/* Half a number must not look like a whole one. */
	if (*text && x > canvas->width)
		canvas_sign(canvas, canvas->width - 1, y, style, SIGN_CUT);
	return x;
}

void canvas_sign(struct canvas *canvas, int x, int y, enum style style,
		 enum canvas_sign sign)
{
	struct canvas_cell *cell = at(canvas, x, y);

	if (cell)
		*cell = (struct canvas_cell){
			.sign = (unsigned char)sign,
			.style = (unsigned char)style,
		};
}

static void add_lines(struct canvas *canvas, int x, int y, unsigned int ends,
		      enum style style)
{
	struct canvas_cell *cell = at(canvas, x, y);

	if (!cell || cell->character || cell->sign)
		return;
	cell->lines |= (unsigned char)ends;
	/* Where a line that moves meets one that doesn't, it shows. */
	if (cell->lines == ends || style != STYLE_DIM)
		cell->style = (unsigned char)style;
}

void canvas_line(struct canvas *canvas, int x, int y, int to_x, int to_y, enum style style)
{
	int step_x = (to_x > x) - (to_x < x);
	int step_y = (to_y > y) - (to_y < y);
	unsigned int ahead = step_x > 0 ? CANVAS_RIGHT : step_x < 0 ? CANVAS_LEFT :
		step_y > 0 ? CANVAS_DOWN : CANVAS_UP;
	unsigned int behind = step_x > 0 ? CANVAS_LEFT : step_x < 0 ? CANVAS_RIGHT :
		step_y > 0 ? CANVAS_UP : CANVAS_DOWN;

	while (x != to_x || y != to_y) {
		add_lines(canvas, x, y, ahead, style);
		x += step_x;
		y += step_y;
		add_lines(canvas, x, y, behind, style);
	}
}

void canvas_box(struct canvas *canvas, int x, int y, int width, int height,
		enum style style)
{
	int right = x + width - 1, bottom = y + height - 1;

	for (int row = y; row <= bottom; row++)
		for (int column = x; column <= right; column++)
			if (at(canvas, column, row))
				*at(canvas, column, row) = (struct canvas_cell){ 0 };
	canvas_line(canvas, x, y, right, y, style);
	canvas_line(canvas, right, y, right, bottom, style);
	canvas_line(canvas, right, bottom, x, bottom, style);
	canvas_line(canvas, x, bottom, x, y, style);
}

static void print_cell(const struct canvas *canvas, const struct canvas_cell *cell, FILE *to)
{
	if (cell->character)
		fputc(cell->character, to);
	else if (cell->sign)
		fputs(signs[cell->sign][!canvas->utf8], to);
	else if (canvas->utf8)
		fputs(lines[cell->lines], to);
	else
		fputc(ascii_lines[cell->lines], to);
}

static bool blank(const struct canvas_cell *cell)
{
	return (!cell->character || cell->character == ' ') && !cell->lines && !cell->sign;
}

/* Returns its end. */
static int print_row(const struct canvas *canvas, int y, FILE *to)
{
	const struct canvas_cell *row = &canvas->cell[y * canvas->width];
	int style = STYLE_PLAIN;
	int end = canvas->width;

	while (end && blank(&row[end - 1]))
		end--;
	for (int x = 0; x < end; x++) {
		if (canvas->colours && !blank(&row[x]) && row[x].style != style) {
			style = row[x].style;
			fputs(style_sequences[style], to);
		}
		print_cell(canvas, &row[x], to);
	}
	if (style != STYLE_PLAIN)
		fputs(style_sequences[STYLE_PLAIN], to);
	return end;
}

void canvas_print(const struct canvas *canvas, bool screen, FILE *to)
{
	for (int y = 0; y < canvas->height; y++) {
		int end;

		if (screen)
			fprintf(to, "\033[%d;1H", y + 1);
		end = print_row(canvas, y, to);
		/* The rest of the row is an earlier picture's. Of a full one the cursor is still on the last cell. */
		if (!screen)
			fputc('\n', to);
		else if (end < canvas->width)
			fputs("\033[K", to);
	}
	fflush(to);
}
