// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: CLOSE_WAITs by age; each leak is shown with its culprit, count, verdict and age (± 1 s),
 * and seen to end: a server that forgets close(), one that does not read, one that stops accepting,
 * a client pool that leaks, a peer that never closes. Leaks that are older than the module are
 * there directly after insmod. Thresholds take effect within a second. Half-closed connections
 * under the threshold raise nothing.
 *
 * Left to s_leak_many.c: many leaks, memory, races.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "anomaly.h"
#include "compare.h"
#include "module.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"
#include "start.h"

#define LEAKS		5
#define LEAK_MS		60000
#define PEER_LEAK_MS	300000
/* Over loopback the client that waits for its server would be another anomaly. */
#define NO_PEER_LEAK	"peer_leak_ms=86400000"

static void near(const char *what, long long is, long long wanted)
{
	check(is >= wanted - SLACK_MS && is <= wanted + SLACK_MS, "%s is %lld, not %lld ± %d",
	      what, is, wanted, SLACK_MS);
}

/* The one line there is. */
static struct anomaly the_anomaly(void)
{
	struct anomaly a;
	int n = anomalies(&a, 1);

	check(n == 1, "%d anomalies, not 1", n);
	return a;
}

static void check_leak(const struct anomaly *a, const char *who, const char *verdict, int count)
{
	check(!strcmp(a->kind, "close_wait_leak") && !strcmp(a->who, who) &&
	      !strcmp(a->verdict, verdict) && a->count == count,
	      "%s %s verdict=%s count=%lld; not %s verdict=%s count=%d", a->kind, a->who,
	      a->verdict, a->count, who, verdict, count);
}

static void check_ages(int le_1m, int le_5m, int leaked)
{
	struct leak_stats s;

	leak_stats(&s);
	check(s.le_1m == le_1m && s.le_5m == le_5m && s.le_1h == s.count && s.leaked == leaked,
	      "le_1m=%lld le_5m=%lld le_1h=%lld leaked=%lld of %lld; not %d %d all %d", s.le_1m,
	      s.le_5m, s.le_1h, s.leaked, s.count, le_1m, le_5m, leaked);
}

/* All that leaked is closed: it lingers for a moment, and has ended. */
static void check_end(struct test *t, enum side side)
{
	struct leak_stats before, s;
	struct anomaly a;

	ns_enter(t, side);
	leak_stats(&before);
	sleep_ms(SETTLE_MS);
	a = the_anomaly();
	check(!a.count, "all is closed, but count=%lld", a.count);
	sleep_ms(LINGER_MS - 1000);
	check(anomalies(&a, 1) == 1, "ended too soon");
	anomalies_become(0, 3000);
	leak_stats(&s);
	check(!s.current && s.begun == before.begun && s.ended == s.begun,
	      "current=%lld begun=%lld ended=%lld", s.current, s.begun, s.ended);
	check(s.generation > before.generation, "generation=%lld", s.generation);
	check(!s.leaked && !s.count && !s.oldest_ms && !s.unaccepted,
	      "leaked=%lld of %lld, oldest_ms=%lld", s.leaked, s.count, s.oldest_ms);
}

static void forgets_close(struct test *t)
{
	int clients[LEAKS], servers[LEAKS], listener, i;
	struct leak_stats s;
	struct anomaly a;
	long long since;

	module_reload(NO_PEER_LEAK);
	listener = sock_listen(t, SERVER, PORT, 16);
	/* Another user's program. */
	check(!seteuid(33), "seteuid: %s", strerror(errno));
	for (i = 0; i < LEAKS; i++) {
		check(!seteuid(0), "seteuid: %s", strerror(errno));
		clients[i] = sock_new(t, CLIENT, 0);
		sock_start(t, clients[i], SERVER, PORT);
		check(!seteuid(33), "seteuid: %s", strerror(errno));
		servers[i] = sock_accept(listener);
	}
	check(!seteuid(0), "seteuid: %s", strerror(errno));
	since = now_ms();
	for (i = 0; i < LEAKS; i++) {
		sock_shut(clients[i]);
		sock_eof(servers[i]);
	}
	reach(t, SERVER, CLOSE_WAIT, LEAKS);
	ns_enter(t, SERVER);
	sleep_ms(LEAK_MS - 3000);
	check(!anomalies(&a, 1), "an anomaly before its time");
	check_ages(LEAKS, LEAKS, 0);
	sleep_ms(5000);
	a = the_anomaly();
	check_leak(&a, anomaly_who(t, "listener", SERVER, PORT), "fd_leak", LEAKS);
	check(a.passive && a.uid == 33 && a.eof_read == LEAKS && !a.unaccepted &&
	      !a.unread_bytes && a.new_1h == LEAKS, "uid=%lld eof_read=%lld unaccepted=%lld unread_bytes=%lld new_1h=%lld",
	      a.uid, a.eof_read, a.unaccepted, a.unread_bytes, a.new_1h);
	near("the anomaly's age", a.oldest_ms, now_ms() - since);
	check_ages(0, LEAKS, LEAKS);
	leak_stats(&s);
	near("the oldest", s.oldest_ms, now_ms() - since);
	check(s.current == 1 && s.begun == 1 && !s.ended && !s.ungrouped, "current=%lld begun=%lld",
	      s.current, s.begun);
	/* One less is less. */
	close(servers[0]);
	sleep_ms(SETTLE_MS);
	check(the_anomaly().count == LEAKS - 1, "one has been closed");
	sleep_ms(300000 - (now_ms() - since) + SLACK_MS + 1000);
	check_ages(0, 0, LEAKS - 1);
	compare(t);
	close_many(servers + 1, LEAKS - 1);
	close_many(clients, LEAKS);
	check_end(t, SERVER);
	close(listener);
	compare_ended(t);
}

/* What is old is new no more. */
static void new_for_an_hour(struct test *t)
{
	struct leak_stats s;
	struct pair p, q;
	int listener;

	alarm(2 * 3600);
	module_reload(NO_PEER_LEAK);
	listener = sock_listen(t, SERVER, PORT, 16);
	p = sock_pair(t, listener, PORT);
	sock_shut(p.client);
	sock_eof(p.server);
	sleep_ms(LEAK_MS + 2000);
	check(the_anomaly().new_1h == 1, "a new leak");
	sleep_ms(3600000);
	q = sock_pair(t, listener, PORT);
	sock_shut(q.client);
	sock_eof(q.server);
	ns_enter(t, SERVER);
	check(the_anomaly().new_1h == 0, "an old leak");
	leak_stats(&s);
	check(s.le_1m == 1 && s.le_1h == 1 && s.le_1d == 2 && s.count == 2 && s.leaked == 1,
	      "le_1m=%lld le_1h=%lld le_1d=%lld leaked=%lld of %lld", s.le_1m, s.le_1h, s.le_1d,
	      s.leaked, s.count);
	sleep_ms(LEAK_MS + 2000);
	check(the_anomaly().count == 2 && the_anomaly().new_1h == 1, "an old and a new leak");
	close(p.server);
	close(q.server);
	close(p.client);
	close(q.client);
	check_end(t, SERVER);
	close(listener);
}

static void does_not_read(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 16), i;
	struct pair p[LEAKS];
	struct anomaly a;

	for (i = 0; i < LEAKS; i++) {
		p[i] = sock_pair(t, listener, PORT);
		sock_send(p[i].client, 100 + i);
		sock_shut(p[i].client);
	}
	reach(t, SERVER, CLOSE_WAIT, LEAKS);
	ns_enter(t, SERVER);
	sleep_ms(LEAK_MS + 2000);
	a = the_anomaly();
	check_leak(&a, anomaly_who(t, "listener", SERVER, PORT), "not_reading", LEAKS);
	check(!a.eof_read && !a.unaccepted && a.unread_bytes == 510, "unread_bytes=%lld",
	      a.unread_bytes);
	/* It reads again, and comes to the end with all but one. */
	sock_recv(p[0].server, 99);
	for (i = 1; i < LEAKS; i++) {
		sock_recv(p[i].server, 100 + i);
		sock_eof(p[i].server);
	}
	sleep_ms(SLACK_MS + 500);
	a = the_anomaly();
	check_leak(&a, anomaly_who(t, "listener", SERVER, PORT), "fd_leak", LEAKS);
	check(a.eof_read == LEAKS - 1 && a.unread_bytes == 1, "eof_read=%lld unread_bytes=%lld",
	      a.eof_read, a.unread_bytes);
	for (i = 0; i < LEAKS; i++) {
		close(p[i].server);
		close(p[i].client);
	}
	check_end(t, SERVER);
	close(listener);
}

static void stops_accepting(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 16), clients[LEAKS], servers[LEAKS], i;
	struct leak_stats s;
	struct anomaly a;

	start_many(t, clients, LEAKS, PORT);
	finish_many(clients, LEAKS, 0);
	for (i = 0; i < LEAKS; i++) {
		sock_send(clients[i], 10);
		sock_shut(clients[i]);
	}
	reach(t, SERVER, CLOSE_WAIT, LEAKS);
	ns_enter(t, SERVER);
	sleep_ms(1000);
	leak_stats(&s);
	check(s.unaccepted == LEAKS, "unaccepted=%lld", s.unaccepted);
	sleep_ms(LEAK_MS + 1000);
	a = the_anomaly();
	check_leak(&a, anomaly_who(t, "listener", SERVER, PORT), "accept_starvation", LEAKS);
	check(a.unaccepted == LEAKS && a.unread_bytes == 10 * LEAKS && !a.eof_read,
	      "unaccepted=%lld unread_bytes=%lld", a.unaccepted, a.unread_bytes);
	accept_many(listener, servers, LEAKS);
	sleep_ms(SLACK_MS + 500);
	leak_stats(&s);
	check(!s.unaccepted, "all are accepted, but unaccepted=%lld", s.unaccepted);
	a = the_anomaly();
	check_leak(&a, anomaly_who(t, "listener", SERVER, PORT), "not_reading", LEAKS);
	close_many(servers, LEAKS);
	close_many(clients, LEAKS);
	check_end(t, SERVER);
	close(listener);
}

static void client_pool(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 16), i;
	struct pair p[LEAKS];
	struct anomaly a;
	long long since;

	for (i = 0; i < LEAKS; i++) {
		p[i] = sock_pair(t, listener, PORT);
		sock_shut(p[i].server);
	}
	since = now_ms();
	reach(t, CLIENT, CLOSE_WAIT, LEAKS);
	ns_enter(t, CLIENT);
	sleep_ms(LEAK_MS + 2000);
	a = the_anomaly();
	check_leak(&a, anomaly_who(t, "remote", SERVER, PORT), "not_reading", LEAKS);
	check(!a.passive, "a client's leak is said to be a server's");
	near("the anomaly's age", a.oldest_ms, now_ms() - since);
	for (i = 0; i < LEAKS; i++)
		close(p[i].client);
	check_end(t, CLIENT);
	for (i = 0; i < LEAKS; i++)
		close(p[i].server);
	close(listener);
	compare_ended(t);
}

/* The other side never closes, or is gone: FIN_WAIT_2 and FIN_WAIT_1 of programs that wait. */
static void peer_never_closes(struct test *t)
{
	struct pair p[LEAKS], gone;
	struct anomaly a[2];
	long long since;
	int listener, i, n;

	/* Its own leak is not what this is about. */
	module_reload("close_wait_leak_ms=86400000");
	listener = sock_listen(t, SERVER, PORT, 16);
	for (i = 0; i < LEAKS; i++) {
		p[i] = sock_pair(t, listener, PORT);
		sock_shut(p[i].client);
	}
	gone = sock_pair(t, listener, PORT);
	reach(t, CLIENT, FIN_WAIT_2, LEAKS);
	ns_drop(t, SERVER, "tcp flags & fin == fin");
	sock_shut(gone.client);
	since = now_ms();
	ns_enter(t, CLIENT);
	sleep_ms(PEER_LEAK_MS - 3000);
	check(!anomalies(a, 2), "an anomaly before its time");
	sleep_ms(5000);
	n = anomalies(a, 2);
	check(n == 2, "%d anomalies", n);
	for (i = 0; i < 2; i++) {
		check(!strcmp(a[i].kind, "peer_leak") &&
		      !strcmp(a[i].who, anomaly_who(t, "remote", SERVER, PORT)), "%s %s",
		      a[i].kind, a[i].who);
		near("its age", a[i].oldest_ms, now_ms() - since);
	}
	/* The worst first. */
	check(!strcmp(a[0].verdict, "FIN_WAIT_2") && a[0].count == LEAKS &&
	      !strcmp(a[1].verdict, "FIN_WAIT_1") && a[1].count == 1,
	      "%s count=%lld, %s count=%lld", a[0].verdict, a[0].count, a[1].verdict, a[1].count);
	ns_undrop(t, SERVER);
	for (i = 0; i < LEAKS; i++)
		close(p[i].server);
	sock_reset(gone.server);
	for (i = 0; i < LEAKS; i++)
		close(p[i].client);
	close(gone.client);
	ns_enter(t, CLIENT);
	sleep_ms(SETTLE_MS);
	n = anomalies(a, 2);
	check(n == 2 && !a[0].count && !a[1].count, "they have closed: %d, count=%lld", n,
	      a[0].count);
	anomalies_become(0, LINGER_MS + 3000);
	close(listener);
	compare_ended(t);
}

/* Leaked yesterday: it sends nothing. */
static void older_than_the_module(struct test *t)
{
	int listener, i, error;
	struct pair p[LEAKS];
	struct leak_stats s;
	struct anomaly a;
	long long since;

	module_reload("");
	error = module_unload();
	check(!error, "rmmod: %s", strerror(error));
	listener = sock_listen(t, SERVER, PORT, 16);
	for (i = 0; i < LEAKS; i++) {
		p[i] = sock_pair(t, listener, PORT);
		sock_send(p[i].client, 10);
		sock_shut(p[i].client);
	}
	reach(t, SERVER, CLOSE_WAIT, LEAKS);
	since = now_ms();
	sleep_ms(100000);
	ns_enter(t, SERVER);
	error = module_load("");
	check(!error, "insmod: %s", strerror(error));
	leak_stats(&s);
	a = the_anomaly();
	check(s.leaked == LEAKS && !s.le_1m && s.le_5m == LEAKS && s.current == 1,
	      "directly after insmod leaked=%lld le_1m=%lld le_5m=%lld current=%lld", s.leaked,
	      s.le_1m, s.le_5m, s.current);
	near("the oldest", s.oldest_ms, now_ms() - since);
	check_leak(&a, anomaly_who(t, "listener", SERVER, PORT), "not_reading", LEAKS);
	near("the anomaly's age", a.oldest_ms, now_ms() - since);
	/* Nothing is left of it without hooks, and all is there again with them. */
	check(!module_parameter("enabled", "0"), "enabled=0");
	leak_stats(&s);
	check(!anomalies(&a, 1) && !s.current && !s.leaked && s.ended == s.begun,
	      "enabled=0, but current=%lld leaked=%lld", s.current, s.leaked);
	check(!module_parameter("enabled", "1"), "enabled=1");
	a = the_anomaly();
	check_leak(&a, anomaly_who(t, "listener", SERVER, PORT), "not_reading", LEAKS);
	near("the anomaly's age", a.oldest_ms, now_ms() - since);
	compare(t);
	for (i = 0; i < LEAKS; i++) {
		close(p[i].server);
		close(p[i].client);
	}
	check_end(t, SERVER);
	close(listener);
	compare_ended(t);
}

static void thresholds(struct test *t)
{
	int listener, error, side;
	struct leak_stats s;
	struct pair p;

	module_reload("");
	listener = sock_listen(t, SERVER, PORT, 16);
	p = sock_pair(t, listener, PORT);
	sock_shut(p.client);
	sock_eof(p.server);
	sleep_ms(10000);
	for (side = 0; side < ns_count(t); side++) {
		ns_enter(t, side);
		leak_stats(&s);
		check(!s.leaked && !s.current, "leaked=%lld current=%lld", s.leaked, s.current);
	}
	check(!module_parameter("close_wait_leak_ms", "9000"), "close_wait_leak_ms");
	check(!module_parameter("peer_leak_ms", "9000"), "peer_leak_ms");
	sleep_ms(SLACK_MS);
	ns_enter(t, SERVER);
	leak_stats(&s);
	check(s.leaked == 1, "a lower threshold: leaked=%lld", s.leaked);
	for (side = 0; side < ns_count(t); side++) {
		ns_enter(t, side);
		leak_stats(&s);
		check(s.current == 2 / ns_count(t), "a lower threshold: current=%lld", s.current);
	}
	check(!module_parameter("close_wait_leak_ms", "600000"), "close_wait_leak_ms");
	check(!module_parameter("peer_leak_ms", "600000"), "peer_leak_ms");
	sleep_ms(SLACK_MS);
	ns_enter(t, SERVER);
	leak_stats(&s);
	check(!s.leaked && s.count == 1, "a higher threshold: leaked=%lld", s.leaked);
	for (side = 0; side < ns_count(t); side++) {
		ns_enter(t, side);
		anomalies_become(0, LINGER_MS + 2000);
	}
	/* A moment is no leak, whatever the user says. */
	error = module_parameter("close_wait_leak_ms", "999");
	check(error == EINVAL, "close_wait_leak_ms=999: %s", strerror(error));
	error = module_parameter("peer_leak_ms", "2592000001");
	check(error == EINVAL, "peer_leak_ms=2592000001: %s", strerror(error));
	close(p.client);
	close(p.server);
	close(listener);
}

/* By the wire alone ages are the same, and whose it is the socket tells all the same. */
static void wire_alone(struct test *t)
{
	struct anomaly a;
	struct pair p;
	int listener;
	long long since;

	module_reload("witness=0");
	listener = sock_listen(t, SERVER, PORT, 16);
	p = sock_pair(t, listener, PORT);
	sock_shut(p.client);
	sock_eof(p.server);
	since = now_ms();
	ns_enter(t, SERVER);
	sleep_ms(LEAK_MS + 2000);
	a = the_anomaly();
	check_leak(&a, anomaly_who(t, "listener", SERVER, PORT), "fd_leak", 1);
	near("the anomaly's age", a.oldest_ms, now_ms() - since);
	close(p.server);
	close(p.client);
	check_end(t, SERVER);
	close(listener);
}

/* Long polls that are half closed, again and again, for shorter than the threshold. */
static void no_false_alarm(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 16), round, i, side;
	struct pair p[LEAKS];
	struct leak_stats s;

	for (round = 0; round < 4; round++) {
		for (i = 0; i < LEAKS; i++) {
			p[i] = sock_pair(t, listener, PORT);
			sock_shut(p[i].client);
			sock_eof(p[i].server);
		}
		sleep_ms(LEAK_MS - 5000);
		for (i = 0; i < LEAKS; i++) {
			sock_send(p[i].server, 1000);
			close(p[i].server);
			sock_recv(p[i].client, 1000);
			sock_eof(p[i].client);
			close(p[i].client);
		}
	}
	for (side = 0; side < ns_count(t); side++) {
		ns_enter(t, side);
		leak_stats(&s);
		check(!s.begun && !s.generation, "begun=%lld generation=%lld", s.begun,
		      s.generation);
	}
	close(listener);
	compare_ended(t);
}

const struct scenario leak_scenarios[] = {
	{ "leak_forgets_close", ON_BOTH | IN_EXACT, forgets_close },
	{ "leak_new_for_an_hour", ON_LOOPBACK | IN_EXACT, new_for_an_hour },
	{ "leak_does_not_read", ON_BOTH | IN_EXACT, does_not_read },
	{ "leak_stops_accepting", ON_BOTH | IN_EXACT, stops_accepting },
	{ "leak_client_pool", ON_BOTH | IN_EXACT, client_pool },
	{ "leak_peer_never_closes", ON_BOTH | IN_EXACT, peer_never_closes },
	{ "leak_older_than_the_module", ON_BOTH | IN_EXACT, older_than_the_module },
	{ "leak_thresholds", ON_BOTH | IN_EXACT, thresholds },
	{ "leak_wire_alone", ON_BOTH | IN_EXACT, wire_alone },
	{ "leak_no_false_alarm", ON_BOTH | IN_EXACT, no_false_alarm },
	{ 0 }
};
