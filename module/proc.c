// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/tcpfsm, a link to self/net/tcpfsm, and that folder in every namespace.
 */
#include "proc.h"

#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/uidgid.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>

#include "net.h"
#include "states.h"

#define OWNER_FIRST_MS	20U	/* after a namespace was made without a root */
#define OWNER_LAST_MS	60000U

#define STATE_NAME(name, section) #name,
const char * const tcpfsm_state_names[] = { TCPFSM_STATES(STATE_NAME) };

unsigned int tcpfsm_gid;
static struct proc_dir_entry *link;

/**
 * tcpfsm_proc_address() - an address and a port
 * @m: where to
 * @ipv6: @addr has four words
 * @addr: the address
 * @port: in host order
 *
 * Context: any.
 */
void tcpfsm_proc_address(struct seq_file *m, bool ipv6, const __be32 *addr, unsigned int port)
{
	if (ipv6)
		seq_printf(m, "[%pI6c]:%u", addr, port);
	else
		seq_printf(m, "%pI4:%u", addr, port);
}

/* What names addresses belongs to the namespace's root, and to the group of `gid`. */
static void restrict_file(const struct tcpfsm_net *tn, struct proc_dir_entry *file)
{
	kuid_t uid = make_kuid(tn->net->user_ns, 0);
	kgid_t gid = make_kgid(tn->net->user_ns, tcpfsm_gid);

	proc_set_user(file, uid_valid(uid) ? uid : GLOBAL_ROOT_UID,
		      gid_valid(gid) ? gid : GLOBAL_ROOT_GID);
}

static bool has_root(const struct tcpfsm_net *tn)
{
	return uid_valid(make_kuid(tn->net->user_ns, 0));
}

/* A file that names addresses, and is printed in one go. */
static struct proc_dir_entry *add_single(struct tcpfsm_net *tn, const char *name,
					 int (*show)(struct seq_file *m, void *v))
{
	struct proc_dir_entry *file = proc_create_net_single(name, 0440, tn->proc, show, NULL);

	if (file)
		restrict_file(tn, file);
	return file;
}

static struct proc_dir_entry *add_list(struct tcpfsm_net *tn, const char *name,
				       const struct seq_operations *ops)
{
	struct proc_dir_entry *file;

	file = proc_create_net_data(name, 0440, tn->proc, ops, sizeof(struct seq_net_private),
				    NULL);
	if (file)
		restrict_file(tn, file);
	return file;
}

/* The files that name addresses. Return: false: memory is short. */
static bool add_restricted(struct tcpfsm_net *tn)
{
	return add_single(tn, "anomalies", tcpfsm_proc_anomalies_show) &&
	       add_list(tn, "flows", &tcpfsm_proc_flows_ops) &&
	       add_list(tn, "listeners", &tcpfsm_proc_listeners_ops) &&
	       (!net_eq(tn->net, &init_net) ||
		add_single(tn, "namespaces", tcpfsm_proc_namespaces_show));
}

static void own_files(struct work_struct *work);
static DECLARE_DELAYED_WORK(owner_work, own_files);
static unsigned int owner_wait_ms;	/* under tcpfsm_nets_lock */

/* Made anew, with their owner. Return: false: not yet. */
static bool own_restricted(struct tcpfsm_net *tn)
{
	if (!has_root(tn))
		return false;
	remove_proc_subtree("anomalies", tn->proc);
	remove_proc_subtree("flows", tn->proc);
	remove_proc_subtree("listeners", tn->proc);
	return add_restricted(tn);
}

/*
 * unshare() makes a user namespace and a network namespace in one go, and only then says who is
 * its root. Nobody tells us: look again, less and less often.
 */
static void own_files(struct work_struct *work)
{
	struct tcpfsm_net *tn;
	bool left = false;

	mutex_lock(&tcpfsm_nets_lock);
	list_for_each_entry(tn, &tcpfsm_nets, list) {
		if (tn->rootless)
			tn->rootless = !own_restricted(tn);
		left |= tn->rootless;
	}
	owner_wait_ms = min(2 * owner_wait_ms, OWNER_LAST_MS);
	if (left)
		queue_delayed_work(system_power_efficient_wq, &owner_work,
				   msecs_to_jiffies(owner_wait_ms));
	mutex_unlock(&tcpfsm_nets_lock);
}

/**
 * tcpfsm_proc_net_ready() - a namespace is in the list: see to its files' owner
 * @tn: with files
 *
 * Context: process; the caller holds tcpfsm_nets_lock.
 */
void tcpfsm_proc_net_ready(struct tcpfsm_net *tn)
{
	tn->rootless = !has_root(tn);
	if (!tn->rootless)
		return;
	owner_wait_ms = OWNER_FIRST_MS;
	mod_delayed_work(system_power_efficient_wq, &owner_work, msecs_to_jiffies(owner_wait_ms));
}

/**
 * tcpfsm_proc_net_unready() - no namespace is left whose files could want an owner
 *
 * Context: process; sleeps.
 */
void tcpfsm_proc_net_unready(void)
{
	cancel_delayed_work_sync(&owner_work);
}

/**
 * tcpfsm_proc_net_init() - the files of one namespace
 * @tn: its account is ready
 *
 * Context: process; may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int tcpfsm_proc_net_init(struct tcpfsm_net *tn)
{
	tn->proc = proc_net_mkdir(tn->net, "tcpfsm", tn->net->proc_net);
	if (!tn->proc)
		return -ENOMEM;
	if (proc_create_net_single("stats", 0444, tn->proc, tcpfsm_proc_stats_show, NULL) &&
	    proc_create_net_single("transitions", 0444, tn->proc, tcpfsm_proc_transitions_show,
				   NULL) &&
	    proc_create_net_single("witness", 0444, tn->proc, tcpfsm_proc_witness_show, NULL) &&
	    proc_create_net_single("durations", 0444, tn->proc, tcpfsm_proc_durations_show, NULL) &&
	    add_restricted(tn))
		return 0;
	tcpfsm_proc_net_uninit(tn);
	return -ENOMEM;
}

/**
 * tcpfsm_proc_net_uninit() - the counterpart; no reader is inside when it returns
 * @tn: may be without files
 *
 * Context: process; sleeps. A file that is still open reads as an error from now on.
 */
void tcpfsm_proc_net_uninit(struct tcpfsm_net *tn)
{
	if (tn->proc)
		proc_remove(tn->proc);
	tn->proc = NULL;
}

/**
 * tcpfsm_proc_init() - the link
 *
 * Context: process; may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int tcpfsm_proc_init(void)
{
	link = proc_symlink("tcpfsm", NULL, "self/net/tcpfsm");
	return link ? 0 : -ENOMEM;
}

/**
 * tcpfsm_proc_uninit() - the counterpart
 *
 * Context: process; may sleep.
 */
void tcpfsm_proc_uninit(void)
{
	proc_remove(link);
}
