/* SPDX-License-Identifier: GPL-2.0 */
/* What --help prints, and what it is made of. */
#ifndef TOOLS_HELP_H
#define TOOLS_HELP_H

#include "verb.h"

#define OPTIONS_NAME_MAX 32

struct option_description {
	char letter;		/* 0: it has none */
	const char *name;	/* in upper case, with underscores */
	const char *argument;	/* its name, or NULL */
	const char *help;
};

extern const struct option_description options_descriptions[OPTIONS_COUNT];

/* The option as it is written after its two dashes. */
void options_name(enum option_id id, char name[OPTIONS_NAME_MAX]);
bool options_accepted(const struct verb *verb, enum option_id id);

/* The help for a verb; named: that one was asked for, so the other verbs are left out. */
void help_show(const struct verb *verb, bool named) __attribute__((__noreturn__));

#endif
