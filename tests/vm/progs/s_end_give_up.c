// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: a connection that is given up in silence is gone in `stats` too, whatever its state was:
 * retransmissions that run out, of sockets and of orphans; window probes; a user's time-out;
 * keep-alives that nobody answers. What has no timer stays.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "compare.h"
#include "held.h"
#include "ns.h"
#include "scenarios.h"
#include "sock.h"
#include "start.h"

static void few_retries(struct test *t)
{
	int side;

	for (side = 0; side < ns_count(t); side++) {
		ns_sysctl(t, side, "net/ipv4/tcp_retries2", "4");
		ns_sysctl(t, side, "net/ipv4/tcp_orphan_retries", "3");
		ns_sysctl(t, side, "net/ipv4/tcp_syn_retries", "3");
		ns_sysctl(t, side, "net/ipv4/tcp_synack_retries", "3");
	}
}

static void talk(struct held *h)
{
	sock_send(h->pair[HELD_ESTABLISHED].client, 100);
	sock_send(h->pair[HELD_ESTABLISHED].server, 100);
	sock_send(h->pair[HELD_FIN_WAIT_1].server, 100);
	sock_send(h->pair[HELD_FIN_WAIT_2].server, 100);
}

/* Whoever waits for an answer gives up; FIN_WAIT_2 waits for nothing that it has asked for. */
static void give_up(struct test *t)
{
	bool apart = t->place != ON_LOOPBACK;
	struct held h;

	few_retries(t);
	held_open(t, &h, 1);
	compare(t);
	held_black_hole(t);
	talk(&h);
	compare_for(t, 20000, 700);
	reach(t, CLIENT, FIN_WAIT_1, 0);
	reach(t, CLIENT, CLOSING, 0);
	reach(t, CLIENT, ESTABLISHED, 1);
	reach(t, SERVER, LAST_ACK, 0);
	reach(t, SERVER, CLOSE_WAIT, 0);
	reach(t, CLIENT, FIN_WAIT_2, apart ? 2 : 3);
	held_end(t, &h, 1);
}

/* The programs are gone: the kernel alone retransmits, tcp_orphan_retries times. */
static void give_up_orphans(struct test *t)
{
	struct held h;

	few_retries(t);
	held_open(t, &h, 1);
	held_black_hole(t);
	talk(&h);
	held_close(&h, 1);
	compare_for(t, 15000, 700);
	reach(t, CLIENT, FIN_WAIT_1, 0);
	reach(t, CLIENT, CLOSING, 0);
	reach(t, SERVER, LAST_ACK, 0);
	held_end(t, &h, 1);
}

static void each_socket(struct held *h, void (*set)(int fd))
{
	int i;

	for (i = 0; i < HOLDS; i++) {
		if (h->pair[i].client >= 0)
			set(h->pair[i].client);
		if (h->pair[i].server >= 0)
			set(h->pair[i].server);
	}
}

static void set_user_timeout(int fd)
{
	sock_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 3000);
}

static void user_timeout(struct test *t)
{
	struct held h;

	held_open(t, &h, 1);
	each_socket(&h, set_user_timeout);
	held_black_hole(t);
	talk(&h);
	compare_for(t, 12000, 500);
	reach(t, CLIENT, FIN_WAIT_1, 0);
	reach(t, CLIENT, CLOSING, 0);
	reach(t, SERVER, LAST_ACK, 0);
	reach(t, SERVER, CLOSE_WAIT, 0);
	held_end(t, &h, 1);
}

static void set_keep_alive(int fd)
{
	sock_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	sock_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 2);
	sock_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, 1);
	sock_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
}

/* Nobody sends anything: only keep-alives tell that the other end is gone. */
static void keep_alive(struct test *t)
{
	struct held h;

	held_open(t, &h, 1);
	each_socket(&h, set_keep_alive);
	compare_for(t, 4000, 500);	/* while they are answered nothing happens */
	held_black_hole(t);
	compare_for(t, 9000, 500);
	reach(t, CLIENT, ESTABLISHED, 0);
	reach(t, SERVER, CLOSE_WAIT, 0);
	reach(t, CLIENT, FIN_WAIT_2, 0);
	held_end(t, &h, 1);
}

/* Behind a closed window only probes are sent; they give up as retransmissions do. */
static void probes(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), i;
	struct pair p[4];

	few_retries(t);
	for (i = 0; i < 4; i++) {
		p[i] = sock_pair(t, listener, PORT);
		sock_fill(p[i].client);
	}
	/* Open, half-closed, closed; and one that goes on later. */
	sock_shut(p[1].client);
	close(p[2].client);
	compare_for(t, 3000, 500);
	ns_filter(t, SERVER, "tcp dport 5000 drop", NULL);
	compare_for(t, 20000, 900);
	reach(t, CLIENT, FIN_WAIT_1, 0);
	ns_filter(t, SERVER, NULL, NULL);
	for (i = 0; i < 4; i++) {
		close(p[i].server);
		if (i != 2)
			close(p[i].client);
	}
	close(listener);
	compare_ended(t);
}

const struct scenario end_give_up_scenarios[] = {
	{ "end_give_up", ON_BOTH | IN_EXACT, give_up },
	{ "end_give_up_orphans", ON_BOTH | IN_EXACT, give_up_orphans },
	{ "end_user_timeout", ON_VETH | IN_EXACT, user_timeout },
	{ "end_keep_alive", ON_VETH | IN_EXACT, keep_alive },
	{ "end_probes", ON_VETH | IN_EXACT, probes },
	{ 0 }
};
