/* SPDX-License-Identifier: GPL-2.0 */
/* How a terminal shows what somebody should look at. */
#ifndef TOOLS_STYLE_H
#define TOOLS_STYLE_H

enum style {
	STYLE_PLAIN,
	STYLE_BOLD,
	STYLE_DIM,
	STYLE_GOOD,
	STYLE_WARN,
	STYLE_BAD,
	STYLES_COUNT
};

/* What switches each on, and all others off. */
extern const char *const style_sequences[STYLES_COUNT];

#endif
