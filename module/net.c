// SPDX-License-Identifier: GPL-2.0
/*
 * One namespace's life.
 *
 * Anyone may make namespaces, so making one never fails for our sake: one for which memory is
 * short goes unobserved, and is counted. The end: hooks go first, in .pre_exit; the core
 * waits for RCU; then flows, files and numbers go, for all that end at once.
 */
#include "net.h"

#include <linux/cache.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <net/inet_sock.h>
#include <net/request_sock.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include "flow.h"
#include "hook.h"
#include "listener.h"
#include "ports_watch.h"
#include "proc.h"
#include "stay.h"

unsigned int tcpfsm_net_id __read_mostly;
LIST_HEAD(tcpfsm_nets);
DEFINE_MUTEX(tcpfsm_nets_lock);	/* the list, and which of them have hooks */
atomic_t tcpfsm_nets_unobserved = ATOMIC_INIT(0);

static bool hooks_wanted;	/* under tcpfsm_nets_lock */

static int __net_init net_init(struct net *net)
{
	struct tcpfsm_net *tn = tcpfsm_net(net);

	tn->net = net;
	if (tcpfsm_account_init(&tn->account))
		goto unobserved;
	if (net_eq(net, &init_net))
		tcpfsm_account_grow_now(&tn->account);
	if (tcpfsm_proc_net_init(tn))
		goto account;
	mutex_lock(&tcpfsm_nets_lock);
	/* Who sees that sees the account: pairs with tcpfsm_net_observed(). */
	smp_store_release(&tn->observed, true);
	if (hooks_wanted && tcpfsm_hook_register(tn)) {
		mutex_unlock(&tcpfsm_nets_lock);
		goto proc;
	}
	list_add_tail_rcu(&tn->list, &tcpfsm_nets);
	tcpfsm_proc_net_ready(tn);
	mutex_unlock(&tcpfsm_nets_lock);
	return 0;

proc:
	WRITE_ONCE(tn->observed, false);
	/* A probe that counts listening sockets may still be at it. */
	synchronize_rcu();
	/* Some hooks may have been on for a moment, and seen segments. */
	tcpfsm_flow_kill_dying();
	tcpfsm_proc_net_uninit(tn);
account:
	tcpfsm_stay_net_uninit(tn);
	tcpfsm_account_uninit(&tn->account);
unobserved:
	atomic_inc(&tcpfsm_nets_unobserved);
	return 0;
}

/* Under tcpfsm_nets_lock. What happens to one namespace is no reason to watch none. */
static int hooks_on(struct tcpfsm_net *tn)
{
	int err = tcpfsm_hook_register(tn);

	if (!err || net_eq(tn->net, &init_net))
		return err;
	tn->unhooked = true;
	atomic_inc(&tcpfsm_nets_unobserved);
	return 0;
}

static void hooks_off(struct tcpfsm_net *tn)
{
	tcpfsm_hook_unregister(tn);
	if (tn->unhooked)
		atomic_dec(&tcpfsm_nets_unobserved);
	tn->unhooked = false;
}

static void __net_exit net_pre_exit(struct net *net)
{
	struct tcpfsm_net *tn = tcpfsm_net(net);

	if (!tn->observed) {
		atomic_dec(&tcpfsm_nets_unobserved);
		return;
	}
	mutex_lock(&tcpfsm_nets_lock);
	hooks_off(tn);
	list_del_rcu(&tn->list);
	mutex_unlock(&tcpfsm_nets_lock);
	WRITE_ONCE(tn->observed, false);
}

static void __net_exit net_exit_batch(struct list_head *nets)
{
	struct net *net;
	s64 flows = 0;

	/* Readers of the files first: they look at flows and numbers. */
	list_for_each_entry(net, nets, exit_list) {
		struct tcpfsm_net *tn = tcpfsm_net(net);

		tcpfsm_proc_net_uninit(tn);
		if (tn->account.shared)
			flows += tcpfsm_account_read(&tn->account, TCPFSM_ACCT_FLOWS);
	}
	/*
	 * The walk is long, and most containers leave nothing behind. But of ends that may come
	 * back (alone.c) there are flows that nobody counts.
	 */
	if (flows || !READ_ONCE(tcpfsm_witness))
		tcpfsm_flow_kill_dying();
	/* The wheel, under RCU, may be about to count the last flow out of its gauges. */
	synchronize_rcu();
	list_for_each_entry(net, nets, exit_list) {
		tcpfsm_stay_net_uninit(tcpfsm_net(net));
		tcpfsm_listener_drop(tcpfsm_net(net));
		tcpfsm_ports_drop(tcpfsm_net(net));
		tcpfsm_account_uninit(&tcpfsm_net(net)->account);
	}
}

/**
 * tcpfsm_net_hooks_on() - see segments in every observed namespace, and in those to come
 *
 * One other than the first that has no room for hooks, since its owner has set up too many, is
 * counted among those not observed; its sockets are followed by what they tell themselves.
 *
 * Context: process; may sleep.
 *
 * Return: 0, or an error of nf_register_net_hooks() with no hook on.
 */
int tcpfsm_net_hooks_on(void)
{
	struct tcpfsm_net *tn;
	int err = 0;

	mutex_lock(&tcpfsm_nets_lock);
	list_for_each_entry(tn, &tcpfsm_nets, list) {
		/* What there is now is missing until a sweep finds it. */
		atomic_inc(&tn->missed);
		err = hooks_on(tn);
		if (err)
			break;
	}
	hooks_wanted = !err;
	mutex_unlock(&tcpfsm_nets_lock);
	if (err)
		tcpfsm_net_hooks_off();
	return err;
}

/**
 * tcpfsm_net_hooks_off() - see none; a hook may still run until RCU's next grace period
 *
 * The gauge of listening sockets, which no flow keeps, ends with the hooks.
 *
 * Context: process; may sleep.
 */
void tcpfsm_net_hooks_off(void)
{
	unsigned int slot = TCPFSM_ACCT_LOCAL + TCPFSM_LISTEN;
	struct tcpfsm_net *tn;

	mutex_lock(&tcpfsm_nets_lock);
	hooks_wanted = false;
	list_for_each_entry(tn, &tcpfsm_nets, list) {
		hooks_off(tn);
		tcpfsm_account_add_rare(&tn->account, slot,
					-(int)tcpfsm_account_read(&tn->account, slot));
	}
	mutex_unlock(&tcpfsm_nets_lock);
}

/**
 * tcpfsm_net_of_socket() - the namespace of a socket that is in one of the kernel's tables
 * @sk: any kind of socket
 *
 * A socket of the kernel's own may have outlived its namespace: an orphan whose timers its owner
 * has stopped (inet_csk_clear_xmit_timers_sync), or a request to a listener of that kind, until
 * its own timer is due. That address is only compared.
 *
 * Context: under RCU, in which @sk cannot go.
 *
 * Return: NULL: it is not observed, or gone.
 */
struct tcpfsm_net *tcpfsm_net_of_socket(const struct sock *sk)
{
	const struct net *net = sock_net(sk);
	const struct sock *holder = sk;
	struct tcpfsm_net *tn;

	if (sk->sk_state == TCP_NEW_SYN_RECV)
		holder = inet_reqsk((struct sock *)sk)->rsk_listener;
	if (!sk_fullsock(holder) || holder->sk_net_refcnt || net_eq(net, &init_net)) {
		tn = tcpfsm_net_observed(net);
		/* A dying minisock holds no namespace. */
		return tn && net_eq(tn->net, net) ? tn : NULL;
	}
	list_for_each_entry_rcu(tn, &tcpfsm_nets, list)
		if (net_eq(tn->net, net))
			return tn;
	return NULL;
}

static struct pernet_operations net_ops = {
	.init = net_init,
	.pre_exit = net_pre_exit,
	.exit_batch = net_exit_batch,
	.id = &tcpfsm_net_id,
	.size = sizeof(struct tcpfsm_net),
};

/**
 * tcpfsm_net_init() - observe every namespace that is, and that comes
 *
 * Context: process; may sleep.
 *
 * Return: 0 or an error of register_pernet_subsys().
 */
int tcpfsm_net_init(void)
{
	int err = register_pernet_subsys(&net_ops);

	if (err)
		tcpfsm_proc_net_unready();
	return err;
}

/**
 * tcpfsm_net_uninit() - observe none; no hook runs and no flow is left when it returns
 *
 * Context: process; sleeps.
 */
void tcpfsm_net_uninit(void)
{
	unregister_pernet_subsys(&net_ops);
	tcpfsm_proc_net_unready();
}
