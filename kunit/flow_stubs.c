// SPDX-License-Identifier: GPL-2.0
/*
 * What the table and the stays need of the rest of tcpfsm, where tcpfsm is not in the same image:
 * no test hangs a flow into the wheel or looks for listening sockets, and no flow has a socket.
 */
#include <linux/mutex.h>
#include <linux/string.h>

#include "../module/listen.h"
#include "../module/net.h"
#include "../module/socket.h"
#include "../module/timer.h"

bool tcpfsm_witness = true;
LIST_HEAD(tcpfsm_nets);
DEFINE_MUTEX(tcpfsm_nets_lock);	/* the list */

void tcpfsm_timer_cancel(struct tcpfsm_flow *flow)
{
}

struct sock *tcpfsm_socket_get(const struct tcpfsm_flow *flow, unsigned int end)
{
	return NULL;
}

void tcpfsm_socket_put(struct sock *sk)
{
}

void tcpfsm_socket_culprit(const struct tcpfsm_flow *flow, unsigned int end,
			   struct tcpfsm_socket_culprit *culprit)
{
	memset(culprit, 0, sizeof(*culprit));
}

bool tcpfsm_socket_hears_all(const struct tcpfsm_net *tn)
{
	return false;
}

void tcpfsm_listen_look(void)
{
}
