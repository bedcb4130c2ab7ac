// SPDX-License-Identifier: GPL-2.0
/*
 * The netfilter glue: skb in, NF_ACCEPT out, on every path.
 *
 * LOCAL_IN and FORWARD last: what a rule drops never reached TCP. LOCAL_OUT first: the socket
 * has moved already, whatever becomes of the packet, and the tuple is still the socket's.
 */
#include "hook.h"

#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>

#include "account.h"
#include "icmp.h"
#include "net.h"
#include "observe.h"
#include "parse.h"
#include "segment.h"
#include "socket.h"

static unsigned int hook(const struct nf_hook_state *state, const struct sk_buff *skb,
			 enum tcpfsm_parse_result result, const struct tcpfsm_tuple *tuple,
			 const struct tcpfsm_segment *seg)
{
	struct tcpfsm_net *tn = tcpfsm_net(state->net);

	switch (result) {
	case TCPFSM_PARSE_SEGMENT:
		tcpfsm_account_add(&tn->account, TCPFSM_ACCT_SEEN, 1);
		tcpfsm_observe(tn, state->hook == NF_INET_LOCAL_IN ? TCPFSM_PLACE_IN :
				   state->hook == NF_INET_LOCAL_OUT ? TCPFSM_PLACE_OUT :
				   TCPFSM_PLACE_FORWARD, skb, state->sk, tuple, seg);
		break;
	case TCPFSM_PARSE_FRAGMENT:
		tcpfsm_account_add(&tn->account, TCPFSM_ACCT_FRAGMENTS, 1);
		break;
	case TCPFSM_PARSE_MALFORMED:
		tcpfsm_account_add(&tn->account, TCPFSM_ACCT_MALFORMED, 1);
		break;
	case TCPFSM_PARSE_NOT_TCP:
		if (state->hook != NF_INET_LOCAL_IN || READ_ONCE(tcpfsm_witness))
			break;
		if (state->pf == NFPROTO_IPV4)
			tcpfsm_icmp_ipv4(tn, skb);
		else
			tcpfsm_icmp_ipv6(tn, skb);
		break;
	}
	return NF_ACCEPT;
}

static unsigned int hook_ipv4(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	struct tcpfsm_segment seg;
	struct tcpfsm_tuple tuple;

	return hook(state, skb, tcpfsm_parse_ipv4(skb, &tuple, &seg), &tuple, &seg);
}

static unsigned int hook_ipv6(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	struct tcpfsm_segment seg;
	struct tcpfsm_tuple tuple;

	return hook(state, skb, tcpfsm_parse_ipv6(skb, &tuple, &seg), &tuple, &seg);
}

static const struct nf_hook_ops hooks[] = {
	{ .hook = hook_ipv4, .pf = NFPROTO_IPV4, .hooknum = NF_INET_LOCAL_IN,
	  .priority = NF_IP_PRI_LAST },
	{ .hook = hook_ipv4, .pf = NFPROTO_IPV4, .hooknum = NF_INET_LOCAL_OUT,
	  .priority = NF_IP_PRI_FIRST },
	{ .hook = hook_ipv4, .pf = NFPROTO_IPV4, .hooknum = NF_INET_FORWARD,
	  .priority = NF_IP_PRI_LAST },
#if IS_ENABLED(CONFIG_IPV6)
	{ .hook = hook_ipv6, .pf = NFPROTO_IPV6, .hooknum = NF_INET_LOCAL_IN,
	  .priority = NF_IP6_PRI_LAST },
	{ .hook = hook_ipv6, .pf = NFPROTO_IPV6, .hooknum = NF_INET_LOCAL_OUT,
	  .priority = NF_IP6_PRI_FIRST },
	{ .hook = hook_ipv6, .pf = NFPROTO_IPV6, .hooknum = NF_INET_FORWARD,
	  .priority = NF_IP6_PRI_LAST },
#endif
};

/**
 * tcpfsm_hook_register() - begin to see a namespace's segments
 * @tn: ready to observe
 *
 * Context: process; may sleep.
 *
 * Return: 0 or an error of nf_register_net_hooks().
 */
int tcpfsm_hook_register(struct tcpfsm_net *tn)
{
	int err = nf_register_net_hooks(tn->net, hooks, ARRAY_SIZE(hooks));

	tn->hooked = !err;
	return err;
}

/**
 * tcpfsm_hook_unregister() - see no more; a hook may still run until RCU's next grace period
 * @tn: may be without hooks
 *
 * Context: process; may sleep.
 */
void tcpfsm_hook_unregister(struct tcpfsm_net *tn)
{
	if (tn->hooked)
		nf_unregister_net_hooks(tn->net, hooks, ARRAY_SIZE(hooks));
	tn->hooked = false;
}
