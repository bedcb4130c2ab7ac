// SPDX-License-Identifier: GPL-2.0
/* How a terminal shows what somebody should look at. */
#include "style.h"

const char *const style_sequences[STYLES_COUNT] = {
	[STYLE_PLAIN] = "\033[0m",
	[STYLE_BOLD] = "\033[0;1m",
	[STYLE_DIM] = "\033[0;2m",
	[STYLE_GOOD] = "\033[0;32m",
	[STYLE_WARN] = "\033[0;1;33m",
	[STYLE_BAD] = "\033[0;1;31m",
};
