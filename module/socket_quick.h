/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the skb's own socket says, inline: asked for nearly every segment, and mostly enough.
 */
#ifndef TCPFSM_SOCKET_QUICK_H
#define TCPFSM_SOCKET_QUICK_H

#include <linux/jump_label.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/inet_sock.h>
#include <net/tcp_states.h>

#include "fsm_quiet.h"

/* Sockets are asked, and their moves are heard of: what they do in peace need not be watched. */
DECLARE_STATIC_KEY_FALSE(tcpfsm_socket_trusted);

/* Of TCP, established. A minisock is in another state: what lies behind sock_common is there. */
static __always_inline bool tcpfsm_socket_established(const struct sock *sk)
{
	return sk && READ_ONCE(sk->sk_state) == TCP_ESTABLISHED &&
	       sk->sk_protocol == IPPROTO_TCP && sk->sk_type == SOCK_STREAM;
}

/**
 * tcpfsm_socket_in_peace() - does this segment tell nothing that its socket does not know better?
 * @skb: at LOCAL_OUT: a segment with ACK, without SYN, FIN and RST
 *
 * Established, the sender is where it was; and so is its peer, if that has answered before, for
 * then it knows the ACK of its SYN. (A Fast Open's server says more before that ACK has come, and
 * its SYN-ACK may acknowledge data; without cookies syn_data alone tells of such a client.)
 *
 * Context: any; the skb holds the socket.
 */
static __always_inline bool tcpfsm_socket_in_peace(const struct sk_buff *skb)
{
	const struct sock *sk = skb->sk;
	const struct tcp_sock *tp = (const struct tcp_sock *)sk;

	return tcpfsm_socket_established(sk) && (tp->bytes_received || tp->bytes_acked > 1) &&
	       !tp->syn_fastopen && !tp->syn_data;
}

/**
 * tcpfsm_socket_limits() - what the skb's socket takes, by its own word
 * @skb: at LOCAL_IN; the socket may have been found already (early demultiplexing)
 * @ports: the segment's, source first
 * @l: written
 *
 * What is acknowledged may have been sent, and not been counted as sent, at this moment: no more
 * than was written.
 *
 * Context: any; the skb holds the socket.
 *
 * Return: false: it has no socket yet, or none that says so.
 */
static __always_inline bool tcpfsm_socket_limits(const struct sk_buff *skb,
						 const __be16 *ports,
						 struct tcpfsm_limits *l)
{
	const struct sock *sk = skb->sk;
	const struct tcp_sock *tp = (const struct tcp_sock *)sk;

	if (!tcpfsm_socket_established(sk) || sk->sk_dport != ports[0] ||
	    sk->sk_num != ntohs(ports[1]))
		return false;
	l->ack_sent = READ_ONCE(tp->rcv_wup);
	l->edge = l->ack_sent + READ_ONCE(tp->rcv_wnd);
	l->snd_nxt = READ_ONCE(tp->write_seq);
	return true;
}

#endif /* TCPFSM_SOCKET_QUICK_H */
