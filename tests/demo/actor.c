// SPDX-License-Identifier: GPL-2.0
/*
 * The programs of the demo, each with a habit that servers' operators know:
 *   actor forget PORT            accepts connections, reads to their end, never closes them
 *   actor deaf PORT              listens, and never accepts
 *   actor ignore PORT            accepts connections, and never reads what comes
 *   actor hangup PORT            accepts connections, and closes them at once
 *   actor visit ADDRESS PORT N   N connections, each opened, used and closed
 *   actor short ADDRESS PORT N   the same, and each waits until the other end has closed, too
 *   actor half ADDRESS PORT      sends its last word (a FIN) and stays to listen
 *   actor connect ADDRESS PORT [N]   connects (N times) and stays
 * An ADDRESS with a colon in it is IPv6's. It prints a line when it is where it wants to be.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int address(const char *text, int port, struct sockaddr_storage *a)
{
	struct sockaddr_in6 *v6 = (void *)a;
	struct sockaddr_in *v4 = (void *)a;

	memset(a, 0, sizeof(*a));
	if (strchr(text, ':')) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(port);
		return inet_pton(AF_INET6, text, &v6->sin6_addr) == 1 ? sizeof(*v6) : 0;
	}
	v4->sin_family = AF_INET;
	v4->sin_port = htons(port);
	return inet_pton(AF_INET, text, &v4->sin_addr) == 1 ? sizeof(*v4) : 0;
}

static int dial(const char *text, int port)
{
	struct sockaddr_storage a;
	int len = address(text, port, &a), fd;

	if (!len) {
		fprintf(stderr, "%s: not an address\n", text);
		exit(2);
	}
	fd = socket(a.ss_family, SOCK_STREAM, 0);
	if (fd < 0)
		die("socket");
	if (connect(fd, (void *)&a, len))
		die("connect");
	return fd;
}

static int listen_at(int port)
{
	struct sockaddr_storage a;
	int listener, one = 1, len = address("::", port, &a);

	listener = socket(AF_INET6, SOCK_STREAM, 0);
	if (listener < 0)
		die("socket");
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (void *)&a, len) || listen(listener, 64))
		die("listen");
	printf("listening\n");
	fflush(stdout);
	return listener;
}

static void forget(int port)
{
	char data[256];
	int fd, listener = listen_at(port);

	/* Here it is: no close(fd). */
	while ((fd = accept(listener, NULL, NULL)) >= 0)
		while (read(fd, data, sizeof(data)) > 0)
			;
	die("accept");
}

static void ignore(int port)
{
	int listener = listen_at(port);

	while (accept(listener, NULL, NULL) >= 0)
		;
	die("accept");
}

static void hangup(int port)
{
	int fd, listener = listen_at(port);

	while ((fd = accept(listener, NULL, NULL)) >= 0)
		close(fd);
	die("accept");
}

static void visit(const char *text, int port, int n)
{
	while (n--) {
		int fd = dial(text, port);

		if (write(fd, "hello\n", 6) != 6)
			die("write");
		close(fd);
	}
}

static void brief(const char *text, int port, int n)
{
	char data[256];

	while (n--) {
		int fd = dial(text, port);

		shutdown(fd, SHUT_WR);
		while (read(fd, data, sizeof(data)) > 0)
			;
		close(fd);
	}
}

/* It is where it wants to be, and stays. */
static void stay(void)
{
	printf("connected\n");
	fflush(stdout);
	pause();
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (argc == 3 && !strcmp(verb, "forget")) {
		forget(atoi(argv[2]));
	} else if (argc == 3 && !strcmp(verb, "deaf")) {
		listen_at(atoi(argv[2]));
		pause();
	} else if (argc == 3 && !strcmp(verb, "ignore")) {
		ignore(atoi(argv[2]));
	} else if (argc == 3 && !strcmp(verb, "hangup")) {
		hangup(atoi(argv[2]));
	} else if (argc == 5 && !strcmp(verb, "visit")) {
		visit(argv[2], atoi(argv[3]), atoi(argv[4]));
	} else if (argc == 5 && !strcmp(verb, "short")) {
		brief(argv[2], atoi(argv[3]), atoi(argv[4]));
	} else if (argc == 4 && !strcmp(verb, "half")) {
		shutdown(dial(argv[2], atoi(argv[3])), SHUT_WR);
		stay();
	} else if ((argc == 4 || argc == 5) && !strcmp(verb, "connect")) {
		for (int n = argc == 5 ? atoi(argv[4]) : 1; n > 0; n--)
			dial(argv[2], atoi(argv[3]));
		stay();
	} else {
		fprintf(stderr, "usage: actor forget PORT | deaf PORT | ignore PORT | hangup PORT | visit ADDRESS PORT N | "
			"short ADDRESS PORT N | "
			"half ADDRESS PORT | connect ADDRESS PORT [N]\n");
		return 2;
	}
	return 0;
}
