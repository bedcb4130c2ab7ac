// SPDX-License-Identifier: GPL-2.0
/*
 * Claims about port pressure: the ports held towards a destination are exact at once, so the warning
 * comes before the first connect() that fails; those that tcp_tw_reuse frees and those that are
 * reserved are told apart; it ends when there is room again, and does not flap; many connections
 * that are spread raise nothing.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "anomaly.h"
#include "compare.h"
#include "module.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"

#define RANGE "40000 40099"
#define NARROW "40000 40024"	/* a quarter */
#define PORTS 100
#define THRESHOLD 80		/* the default percentage, of PORTS */
#define LOOK_MS 1200		/* a look a second */
#define END_MS 7500		/* ended: the next look, and what an anomaly lingers */

struct pressure {
	long long used, time_wait, reusable, available, seconds_left;
};

/* The line of port_pressure in the client's `anomalies`. Returns how many there are. */
static int pressure(struct test *t, struct pressure *p)
{
	char *text, *line, *save, wanted[160];
	int n = 0, device;

	ns_enter(t, CLIENT);
	snprintf(wanted, sizeof(wanted), t->family == AF_INET ?
		 "port_pressure local=%s remote=%s:%d used=" :
		 "port_pressure local=%s remote=[%s]:%d used=",
		 ns_address(t, CLIENT), ns_address(t, SERVER), PORT);
	text = procfs_slurp(PROCFS "/anomalies");
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (strncmp(line, "port_pressure", 13))
			continue;
		n++;
		check(!strncmp(line, wanted, strlen(wanted)), "'%s' wanted, not '%s'", wanted, line);
		check(sscanf(line + strlen(wanted) - 5,
			     "used=%lld time_wait=%lld reusable=%lld available=%lld seconds_left=%lld device=%d",
			     &p->used, &p->time_wait, &p->reusable, &p->available,
			     &p->seconds_left, &device) == 6 && !device, "'%s'", line);
	}
	free(text);
	return n;
}

static struct stats client_stats(struct test *t)
{
	struct stats s;

	ns_enter(t, CLIENT);
	procfs_stats(&s);
	return s;
}

/* Is it there, with these numbers? seconds_left apart. */
static void wants_pressure(struct test *t, bool wanted, int used, int time_wait, int reusable,
			   int available)
{
	struct pressure p;
	struct stats s;
	int n;

	/* The last one's FIN may still be under way. */
	if (time_wait)
		reach(t, CLIENT, TIME_WAIT, time_wait);
	s = client_stats(t);
	n = pressure(t, &p);
	check(s.pressured == wanted && n == wanted, "%d ports: pressured=%lld, %d lines; wanted %d",
	      used, s.pressured, n, wanted);
	if (wanted)
		check(p.used == used && p.time_wait == time_wait && p.reusable == reusable &&
		      p.available == available,
		      "used=%lld time_wait=%lld reusable=%lld available=%lld; wanted %d %d %d %d",
		      p.used, p.time_wait, p.reusable, p.available, used, time_wait, reusable,
		      available);
}

/* A short connection that leaves a TIME_WAIT at the client. Returns what connect() says. */
static int burn(struct test *t, int listener, int port)
{
	int client = sock_new(t, CLIENT, 0), server, error = sock_try(t, client, SERVER, port);

	if (!error) {
		check(!sock_finish(client), "connect");
		server = sock_accept(listener);
		close(client);
		sock_eof(server);
		close(server);
	} else {
		close(client);
	}
	return error;
}

static void burn_many(struct test *t, int listener, int n)
{
	int error;

	while (n--) {
		error = burn(t, listener, PORT);
		check(!error, "connect: %s", strerror(error));
	}
}

/* Both ways of reusing TIME_WAITs are off; a hundred ports. */
static int begin(struct test *t, const char *tw_reuse)
{
	ns_sysctl(t, CLIENT, "net/ipv4/ip_local_port_range", RANGE);
	ns_sysctl(t, CLIENT, "net/ipv4/tcp_tw_reuse", tw_reuse);
	return sock_listen(t, SERVER, PORT, 64);
}

static void wants_nothing_left(struct test *t)
{
	struct stats s;
	struct pressure p;

	compare_ended(t);
	/* An anomaly lingers. */
	sleep_ms(6000);
	s = client_stats(t);
	check(!s.destinations && !s.pressured && !s.worst_used && !pressure(t, &p),
	      "all has ended: destinations=%lld pressured=%lld worst_used=%lld", s.destinations,
	      s.pressured, s.worst_used);
}

static void ports_exhausted(struct test *t)
{
	int listener = begin(t, "0"), n, error;
	struct stats s = client_stats(t);
	bool warned = false;
	struct pressure p;

	check(s.worst_available == PORTS && !s.destinations, "worst_available=%lld destinations=%lld",
	      s.worst_available, s.destinations);
	for (n = 0; !(error = burn(t, listener, PORT)); n++) {
		s = client_stats(t);
		check(s.destinations == 1 && s.worst_used == n + 1, "destinations=%lld worst_used=%lld",
		      s.destinations, s.worst_used);
		warned = n + 1 >= THRESHOLD;
		check(s.pressured == warned, "%d ports: pressured=%lld", n + 1, s.pressured);
	}
	check(error == EADDRNOTAVAIL && n == PORTS, "after %d connections connect: %s", n,
	      strerror(error));
	check(warned, "no warning came before the first failure");
	sleep_ms(SETTLE_MS);
	wants_pressure(t, true, PORTS, PORTS, 0, PORTS);
	check(pressure(t, &p) == 1 && !p.seconds_left, "seconds_left=%lld", p.seconds_left);
	/* Nobody tries any more: it holds, and does not grow. */
	sleep_ms(20000);
	wants_pressure(t, true, PORTS, PORTS, 0, PORTS);
	check(pressure(t, &p) == 1 && p.seconds_left == -1, "seconds_left=%lld", p.seconds_left);
	check(burn(t, listener, PORT) == EADDRNOTAVAIL, "a TIME_WAIT is gone too early");
	sleep_ms(60000);
	wants_pressure(t, false, 0, 0, 0, 0);
	check(!burn(t, listener, PORT), "there are ports again, connect() fails");
	close(listener);
	wants_nothing_left(t);
}

/* Live connections hold ports, too; those of another destination, and accepted ones, none here. */
static void ports_held(struct test *t)
{
	int listener = begin(t, "0"), other = sock_listen(t, SERVER, PORT + 1, 64), i;
	struct pair p[THRESHOLD], q;
	struct pressure found;
	struct stats s;

	q = sock_pair(t, other, PORT + 1);
	for (i = 0; i < THRESHOLD; i++) {
		wants_pressure(t, false, i, 0, 0, PORTS);
		p[i] = sock_pair(t, listener, PORT);
	}
	wants_pressure(t, true, THRESHOLD, 0, 0, PORTS);
	s = client_stats(t);
	check(s.destinations == 2 && s.worst_used == THRESHOLD, "destinations=%lld worst_used=%lld",
	      s.destinations, s.worst_used);
	/* What was there before the module counts as well, and is no growth. */
	module_reload("");
	wants_pressure(t, true, THRESHOLD, 0, 0, PORTS);
	check(pressure(t, &found) == 1 && found.seconds_left == -1, "after loading seconds_left=%lld",
	      found.seconds_left);
	check(!module_parameter("enabled", "0"), "enabled=0");
	s = client_stats(t);
	check(!s.destinations && !s.pressured && !s.worst_used,
	      "enabled=0: destinations=%lld pressured=%lld worst_used=%lld", s.destinations,
	      s.pressured, s.worst_used);
	check(!module_parameter("enabled", "1"), "enabled=1");
	wants_pressure(t, true, THRESHOLD, 0, 0, PORTS);
	/* The server closes first: no TIME_WAIT here. A little below the threshold is not enough. */
	for (i = 0; i < THRESHOLD; i++) {
		close(p[i].server);
		sock_eof(p[i].client);
		close(p[i].client);
		if (i == 5) {
			sleep_ms(END_MS);
			wants_pressure(t, true, THRESHOLD - 6, 0, 0, PORTS);
		}
	}
	sleep_ms(END_MS);
	wants_pressure(t, false, 0, 0, 0, PORTS);
	s = client_stats(t);
	check(s.destinations == 1 && s.worst_used == 1, "destinations=%lld worst_used=%lld",
	      s.destinations, s.worst_used);
	close(q.client);
	close(q.server);
	close(listener);
	close(other);
	wants_nothing_left(t);
}

/* With tcp_tw_reuse=1, or 2 over loopback, a TIME_WAIT is free after a second. */
static void tw_reuse(struct test *t, const char *value, bool freed)
{
	int listener = begin(t, "0"), error, n;
	struct stats s;

	burn_many(t, listener, THRESHOLD);
	wants_pressure(t, true, THRESHOLD, THRESHOLD, 0, PORTS);
	/* Not before: on a slow machine the first were free before the last are there. */
	ns_sysctl(t, CLIENT, "net/ipv4/tcp_tw_reuse", value);
	sleep_ms(LOOK_MS);
	if (!freed) {
		wants_pressure(t, true, THRESHOLD, THRESHOLD, 0, PORTS);
		for (n = 0; !(error = burn(t, listener, PORT)); n++)
			;
		check(error == EADDRNOTAVAIL && n == PORTS - THRESHOLD, "%d more: %s", n,
		      strerror(error));
	} else {
		wants_pressure(t, true, THRESHOLD, THRESHOLD, THRESHOLD, PORTS);
		sleep_ms(END_MS);
		wants_pressure(t, false, 0, 0, 0, PORTS);
		/* More connections in a minute than there are ports, and no alarm. */
		for (n = 0; n < 4 * PORTS; n++) {
			burn_many(t, listener, 1);
			wants_pressure(t, false, 0, 0, 0, PORTS);
			sleep_ms(30);
		}
		s = client_stats(t);
		check(s.worst_used <= PORTS && s.reused >= 3 * PORTS,
		      "worst_used=%lld reused=%lld", s.worst_used, s.reused);
		/* Those that were there before the module are as free. */
		sleep_ms(2000);
		module_reload("");
		s = client_stats(t);
		check(s.worst_used >= THRESHOLD, "after loading worst_used=%lld", s.worst_used);
		wants_pressure(t, false, 0, 0, 0, 0);
	}
	close(listener);
	wants_nothing_left(t);
}

/* Nobody connects, so nobody tells; but the next connect() would fail. */
static void ports_taken_away(struct test *t)
{
	int listener = begin(t, "0"), i;
	struct pair p[PORTS / 4];

	for (i = 0; i < PORTS / 4; i++)
		p[i] = sock_pair(t, listener, PORT);
	sleep_ms(LOOK_MS);
	wants_pressure(t, false, PORTS / 4, 0, 0, PORTS);
	ns_sysctl(t, CLIENT, "net/ipv4/ip_local_port_range", NARROW);
	sleep_ms(12000);
	wants_pressure(t, true, PORTS / 4, 0, 0, PORTS / 4);
	ns_sysctl(t, CLIENT, "net/ipv4/ip_local_port_range", RANGE);
	sleep_ms(END_MS);
	wants_pressure(t, false, 0, 0, 0, PORTS);
	for (i = 0; i < PORTS / 4; i++) {
		close(p[i].server);
		sock_eof(p[i].client);
		close(p[i].client);
	}
	close(listener);
	wants_nothing_left(t);
}

static void ports_tw_reuse_0(struct test *t)
{
	tw_reuse(t, "0", false);
}

static void ports_tw_reuse_1(struct test *t)
{
	tw_reuse(t, "1", true);
}

static void ports_tw_reuse_2(struct test *t)
{
	tw_reuse(t, "2", t->place == ON_LOOPBACK);
}

/* Without timestamps nothing is reused. */
static void ports_no_timestamps(struct test *t)
{
	ns_sysctl(t, CLIENT, "net/ipv4/tcp_timestamps", "0");
	tw_reuse(t, "1", false);
}

static void ports_reserved(struct test *t)
{
	int listener = begin(t, "0"), n, error;
	struct stats s;

	ns_sysctl(t, CLIENT, "net/ipv4/ip_local_reserved_ports", "39000-40039,40090,40099-41000");
	sleep_ms(LOOK_MS);
	for (n = 0; !(error = burn(t, listener, PORT)); n++) {
		s = client_stats(t);
		check(s.worst_available == 58, "worst_available=%lld", s.worst_available);
		check(s.pressured == (100 * (n + 1) >= 80 * 58), "%d of 58: pressured=%lld", n + 1,
		      s.pressured);
	}
	check(error == EADDRNOTAVAIL && n == 58, "after %d connections connect: %s", n,
	      strerror(error));
	wants_pressure(t, true, 58, 58, 0, 58);
	/* There are more of them now, for all that the destinations' owner knows. */
	ns_sysctl(t, CLIENT, "net/ipv4/ip_local_reserved_ports", "1");
	sleep_ms(END_MS);
	wants_pressure(t, false, 0, 0, 0, 0);
	close(listener);
	wants_nothing_left(t);
}

/* Ten a second: when 80 of a hundred are held, two seconds are left. */
static void ports_seconds_left(struct test *t)
{
	int listener = begin(t, "0"), n;
	struct pressure p;

	for (n = 0; n < THRESHOLD; n++) {
		burn_many(t, listener, 1);
		sleep_ms(100);
	}
	check(pressure(t, &p) == 1 && p.seconds_left >= 1 && p.seconds_left <= 3,
	      "seconds_left=%lld", p.seconds_left);
	close(listener);
	wants_nothing_left(t);
}

static void set_pct(const char *value)
{
	int error = module_parameter("port_pressure_pct", value);

	check(!error, "port_pressure_pct=%s: %s", value, strerror(error));
}

static void ports_parameter(struct test *t)
{
	static const char *const refused[] = { "0", "101", "-1", "many" };
	const char *const words[] = { "tcpfsm: port_pressure_pct=", "allowed is 1 to 100", NULL };
	int listener = begin(t, "0"), klog;
	struct pair p[30];
	size_t i;

	module_reload("");
	for (i = 0; i < 30; i++)
		p[i] = sock_pair(t, listener, PORT);
	wants_pressure(t, false, 30, 0, 0, PORTS);
	set_pct("31");
	sleep_ms(1000);
	wants_pressure(t, false, 30, 0, 0, PORTS);
	set_pct("30");
	sleep_ms(1000);
	wants_pressure(t, true, 30, 0, 0, PORTS);
	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		klog = klog_open();
		check(module_parameter("port_pressure_pct", refused[i]) == EINVAL,
		      "port_pressure_pct='%s' is accepted", refused[i]);
		check(klog_has(klog, words), "port_pressure_pct='%s': no log line", refused[i]);
		close(klog);
	}
	wants_pressure(t, true, 30, 0, 0, PORTS);
	set_pct("80");
	sleep_ms(END_MS);
	wants_pressure(t, false, 30, 0, 0, PORTS);
	for (i = 0; i < 30; i++) {
		close(p[i].server);
		sock_eof(p[i].client);
		close(p[i].client);
	}
	close(listener);
	wants_nothing_left(t);
}

/* Half of the ports towards each of many: no alarm, whatever the sum is. */
static void ports_spread(struct test *t)
{
	int own = begin(t, "0"), listener[20], i, n;
	struct stats s;

	for (i = 0; i < 20; i++)
		listener[i] = sock_listen(t, SERVER, PORT + 1 + i, 64);
	for (n = 0; n < PORTS / 2; n++)
		for (i = 0; i < 20; i++)
			check(!burn(t, listener[i], PORT + 1 + i), "connect");
	s = client_stats(t);
	check(s.destinations == 20 && !s.pressured && s.worst_used == PORTS / 2 &&
	      s.worst_available == PORTS,
	      "destinations=%lld pressured=%lld worst_used=%lld worst_available=%lld",
	      s.destinations, s.pressured, s.worst_used, s.worst_available);
	sleep_ms(30000);
	check(!client_stats(t).pressured, "pressure while nothing happens");
	for (i = 0; i < 20; i++)
		close(listener[i]);
	close(own);
	wants_nothing_left(t);
}

/* The n-th event is the pressure's in that namespace, and the last one there is. */
static void wants_told(struct test *t, int n, const char *what, unsigned int netns)
{
	char *text = anomaly_trace();
	struct anomaly_event e[4];

	check(anomaly_events(t, text, e, ARRAY_SIZE(e)) == n, "not %d events: %s", n, text);
	check(!strcmp(e[n - 1].kind, "port_pressure") && !strcmp(e[n - 1].what, what) &&
	      e[n - 1].netns == netns && e[n - 1].dport == PORT, "no %s of netns=%u: %s", what,
	      netns, text);
	free(text);
}

/* A namespace that ends takes its destinations and its anomaly with it, and that is told at once. */
static void ports_namespace_ends(struct test *t)
{
	int listener = begin(t, "0");
	unsigned int netns;
	struct stats s;

	ns_enter(t, CLIENT);
	procfs_stats(&s);
	netns = s.netns;
	anomaly_trace_start();
	burn_many(t, listener, THRESHOLD);
	wants_pressure(t, true, THRESHOLD, THRESHOLD, 0, PORTS);
	wants_told(t, 1, "begin", netns);
	ns_end(t, CLIENT);
	sleep_ms(1000);
	wants_told(t, 2, "end", netns);
	/* Nobody looks at what is gone; and no look finds it. */
	sleep_ms(6000);
	wants_told(t, 2, "end", netns);
	anomaly_trace_stop();
}

const struct scenario ports_scenarios[] = {
	{ "ports_exhausted", ON_BOTH | IN_EXACT, ports_exhausted },
	{ "ports_held", ON_VETH | IN_EXACT, ports_held },
	{ "ports_tw_reuse_0", ON_BOTH | IN_EXACT, ports_tw_reuse_0 },
	{ "ports_tw_reuse_1", ON_BOTH | IN_EXACT, ports_tw_reuse_1 },
	{ "ports_tw_reuse_2", ON_BOTH | IN_EXACT, ports_tw_reuse_2 },
	{ "ports_no_timestamps", ON_VETH | IN_EXACT, ports_no_timestamps },
	{ "ports_reserved", ON_VETH | IN_EXACT, ports_reserved },
	{ "ports_seconds_left", ON_VETH | IN_EXACT, ports_seconds_left },
	{ "ports_parameter", ON_VETH | IN_EXACT, ports_parameter },
	{ "ports_spread", ON_BOTH | IN_EXACT, ports_spread },
	{ "ports_taken_away", ON_VETH | IN_EXACT, ports_taken_away },
	{ "ports_namespace_ends", ON_VETH | IN_EXACT, ports_namespace_ends },
	{ 0 }
};
