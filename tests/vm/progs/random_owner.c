// SPDX-License-Identifier: GPL-2.0
/*
 * Other processes that hold sockets: some were given sockets, and keep them until they are killed;
 * some connect, send, wait and close by themselves, and each of these may take its time.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "random.h"
#include "random_sock.h"

#define GIVEN 12	/* slots in a row that an owner is given */

/* Return: a free place; those that have ended are no more. */
static pid_t *place(struct rnd *w)
{
	pid_t *free = NULL;
	int i;

	for (i = 0; i < RND_OWNERS; i++) {
		if (w->owner[i] && waitpid(w->owner[i], NULL, WNOHANG) == w->owner[i])
			w->owner[i] = 0;
		if (!w->owner[i])
			free = &w->owner[i];
	}
	return free;
}

static pid_t owner_fork(void)
{
	pid_t pid = fork();

	check(pid >= 0, "fork: %s", strerror(errno));
	if (!pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

void owner_take(struct rnd *w, struct rng *r)
{
	int first = rng_below(r, RND_SLOTS - GIVEN), i, ready[2];
	pid_t *owner = place(w);
	char byte;

	if (!owner)
		return;
	check(!pipe(ready), "pipe: %s", strerror(errno));
	*owner = owner_fork();
	if (!*owner) {
		for (i = 0; i < RND_SLOTS; i++)
			if ((i < first || i >= first + GIVEN) && w->slot[i].fd >= 0)
				close(w->slot[i].fd);
		close(ready[0]);
		close(ready[1]);
		for (;;)
			pause();
	}
	close(ready[1]);
	check(!read(ready[0], &byte, 1), "pipe: %s", strerror(errno));
	close(ready[0]);
	for (i = first; i < first + GIVEN; i++) {
		if (w->slot[i].fd < 0)
			continue;
		log_op(w, w->slot[i].side, w->slot[i].lport, w->slot[i].rport, "given to %d",
		       *owner);
		close(w->slot[i].fd);
		w->slot[i].fd = -1;
	}
}

/* A program of the old kind: every call waits, though not for ever. */
static void program(struct rnd *w, struct rng *r)
{
	static char data[100000];
	struct linger linger = { 1, 1 + rng_below(r, 10) };
	struct timeval patience = { 1 + rng_below(r, 20), 0 };
	struct rnd_target to;
	struct slot s;
	int i;

	for (i = 0; i < RND_SLOTS; i++)
		if (w->slot[i].fd >= 0)
			close(w->slot[i].fd);
	rnd_target(w, r, &to);
	s.fd = rnd_client(w, r, &to, false);
	s.side = to.side;
	if (s.fd < 0)
		return;
	setsockopt(s.fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	setsockopt(s.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	rnd_connect(w, r, &s, &to);
	if (rng_chance(r, 60))
		send(s.fd, data, 1 + rng_below(r, sizeof(data)), MSG_NOSIGNAL);
	if (rng_chance(r, 40))
		recv(s.fd, data, sizeof(data), 0);
	if (rng_chance(r, 30))
		sleep_ms(rng_below(r, 30000));
	if (rng_chance(r, 60))
		setsockopt(s.fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	log_op(w, s.side, s.lport, s.rport, "program %d ends", getpid());
	close(s.fd);
}

void owner_connect(struct rnd *w, struct rng *r)
{
	pid_t *owner = place(w);

	if (!owner)
		return;
	*owner = owner_fork();
	if (!*owner) {
		program(w, r);
		_exit(0);
	}
}

static void end(struct rnd *w, int i)
{
	log_op(w, -1, 0, 0, "process %d killed", w->owner[i]);
	kill(w->owner[i], SIGKILL);
	while (waitpid(w->owner[i], NULL, 0) < 0 && errno == EINTR)
		;
	w->owner[i] = 0;
}

void owner_kill(struct rnd *w, struct rng *r)
{
	int i = rng_below(r, RND_OWNERS);

	place(w);
	if (w->owner[i])
		end(w, i);
}

void owner_kill_all(struct rnd *w)
{
	int i;

	for (i = 0; i < RND_OWNERS; i++)
		if (w->owner[i])
			end(w, i);
}
