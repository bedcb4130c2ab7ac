// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: the tracepoint tcpfsm:tcpfsm_transition shows each step of a connection, and doesn't hold
 * the module back when it goes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
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

static void transition(struct test *t)
{
	static const enum state entered[] = {
		SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, LAST_ACK,
		TIME_WAIT,
	};
	int listener = sock_listen(t, SERVER, PORT, 8), events = 0;
	struct pair p;
	char *text, *at;
	size_t i;

	put(TRACING "trace", "\n");
	put(ENABLE, "1");
	p = sock_pair(t, listener, PORT);
	sock_shut(p.client);
	sock_eof(p.server);
	sleep_ms(200);
	close(p.server);
	sock_eof(p.client);
	close(p.client);
	sleep_ms(SETTLE_MS);
	put(ENABLE, "0");
	text = procfs_slurp(TRACING "trace");
	for (at = text; (at = strstr(at, "tcpfsm_transition: ")); at++)
		events++;
	/* Each end goes through five states at least. */
	check(events >= 10 && events < 40, "%d events of one connection", events);
	for (i = 0; i < ARRAY_SIZE(entered); i++)
		check(strstr(text, state_names[entered[i]]), "no event names %s",
		      state_names[entered[i]]);
	check(strstr(text, ns_address(t, SERVER)), "no event has the server's address");
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
