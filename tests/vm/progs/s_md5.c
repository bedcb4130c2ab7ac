// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: with TCP_MD5SIG, where both ends have the same key a connection is any other's; where they
 * have not, what is signed wrongly, or not at all, moves nobody: no SYN, no ACK, no FIN, no reset,
 * not even one for a TIME_WAIT.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "compare.h"
#include "ns.h"
#include "scenarios.h"
#include "start.h"
#include "wire.h"

/* This socket's key for the other end; NULL: none any more. */
static void sign(struct test *t, int fd, enum side peer, const char *key)
{
	struct tcp_md5sig sig = { .tcpm_keylen = key ? strlen(key) : 0 };
	struct sockaddr_in *v4 = (void *)&sig.tcpm_addr;
	struct sockaddr_in6 *v6 = (void *)&sig.tcpm_addr;

	sig.tcpm_addr.ss_family = t->family;
	inet_pton(t->family, ns_address(t, peer),
		  t->family == AF_INET ? (void *)&v4->sin_addr : (void *)&v6->sin6_addr);
	if (key)
		memcpy(sig.tcpm_key, key, strlen(key));
	check(!setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG, &sig, sizeof(sig)), "TCP_MD5SIG: %s",
	      strerror(errno));
}

static int signed_client(struct test *t, const char *key)
{
	int fd = sock_new(t, CLIENT, 0);

	if (key)
		sign(t, fd, SERVER, key);
	sock_start(t, fd, SERVER, PORT);
	return fd;
}

static int signed_listener(struct test *t, const char *key)
{
	int fd = sock_listen(t, SERVER, PORT, 8);

	sign(t, fd, CLIENT, key);
	return fd;
}

static struct pair signed_pair(struct test *t, int listener)
{
	struct pair p;

	p.client = signed_client(t, "secret");
	check(!sock_finish(p.client), "connect");
	p.server = sock_accept(listener);
	return p;
}

/* The whole life, closed by either end, by a reset, and TIME_WAIT to its end. */
static void right(struct test *t)
{
	int listener = signed_listener(t, "secret");
	struct pair p[3];
	int i;

	for (i = 0; i < 3; i++) {
		p[i] = signed_pair(t, listener);
		sock_send(p[i].client, 5000);
		sock_recv(p[i].server, 5000);
	}
	compare(t);
	sock_shut(p[0].client);
	sock_shut(p[1].server);
	compare(t);
	sock_eof(p[0].server);
	sock_eof(p[1].client);
	close(p[0].server);
	close(p[1].client);
	sock_reset(p[2].client);
	compare(t);
	reach_both(t, TIME_WAIT, 1, 1);
	close(p[0].client);
	close(p[1].server);
	close(p[2].server);
	close(listener);
	compare_ended(t);
}

/* Another key, or none: the SYN dies, and so does the answer to the one that is not asked for a key. */
static void wrong(struct test *t)
{
	int listener = signed_listener(t, "secret"), plain = sock_listen(t, SERVER, PORT + 1, 8);
	int fd[3];

	fd[0] = signed_client(t, "wrong");
	fd[1] = signed_client(t, NULL);
	fd[2] = sock_new(t, CLIENT, 0);
	sign(t, fd[2], SERVER, "secret");
	sock_start(t, fd[2], SERVER, PORT + 1);
	compare_for(t, 4000, 300);
	reach_both(t, SYN_SENT, 3, 0);
	reach_both(t, SYN_RECEIVED, 0, 0);
	close_many(fd, 3);
	compare(t);
	close(listener);
	close(plain);
	compare_ended(t);
}

/* One end's key changes under a connection: from then on neither believes the other. */
static void changed(struct test *t)
{
	int listener = signed_listener(t, "secret"), i;
	struct pair p[4];

	for (i = 0; i < 4; i++) {
		p[i] = signed_pair(t, listener);
		sign(t, p[i].server, CLIENT, i ? "other" : NULL);
	}
	sock_send(p[0].client, 100);
	sock_shut(p[1].client);
	sock_reset(p[2].client);
	sock_shut(p[3].server);
	compare_for(t, 4000, 300);
	reach_both(t, ESTABLISHED, 2, 3);
	reach_both(t, FIN_WAIT_1, 1, 1);
	/* The same again: what was sent is sent again, and believed. */
	for (i = 0; i < 4; i++)
		sign(t, p[i].server, CLIENT, "secret");
	compare_for(t, 10000, 300);
	sock_recv(p[0].server, 100);
	sock_eof(p[1].server);
	sock_eof(p[3].client);
	for (i = 0; i < 4; i++) {
		if (i != 2)
			close(p[i].client);
		/* Nobody has the key any more to answer its FIN. */
		if (i == 2)
			sock_reset(p[i].server);
		else
			close(p[i].server);
	}
	close(listener);
	compare_for(t, 10000, 1000);
	compare_ended(t);
}

/* A stranger, who does not know the key, forges what would otherwise move anybody. */
static void unsigned_forged(struct test *t)
{
	static const struct forged forged[] = {
		{ .flags = FIN | ACK, .no_ts = true },
		{ .flags = RST, .no_ts = true },
		{ .flags = RST | ACK, .no_ts = true },
		{ .flags = SYN, .seq = 100000, .no_ts = true },
		{ .flags = ACK | PSH, .len = 100, .no_ts = true },
	};
	int listener = signed_listener(t, "secret"), i, kind;
	struct pair p[4];
	struct talk talk[4];

	wire_open(t);
	for (i = 0; i < 4; i++) {
		p[i] = signed_pair(t, listener);
		wire_talk(t, p[i].client, PORT, &talk[i]);
	}
	/* ESTABLISHED, FIN_WAIT_2 with CLOSE_WAIT, a FIN_WAIT_2 minisock, TIME_WAIT. */
	sock_shut(p[1].client);
	close(p[2].client);
	sock_shut(p[3].client);
	sock_eof(p[3].server);
	close(p[3].server);
	sock_eof(p[3].client);
	close(p[3].client);
	reach_both(t, TIME_WAIT, 1, 0);
	compare(t);
	for (kind = 0; kind < (int)ARRAY_SIZE(forged); kind++)
		for (i = 0; i < 4; i++) {
			wire_hear(t, &talk[i]);
			wire_forge(t, &talk[i], CLIENT, &forged[kind]);
			wire_forge(t, &talk[i], SERVER, &forged[kind]);
			compare_after("forged[%d], %d", kind, i);
			compare(t);
		}
	for (i = 0; i < 3; i++) {
		close(p[i].server);
		if (i != 2)
			close(p[i].client);
	}
	close(listener);
	compare_for(t, 65000, 5000);
	compare_ended(t);
}

const struct scenario md5_scenarios[] = {
	{ "md5_right", ON_BOTH | IN_EXACT, right },
	{ "md5_wrong", ON_BOTH | IN_EXACT, wrong },
	{ "md5_changed", ON_BOTH | IN_EXACT, changed },
	{ "md5_forged", ON_BOTH | IN_EXACT, unsigned_forged },
	{ 0 }
};
