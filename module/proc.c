// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/tcpfsm, a link to self/net/tcpfsm, and that folder in every namespace.
 */
#include "proc.h"

#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/uidgid.h>
#include <net/net_namespace.h>

#include "net.h"
#include "states.h"

#define STATE_NAME(name, section) #name,
const char * const tcpfsm_state_names[] = { TCPFSM_STATES(STATE_NAME) };

unsigned int tcpfsm_gid;
static struct proc_dir_entry *link;

/* What names addresses belongs to the namespace's root, and to the group of `gid`. */
static void restrict_file(const struct tcpfsm_net *tn, struct proc_dir_entry *file)
{
	kuid_t uid = make_kuid(tn->net->user_ns, 0);
	kgid_t gid = make_kgid(tn->net->user_ns, tcpfsm_gid);

	proc_set_user(file, uid_valid(uid) ? uid : GLOBAL_ROOT_UID,
		      gid_valid(gid) ? gid : GLOBAL_ROOT_GID);
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
	    add_single(tn, "anomalies", tcpfsm_proc_anomalies_show) &&
	    add_list(tn, "flows", &tcpfsm_proc_flows_ops) &&
	    (!net_eq(tn->net, &init_net) ||
	     add_list(tn, "namespaces", &tcpfsm_proc_namespaces_ops)))
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
