// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: `witness` and its line in `stats` say where the kernel's sockets were found elsewhere than
 * the wire had shown: `early` where the program's step waits to be sent, `corrected` where the wire
 * had it wrong or could not know; in plain traffic, nowhere. Each look is counted once, and comes in time.
 */
#define _GNU_SOURCE	/* memfd_create */

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include "compare.h"
#include "ns.h"
#include "procfs.h"
#include "scenarios.h"
#include "sstable.h"
#include "start.h"

#define CHUNK (1 << 20)

/* What `witness` has, and `stats`, whose sums must be the file's. */
static void differences(struct test *t, enum side side, struct differences *d)
{
	struct stats s;

	ns_enter(t, side);
	procfs_witness(d);
	procfs_stats(&s);
	check(s.early == d->sum_early && s.corrected == d->sum_corrected,
	      "stats: early=%lld corrected=%lld, witness: %lld and %lld", s.early, s.corrected,
	      d->sum_early, d->sum_corrected);
	check(s.checked == s.agreed + s.early + s.corrected,
	      "checked=%lld, agreed=%lld, early=%lld, corrected=%lld", s.checked, s.agreed,
	      s.early, s.corrected);
}

/* This pair, so often and in this column, and no other. */
static void only(struct test *t, enum side side, enum state wire, enum state socket,
		 long long early, long long corrected)
{
	struct differences d;

	differences(t, side, &d);
	check(d.early[wire][socket] == early && d.corrected[wire][socket] == corrected,
	      "%s %s early=%lld corrected=%lld; expected %lld, %lld", state_names[wire],
	      state_names[socket], d.early[wire][socket], d.corrected[wire][socket], early,
	      corrected);
	check(d.sum_early == early && d.sum_corrected == corrected,
	      "early=%lld corrected=%lld in all, %lld and %lld of them expected", d.sum_early,
	      d.sum_corrected, early, corrected);
}

static void have_not_differed(struct test *t)
{
	struct differences d;
	struct stats s;
	int side;

	for (side = 0; side < ns_count(t); side++) {
		differences(t, side, &d);
		procfs_stats(&s);
		check(!d.sum_early && !d.sum_corrected && !s.out_of_window,
		      "early=%lld corrected=%lld out_of_window=%lld", d.sum_early,
		      d.sum_corrected, s.out_of_window);
	}
}

/* There and back, often: of what an established socket sends nobody looks at the segments. */
static void talk(const struct pair *p, int times)
{
	while (times--) {
		sock_send(p->client, 700);
		sock_recv(p->server, 700);
		sock_send(p->server, 1300);
		sock_recv(p->client, 1300);
	}
}

/*
 * What comes after a long time in peace is judged by numbers that were not kept: a FIN behind data, a
 * reset, both from either end; with and without the socket found before our hook.
 */
static void in_peace(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), i, side;
	struct pair p;

	for (i = 0; i < 8; i++) {
		for (side = 0; side < ns_count(t); side++)
			ns_sysctl(t, side, "net/ipv4/ip_early_demux", i & 1 ? "1" : "0");
		p = sock_pair(t, listener, PORT);
		talk(&p, 50);
		if (i & 2) {
			sock_send(p.server, 9000);
			sock_shut(p.server);
			sock_recv(p.client, 9000);
			sock_eof(p.client);
			compare(t);
		}
		if (i & 4) {
			sock_reset(p.client);
		} else {
			sock_send(p.client, 9000);
			close(p.client);
			sock_recv(p.server, 9000);
			sock_eof(p.server);
		}
		compare(t);
		close(p.server);
		compare(t);
	}
	close(listener);
	have_not_differed(t);
	compare_ended(t);
}

/* Neither end copies anything: an emulated CPU copies an octet at a time. */
static void pour(int from, int to, long long bytes)
{
	int memory = memfd_create("zeros", 0);
	ssize_t sent, n;
	off_t begin;

	check(memory >= 0 && !ftruncate(memory, CHUNK), "memfd_create: %s", strerror(errno));
	while (bytes > 0) {
		begin = 0;
		sent = sendfile(from, memory, &begin, CHUNK);
		check(sent > 0 || errno == EAGAIN, "sendfile: %s", strerror(errno));
		while ((n = recv(to, NULL, CHUNK, MSG_TRUNC)) > 0)
			bytes -= n;
		check(n && errno == EAGAIN, "recv: %s", n ? strerror(errno) : "end of file");
		if (sent < 0)
			sleep_ms(1);
	}
	close(memory);
}

/*
 * In peace an end may send, and the other receive, more than half of all sequence numbers: each is
 * then judged by a FIN.
 */
static void gigabytes(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8);
	struct pair p = sock_pair(t, listener, PORT);

	pour(p.client, p.server, (2LL << 30) + (1 << 28));
	compare(t);
	sock_shut(p.server);
	sock_eof(p.client);
	compare(t);
	close(p.client);
	close(p.server);
	close(listener);
	compare_ended(t);
	have_not_differed(t);
}

/* Connections that open, talk and end in each way, resets among them: the wire shows everything. */
static void never(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), i, side;
	struct differences d;
	struct pair p;
	char data[10];

	for (i = 0; i < 24; i++) {
		p = sock_pair(t, listener, PORT);
		sock_send(p.client, 1000);
		if (i % 6 != 4)
			sock_recv(p.server, 1000);
		switch (i % 6) {
		case 0:
			sock_reset(p.client);
			break;
		case 1:
			sock_reset(p.server);
			break;
		case 2:
			close(p.client);
			sock_eof(p.server);
			break;
		case 3:		/* data for a closed program: a reset */
			close(p.client);
			sock_eof(p.server);
			sock_send(p.server, 1000);
			sleep_ms(SETTLE_MS);
			break;
		case 4:		/* unread data: a reset */
			sleep_ms(SETTLE_MS);
			close(p.server);
			break;
		case 5:
			sock_shut(p.server);
			sock_eof(p.client);
			break;
		}
		sleep_ms(i % 2 ? SETTLE_MS : 0);
		if (i % 6)
			close(p.client);
		while (recv(p.server, data, sizeof(data), 0) > 0)
			;
		if (i % 6 != 1 && i % 6 != 4)
			close(p.server);
	}
	close(listener);
	compare(t);
	for (side = 0; side < ns_count(t); side++) {
		differences(t, side, &d);
		check(!d.sum_early && !d.sum_corrected, "early=%lld corrected=%lld", d.sum_early,
		      d.sum_corrected);
	}
	compare_ended(t);
}

/* A FIN behind a closed window, then one the other way: the sockets are merely first. */
static void waiting(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), apart = t->place != ON_LOOPBACK;
	struct pair p = sock_pair(t, listener, PORT);
	struct differences d;

	sock_fill(p.client);
	sock_shut(p.client);
	reach(t, CLIENT, FIN_WAIT_1, 1);
	compare(t);
	only(t, CLIENT, ESTABLISHED, FIN_WAIT_1, 1, 0);
	sock_reset(p.server);
	close(p.client);

	p = sock_pair(t, listener, PORT);
	sock_fill(p.server);
	sock_shut(p.client);
	reach(t, SERVER, CLOSE_WAIT, 1);
	sock_shut(p.server);
	reach(t, SERVER, LAST_ACK, 1);
	compare(t);
	differences(t, SERVER, &d);
	check(d.early[CLOSE_WAIT][LAST_ACK] == 1, "CLOSE_WAIT LAST_ACK early=%lld",
	      d.early[CLOSE_WAIT][LAST_ACK]);
	if (apart)
		only(t, SERVER, CLOSE_WAIT, LAST_ACK, 1, 0);
	sock_reset(p.client);
	close(p.server);
	close(listener);
	compare_ended(t);
}

/* close() in SYN_SENT, and an ACK that dies behind our hook: no segment would have said so. */
static void wrong(struct test *t)
{
	int fd = sock_new(t, CLIENT, 0), side = t->place == ON_LOOPBACK ? CLIENT : SERVER, i;

	ns_drop(t, SERVER, "tcp dport 5000");
	for (i = 0; i < 3; i++) {
		fd = i ? sock_new(t, CLIENT, 0) : fd;
		sock_start(t, fd, SERVER, PORT);
		reach(t, CLIENT, SYN_SENT, 1);
		compare(t);
		close(fd);
		compare(t);
	}
	only(t, CLIENT, SYN_SENT, CLOSED, 0, 3);
	ns_undrop(t, SERVER);
	if (side == SERVER) {
		struct differences d;

		differences(t, SERVER, &d);
		check(!d.sum_early && !d.sum_corrected, "the server is none the wiser");
	}
	compare_ended(t);
}

/* Until the kernel has but one socket that is ESTABLISHED, to 2 ms. */
static void one_is_gone(struct test *t)
{
	int table[STATES];
	long long end = now_ms() + WAIT_MS;

	ns_enter(t, CLIENT);
	for (sstable_read(table); table[ESTABLISHED] != 1; sstable_read(table)) {
		check(now_ms() < end, "%d sockets are ESTABLISHED", table[ESTABLISHED]);
		sleep_ms(2);
	}
}

/* An end that has gone in silence is missed in time, whenever its peer moves meanwhile. */
static void not_for_long(struct test *t)
{
	int listener = sock_listen(t, SERVER, PORT, 8), delay;
	struct stats s;
	struct pair p;

	for (delay = 40; delay <= 160; delay += 10) {
		p = sock_pair(t, listener, PORT);
		sock_option(p.client, IPPROTO_TCP, TCP_USER_TIMEOUT, 1000);
		ns_filter(t, SERVER, "meta l4proto tcp drop", NULL);
		sock_send(p.client, 100);
		one_is_gone(t);
		sleep_ms(delay);
		sock_shut(p.server);
		sleep_ms(SETTLE_MS - delay);
		procfs_stats(&s);
		check(!s.state[ESTABLISHED].local && s.state[FIN_WAIT_1].local == 1,
		      "%d ms apart: ESTABLISHED %lld, FIN_WAIT_1 %lld", delay,
		      s.state[ESTABLISHED].local, s.state[FIN_WAIT_1].local);
		ns_filter(t, SERVER, NULL, NULL);
		close(p.client);
		sock_reset(p.server);
		compare(t);
	}
	close(listener);
	compare_ended(t);
}

const struct scenario witness_scenarios[] = {
	{ "differ_never", ON_BOTH | IN_EXACT, never },
	{ "differ_in_peace", ON_BOTH | IN_EXACT, in_peace },
	{ "differ_gigabytes", ON_BOTH | IN_SOAK, gigabytes },
	{ "differ_early", ON_BOTH | IN_EXACT, waiting },
	{ "differ_corrected", ON_BOTH | IN_EXACT, wrong },
	{ "differ_not_for_long", ON_LOOPBACK | IN_EXACT, not_for_long },
	{ 0 }
};
