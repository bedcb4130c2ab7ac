/* SPDX-License-Identifier: GPL-2.0 */
/* diagram: the state diagram in its forms. */
#ifndef TOOLS_DIAGRAM_H
#define TOOLS_DIAGRAM_H

#include "sample.h"

/* For documents: states with their counts, edges with their rates, or without `before` with how
 * often they were taken since load.
 */
void diagram_svg(FILE *to, const struct sample *before, const struct sample *now);
void diagram_dot(FILE *to, const struct sample *before, const struct sample *now);

/* sample_weight() as text: "12/s", or "520", or empty for none. */
void diagram_label(const struct sample *before, double weight, char text[SAMPLE_TEXT_MAX]);

#endif
