// SPDX-License-Identifier: GPL-2.0
/* record: saves a copy of /proc/tcpfsm, for --input or a bug report. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "say.h"
#include "source.h"
#include "verb.h"

/* Addresses are nobody else's business. */
#define SAVED_FOLDER 0700
#define SAVED_FILE 0600

#define CHUNK 65536

/* What there may be: the files of the interface. */
static const char *const files[] = {
	"stats", "transitions", "durations", "witness", "flows", "listeners", "anomalies",
	"namespaces",
};

static bool write_all(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t written = write(fd, data, size);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return false;
		data += written;
		size -= (size_t)written;
	}
	return true;
}

static void copy(int from, const char *from_path, int to, const char *to_path)
{
	static char data[CHUNK];
	ssize_t got;

	for (;;) {
		got = read(from, data, sizeof(data));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		if (!write_all(to, data, (size_t)got)) {
			say_unwritten("cannot write %s: %s", to_path, strerror(errno));
			return;
		}
	}
	if (got < 0)
		say_error("cannot read %s: %s; %s ends early", from_path, strerror(errno), to_path);
}

static void save(const char *input, const char *file, const char *folder)
{
	char from_path[SOURCE_PATH_MAX];
	char to_path[SOURCE_PATH_MAX];
	int from, to;

	from = source_open_file(input, file, from_path);
	if (from < 0)
		return;
	if (snprintf(to_path, sizeof(to_path), "%s/%s", folder, file) >= SOURCE_PATH_MAX) {
		say_unwritten("the path of the folder %s is too long", say_quoted(folder));
		close(from);
		return;
	}
	to = open(to_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, SAVED_FILE);
	if (to < 0) {
		say_unwritten("cannot make %s: %s", to_path, strerror(errno));
	} else {
		copy(from, from_path, to, to_path);
		if (close(to))
			say_unwritten("cannot write %s: %s", to_path, strerror(errno));
	}
	close(from);
}

/* Only the first network namespace has it: in another one nothing is missing. */
static bool only_elsewhere(const char *input, const char *file)
{
	return !strcmp(file, "namespaces") && !source_has(input, file);
}

void save_run(const struct options *options, const struct selection *selection)
{
	const char *input = options->value[OPTION_INPUT];
	const char *folder = options->argument;

	(void)selection;
	if (!source_there(input))
		return;
	if (mkdir(folder, SAVED_FOLDER)) {
		say_unwritten("cannot make the folder %s: %s%s", folder, strerror(errno),
			      errno == EEXIST ? "; nothing is overwritten, choose a new name" : "");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (!only_elsewhere(input, files[i]))
			save(input, files[i], folder);
}
