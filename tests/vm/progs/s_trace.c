// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: the tracepoint tcpfsm:tcpfsm_transition tells each step of a connection once, with what the
 * interface says, and doesn't hold the module back when it goes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compare.h"
#include "module.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"

#define TRACING "/sys/kernel/tracing/"
#define ENABLE TRACING "events/tcpfsm/tcpfsm_transition/enable"

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC);

	check(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), "%s: %s", path,
	      strerror(errno));
	close(fd);
}

struct event {
	unsigned int netns, sport, dport, local;
	char saddr[64], daddr[64], move[48], cause[16];
	long long held_ms;
};

/* From the namespace on; of each address there are two notations. */
static void parse_event(const struct test *t, const char *text, struct event *e)
{
	char family[8], saddr[2][64], daddr[2][64], again[512];
	bool ipv6 = t->family == AF_INET6;

	check(sscanf(text,
		     "netns=%u family=%7s saddr=%63s saddrv6=%63s sport=%u daddr=%63s daddrv6=%63s dport=%u local=%u %47s cause=%15s held_ms=%lld",
		     &e->netns, family, saddr[0], saddr[1], &e->sport, daddr[0], daddr[1],
		     &e->dport, &e->local, e->move, e->cause, &e->held_ms) == 12,
	      "tcpfsm_transition: '%s'", text);
	snprintf(again, sizeof(again),
		 "netns=%u family=%s saddr=%s saddrv6=%s sport=%u daddr=%s daddrv6=%s dport=%u local=%u %s cause=%s held_ms=%lld\n",
		 e->netns, ipv6 ? "ipv6" : "ipv4", saddr[0], saddr[1], e->sport, daddr[0],
		 daddr[1], e->dport, e->local, e->move, e->cause, e->held_ms);
	check(!strncmp(text, again, strlen(again)), "tcpfsm_transition: '%s' is not '%s'", text,
	      again);
	strcpy(e->saddr, saddr[ipv6]);
	strcpy(e->daddr, daddr[ipv6]);
}

#define PAUSE_MS 300		/* between two moves */
#define AT_ONCE_MS 100
#define TICK_MS 10		/* of the clock that a state's time is told by */

/* One end's moves, in this order; what showed each, and for how long the state before was held. */
struct wanted {
	const char *move, *cause;
	long long held_ms;
};

static const struct wanted moves[2][7] = {
	[CLIENT] = {
		{ "CLOSED->SYN_SENT", "segment", 0 },
		{ "SYN_SENT->ESTABLISHED", "segment", 0 },
		{ "ESTABLISHED->FIN_WAIT_1", "segment", PAUSE_MS },
		{ "FIN_WAIT_1->FIN_WAIT_2", "segment", 0 },
		{ "FIN_WAIT_2->TIME_WAIT", "segment", PAUSE_MS },
		{ "TIME_WAIT->CLOSED", "timer", 60000 },
	},
	[SERVER] = {
		{ "LISTEN->SYN_RECEIVED", "segment", 0 },
		{ "SYN_RECEIVED->ESTABLISHED", "segment", 0 },
		{ "ESTABLISHED->CLOSE_WAIT", "segment", PAUSE_MS },
		{ "CLOSE_WAIT->LAST_ACK", "segment", PAUSE_MS },
		{ "LAST_ACK->CLOSED", "segment", 0 },
	},
};

static void wants_event(struct test *t, const struct event *e, enum side side, int port,
			const struct wanted *w)
{
	long long late = w->held_ms < 60000 ? AT_ONCE_MS : 3000;
	struct stat st;

	ns_enter(t, side);
	check(!stat("/proc/self/ns/net", &st), "ns/net: %s", strerror(errno));
	check(w->move && !strcmp(e->move, w->move) && !strcmp(e->cause, w->cause),
	      "port %u: %s cause=%s; wanted %s cause=%s", e->sport, e->move, e->cause,
	      w->move ? w->move : "no more", w->cause);
	check(e->netns == st.st_ino && e->local == 1, "%s: netns=%u local=%u, it is %lu", e->move,
	      e->netns, e->local, st.st_ino);
	check(!strcmp(e->saddr, ns_address(t, side)) && !strcmp(e->daddr, ns_address(t, !side)) &&
	      (int)e->dport == (side == SERVER ? port : PORT), "%s: here %s %u, there %s %u",
	      e->move, e->saddr, e->sport, e->daddr, e->dport);
	check(e->held_ms >= w->held_ms - TICK_MS && e->held_ms <= w->held_ms + late,
	      "%s: held_ms=%lld, wanted %lld to %lld", e->move, e->held_ms, w->held_ms,
	      w->held_ms + late);
}

static void transition(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), n[2] = { 0, 0 }, port;
	int nobody = sock_new(t, CLIENT, 0);
	const char *name = "tcpfsm_transition: ";
	struct event e;
	struct pair p;
	char *text, *at;

	sock_start(t, nobody, SERVER, 1);
	/* Neighbours are found before that: no SYN waits for them. */
	check(sock_finish(nobody), "somebody listens on port 1");
	close(nobody);
	put(TRACING "trace", "\n");
	put(ENABLE, "1");
	p = sock_pair(t, listener, PORT);
	port = sock_port(p.client);
	sleep_ms(PAUSE_MS);
	sock_shut(p.client);
	sock_eof(p.server);
	sleep_ms(PAUSE_MS);
	close(p.server);
	sock_eof(p.client);
	close(p.client);
	sleep_ms(65000);
	put(ENABLE, "0");
	text = procfs_slurp(TRACING "trace");
	for (at = text; (at = strstr(at, name));) {
		enum side side;

		at += strlen(name);
		parse_event(t, at, &e);
		side = (int)e.sport == port ? CLIENT : SERVER;
		check(side == CLIENT || e.sport == PORT, "an end at port %u", e.sport);
		wants_event(t, &e, side, port, &moves[side][n[side]++]);
	}
	check(n[CLIENT] == 6 && n[SERVER] == 5, "%d and %d moves, not 6 and 5: %s", n[CLIENT],
	      n[SERVER], text);
	free(text);
}

/* rmmod while the tracepoint is on and traffic goes on. */
static void unload_traced(struct test *t)
{
	int listener, i, error;

	put(ENABLE, "1");
	for (i = 0; i < 5; i++) {
		struct pair p;

		listener = sock_listen(t, SERVER, PORT, 8);
		p = sock_pair(t, listener, PORT);
		module_reload("");
		sock_reset(p.client);
		close(p.server);
		close(listener);
		put(ENABLE, "1");
	}
	error = module_unload();
	check(!error, "rmmod: %s", strerror(error));
}

const struct scenario trace_scenarios[] = {
	{ "transition", ON_BOTH | IN_EXACT, transition },
	{ "unload_traced", ON_BOTH | IN_EXACT | IN_RACE, unload_traced },
	{ 0 }
};
