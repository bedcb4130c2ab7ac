// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: what TCP does not take moves nobody, and no retransmission of it does: segments that a
 * socket's filter drops, damaged ones, those of a full accept queue; and what is taken in the end is
 * shown at once. A reset or the last ACK that is not taken ends nobody.
 */
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/filter.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "compare.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "start.h"
#include "wire.h"

#define N 3
#define ALL 0xff

/* From now on the socket does not get what has one of these flags. */
static void deafen(int fd, unsigned char flags)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, flags, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, 0x7fffffff),
	};
	struct sock_fprog program = { ARRAY_SIZE(code), code };

	check(!setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)),
	      "SO_ATTACH_FILTER: %s", strerror(errno));
}

static void hear_again(int fd)
{
	int none = 0;

	check(!setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &none, sizeof(none)),
	      "SO_DETACH_FILTER: %s", strerror(errno));
}

/* So many times the wire was ahead of the socket there: once for each end, whatever came again. */
static void ahead_once(struct test *t, enum side side, enum state wire, enum state socket, int n)
{
	struct differences d;

	ns_enter(t, side);
	procfs_witness(&d);
	check(d.corrected[wire][socket] == n, "%s shown and %s found: %lld times, not %d",
	      state_names[wire], state_names[socket], d.corrected[wire][socket], n);
}

static void filtered_open(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), clients[N], servers[N], i;

	/* The SYN-ACK does not get to the client. */
	for (i = 0; i < N; i++) {
		clients[i] = sock_new(t, CLIENT, 0);
		deafen(clients[i], ALL);
		sock_start(t, clients[i], SERVER, PORT);
	}
	compare_for(t, 4000, 100);
	reach_both(t, SYN_SENT, N, 0);
	ahead_once(t, CLIENT, ESTABLISHED, SYN_SENT, N);
	for (i = 0; i < N; i++)
		hear_again(clients[i]);
	finish_many(clients, N, 0);
	accept_many(listener, servers, N);
	compare(t);
	close_many(clients, N);
	close_many(servers, N);
	/* The ACK does not get to the server. */
	deafen(listener, ACK);
	start_many(t, clients, N, PORT);
	finish_many(clients, N, 0);
	compare_for(t, 4000, 100);
	reach_both(t, SYN_RECEIVED, 0, N);
	ahead_once(t, SERVER, ESTABLISHED, SYN_RECEIVED, N);
	hear_again(listener);
	accept_many(listener, servers, N);
	compare(t);
	close_many(clients, N);
	close_many(servers, N);
	close(listener);
	compare_ended(t);
}

/* Neither FIN nor reset nor ACK is taken. */
static void filtered_close(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), i;
	struct pair p[4];

	for (i = 0; i < 4; i++)
		p[i] = sock_pair(t, listener, PORT);
	deafen(p[0].server, FIN);
	sock_shut(p[0].client);
	deafen(p[1].server, ALL);
	sock_reset(p[1].client);
	deafen(p[2].client, ALL);
	sock_shut(p[2].client);
	compare(t);
	sock_shut(p[2].server);
	/* Its last ACK will not be heard. */
	sock_shut(p[3].client);
	sock_eof(p[3].server);
	deafen(p[3].server, ALL);
	sock_shut(p[3].server);
	compare_for(t, 4000, 100);
	reach_both(t, FIN_WAIT_1, 2, 0);
	reach_both(t, ESTABLISHED, 0, 2);
	reach_both(t, LAST_ACK, 0, 2);
	reach_both(t, TIME_WAIT, 1, 0);
	ahead_once(t, SERVER, CLOSE_WAIT, ESTABLISHED, 1);
	ahead_once(t, CLIENT, FIN_WAIT_2, FIN_WAIT_1, 1);
	for (i = 0; i < 4; i++)
		if (i != 2)
			hear_again(p[i].server);
	hear_again(p[2].client);
	compare_for(t, 20000, 700);
	sock_eof(p[0].server);
	for (i = 0; i < 4; i++) {
		if (i != 1)
			close(p[i].client);
		close(p[i].server);
	}
	close(listener);
	compare_for(t, 20000, 3000);
	compare_ended(t);
}

/* The device would leave the checksum to the receiver, where it is not looked at. */
static void count_checksums(struct test *t, enum side side)
{
	struct ethtool_value no = { .cmd = ETHTOOL_STXCSUM };
	struct ifreq req = { .ifr_name = "veth0", .ifr_data = (void *)&no };
	int fd;

	ns_enter(t, side);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	check(fd >= 0 && !ioctl(fd, SIOCETHTOOL, &req), "ETHTOOL_STXCSUM: %s", strerror(errno));
	close(fd);
}

/* What comes to this end with one of these flags is damaged on its way; NULL: nothing. */
static void damage(struct test *t, enum side side, const char *flags)
{
	char rule[128];

	snprintf(rule, sizeof(rule), "tcp flags %s @th,128,16 set 0x1234", flags ? flags : "");
	ns_filter(t, side, flags ? rule : NULL, NULL);
}

static void damaged(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), client[2], i;
	struct pair p[3];

	count_checksums(t, CLIENT);
	count_checksums(t, SERVER);
	damage(t, CLIENT, "syn");
	start_many(t, client, 1, PORT);
	compare_for(t, 4000, 100);
	reach(t, CLIENT, SYN_SENT, 1);
	ahead_once(t, CLIENT, ESTABLISHED, SYN_SENT, 1);
	damage(t, CLIENT, NULL);
	damage(t, SERVER, "ack");
	start_many(t, client + 1, 1, PORT);
	finish_many(client, 2, 0);
	compare_for(t, 4000, 100);
	reach(t, SERVER, SYN_RECEIVED, 2);
	ahead_once(t, SERVER, ESTABLISHED, SYN_RECEIVED, 2);
	damage(t, SERVER, NULL);
	for (i = 0; i < 2; i++) {
		p[i].client = client[i];
		p[i].server = sock_accept(listener);
	}
	p[2] = sock_pair(t, listener, PORT);
	compare(t);
	damage(t, SERVER, "fin,rst");
	sock_shut(client[0]);
	sock_reset(p[2].client);
	compare_for(t, 4000, 100);
	reach(t, SERVER, ESTABLISHED, 3);
	ahead_once(t, SERVER, CLOSE_WAIT, ESTABLISHED, 1);
	damage(t, SERVER, NULL);
	compare_for(t, 8000, 300);
	reach(t, SERVER, CLOSE_WAIT, 1);
	damage(t, SERVER, "ack");
	for (i = 0; i < 3; i++)
		close(p[i].server);
	compare_for(t, 3000, 300);
	damage(t, SERVER, NULL);
	close_many(client, 2);
	close(listener);
	compare_for(t, 60000, 5000);
	compare_ended(t);
}

const struct scenario untaken_scenarios[] = {
	{ "untaken_filtered_open", ON_BOTH | IN_EXACT, filtered_open },
	{ "untaken_filtered_close", ON_BOTH | IN_EXACT, filtered_close },
	{ "untaken_damaged", ON_VETH | IN_EXACT, damaged },
	{ 0 }
};
