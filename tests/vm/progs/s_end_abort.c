// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: what a program or an administrator ends by force, in whatever state, with or without a
 * reset, is gone in `stats` within the time that traffic needs to settle: `ss -K` of sockets,
 * minisocks, request sockets and listeners; connect(AF_UNSPEC); SO_LINGER 0; a process that is
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
#include "start.h"

/* The kernel's word for what `ss` is told to kill: Debian's kernels have CONFIG_INET_DIAG_DESTROY. */
static void kill_state(struct test *t, enum side side, const char *state, enum state left)
{
	ns_run(t, side, "ss -K -tanH state %s", state);
	reach(t, side, left, 0);
	compare(t);
}

/*
 * The other end knows nothing of it where no reset is sent; then it is in a state of its own, and
 * goes on retransmitting.
 */
static void killed_by_ss(struct test *t)
{
	struct held h;

	held_open(t, &h, 1);
	close(h.pair[HELD_FIN_WAIT_2].client);
	h.pair[HELD_FIN_WAIT_2].client = -1;
	compare(t);
	kill_state(t, CLIENT, "time-wait", TIME_WAIT);
	kill_state(t, CLIENT, "closing", CLOSING);
	kill_state(t, CLIENT, "syn-sent", SYN_SENT);
	kill_state(t, CLIENT, "fin-wait-2", FIN_WAIT_2);
	kill_state(t, CLIENT, "fin-wait-1", FIN_WAIT_1);
	kill_state(t, SERVER, "syn-recv", SYN_RECEIVED);
	kill_state(t, SERVER, "last-ack", LAST_ACK);
	kill_state(t, SERVER, "close-wait", CLOSE_WAIT);
	kill_state(t, SERVER, "listening", LISTEN);
	kill_state(t, CLIENT, "established", ESTABLISHED);
	held_end(t, &h, 1);
}

/* A minisock each of TIME_WAIT and FIN_WAIT_2, and connections in flight, killed all at once. */
static void killed_together(struct test *t)
{
	struct held h;
	int i;

	held_open(t, &h, 1);
	held_close(&h, 1);
	compare(t);
	for (i = 0; i < ns_count(t); i++)
		ns_run(t, i, "ss -K -tanH");
	compare(t);
	held_end(t, &h, 1);
}

static void disconnected(struct test *t)
{
	struct held h;
	int i;

	held_open(t, &h, 1);
	for (i = 0; i < HOLDS; i++) {
		if (h.pair[i].client >= 0)
			sock_disconnect(h.pair[i].client);
		compare(t);
	}
	for (i = 0; i < HOLDS; i++)
		if (h.pair[i].server >= 0)
			sock_disconnect(h.pair[i].server);
	sock_disconnect(h.listener[HELD_ESTABLISHED]);
	compare(t);
	/* The same sockets again: from new ports, to a server of the old port. */
	held_let_through(t);
	for (i = HELD_FIN_WAIT_1; i < HELD_TIME_WAIT; i++) {
		sock_connect(t, h.pair[i].client, HELD_PORT(i));
		close(h.pair[i].server);
		h.pair[i].server = sock_accept(h.listener[i]);
	}
	compare(t);
	held_end(t, &h, 1);
}

/* SO_LINGER 0 ends with a reset where TCP may send one. */
static void lingering_0(struct test *t)
{
	struct held h;
	int i;

	held_open(t, &h, 1);
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
	held_end(t, &h, 1);
}

/* A program that is killed closes everything, with a reset where data is unread. */
static void killed_process(struct test *t)
{
	struct held h;
	pid_t pid;

	pid = fork();
	check(pid >= 0, "fork: %s", strerror(errno));
	if (!pid) {
		held_open(t, &h, 1);
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
	{ "end_killed_by_ss", ON_VETH | IN_EXACT, killed_by_ss },
	{ "end_killed_together", ON_BOTH | IN_EXACT, killed_together },
	{ "end_disconnected", ON_VETH | IN_EXACT, disconnected },
	{ "end_lingering_0", ON_VETH | IN_EXACT, lingering_0 },
	{ "end_killed_process", ON_BOTH | IN_EXACT, killed_process },
	{ 0 }
};
