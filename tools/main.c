// SPDX-License-Identifier: GPL-2.0
/*
 * tcpfsm: shows what the kernel module tcpfsm knows.
 *
 *   options -> verb -> source -> lines -> record -> output
 *
 * A verb has a layout (columns.h), which says how a line of its file is read and shown.
 * Whatever is wrong goes through say.h, which also keeps the exit code.
 */
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "say.h"
#include "verb.h"

/* The output may be long; nobody watches it grow. */
#define STDOUT_BUFFER 65536

/*
 * The next file that is opened would be stdout or stderr, where the caller has closed these:
 * messages would be written into the textfile. So they go nowhere instead, and output fails.
 */
static void keep_standard_files(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY) != fd)
			exit(EXIT_UNWRITTEN);
}

/* Before any file is opened: what is wrong with the command line is said first. */
static void choose_columns(const struct options *options, struct selection *selection)
{
	const struct verb *verb = options->verb;

	if (!verb->layout)
		return;
	columns_select(verb->name, verb->layout, options->value[OPTION_OUTPUT],
		       options_format(options) != OUTPUT_TABLE, selection);
	if (options_have(options, OPTION_SORT))
		columns_sort(verb->name, verb->layout, options->value[OPTION_SORT], selection);
}

int main(int argc, char **argv)
{
	static char buffer[STDOUT_BUFFER];
	struct selection selection = { 0 };
	struct options options;

	keep_standard_files();
	/* The characters alone: numbers keep their point, in --interval 0.5 and in what is printed. */
	setlocale(LC_CTYPE, "");
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	options_parse(argc, argv, &options);
	choose_columns(&options, &selection);
	options.verb->run(&options, &selection);
	return say_end();
}
