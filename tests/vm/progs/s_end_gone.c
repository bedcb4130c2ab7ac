// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: `stats` says where the kernel's sockets are when the ground goes from under them: the
 * peer's namespace or one's own, the link, the address, the way out. What nobody can tell the
 * sockets, nobody tells us.
 */
#include <unistd.h>

#include "compare.h"
#include "held.h"
#include "ns.h"
#include "scenarios.h"
#include "sock.h"

static void few_retries(struct test *t)
{
	int side;

	for (side = 0; side < ns_count(t); side++)
		ns_sysctl(t, side, "net/ipv4/tcp_orphan_retries", "4");
}

/*
 * A whole namespace ends in silence, with sockets in every state: its resets go nowhere, for its
 * minisocks nobody waits. Its peer's sockets are left alone, half open.
 */
static void ends_with(struct test *t, enum side gone)
{
	struct held h;
	int i;

	few_retries(t);
	held_open(t, &h, 1);
	compare(t);
	ns_filter(t, gone, NULL, "meta l4proto tcp drop");
	for (i = 0; i < HOLDS; i++) {
		int *fd = gone == CLIENT ? &h.pair[i].client : &h.pair[i].server;

		/* An orphan would hold its namespace; a minisock doesn't. */
		if (*fd >= 0 && i == (gone == CLIENT ? HELD_FIN_WAIT_2 : HELD_CLOSING))
			close(*fd);
		else if (*fd >= 0)
			sock_reset(*fd);
		*fd = -1;
		if (gone == SERVER) {
			close(h.listener[i]);
			h.listener[i] = -1;
		}
	}
	compare(t);
	ns_end(t, gone);
	t->ns[gone] = t->ns[!gone];
	compare_for(t, 10000, 900);
	held_close(&h, 1);
	/* Orphans whose FINs find no way out give up at a timeout, which may be two minutes off. */
	compare_for(t, 150000, 4000);
	reach(t, CLIENT, FIN_WAIT_1, 0);
	reach(t, CLIENT, LAST_ACK, 0);
	compare_ended(t);
}

static void client_gone(struct test *t)
{
	ends_with(t, CLIENT);
}

static void server_gone(struct test *t)
{
	ends_with(t, SERVER);
}

/* Ways to lose the other end, and to find it again; at the client's. */
static const struct way {
	const char *name;
	const char *off[5], *on[5];
} ways[] = {
	{ "the link", { "ip link set veth0 down" },
	  { "ip link set veth0 up", "ip route replace 10.9.2.0/24 dev veth0",
	    "ip addr add fd09:1::1/64 dev veth0 nodad", "ip route replace fd09:2::/64 dev veth0" } },
	{ "the address", { "ip addr del 10.9.1.1/24 dev veth0", "ip addr del fd09:1::1/64 dev veth0" },
	  { "ip addr add 10.9.1.1/24 dev veth0", "ip addr add fd09:1::1/64 dev veth0 nodad",
	    "ip route replace 10.9.2.0/24 dev veth0", "ip route replace fd09:2::/64 dev veth0" } },
	/* What comes is dropped by rp_filter, or may not be answered. */
	{ "the way back",
	  { "ip route del 10.9.2.0/24", "ip route add blackhole 10.9.2.0/24",
	    "ip route del fd09:2::/64", "ip route add blackhole fd09:2::/64" },
	  { "ip route del blackhole 10.9.2.0/24", "ip route add 10.9.2.0/24 dev veth0",
	    "ip -6 route del blackhole fd09:2::/64", "ip route add fd09:2::/64 dev veth0" } },
	/* The socket has moved already. */
	{ "the way out",
	  { "nft add table inet out", "nft add chain inet out output { type filter hook output priority 0 ; }",
	    "nft add rule inet out output meta l4proto tcp drop" },
	  { "nft delete table inet out" } },
};

static void run_all(struct test *t, const char *const *commands)
{
	for (; *commands; commands++)
		ns_run(t, CLIENT, "%s", *commands);
}

/* What was in flight waits, is given up, or goes on when the way is there again. */
static void lose(struct test *t, const struct way *way)
{
	struct held h;

	held_open(t, &h, 1);
	run_all(t, way->off);
	compare_after("%s is lost", way->name);
	compare(t);
	sock_send(h.pair[HELD_ESTABLISHED].server, 100);
	sock_shut(h.pair[HELD_ESTABLISHED].client);
	close(h.pair[HELD_FIN_WAIT_2].client);
	h.pair[HELD_FIN_WAIT_2].client = -1;
	sock_send(h.pair[HELD_FIN_WAIT_2].server, 100);
	sock_shut(h.pair[HELD_FIN_WAIT_2].server);
	close(h.pair[HELD_CLOSING].client);
	h.pair[HELD_CLOSING].client = -1;
	compare_for(t, 5000, 900);
	run_all(t, way->on);
	held_let_through(t);
	compare_after("%s is there again", way->name);
	compare_for(t, 15000, 1700);
	held_close(&h, 1);
	sleep_ms(20000);
	compare_ended(t);
}

static void ways_lost(struct test *t)
{
	size_t i;

	ns_sysctl(t, CLIENT, "net/ipv4/conf/all/rp_filter", "1");
	few_retries(t);
	for (i = 0; i < ARRAY_SIZE(ways); i++)
		lose(t, &ways[i]);
}

const struct scenario end_gone_scenarios[] = {
	{ "end_client_gone", ON_VETH | IN_EXACT, client_gone },
	{ "end_server_gone", ON_VETH | IN_EXACT, server_gone },
	{ "end_ways_lost", ON_VETH | IN_EXACT, ways_lost },
	{ 0 }
};
