// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: with witness=0, what an end does not repeat, and what it goes on to say, tells where it
 * is: it is given up by its program or by the kernel in silence, with data on its way or before a
 * closed window, refused by ICMP, born of a SYN cookie, half-closed and reading. A firewall's reset
 * in its name ends nobody. What may come back goes with its namespace.
 */
#include <errno.h>
#include <unistd.h>

#include "compare.h"
#include "memory.h"
#include "module.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "start.h"

#define N 3
#define NEIGHBOUR_MS 3500	/* a first SYN that is not repeated says nothing before */

static int clients[N], servers[N];

static void rule(struct test *t, enum side side, const char *chain, const char *words)
{
	ns_run(t, side, "nft add table inet vmtest ; "
	       "add chain inet vmtest %s { type filter hook %s priority 0 ; } ; "
	       "add rule inet vmtest %s %s", chain, chain, chain, words);
}

/* Repeated, for as long as it is there. */
static void alone_connect(struct test *t)
{
	module_reload("witness=0");
	ns_sysctl(t, CLIENT, "net/ipv4/tcp_syn_retries", "3");
	rule(t, SERVER, "input", "tcp dport 5000-5001 drop");
	start_many(t, clients, N, PORT);
	start_many(t, servers, N, PORT + 1);
	reach(t, CLIENT, SYN_SENT, 2 * N);
	compare(t);
	close_many(servers, N);
	sleep_ms(NEIGHBOUR_MS);
	reach(t, CLIENT, SYN_SENT, N);
	compare(t);
	sleep_ms(5000);
	reach(t, CLIENT, SYN_SENT, N);
	compare(t);
	finish_many(clients, N, ETIMEDOUT);
	sleep_ms(500);
	compare(t);
	close_many(clients, N);
	compare_ended(t);
}

static void alone_icmp(struct test *t)
{
	module_reload("witness=0");
	rule(t, SERVER, "input", "tcp dport 5000 reject with icmpx type host-unreachable");
	start_many(t, clients, N, PORT);
	finish_many(clients, N, EHOSTUNREACH);
	reach(t, CLIENT, SYN_SENT, 0);
	compare(t);
	close_many(clients, N);
	compare_ended(t);
}

/* Data that nobody acknowledges, and a FIN: until the kernel gives up. */
static void alone_gives_up(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), i;
	struct pair p;

	module_reload("witness=0");
	ns_sysctl(t, CLIENT, "net/ipv4/tcp_retries2", "4");
	ns_sysctl(t, CLIENT, "net/ipv4/tcp_orphan_retries", "4");
	for (i = 0; i < 2; i++) {
		p = sock_pair(t, listener, PORT);
		clients[i] = p.client;
		servers[i] = p.server;
	}
	rule(t, SERVER, "input", "tcp dport 5000 drop");
	sock_send(clients[0], 100);
	close(clients[1]);
	reach(t, CLIENT, FIN_WAIT_1, 1);
	compare(t);
	sleep_ms(2000);
	reach(t, CLIENT, ESTABLISHED, 1);
	compare(t);
	reach(t, CLIENT, ESTABLISHED, 0);
	reach(t, CLIENT, FIN_WAIT_1, 0);
	sleep_ms(500);
	compare(t);
	ns_undrop(t, SERVER);
	close(clients[0]);
	close_many(servers, 2);
	close(listener);
	compare_ended(t);
}

/* Probes of a closed window lie left of it: the other end ignores them, and answers. */
static void alone_probes(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8);
	struct pair p = sock_pair(t, listener, PORT);

	module_reload("witness=0");
	ns_sysctl(t, CLIENT, "net/ipv4/tcp_retries2", "4");
	sock_fill(p.client);
	sleep_ms(3000);
	reach(t, CLIENT, ESTABLISHED, 1);
	compare(t);
	rule(t, SERVER, "input", "tcp dport 5000 drop");
	reach(t, CLIENT, ESTABLISHED, 0);
	sleep_ms(5000);
	compare(t);
	ns_undrop(t, SERVER);
	close(p.client);
	close(p.server);
	close(listener);
	compare_ended(t);
}

static void alone_cookie(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8);

	module_reload("witness=0");
	ns_sysctl(t, SERVER, "net/ipv4/tcp_syncookies", "2");
	start_many(t, clients, N, PORT);
	finish_many(clients, N, 0);
	reach(t, SERVER, ESTABLISHED, N);
	compare(t);
	accept_many(listener, servers, N);
	close_many(clients, N);
	compare(t);
	close_many(servers, N);
	close(listener);
	compare_ended(t);
}

/* One that reads on stays; of one that is closed the kernel keeps nothing for long. */
static void alone_half_closed(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), i;
	struct pair p;

	module_reload("witness=0");
	ns_sysctl(t, CLIENT, "net/ipv4/tcp_fin_timeout", "3");
	for (i = 0; i < 2; i++) {
		p = sock_pair(t, listener, PORT);
		clients[i] = p.client;
		servers[i] = p.server;
	}
	sock_shut(clients[0]);
	sock_eof(servers[0]);
	close(clients[1]);
	sock_eof(servers[1]);
	sock_send(servers[0], 1000);
	sock_recv(clients[0], 1000);
	reach(t, CLIENT, FIN_WAIT_2, 2);
	compare(t);
	sleep_ms(4000);
	reach(t, CLIENT, FIN_WAIT_2, 1);
	compare(t);
	close(clients[0]);
	close_many(servers, 2);
	close(listener);
	compare_ended(t);
}

/* Taken for gone, for it might have been an orphan; but it has only waited for the other's FIN. */
static void alone_comes_back(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8);
	struct pair p = sock_pair(t, listener, PORT);
	struct flow_counts flows;

	module_reload("witness=0");
	ns_sysctl(t, CLIENT, "net/ipv4/tcp_fin_timeout", "3");
	sock_send(p.client, 10);
	sock_recv(p.server, 10);
	sock_shut(p.client);
	sock_eof(p.server);
	reach(t, CLIENT, FIN_WAIT_2, 1);
	compare(t);
	sleep_ms(4000);
	ns_enter(t, CLIENT);
	procfs_flows(&flows);
	check(!flows.lines, "a FIN_WAIT_2 is there after tcp_fin_timeout");
	close(p.server);
	reach(t, CLIENT, TIME_WAIT, 1);
	compare(t);
	ns_enter(t, CLIENT);
	check(procfs_transition(CLOSED, FIN_WAIT_2) == 1, "transitions: %lld came back",
	      procfs_transition(CLOSED, FIN_WAIT_2));
	close(p.client);
	close(listener);
	compare_ended(t);
}

/* To the peer the firewall says that the end is gone; it is not, and hears nothing of it. */
static void alone_firewall(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8);
	struct pair p = sock_pair(t, listener, PORT);

	module_reload("witness=0");
	sock_send(p.server, 10);
	sock_recv(p.client, 10);
	rule(t, SERVER, "input", "tcp dport 5000 reject with tcp reset");
	sock_send(p.client, 10);
	reach(t, CLIENT, ESTABLISHED, 0);
	reach(t, SERVER, ESTABLISHED, 1);
	compare(t);
	ns_undrop(t, SERVER);
	close(p.client);
	close(p.server);
	close(listener);
	compare_ended(t);
}

/* Longer than a minute: what is beyond that is spent twice, with the socket and without. */
static void alone_long_orphan(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8);
	struct pair p = sock_pair(t, listener, PORT);

	module_reload("witness=0");
	ns_sysctl(t, CLIENT, "net/ipv4/tcp_fin_timeout", "63");
	pair_talk(&p);
	close(p.client);
	sock_eof(p.server);
	sleep_ms(2000);
	reach(t, CLIENT, FIN_WAIT_2, 1);
	compare(t);
	sleep_ms(6000);
	reach(t, CLIENT, FIN_WAIT_2, 0);
	compare(t);
	close(p.server);
	close(listener);
	compare_ended(t);
}

/* Ends that may come back are kept, uncounted; not longer than their namespace is there. */
static void alone_ended(struct test *t)
{
	static int many[SLAB_SLACK + 400];
	const int n = ARRAY_SIZE(many);

	module_reload("witness=0");
	rule(t, SERVER, "input", "tcp dport 5000 drop");
	start_many(t, many, n, PORT);
	reach(t, CLIENT, SYN_SENT, n);
	close_many(many, n);
	sleep_ms(NEIGHBOUR_MS + 1500);
	compare(t);
	check(memory_flows() >= n, "%ld flows in memory, not %d", memory_flows(), n);
	ns_end(t, CLIENT);
	sleep_ms(1000);
	check(memory_flows() <= SLAB_SLACK, "%ld flows of a namespace that has ended", memory_flows());
}

const struct scenario alone_scenarios[] = {
	{ "alone_connect", ON_VETH | IN_EXACT, alone_connect },
	{ "alone_icmp", ON_VETH | IN_EXACT, alone_icmp },
	{ "alone_gives_up", ON_VETH | IN_EXACT, alone_gives_up },
	{ "alone_probes", ON_VETH | IN_EXACT, alone_probes },
	{ "alone_cookie", ON_VETH | IN_EXACT, alone_cookie },
	{ "alone_half_closed", ON_VETH | IN_EXACT, alone_half_closed },
	{ "alone_comes_back", ON_VETH | IN_EXACT, alone_comes_back },
	{ "alone_firewall", ON_VETH | IN_EXACT, alone_firewall },
	{ "alone_long_orphan", ON_VETH | IN_EXACT, alone_long_orphan },
	{ "alone_ended", ON_VETH | IN_EXACT, alone_ended },
	{ 0 }
};
