// SPDX-License-Identifier: GPL-2.0
/*
 * How many sockets listen: events tell of each that begins and ends; a walk of the kernel's
 * table tells of those that were there before.
 */
#include "listen.h"

#include <linux/sched.h>
#include <net/inet_hashtables.h>
#include <net/tcp.h>

#include "account.h"
#include "net.h"

static atomic_t listen_events;

/**
 * tcpfsm_listen_event() - a socket begins to listen, or ends
 * @tn: its namespace
 * @n: 1 or -1
 *
 * Context: any but NMI.
 */
void tcpfsm_listen_event(struct tcpfsm_net *tn, int n)
{
	unsigned int move = n > 0 ? TCPFSM_T_CLOSED_LISTEN : TCPFSM_T_LISTEN_CLOSED;

	atomic_inc(&listen_events);
	tcpfsm_account_add_rare(&tn->account, TCPFSM_ACCT_LOCAL + TCPFSM_LISTEN, n);
	tcpfsm_account_add_rare(&tn->account, TCPFSM_ACCT_MOVES + move * TCPFSM_NR_CAUSES +
			   TCPFSM_CAUSE_SOCKET, 1);
}

/* Listening sockets of @net in the kernel's table, a bucket's lock at a time. */
static int listen_walk(const struct net *net)
{
	struct inet_hashinfo *info = net->ipv4.tcp_death_row.hashinfo;
	const struct hlist_nulls_node *node;
	struct sock *sk;
	unsigned int i;
	int n = 0;

	for (i = 0; i < inet_listen_buckets(info); i++) {
		struct inet_listen_hashbucket *bucket = inet_listen_bucket(info, i);

		if (hlist_nulls_empty(&bucket->nulls_head))
			continue;
		/* As the kernel's own readers: bottom halves never take it (inet_unhash). */
		spin_lock(&bucket->lock);
		sk_nulls_for_each(sk, node, &bucket->nulls_head)
			n += net_eq(sock_net(sk), net) && sk->sk_state == TCP_LISTEN &&
			     sk->sk_protocol == IPPROTO_TCP;
		spin_unlock(&bucket->lock);
		cond_resched();
	}
	return n;
}

/**
 * tcpfsm_listen_count() - begin with what is there
 * @tn: an observed namespace, of which events are already heard
 *
 * Context: process; may sleep. Bounded by the kernel's table of listening sockets.
 */
void tcpfsm_listen_count(struct tcpfsm_net *tn)
{
	int tries = 8, before, n;

	/* A socket that begins or ends while we walk would be seen twice, or not at all. */
	do {
		before = atomic_read(&listen_events);
		n = listen_walk(tn->net);
		n -= tcpfsm_account_read(&tn->account, TCPFSM_ACCT_LOCAL + TCPFSM_LISTEN);
	} while (before != atomic_read(&listen_events) && --tries);
	if (n)
		tcpfsm_account_add_rare(&tn->account, TCPFSM_ACCT_LOCAL + TCPFSM_LISTEN, n);
}
