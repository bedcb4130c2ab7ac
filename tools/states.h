/* SPDX-License-Identifier: GPL-2.0 */
/* The eleven states' names, from the module's own list. */
#ifndef TOOLS_STATES_H
#define TOOLS_STATES_H

#include "../module/states.h"

extern const char *const states_names[TCPFSM_NR_STATES];

/* The state's place in the list, or -1. */
int states_find(const char *name);

#endif
