// SPDX-License-Identifier: GPL-2.0
#include <string.h>
#include <unistd.h>

#include "compare.h"
#include "held.h"
#include "ns.h"

#define ALL "(fin | syn | rst | ack)"

/* What the kernel has at each end, once all are where they should be. */
static const int wanted[2][STATES] = {
	[CLIENT] = {
		[SYN_SENT] = 1, [ESTABLISHED] = 2, [FIN_WAIT_1] = 1, [FIN_WAIT_2] = 2,
		[CLOSING] = 1, [TIME_WAIT] = 1,
	},
	[SERVER] = {
		[LISTEN] = HOLDS, [SYN_RECEIVED] = 1, [ESTABLISHED] = 2, [FIN_WAIT_2] = 1,
		[CLOSE_WAIT] = 1, [LAST_ACK] = 1,
	},
};

static void hold_rules(struct test *t)
{
	ns_filter(t, SERVER, "tcp dport 5000 tcp flags & " ALL " == syn drop\n"
		  "tcp dport 5001 tcp flags & " ALL " == ack drop\n"
		  "tcp dport { 5003, 5005 } tcp flags & fin == fin drop", NULL);
	ns_filter(t, CLIENT, "tcp sport 5006 tcp flags & fin == fin drop", NULL);
}

static void open_one(struct test *t, struct held *h, enum hold hold)
{
	struct pair *p = &h->pair[hold];

	p->server = -1;
	p->client = sock_new(t, CLIENT, 0);
	sock_start(t, p->client, SERVER, HELD_PORT(hold));
	if (hold == HELD_SYN_SENT)
		return;
	check(!sock_finish(p->client), "connect");
	if (hold != HELD_SYN_RECEIVED)
		p->server = sock_accept(h->listener[hold]);
}

static void forget(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void move_all(struct held *h)
{
	sock_shut(h->pair[HELD_FIN_WAIT_1].client);
	sock_shut(h->pair[HELD_FIN_WAIT_2].client);
	sock_eof(h->pair[HELD_FIN_WAIT_2].server);
	sock_shut(h->pair[HELD_CLOSING].client);
	sock_shut(h->pair[HELD_CLOSING].server);
	sock_shut(h->pair[HELD_LAST_ACK].client);
	sock_eof(h->pair[HELD_LAST_ACK].server);
	sock_shut(h->pair[HELD_LAST_ACK].server);
	sock_shut(h->pair[HELD_TIME_WAIT].client);
	sock_eof(h->pair[HELD_TIME_WAIT].server);
	forget(&h->pair[HELD_TIME_WAIT].server);
	sock_eof(h->pair[HELD_TIME_WAIT].client);
	forget(&h->pair[HELD_TIME_WAIT].client);
}

void held_open(struct test *t, struct held *h, int n)
{
	bool apart = ns_count(t) > 1;
	int i, j, s, count;

	hold_rules(t);
	for (i = 0; i < HOLDS; i++)
		h[0].listener[i] = sock_listen(t, SERVER, HELD_PORT(i), 2 * n);
	for (j = 0; j < n; j++) {
		memcpy(h[j].listener, h[0].listener, sizeof(h[j].listener));
		for (i = 0; i < HOLDS; i++)
			open_one(t, &h[j], i);
		move_all(&h[j]);
	}
	for (i = 0; i < ns_count(t); i++)
		for (s = LISTEN; s < STATES; s++) {
			count = wanted[i][s] + (apart ? 0 : wanted[SERVER][s]);
			reach(t, i, s, s == LISTEN ? count : n * count);
		}
}

void held_black_hole(struct test *t)
{
	/* What is forged goes by its time to live. */
	ns_filter(t, SERVER, "ip ttl 77 accept\nip6 hoplimit 77 accept\n"
		  HELD_TO_SERVER " drop", NULL);
	ns_filter(t, CLIENT, "ip ttl 77 accept\nip6 hoplimit 77 accept\n"
		  HELD_TO_CLIENT " drop", NULL);
}

void held_let_through(struct test *t)
{
	ns_filter(t, SERVER, NULL, NULL);
	ns_filter(t, CLIENT, NULL, NULL);
}

void held_close(struct held *h, int n)
{
	int i, j;

	for (i = 0; i < HOLDS; i++)
		forget(&h[0].listener[i]);
	for (j = 0; j < n; j++)
		for (i = 0; i < HOLDS; i++) {
			forget(&h[j].pair[i].client);
			forget(&h[j].pair[i].server);
		}
}

void held_end(struct test *t, struct held *h, int n)
{
	held_close(h, n);
	held_let_through(t);
	/* What has waited for its retransmission gets through now. */
	sleep_ms(5000);
	compare_ended(t);
}
