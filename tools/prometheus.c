// SPDX-License-Identifier: GPL-2.0
/* prometheus: all counts, in Prometheus's text exposition format. No label is of a single flow. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "exposition.h"
#include "prometheus.h"
#include "replacement.h"
#include "say.h"
#include "source.h"
#include "verb.h"

#define TEXTFILE_MODE 0644

/* The file stats comes first: without it there is nothing to say. */
static const struct {
	const char *file;
	bool (*print)(FILE *to, const char *input);
	bool first;	/* only the first network namespace has the file */
} parts[] = {
	{ "stats", prometheus_stats },
	{ "transitions", prometheus_transitions },
	{ "durations", prometheus_durations },
	{ "anomalies", prometheus_anomalies },
	{ "listeners", prometheus_listeners },
	{ "namespaces", prometheus_namespaces, .first = true },
};

static void print_all(FILE *to, const char *input)
{
	bool readable[ARRAY_SIZE(parts)] = { false };
	bool wanted[ARRAY_SIZE(parts)] = { false };

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		wanted[i] = !parts[i].first || source_has(input, parts[i].file);
		readable[i] = wanted[i] && parts[i].print(to, input);
		if (!readable[0])
			break;
	}
	exposition_family(to, "tcpfsm_up", "gauge", "Whether the module's file stats could be read.");
	exposition_number(to, "tcpfsm_up", NO_LABELS, readable[0]);
	exposition_family(to, "tcpfsm_tool_info", "gauge", "The version of the program tcpfsm.");
	exposition_number(to, "tcpfsm_tool_info", LABELS("version", TCPFSM_TOOL_VERSION), 1);
	if (!readable[0])
		return;
	exposition_family(to, "tcpfsm_file_readable", "gauge",
			  "Whether the module's file could be read.");
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (wanted[i])
			exposition_number(to, "tcpfsm_file_readable",
					  LABELS("file", parts[i].file), readable[i]);
}

static void write_textfile(const char *path, const char *input)
{
	struct replacement file;

	if (!replacement_begin(&file, path))
		return;
	print_all(file.to, input);
	/* The exporter is another user, whatever this one's umask. */
	if (file.beside && fchmod(fileno(file.to), TEXTFILE_MODE))
		say_unwritten("cannot make %s readable: %s", file.beside, strerror(errno));
	replacement_end(&file);
}

void prometheus_run(const struct options *options, const struct selection *selection)
{
	const char *input = options->value[OPTION_INPUT];

	(void)selection;
	if (options->value[OPTION_TEXTFILE])
		write_textfile(options->value[OPTION_TEXTFILE], input);
	else
		print_all(stdout, input);
}
