// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: connections that open in an unusual way, or not at all, are counted as the kernel does.
 *
 * Left to s_end_time_wait.c: TIME_WAITs that are reopened or reused.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "compare.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"

/* What is delayed later is the connection alone, not the neighbours' discovery too. */
static void meet(struct test *t)
{
	int fd = sock_new(t, CLIENT, 0);

	sock_start(t, fd, SERVER, 1);
	check(sock_finish(fd), "somebody listens on port 1");
	close(fd);
}

/* SYN crosses SYN: both ends go through SYN_RECEIVED, and neither listens. */
static void simultaneous_open(struct test *t)
{
	bool apart = t->place != ON_LOOPBACK;
	struct pair p;

	meet(t);
	ns_netem(t, CLIENT, "delay 700ms");
	if (apart)
		ns_netem(t, SERVER, "delay 700ms");
	p.client = sock_new(t, CLIENT, 6001);
	p.server = sock_new(t, SERVER, 6002);
	ns_enter(t, CLIENT);
	sock_start(t, p.client, SERVER, 6002);
	ns_enter(t, SERVER);
	sock_start(t, p.server, CLIENT, 6001);
	reach(t, CLIENT, SYN_SENT, apart ? 1 : 2);
	compare(t);
	reach(t, CLIENT, SYN_RECEIVED, apart ? 1 : 2);
	compare(t);
	check(!sock_finish(p.client) && !sock_finish(p.server), "connect");
	sleep_ms(2000);
	reach(t, CLIENT, ESTABLISHED, apart ? 1 : 2);
	compare(t);
	sock_send(p.client, 1000);
	sock_recv(p.server, 1000);
	ns_netem(t, CLIENT, "");
	if (apart)
		ns_netem(t, SERVER, "");
	close(p.client);
	sock_eof(p.server);
	close(p.server);
	sleep_ms(3000);
	compare_ended(t);
}

/* Nobody listens: SYN, reset. */
static void refused(struct test *t)
{
	struct stats s;
	int i, fd, error;

	for (i = 0; i < 20; i++) {
		fd = sock_new(t, CLIENT, 0);
		sock_start(t, fd, SERVER, PORT);
		error = sock_finish(fd);
		/* The reset may have come before connect() returned. */
		check(!error || error == ECONNREFUSED, "connect: %s", strerror(error));
		close(fd);
	}
	compare(t);
	ns_enter(t, CLIENT);
	procfs_stats(&s);
	check(s.state[SYN_SENT].entered == 20, "20 refused connects: SYN_SENT entered=%lld",
	      s.state[SYN_SENT].entered);
	check(!s.state[ESTABLISHED].entered, "refused connects: ESTABLISHED entered=%lld",
	      s.state[ESTABLISHED].entered);
	compare_ended(t);
}

/* The client gives up with a reset while the server waits for its ACK. */
static void reset_in_syn_received(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), fds[5], i;

	ns_drop(t, SERVER, "tcp dport 5000 tcp flags & (fin | syn | rst | ack) == ack");
	for (i = 0; i < 5; i++) {
		fds[i] = sock_new(t, CLIENT, 0);
		sock_start(t, fds[i], SERVER, PORT);
	}
	reach(t, SERVER, SYN_RECEIVED, 5);
	compare(t);
	for (i = 0; i < 5; i++)
		sock_reset(fds[i]);
	reach(t, SERVER, SYN_RECEIVED, 0);
	compare(t);
	ns_undrop(t, SERVER);
	close(listener);
	compare_ended(t);
}

/* One connection, counted on its way: no state is entered twice, none left out. */
static void counted_once(struct test *t)
{
	static const struct {
		enum side side;
		enum state from, to;
	} way[] = {
		{ CLIENT, CLOSED, SYN_SENT }, { CLIENT, SYN_SENT, ESTABLISHED },
		{ CLIENT, ESTABLISHED, FIN_WAIT_1 }, { CLIENT, FIN_WAIT_1, FIN_WAIT_2 },
		{ CLIENT, FIN_WAIT_2, TIME_WAIT }, { CLIENT, TIME_WAIT, CLOSED },
		{ SERVER, LISTEN, SYN_RECEIVED }, { SERVER, SYN_RECEIVED, ESTABLISHED },
		{ SERVER, ESTABLISHED, CLOSE_WAIT }, { SERVER, CLOSE_WAIT, LAST_ACK },
		{ SERVER, LAST_ACK, CLOSED },
	};
	int listener = sock_listen(t, SERVER, PORT, 8);
	struct pair p = sock_pair(t, listener, PORT);
	long long n;
	size_t i;

	sock_shut(p.client);
	sock_eof(p.server);
	sleep_ms(500);		/* the FIN's own ACK, apart from the other FIN */
	close(p.server);
	sock_eof(p.client);
	close(p.client);
	close(listener);
	compare_ended(t);
	for (i = 0; i < ARRAY_SIZE(way); i++) {
		ns_enter(t, way[i].side);
		n = procfs_transition(way[i].from, way[i].to);
		check(n == 1, "one connection went %lld times from %s to %s", n,
		      state_names[way[i].from], state_names[way[i].to]);
	}
}

const struct scenario open_scenarios[] = {
	{ "simultaneous_open", ON_BOTH | IN_EXACT, simultaneous_open },
	{ "refused", ON_BOTH | IN_EXACT, refused },
	{ "reset_in_syn_received", ON_BOTH | IN_EXACT, reset_in_syn_received },
	{ "counted_once", ON_BOTH | IN_EXACT, counted_once },
	{ 0 }
};
