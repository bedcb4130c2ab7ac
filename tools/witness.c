// SPDX-License-Identifier: GPL-2.0
/* The file witness. */
#include "verb.h"

static const struct column columns[] = {
	{ "wire", COLUMN_STATE, "the state that the segments showed" },
	{ "socket", COLUMN_STATE, "the state of the kernel's socket" },
	{ "early", COLUMN_COUNT, "how often the socket merely moved first" },
	{ "corrected", COLUMN_COUNT, "how often the wire alone had it wrong" },
};

const struct layout witness_layout = {
	.file = "witness",
	.columns = columns,
	.count = ARRAY_SIZE(columns),
	.words = 2,
};
