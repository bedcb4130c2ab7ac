// SPDX-License-Identifier: GPL-2.0
/* The eleven states' names, from the module's own list. */
#include <string.h>

#include "states.h"

#define NAME(name, ...) #name,

const char *const states_names[TCPFSM_NR_STATES] = { TCPFSM_STATES(NAME) };

int states_find(const char *name)
{
	for (int i = 0; i < TCPFSM_NR_STATES; i++)
		if (!strcmp(states_names[i], name))
			return i;
	return -1;
}
