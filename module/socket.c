// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel's own sockets say: the only file that knows struct sock.
 */
#include "socket.h"

#include <linux/skbuff.h>
#include <net/inet_hashtables.h>
#include <net/inet6_hashtables.h>
#include <net/tcp.h>

#include "device.h"
#include "flow.h"
#include "listener.h"
#include "net.h"
#include "parse.h"
#include "socket_quick.h"

bool tcpfsm_witness __read_mostly = true;
DEFINE_STATIC_KEY_FALSE(tcpfsm_socket_trusted);

/**
 * tcpfsm_socket_map() - the kernel's number of a state as ours
 * @number: TCP_ESTABLISHED to TCP_NEW_SYN_RECV
 *
 * Context: any.
 *
 * Return: enum tcpfsm_state, or -1 for a number that is no TCP state.
 */
int tcpfsm_socket_map(unsigned char number)
{
	static const s8 map[] = {
		[0] = -1,
		[TCP_ESTABLISHED] = TCPFSM_ESTABLISHED,
		[TCP_SYN_SENT] = TCPFSM_SYN_SENT,
		[TCP_SYN_RECV] = TCPFSM_SYN_RECEIVED,
		[TCP_FIN_WAIT1] = TCPFSM_FIN_WAIT_1,
		[TCP_FIN_WAIT2] = TCPFSM_FIN_WAIT_2,
		[TCP_TIME_WAIT] = TCPFSM_TIME_WAIT,
		[TCP_CLOSE] = TCPFSM_CLOSED,
		[TCP_CLOSE_WAIT] = TCPFSM_CLOSE_WAIT,
		[TCP_LAST_ACK] = TCPFSM_LAST_ACK,
		[TCP_LISTEN] = TCPFSM_LISTEN,
		[TCP_CLOSING] = TCPFSM_CLOSING,
		[TCP_NEW_SYN_RECV] = TCPFSM_SYN_RECEIVED,
	};

	return number < ARRAY_SIZE(map) ? map[number] : -1;
}

/* Sends its segments to where a source route begins, not to its peer. */
static bool routes_itself(const struct sock *sk)
{
	const struct ip_options_rcu *options = rcu_dereference(inet_sk(sk)->inet_opt);

	return options && options->opt.srr;
}

/**
 * tcpfsm_socket_owner() - who sends this skb
 * @net: the namespace
 * @skb: at LOCAL_OUT
 * @syn: it has SYN
 *
 * What has come in and leaves again nobody here has sent: a copy (nf_dup_ipv4), what IPVS forwards.
 * Of another namespace's socket an ipvlan device may send in this one (ipvlan_process_v4_outbound).
 * A connect() that waited for data and was destroyed sends its SYN all the same, with what may be
 * another socket's port by now (tcp_sendmsg_fastopen).
 *
 * Context: any, under RCU; the skb holds the socket.
 *
 * Return: enum tcpfsm_owner.
 */
enum tcpfsm_owner tcpfsm_socket_owner(const struct net *net, const struct sk_buff *skb, bool syn)
{
	const struct sock *sk = skb->sk;

	if (!sk)
		return skb->skb_iif ? TCPFSM_OWNER_STRANGER : TCPFSM_OWNER_NONE;
	if (!net_eq(sock_net(sk), net))
		return TCPFSM_OWNER_STRANGER;
	if (!sk_fullsock(sk))
		return sk->sk_state == TCP_NEW_SYN_RECV ? TCPFSM_OWNER_REQUEST :
							  TCPFSM_OWNER_STACK;
	if (sk->sk_type == SOCK_STREAM && sk->sk_protocol == IPPROTO_TCP) {
		/* A listener answers on behalf of requests. */
		if (sk->sk_state == TCP_LISTEN)
			return TCPFSM_OWNER_STACK;
		/* By its addresses it is another connection's. */
		if (routes_itself(sk))
			return TCPFSM_OWNER_STRANGER;
		if (sk->sk_state != TCP_CLOSE)
			return TCPFSM_OWNER_TCP;
		return syn ? TCPFSM_OWNER_STRANGER : TCPFSM_OWNER_CLOSED;
	}
	return sk->sk_kern_sock ? TCPFSM_OWNER_STACK : TCPFSM_OWNER_STRANGER;
}

/* A connection's addresses, as its own segments have them. Return: false if it has no port yet. */
static bool socket_ends(const struct sock *sk, struct tcpfsm_ends *ends)
{
	const struct inet_sock *inet = inet_sk(sk);

	/* A closing socket has given its number back, and only then; a minisock has no other. */
	ends->port[0] = sk_fullsock(sk) ? inet->inet_sport : htons(sk->sk_num);
	ends->port[1] = inet->inet_dport;
	ends->ipv6 = false;
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6 && !ipv6_addr_v4mapped(&sk->sk_v6_daddr)) {
		ends->ipv6 = true;
		ends->src = sk->sk_v6_rcv_saddr.s6_addr32;
		ends->dst = sk->sk_v6_daddr.s6_addr32;
		return ends->port[0] && ends->port[1];
	}
#endif
	ends->src = &inet->inet_rcv_saddr;
	ends->dst = &inet->inet_daddr;
	return ends->port[0] && ends->port[1];
}

/**
 * tcpfsm_socket_key() - what a socket's flow is found by
 * @sk: a TCP socket, minisock or request sock
 * @tn: its namespace
 * @key: written; from is the socket's own end, which of one connected to itself is end 0
 *
 * Context: any, under RCU; @sk is held.
 *
 * Return: false if it has no addresses yet (a connect() before its port is chosen).
 */
bool tcpfsm_socket_key(const struct sock *sk, struct tcpfsm_net *tn, struct tcpfsm_key *key)
{
	struct tcpfsm_ends ends;

	if (!socket_ends(sk, &ends))
		return false;
	tcpfsm_flow_key(key, tn, &ends);
	key->bound = true;
	key->device = READ_ONCE(sk->sk_bound_dev_if);
	key->domain = tcpfsm_device_domain(tn, key->device);
	if (key->self)
		key->from = 0;
	return true;
}

/**
 * tcpfsm_socket_hears_all() - may a socket that is bound to no device hear from a VRF?
 * @tn: its namespace
 *
 * Context: any.
 *
 * Return: the sysctl tcp_l3mdev_accept.
 */
bool tcpfsm_socket_hears_all(const struct tcpfsm_net *tn)
{
#ifdef CONFIG_NET_L3_MASTER_DEV
	return READ_ONCE(tn->net->ipv4.sysctl_tcp_l3mdev_accept);
#else
	return false;
#endif
}

/* @device: what it is bound to, 0: nothing */
static struct sock *socket_bound_to(const struct tcpfsm_flow *flow, unsigned int end, int device)
{
	struct net *net = flow->tn->net;
	const __be32 *here = tcpfsm_flow_addr(flow, end), *there = tcpfsm_flow_addr(flow, !end);
	u16 port = ntohs(flow->port[end]);
	/* The second keeps unbound sockets out: theirs is the flow that is in no VRF. */
	int dif = device, sdif = device;

	if (!(flow->flags & TCPFSM_FLOW_IPV6))
		return __inet_lookup_established(net, there[0], flow->port[!end], here[0], port,
						 dif, sdif);
#if IS_ENABLED(CONFIG_IPV6)
	return __inet6_lookup_established(net, (const struct in6_addr *)there, flow->port[!end],
					  (const struct in6_addr *)here, port, dif, sdif);
#else
	return NULL;
#endif
}

/**
 * tcpfsm_socket_get() - the socket of a local end
 * @flow: the flow
 * @end: index of the end
 *
 * Context: softirq or process, under RCU.
 *
 * Return: a socket, TIME_WAIT or request sock, to be put; or NULL.
 */
struct sock *tcpfsm_socket_get(const struct tcpfsm_flow *flow, unsigned int end)
{
	struct sock *sk = socket_bound_to(flow, end, flow->device);
	int domain;

	if (sk || likely(!flow->device))
		return sk;
	/* Of two ends here one may be bound to a device, the other to none, or to their VRF. */
	domain = tcpfsm_device_domain(flow->tn, flow->device);
	if (domain == flow->device && !tcpfsm_device_gone(flow))
		return NULL;
	return socket_bound_to(flow, end, domain == flow->device ? 0 : domain);
}

/**
 * tcpfsm_socket_put() - the counterpart of tcpfsm_socket_get()
 * @sk: what that returned; may be NULL
 *
 * Context: any.
 */
void tcpfsm_socket_put(struct sock *sk)
{
	if (sk)
		sock_gen_put(sk);
}

static bool word_of(const struct sock *sk, struct tcpfsm_word *word)
{
	const struct tcp_sock *tp = (const struct tcp_sock *)sk;

	if (!(1 << READ_ONCE(sk->sk_state) & (TCPF_ESTABLISHED | TCPF_FIN_WAIT1 | TCPF_FIN_WAIT2 |
					      TCPF_CLOSE_WAIT | TCPF_CLOSING | TCPF_LAST_ACK)))
		return false;
	word->snd_nxt = READ_ONCE(tp->write_seq);
	word->ack_sent = READ_ONCE(tp->rcv_wup);
	word->room = READ_ONCE(tp->rcv_wnd);
	word->rcv_nxt = READ_ONCE(tp->rcv_nxt);
	word->ts_recent = tp->rx_opt.ts_recent;
	word->wscale = tp->rx_opt.rcv_wscale;
	return true;
}

/**
 * tcpfsm_socket_word() - what the socket of a local end has sent, advertised and received
 * @flow: the flow
 * @end: index of the end
 * @skb: at LOCAL_IN, on its way to it; or at LOCAL_OUT, on its way from it
 * @word: written
 *
 * Context: softirq or process, under RCU.
 *
 * Return: false: it has no full socket, or none that is open.
 */
bool tcpfsm_socket_word(const struct tcpfsm_flow *flow, unsigned int end,
			const struct sk_buff *skb, struct tcpfsm_word *word)
{
	struct sock *sk = skb->sk;
	bool told;

	if (sk && sk_fullsock(sk) && sk->sk_protocol == IPPROTO_TCP &&
	    sk->sk_dport == flow->port[!end] && sk->sk_num == ntohs(flow->port[end]))
		return word_of(sk, word);
	sk = tcpfsm_socket_get(flow, end);
	told = sk && word_of(sk, word);
	tcpfsm_socket_put(sk);
	return told;
}

/* How long until the timer of a minisock or request sock is due; at least 0. */
static u32 timer_left_ms(const struct timer_list *timer)
{
	long left = (long)(READ_ONCE(timer->expires) - jiffies);

	return left > 0 ? jiffies_to_msecs(left) : 0;
}

/**
 * tcpfsm_socket_look() - where the socket of a local end is
 * @flow: the flow
 * @end: index of the end
 * @view: written
 *
 * Context: softirq or process, under RCU.
 *
 * Return: false with witness=0: nobody was asked.
 */
bool tcpfsm_socket_look(const struct tcpfsm_flow *flow, unsigned int end,
			struct tcpfsm_socket_view *view)
{
	struct sock *sk;

	if (!READ_ONCE(tcpfsm_witness))
		return false;
	view->silent = false;
	view->numbered = false;
	view->left_ms = 0;
	sk = tcpfsm_socket_get(flow, end);
	if (!sk) {
		view->state = TCPFSM_CLOSED;
		return true;
	}
	view->state = tcpfsm_socket_map(READ_ONCE(sk->sk_state));
	if (sk->sk_state == TCP_TIME_WAIT) {
		/* Of a minisock in substate FIN_WAIT_2, ss shows the substate. */
		view->state = tcpfsm_socket_map(READ_ONCE(inet_twsk(sk)->tw_substate));
		view->silent = true;
		view->numbered = true;
		view->rcv_nxt = READ_ONCE(tcp_twsk(sk)->tw_rcv_nxt);
		view->left_ms = timer_left_ms(&inet_twsk(sk)->tw_timer);
	} else if (sk->sk_state == TCP_NEW_SYN_RECV) {
		view->silent = true;
		view->left_ms = timer_left_ms(&inet_reqsk(sk)->rsk_timer);
	} else {
		view->numbered = true;
		view->rcv_nxt = READ_ONCE(tcp_sk(sk)->rcv_nxt);
	}
	tcpfsm_socket_put(sk);
	return true;
}

/* Id of the cgroup in which a full socket was made; 0: not known. */
static u64 socket_cgroup(const struct sock *sk)
{
#ifdef CONFIG_SOCK_CGROUP_DATA
	return cgroup_id(sock_cgroup_ptr((struct sock_cgroup_data *)&sk->sk_cgrp_data));
#else
	return 0;
#endif
}

/**
 * tcpfsm_socket_culprit() - whose fault it is that the socket of a local end stays
 * @flow: the flow
 * @end: index of the end, in CLOSE_WAIT
 * @culprit: written
 *
 * Context: softirq or process, under RCU. Takes no lock of the socket's.
 */
void tcpfsm_socket_culprit(const struct tcpfsm_flow *flow, unsigned int end,
			   struct tcpfsm_socket_culprit *culprit)
{
	struct sock *sk = tcpfsm_socket_get(flow, end);
	u32 unread;

	memset(culprit, 0, sizeof(*culprit));
	if (sk && sk_fullsock(sk)) {
		/*
		 * The FIN takes one number; who has read it has come to the end. Above a
		 * layer of its own (kTLS, MPTCP) nobody reads that number.
		 */
		unread = READ_ONCE(tcp_sk(sk)->rcv_nxt) - READ_ONCE(tcp_sk(sk)->copied_seq);
		if (unread == 1 && READ_ONCE(inet_csk(sk)->icsk_ulp_ops))
			unread = 0;
		culprit->known = true;
		culprit->accepted = !!READ_ONCE(sk->sk_socket);
		culprit->eof_read = !unread;
		culprit->unread = unread ? min(unread - 1, (1U << 29) - 1) : 0;
		culprit->uid = sk->sk_uid;
		culprit->cgroup = socket_cgroup(sk);
	}
	tcpfsm_socket_put(sk);
}

/**
 * tcpfsm_socket_bound() - where a socket listens, and whose it is
 * @sk: a full TCP socket
 * @bound: written
 *
 * An IPv6 socket that is bound to a mapped IPv4 address listens there, and nowhere else.
 *
 * Context: any; @sk cannot go meanwhile.
 *
 * Return: false if its port is not chosen yet.
 */
bool tcpfsm_socket_bound(const struct sock *sk, struct tcpfsm_bound *bound)
{
	memset(bound, 0, sizeof(*bound));
	bound->port = htons(sk->sk_num);
	bound->device = READ_ONCE(sk->sk_bound_dev_if);
	bound->uid = sk->sk_uid;
	bound->cgroup = socket_cgroup(sk);
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6 && !ipv6_addr_v4mapped(&sk->sk_v6_rcv_saddr)) {
		bound->ipv6 = true;
		bound->v6only = ipv6_only_sock(sk);
		memcpy(bound->addr, &sk->sk_v6_rcv_saddr, sizeof(bound->addr));
		return bound->port;
	}
#endif
	bound->addr[0] = inet_sk(sk)->inet_rcv_saddr;
	return bound->port;
}

/**
 * tcpfsm_socket_facts() - whose the socket of a local end is
 * @flow: the flow
 * @end: index of the end
 * @ns: the reader's user namespace
 * @facts: written; zeros where there is no full socket
 *
 * A TIME_WAIT minisock has lost its owner, and the uid with it.
 *
 * Context: process, under RCU.
 */
void tcpfsm_socket_facts(const struct tcpfsm_flow *flow, unsigned int end,
			 struct user_namespace *ns, struct tcpfsm_socket_facts *facts)
{
	struct sock *sk = tcpfsm_socket_get(flow, end), *owner = sk;

	memset(facts, 0, sizeof(*facts));
	/* A request belongs to its listener's owner. */
	if (sk && sk->sk_state == TCP_NEW_SYN_RECV)
		owner = inet_reqsk(sk)->rsk_listener;
	if (owner && sk_fullsock(owner)) {
		facts->uid = from_kuid_munged(ns, owner->sk_uid);
		facts->cgroup = socket_cgroup(owner);
	}
	if (sk && owner == sk && sk_fullsock(sk)) {
		facts->inode = sock_i_ino(sk);
		facts->accepted = facts->inode;
	}
	tcpfsm_socket_put(sk);
}

/* A full socket: how long it has been there at least is since the last ACK, of a FIN too. */
static void origin_of_full(const struct sock *sk, u64 now_ms, struct tcpfsm_origin *origin)
{
	const struct tcp_sock *tp = tcp_sk(sk);
	/* Of 32 bits milliseconds would begin anew after 49 days. */
	u64 age_ms = jiffies64_to_msecs((u32)(tcp_jiffies32 - tp->rcv_tstamp));

	origin->snd_nxt = READ_ONCE(tp->snd_nxt);
	/* A Fast Open's SYN that waits for data. */
	if (sk->sk_state == TCP_SYN_SENT && RB_EMPTY_ROOT(&sk->tcp_rtx_queue))
		origin->snd_nxt = READ_ONCE(tp->write_seq) + 1;
	origin->rcv_nxt = READ_ONCE(tp->rcv_nxt);
	origin->fin_sent = (1 << sk->sk_state & (TCPF_FIN_WAIT1 | TCPF_FIN_WAIT2 | TCPF_CLOSING |
						 TCPF_LAST_ACK)) &&
			   origin->snd_nxt == READ_ONCE(tp->write_seq);
	if (sk->sk_state == TCP_CLOSE_WAIT && age_ms < now_ms)
		origin->since_ms = now_ms - age_ms;
}

/**
 * tcpfsm_socket_waits() - may connect() leave it in SYN_SENT with no SYN of its own seen?
 * @sk: a full TCP socket
 *
 * Context: any, under RCU; @sk is held.
 *
 * Return: true: a Fast Open's may (tcp_fastopen_defer_connect), and one with a source route.
 */
bool tcpfsm_socket_waits(const struct sock *sk)
{
	return tcp_sk(sk)->fastopen_connect || routes_itself(sk);
}

/**
 * tcpfsm_socket_origin() - what a connection that is older than we begins from
 * @sk: a TCP socket, minisock or request sock
 * @now_ms: the time
 * @origin: written
 * @active: written: it seems to have opened actively, for its port is an ephemeral one
 *
 * Context: any; @sk cannot go meanwhile.
 *
 * Return: false: it is closed, or no connection.
 */
bool tcpfsm_socket_origin(const struct sock *sk, u64 now_ms, struct tcpfsm_origin *origin,
			  bool *active)
{
	int state = tcpfsm_socket_map(READ_ONCE(sk->sk_state)), low, high;
	const struct inet_timewait_sock *tw;
	u32 left_ms;

	if (state <= TCPFSM_LISTEN)
		return false;
	inet_get_local_port_range(sock_net(sk), &low, &high);
	*active = sk->sk_num >= low && sk->sk_num <= high && state != TCPFSM_SYN_RECEIVED;
	memset(origin, 0, sizeof(*origin));
	origin->since_ms = now_ms;
	if (sk->sk_state == TCP_TIME_WAIT) {
		tw = inet_twsk(sk);
		state = tcpfsm_socket_map(READ_ONCE(tw->tw_substate));
		origin->snd_nxt = tcp_twsk(sk)->tw_snd_nxt;
		origin->rcv_nxt = tcp_twsk(sk)->tw_rcv_nxt;
		origin->fin_sent = true;
		/* That it has timestamps is what tcp_tw_reuse asks for. */
		origin->stamped = tcp_twsk(sk)->tw_ts_recent_stamp;
		origin->ts_recent = READ_ONCE(tcp_twsk(sk)->tw_ts_recent);
		left_ms = timer_left_ms(&tw->tw_timer);
		if (state == TCPFSM_TIME_WAIT && left_ms < jiffies_to_msecs(TCP_TIMEWAIT_LEN))
			origin->since_ms -= min_t(u64, now_ms, jiffies_to_msecs(TCP_TIMEWAIT_LEN) -
							       left_ms);
	} else if (sk->sk_state == TCP_NEW_SYN_RECV) {
		origin->snd_nxt = tcp_rsk(inet_reqsk(sk))->snt_isn + 1;
		origin->rcv_nxt = tcp_rsk(inet_reqsk(sk))->rcv_nxt;
	} else {
		origin_of_full(sk, now_ms, origin);
	}
	origin->state = state;
	return state > TCPFSM_LISTEN;
}
