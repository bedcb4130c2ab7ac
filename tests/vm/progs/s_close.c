// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: however a connection ends on the wire, the states at both ends are the kernel's all the
 * way, and nothing is left.
 * What the wire doesn't show is in s_end_*.c.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "compare.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sock.h"

static struct pair one(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8);
	struct pair p = sock_pair(t, listener, PORT);

	close(listener);
	return p;
}

static void half_close(struct test *t)
{
	struct pair p = one(t);
	int i;

	sock_shut(p.client);
	reach(t, SERVER, CLOSE_WAIT, 1);
	for (i = 0; i < 5; i++) {
		sock_send(p.server, 50000);
		sock_recv(p.client, 50000);
		compare(t);
	}
	sock_eof(p.server);
	close(p.server);
	sock_eof(p.client);
	reach(t, CLIENT, TIME_WAIT, 1);
	compare(t);
	close(p.client);
	compare_ended(t);
}

static void half_close_by_server(struct test *t)
{
	struct pair p = one(t);

	sock_send(p.server, 200000);
	sock_shut(p.server);
	sock_recv(p.client, 200000);
	sock_eof(p.client);
	reach(t, CLIENT, CLOSE_WAIT, 1);
	sock_send(p.client, 200000);
	sock_recv(p.server, 200000);
	compare(t);
	close(p.client);
	sock_eof(p.server);
	close(p.server);
	compare_ended(t);
}

/* The server answers so soon that its FIN carries the ACK of the client's. */
static void three_segments(struct test *t)
{
	struct pair p;
	int listener = sock_listen(t, SERVER, PORT, 8), i, n;
	long long direct;

	for (n = 0; n < 5; n++) {
		p = sock_pair(t, listener, PORT);
		/* A dialogue makes the server delay its ACKs. */
		for (i = 0; i < 40; i++) {
			sock_send(p.client, 64);
			sock_recv(p.server, 64);
			sock_send(p.server, 64);
			sock_recv(p.client, 64);
		}
		sock_shut(p.client);
		sock_eof(p.server);
		close(p.server);
		sock_eof(p.client);
		close(p.client);
	}
	reach(t, CLIENT, TIME_WAIT, 5);
	compare(t);
	ns_enter(t, CLIENT);
	direct = procfs_transition(FIN_WAIT_1, TIME_WAIT);
	check(direct == 5, "FIN_WAIT_1 to TIME_WAIT: %lld of 5", direct);
	close(listener);
	compare_ended(t);
}

static void reset_by_client(struct test *t)
{
	struct pair p = one(t);

	sock_reset(p.client);
	reach(t, SERVER, ESTABLISHED, 0);
	compare(t);
	close(p.server);
	compare_ended(t);
}

static void reset_by_server(struct test *t)
{
	struct pair p = one(t);

	sock_send(p.client, 10000);
	sock_recv(p.server, 10000);
	sock_reset(p.server);
	reach(t, CLIENT, ESTABLISHED, 0);
	compare(t);
	close(p.client);
	compare_ended(t);
}

/* Both ends of a half-closed connection, by either of them. */
static void reset_half_closed(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), i;
	struct pair p;

	for (i = 0; i < 2; i++) {
		p = sock_pair(t, listener, PORT);
		sock_shut(p.client);
		reach(t, SERVER, CLOSE_WAIT, 1);
		compare(t);
		sock_reset(i ? p.client : p.server);
		reach(t, SERVER, CLOSE_WAIT, 0);
		reach(t, CLIENT, FIN_WAIT_2, 0);
		compare(t);
		close(i ? p.server : p.client);
	}
	close(listener);
	compare_ended(t);
}

/* After a minute, too, which is the time that an orphan has: it is the reset that ends it. */
static void reset_half_closed_late(struct test *t)
{
	static long long ways[STATES][STATES][3];
	struct pair p = one(t);

	sock_shut(p.client);
	reach(t, CLIENT, FIN_WAIT_2, 1);
	sleep_ms(65000);
	sock_reset(p.server);
	reach(t, CLIENT, FIN_WAIT_2, 0);
	compare(t);
	ns_enter(t, CLIENT);
	procfs_ways(ways);
	check(ways[FIN_WAIT_2][CLOSED][0] == 1, "FIN_WAIT_2 to CLOSED: by segment %lld, by timer %lld",
	      ways[FIN_WAIT_2][CLOSED][0], ways[FIN_WAIT_2][CLOSED][1]);
	close(p.client);
	compare_ended(t);
}

/* Of the client's peer that is inferred. */
static void peer_is(struct test *t, enum state state)
{
	struct stats stats;

	ns_enter(t, CLIENT);
	procfs_stats(&stats);
	check(stats.state[state].remote == 1, "remote: %lld in %s", stats.state[state].remote,
	      state_names[state]);
}

/* A firewall sends a copy of all that comes in elsewhere: that is nobody's word here. */
static void copied(struct test *t)
{
	bool ipv6 = t->family == AF_INET6;
	struct pair p;
	int listener;

	ns_run(t, CLIENT, "nft add table %s vmtest ; "
	       "add chain %s vmtest copied { type filter hook prerouting priority -300 ; } ; "
	       "add rule %s vmtest copied meta l4proto tcp dup to %s device veth0",
	       ipv6 ? "ip6" : "ip", ipv6 ? "ip6" : "ip", ipv6 ? "ip6" : "ip",
	       ipv6 ? "fd09:1::77" : "10.9.1.77");
	listener = sock_listen(t, SERVER, PORT, 8);
	p = sock_pair(t, listener, PORT);
	compare(t);
	peer_is(t, ESTABLISHED);
	sock_send(p.client, 10000);
	sock_recv(p.server, 10000);
	sock_shut(p.server);
	sock_eof(p.client);
	compare(t);
	peer_is(t, FIN_WAIT_2);
	close(p.client);
	close(p.server);
	close(listener);
	compare_ended(t);
}

/* close() with data that nobody has read is a reset, not a FIN. */
static void reset_by_unread(struct test *t)
{
	struct pair p = one(t);

	sock_send(p.client, 1000);
	sleep_ms(100);
	close(p.server);
	reach(t, CLIENT, ESTABLISHED, 0);
	compare(t);
	close(p.client);
	compare_ended(t);
}

/* Data for a program that has closed: the kernel answers with a reset. */
static void reset_by_late_data(struct test *t)
{
	struct pair p = one(t);

	close(p.server);
	reach(t, CLIENT, CLOSE_WAIT, 1);
	compare(t);
	sock_send(p.client, 1000);
	reach(t, CLIENT, CLOSE_WAIT, 0);
	reach(t, SERVER, FIN_WAIT_2, 0);
	compare(t);
	close(p.client);
	compare_ended(t);
}

/*
 * The client is gone after its FIN: its FIN_WAIT_2 is a minisock for tcp_fin_timeout. The server's
 * CLOSE_WAIT knows nothing of that; its late FIN is answered by a reset.
 */
static void orphan_fin_wait_2(struct test *t)
{
	struct pair p;

	ns_sysctl(t, CLIENT, "net/ipv4/tcp_fin_timeout", "2");
	p = one(t);
	close(p.client);
	reach(t, CLIENT, FIN_WAIT_2, 1);
	compare(t);
	sleep_ms(1000);
	reach(t, CLIENT, FIN_WAIT_2, 1);
	compare(t);
	sleep_ms(4000);
	reach(t, CLIENT, FIN_WAIT_2, 0);
	reach(t, SERVER, CLOSE_WAIT, 1);
	compare(t);
	close(p.server);
	compare_ended(t);
}

/* With the default of a minute the other end's FIN comes in time: the minisock's TIME_WAIT. */
static void orphan_in_time(struct test *t)
{
	struct pair p = one(t);

	close(p.client);
	sleep_ms(20000);
	reach(t, CLIENT, FIN_WAIT_2, 1);
	compare(t);
	close(p.server);
	reach(t, CLIENT, TIME_WAIT, 1);
	compare(t);
	sleep_ms(50000);
	reach(t, CLIENT, TIME_WAIT, 1);
	compare_ended(t);
}

const struct scenario close_scenarios[] = {
	{ "half_close", ON_BOTH | IN_EXACT, half_close },
	{ "half_close_by_server", ON_BOTH | IN_EXACT, half_close_by_server },
	{ "three_segments", ON_BOTH | IN_EXACT, three_segments },
	{ "reset_by_client", ON_BOTH | IN_EXACT, reset_by_client },
	{ "reset_by_server", ON_BOTH | IN_EXACT, reset_by_server },
	{ "reset_half_closed", ON_BOTH | IN_EXACT, reset_half_closed },
	{ "copied", ON_VETH | IN_EXACT, copied },
	{ "reset_half_closed_late", ON_BOTH | IN_EXACT, reset_half_closed_late },
	{ "reset_by_unread", ON_BOTH | IN_EXACT, reset_by_unread },
	{ "reset_by_late_data", ON_BOTH | IN_EXACT, reset_by_late_data },
	{ "orphan_fin_wait_2", ON_BOTH | IN_EXACT, orphan_fin_wait_2 },
	{ "orphan_in_time", ON_BOTH | IN_EXACT, orphan_in_time },
	{ 0 }
};
