// SPDX-License-Identifier: GPL-2.0
/* The file transitions. */
#include "verb.h"

static const struct column columns[] = {
	{ "from", COLUMN_STATE, "the state left" },
	{ "to", COLUMN_STATE, "the state entered" },
	{ "segment", COLUMN_COUNT, "local endpoints: shown by a segment" },
	{ "timer", COLUMN_COUNT, "local endpoints: by a timer" },
	{ "socket", COLUMN_COUNT, "local endpoints: by the kernel's socket" },
	{ "transit", COLUMN_COUNT, "endpoints of forwarded flows" },
};

const struct layout transitions_layout = {
	.file = "transitions",
	.columns = columns,
	.count = ARRAY_SIZE(columns),
	.words = 2,
};
