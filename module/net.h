/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPFSM_NET_H
#define TCPFSM_NET_H

#include <linux/list.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "account.h"
#include "anomaly.h"
#include "ports.h"

struct proc_dir_entry;
struct sock;
struct tcpfsm_stays;

/**
 * struct tcpfsm_net - one network namespace as this module sees it
 * @account: its numbers
 * @net: the namespace itself; it outlives this
 * @proc: /proc/net/tcpfsm
 * @stays: local ends that stay; NULL until one does
 * @hooked: the netfilter hooks are registered
 * @unhooked: they could not be, and it is counted among those that are not observed
 * @rootless: its user namespace had no root yet when its files were made
 * @observed: everything that observing needs could be had
 * @anomalies: what is wrong in it, counted
 * @ports: of those who connect from it
 * @list: in tcpfsm_nets, of those that are observed
 * @missed: local sockets that went untracked
 * @found: as many of these as a sweep has found since; the rest is missing
 * @missed_before: @missed when the present sweep began
 * @sweep: the last sweep that has asked for its socket table
 * @listen_events: sockets that have begun to listen, or ended, as the tracepoint tells
 * @listen_before: as many of these there were when listening sockets were last counted
 * @listen_seen: how many these were
 * @listen_off: by so much the gauge was wrong then
 *
 * What each segment reads, the first word, is a line's length away from what traffic writes, with
 * pointers of 32 bits, too.
 */
struct tcpfsm_net {
	struct tcpfsm_account account;
	struct net *net;
	struct proc_dir_entry *proc;
	struct tcpfsm_stays *stays;
	bool hooked;
	bool unhooked;
	bool rootless;
	bool observed;
	struct tcpfsm_anomalies anomalies;
	struct tcpfsm_ports ports;
	struct list_head list;
	atomic_t missed;
	int found;
	int missed_before;
	unsigned int sweep;
	atomic_t listen_events;
	int listen_before;
	int listen_seen;
	int listen_off;
};

extern unsigned int tcpfsm_net_id;
extern struct list_head tcpfsm_nets;	/* under tcpfsm_nets_lock, or RCU */
extern struct mutex tcpfsm_nets_lock;
extern atomic_t tcpfsm_nets_unobserved;

/* Context: any; @net is alive, and our turn has come when it was made. */
static inline struct tcpfsm_net *tcpfsm_net(const struct net *net)
{
	return net_generic(net, tcpfsm_net_id);
}

/*
 * Context: under RCU; @net is alive. NULL: it is not observed. While it is being made our turn may
 * not have come: a subsystem that is older than we may have sockets in it already, and if it was
 * begun before we were loaded, there is not even a place for us yet.
 */
static inline struct tcpfsm_net *tcpfsm_net_observed(const struct net *net)
{
	const struct net_generic *gen = rcu_dereference(net->gen);
	struct tcpfsm_net *tn = tcpfsm_net_id < gen->s.len ? gen->ptr[tcpfsm_net_id] : NULL;

	/* Pairs with net_init(): its account is there, too. */
	return tn && smp_load_acquire(&tn->observed) ? tn : NULL;
}

/* Likewise, under RCU: net_generic() takes that by two calls, which each segment would pay for. */
static __always_inline struct tcpfsm_net *tcpfsm_net_rcu(const struct net *net)
{
	return rcu_dereference(net->gen)->ptr[tcpfsm_net_id];
}

struct tcpfsm_net *tcpfsm_net_of_socket(const struct sock *sk);
int tcpfsm_net_hooks_on(void);
void tcpfsm_net_hooks_off(void);
int tcpfsm_net_init(void);
void tcpfsm_net_uninit(void);

#endif /* TCPFSM_NET_H */
