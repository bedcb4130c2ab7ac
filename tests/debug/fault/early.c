// SPDX-License-Identifier: GPL-2.0
/*
 * No fault: a subsystem that has a listening TCP socket in each namespace, as RDS has. Loaded before
 * tcpfsm, it listens in a new namespace before tcpfsm's turn has come there.
 */
#include <linux/in.h>
#include <linux/module.h>
#include <linux/net.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include <net/sock.h>

static unsigned int early_id;

struct early {
	struct socket *socket;
};

static int __net_init early_init_net(struct net *net)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(7) };
	struct early *early = net_generic(net, early_id);
	int err;

	err = sock_create_kern(net, PF_INET, SOCK_STREAM, IPPROTO_TCP, &early->socket);
	if (err)
		return err;
	err = kernel_bind(early->socket, (struct sockaddr *)&address, sizeof(address));
	if (!err)
		err = kernel_listen(early->socket, 1);
	if (err)
		sock_release(early->socket);
	return err;
}

static void __net_exit early_exit_net(struct net *net)
{
	struct early *early = net_generic(net, early_id);

	sock_release(early->socket);
}

static struct pernet_operations early_ops = {
	.init = early_init_net,
	.exit = early_exit_net,
	.id = &early_id,
	.size = sizeof(struct early),
};

static int __init early_init(void)
{
	return register_pernet_subsys(&early_ops);
}
module_init(early_init);

static void __exit early_exit(void)
{
	unregister_pernet_subsys(&early_ops);
}
module_exit(early_exit);

MODULE_DESCRIPTION("Listens in every namespace before others know of it");
MODULE_LICENSE("GPL");
