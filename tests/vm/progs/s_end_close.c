// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: whatever a program does to end a connection, `stats` says where the kernel's sockets are
 * all the way: a FIN that waits behind a closed window or unsent data, unread data, SO_LINGER with
 * a time, shutdown() of either way, twice, and then close().
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "compare.h"
#include "ns.h"
#include "scenarios.h"
#include "sock.h"
#include "work.h"

#define N 4

static struct pair p[N];

static void open_all(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, N), i;

	for (i = 0; i < N; i++)
		p[i] = sock_pair(t, listener, PORT);
	close(listener);
}

/* close(), shutdown(), or both, before the peer has read what came before. */
static void fin_behind_window(struct test *t)
{
	size_t sum[N];
	int i;

	open_all(t);
	for (i = 0; i < N; i++)
		sum[i] = sock_fill(p[i].client);
	compare(t);
	sock_shut(p[0].client);
	close(p[1].client);
	sock_shut(p[2].client);
	close(p[2].client);
	/* The server has closed first: the client's FIN waits in LAST_ACK. */
	sock_shut(p[3].server);
	reach(t, CLIENT, CLOSE_WAIT, 1);
	compare(t);
	sock_shut(p[3].client);
	compare_for(t, 10000, 900);
	for (i = 0; i < N; i++) {
		sock_recv(p[i].server, sum[i] / 2);
		compare(t);
		sock_recv(p[i].server, sum[i] - sum[i] / 2);
		sock_eof(p[i].server);
		compare(t);
	}
	for (i = 0; i < N; i++)
		close(p[i].server);
	close(p[0].client);
	close(p[3].client);
	compare_ended(t);
}

/* Data and FIN, both unacknowledged, behind a black hole; then it opens again. */
static void fin_behind_data(struct test *t)
{
	int i;

	open_all(t);
	ns_filter(t, SERVER, "tcp dport 5000 drop", NULL);
	for (i = 0; i < N; i++)
		sock_send(p[i].client, 1000 << i);
	sock_shut(p[0].client);
	close(p[1].client);
	sock_shut(p[2].server);		/* its ACK gets lost, too */
	close(p[2].client);
	close(p[3].server);
	close(p[3].client);
	compare_for(t, 4000, 300);
	ns_filter(t, SERVER, NULL, NULL);
	sleep_ms(15000);
	compare(t);
	sock_recv(p[0].server, 1000);
	sock_eof(p[0].server);
	for (i = 0; i < 3; i++)
		close(p[i].server);
	close(p[0].client);
	compare_ended(t);
}

/* close() with unread data resets, in whatever state. */
static void unread(struct test *t)
{
	int i;

	open_all(t);
	for (i = 0; i < N; i++)
		sock_send(p[i].client, 100);
	sleep_ms(300);
	sock_shut(p[1].client);
	sock_shut(p[2].server);
	ns_filter(t, CLIENT, "tcp sport 5000 tcp flags & fin == fin drop", NULL);
	sock_shut(p[3].server);
	compare(t);
	for (i = 0; i < N; i++) {
		close(p[i].server);
		compare(t);
	}
	ns_filter(t, CLIENT, NULL, NULL);
	for (i = 0; i < N; i++)
		close(p[i].client);
	compare_ended(t);
}

static void lingering_close(struct test *t, int id)
{
	struct linger linger = { 1, 4 };
	int fd = p[id].client;

	(void)t;
	/* close() waits; it need not be non-blocking for that. */
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	close(fd);
}

static void rest(struct test *t)
{
	(void)t;
	sleep_ms(100);
}

/* close() that waits for its FIN's ACK: in time, in vain, and with the peer closing meanwhile. */
static void lingering(struct test *t)
{
	pid_t w[N];
	int i;

	open_all(t);
	ns_filter(t, SERVER, "tcp dport 5000 drop", NULL);
	for (i = 0; i < N; i++) {
		sock_send(p[i].client, 100);
		w[i] = work_start(t, lingering_close, rest, i);
		/* The other process has the last of it, and lingers. */
		close(p[i].client);
	}
	compare_for(t, 2000, 300);
	sock_shut(p[1].server);
	compare(t);
	ns_filter(t, SERVER, NULL, NULL);
	sleep_ms(1000);
	compare(t);
	close(p[2].server);
	compare_for(t, 6000, 500);
	work_stop(w, N);
	for (i = 0; i < N; i++)
		if (i != 2)
			close(p[i].server);
	compare_ended(t);
}

/* shutdown(SHUT_RD) says nothing to TCP; a second SHUT_WR neither. */
static void shut_both_ways(struct test *t)
{
	int i;

	open_all(t);
	for (i = 0; i < N; i++)
		check(!shutdown(p[i].client, SHUT_RD), "SHUT_RD: %s", strerror(errno));
	compare(t);
	sock_send(p[0].server, 1000);
	sock_shut(p[1].client);
	compare(t);
	sock_shut(p[1].client);
	check(!shutdown(p[2].client, SHUT_RDWR), "SHUT_RDWR: %s", strerror(errno));
	compare(t);
	sock_shut(p[2].server);
	check(shutdown(p[2].server, SHUT_WR) && errno == ENOTCONN, "shutdown() of what has ended: %s", strerror(errno));
	close(p[3].client);
	check(!shutdown(p[3].server, SHUT_RD), "SHUT_RD: %s", strerror(errno));
	compare(t);
	for (i = 0; i < N; i++) {
		close(p[i].server);
		if (i != 3)
			close(p[i].client);
		compare(t);
	}
	compare_ended(t);
}

const struct scenario end_close_scenarios[] = {
	{ "end_fin_behind_window", ON_BOTH | IN_EXACT, fin_behind_window },
	{ "end_fin_behind_data", ON_VETH | IN_EXACT, fin_behind_data },
	{ "end_unread", ON_VETH | IN_EXACT, unread },
	{ "end_lingering", ON_VETH | IN_EXACT, lingering },
	{ "end_shut_both_ways", ON_VETH | IN_EXACT, shut_both_ways },
	{ 0 }
};
