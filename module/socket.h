/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_SOCKET_H
#define TCPFSM_SOCKET_H

#include <linux/types.h>
#include <linux/uidgid.h>

struct net;
struct sk_buff;
struct sock;
struct tcpfsm_bound;
struct tcpfsm_flow;
struct tcpfsm_key;
struct tcpfsm_net;
struct tcpfsm_origin;
struct tcpfsm_word;
struct user_namespace;

/* Who sends an skb that leaves here. */
enum tcpfsm_owner {
	TCPFSM_OWNER_NONE,	/* nobody: a SYN cookie, or a relay */
	TCPFSM_OWNER_STACK,	/* the stack itself: resets, TIME_WAIT's answers */
	TCPFSM_OWNER_STRANGER,	/* a raw socket, a source route, a dead connect(): not TCP's word */
	TCPFSM_OWNER_REQUEST,	/* a request sock */
	TCPFSM_OWNER_CLOSED,	/* a TCP socket that has just ended: with a reset, its own */
	TCPFSM_OWNER_TCP,	/* a TCP socket */
};

/**
 * struct tcpfsm_socket_facts - what the socket of a local end tells of its owner
 * @cgroup: id of the cgroup in which it was made; 0: not known
 * @inode: of the file, as /proc/PID/fd shows it; 0: not accepted, or no socket any more
 * @uid: as the reader's user namespace sees it
 * @accepted: a process holds it
 */
struct tcpfsm_socket_facts {
	u64 cgroup;
	unsigned long inode;
	uid_t uid;
	bool accepted;
};

/**
 * struct tcpfsm_socket_culprit - whose fault it is that the socket of a local end stays
 * @cgroup: id of the cgroup in which it was made
 * @uid: its owner; its listener's until it is accepted
 * @unread: octets that wait to be read, the FIN's number not among them
 * @known: there is a full socket; else all of this is zeros
 * @accepted: a process holds it
 * @eof_read: it has read all there is, the end of file included
 */
struct tcpfsm_socket_culprit {
	u64 cgroup;
	kuid_t uid;
	u32 unread : 29;
	u32 known : 1;
	u32 accepted : 1;
	u32 eof_read : 1;
};

/**
 * struct tcpfsm_socket_view - a look at the socket of a local end
 * @state: enum tcpfsm_state; CLOSED where there is no socket
 * @silent: a TIME_WAIT or request sock, of whose end no tracepoint tells
 * @left_ms: of such: until its timer is due
 * @numbered: RCV.NXT is known: it was looked for, and is a full socket or a TIME_WAIT
 * @rcv_nxt: that
 */
struct tcpfsm_socket_view {
	int state;
	u32 left_ms;
	u32 rcv_nxt;
	bool silent;
	bool numbered;
};

extern bool tcpfsm_witness;

enum tcpfsm_owner tcpfsm_socket_owner(const struct net *net, const struct sk_buff *skb, bool syn);
bool tcpfsm_socket_origin(const struct sock *sk, u64 now_ms, struct tcpfsm_origin *origin,
			  bool *active);
bool tcpfsm_socket_key(const struct sock *sk, struct tcpfsm_net *tn, struct tcpfsm_key *key);
bool tcpfsm_socket_hears_all(const struct tcpfsm_net *tn);
bool tcpfsm_socket_bound(const struct sock *sk, struct tcpfsm_bound *bound);
bool tcpfsm_socket_waits(const struct sock *sk);
int tcpfsm_socket_map(unsigned char number);
struct sock *tcpfsm_socket_get(const struct tcpfsm_flow *flow, unsigned int end);
void tcpfsm_socket_put(struct sock *sk);
bool tcpfsm_socket_word(const struct tcpfsm_flow *flow, unsigned int end,
			const struct sk_buff *skb, struct tcpfsm_word *word);
void tcpfsm_socket_facts(const struct tcpfsm_flow *flow, unsigned int end,
			 struct user_namespace *ns, struct tcpfsm_socket_facts *facts);
void tcpfsm_socket_culprit(const struct tcpfsm_flow *flow, unsigned int end,
			   struct tcpfsm_socket_culprit *culprit);
bool tcpfsm_socket_look(const struct tcpfsm_flow *flow, unsigned int end,
			struct tcpfsm_socket_view *view);

#endif /* TCPFSM_SOCKET_H */
