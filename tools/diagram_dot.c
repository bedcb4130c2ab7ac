// SPDX-License-Identifier: GPL-2.0
/* The state diagram for Graphviz. */
#include "diagram.h"

void diagram_dot(FILE *to, const struct sample *before, const struct sample *now)
{
	char text[SAMPLE_TEXT_MAX];

	fputs("digraph tcpfsm {\n\tnode [shape=box, fontname=\"sans-serif\"];\n"
	      "\tedge [fontname=\"sans-serif\", fontsize=10];\n", to);
	for (int i = 0; i < TCPFSM_NR_STATES; i++)
		fprintf(to, "\t%s [label=\"%s\\n%llu\"];\n", states_names[i], states_names[i],
			now->local[i]);
	for (int from = 0; from < TCPFSM_NR_STATES; from++) {
		for (int target = 0; target < TCPFSM_NR_STATES; target++) {
			double weight = sample_weight(before, now, from, target);

			if (!now->listed[from][target])
				continue;
			diagram_label(before, weight, text);
			fprintf(to, "\t%s -> %s [label=\"%s\"%s];\n", states_names[from],
				states_names[target], text, weight > 0 ? "" : ", color=gray");
		}
	}
	fputs("}\n", to);
}
