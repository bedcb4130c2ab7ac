/* SPDX-License-Identifier: GPL-2.0 */
/* A terminal that shows one screen after the other, and is left as it was found. */
#ifndef TOOLS_TERMINAL_H
#define TOOLS_TERMINAL_H

#include <stdbool.h>

/* Is stdout a terminal that can do more than print lines? */
bool terminal_there(void);

/* Shall there be colours? There, and unless NO_COLOR is set and not empty. */
bool terminal_colours(void);

/* The size of stdout's terminal; 80 x 24, or COLUMNS and LINES, if there is none. */
void terminal_size(int *width, int *height);

/* Takes the screen; whatever way the program ends, it is given back. */
void terminal_enter(void);
void terminal_leave(void);

/*
 * Waits for so long at most. False: q was pressed. True: the time is over, or the screen has to
 * be drawn anew (*redraw). SIGINT, SIGTERM and their like end the program, SIGTSTP stops it; the
 * screen is given back meanwhile.
 */
bool terminal_wait(double seconds, bool *redraw);

#endif
