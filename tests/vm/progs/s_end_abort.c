// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: what is ended by force, in whatever state, with or without a reset, is gone in `stats`
 * within the time that traffic needs to settle: connect(AF_UNSPEC); SO_LINGER 0; a process that is
 * killed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compare.h"
#include "held.h"
#include "ns.h"
#include "scenarios.h"
#include "sock.h"

static void disconnect(int fd)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };

	check(!connect(fd, &none, sizeof(none)), "connect(AF_UNSPEC): %s", strerror(errno));
}

static void disconnected(struct test *t)
{
	struct held h;
	int i;

	held_open(t, &h);
	for (i = 0; i < HOLDS; i++) {
		if (h.pair[i].client >= 0)
			disconnect(h.pair[i].client);
		compare(t);
	}
	for (i = 0; i < HOLDS; i++)
		if (h.pair[i].server >= 0)
			disconnect(h.pair[i].server);
	disconnect(h.listener[HELD_ESTABLISHED]);
	compare(t);
	/* The same sockets again: from new ports, to a server of the old port. */
	held_let_through(t);
	for (i = HELD_FIN_WAIT_1; i < HELD_TIME_WAIT; i++) {
		sock_start(t, h.pair[i].client, SERVER, HELD_PORT(i));
		check(!sock_finish(h.pair[i].client), "connect");
		close(h.pair[i].server);
		h.pair[i].server = sock_accept(h.listener[i]);
	}
	compare(t);
	held_end(t, &h);
}

/* SO_LINGER 0 ends with a reset where TCP may send one. */
static void lingering_0(struct test *t)
{
	struct held h;
	int i;

	held_open(t, &h);
	for (i = 0; i < HOLDS; i++) {
		if (h.pair[i].client >= 0)
			sock_reset(h.pair[i].client);
		h.pair[i].client = -1;
	}
	compare(t);
	for (i = 0; i < HOLDS; i++) {
		if (h.pair[i].server >= 0)
			sock_reset(h.pair[i].server);
		h.pair[i].server = -1;
	}
	compare(t);
	held_end(t, &h);
}

/* A program that is killed closes everything, with a reset where data is unread. */
static void killed_process(struct test *t)
{
	struct held h;
	pid_t pid;

	pid = fork();
	check(pid >= 0, "fork: %s", strerror(errno));
	if (!pid) {
		held_open(t, &h);
		sock_send(h.pair[HELD_ESTABLISHED].client, 1000);
		sock_send(h.pair[HELD_FIN_WAIT_1].server, 1000);
		sock_send(h.pair[HELD_FIN_WAIT_2].server, 1000);
		compare(t);
		raise(SIGKILL);
	}
	check(waitpid(pid, NULL, 0) == pid, "waitpid: %s", strerror(errno));
	compare(t);
	compare_for(t, 5000, 800);
	held_let_through(t);
	sleep_ms(5000);
	compare_ended(t);
}

const struct scenario end_abort_scenarios[] = {
	{ "end_disconnected", ON_VETH | IN_EXACT, disconnected },
	{ "end_lingering_0", ON_VETH | IN_EXACT, lingering_0 },
	{ "end_killed_process", ON_BOTH | IN_EXACT, killed_process },
	{ 0 }
};
