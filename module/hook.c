// SPDX-License-Identifier: GPL-2.0
/*
 * The netfilter glue: skb in, NF_ACCEPT out, on every path.
 *
 * LOCAL_IN and FORWARD last: what a rule drops never reached TCP. LOCAL_OUT first: the socket
 * has moved already, whatever becomes of the packet, and the tuple is still the socket's.
 */
#include "hook.h"

#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>

#include "account.h"
#include "flow_find.h"
#include "fsm_quiet.h"
#include "icmp.h"
#include "net.h"
#include "observe.h"
#include "parse_plain.h"
#include "socket.h"
#include "socket_quick.h"
#include "timer.h"

static enum tcpfsm_place hook_place(unsigned int hooknum)
{
	return hooknum == NF_INET_LOCAL_IN ? TCPFSM_PLACE_IN :
	       hooknum == NF_INET_LOCAL_OUT ? TCPFSM_PLACE_OUT : TCPFSM_PLACE_FORWARD;
}

static void hook_segment(struct tcpfsm_net *tn, const struct nf_hook_state *state,
			 const struct sk_buff *skb, const struct tcpfsm_ends *ends,
			 const struct tcpfsm_segment *seg)
{
	tcpfsm_account_add(&tn->account, TCPFSM_ACCT_SEEN, 1);
	tcpfsm_observe(tn, hook_place(state->hook), skb, state->sk, ends, seg);
}

/* Whatever is not plain is read with care. */
static noinline unsigned int hook_parse(struct tcpfsm_net *tn, const struct nf_hook_state *state,
					const struct sk_buff *skb, bool ipv6)
{
	struct tcpfsm_segment seg;
	struct tcpfsm_tuple tuple;
	struct tcpfsm_ends ends;

	switch (ipv6 ? tcpfsm_parse_ipv6(skb, &tuple, &seg) :
		       tcpfsm_parse_ipv4(skb, &tuple, &seg)) {
	case TCPFSM_PARSE_SEGMENT:
		ends = tcpfsm_tuple_ends(&tuple);
		hook_segment(tn, state, skb, &ends, &seg);
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
		if (ipv6)
			tcpfsm_icmp_ipv6(tn, skb);
		else
			tcpfsm_icmp_ipv4(tn, skb);
		break;
	}
	return NF_ACCEPT;
}

/* It may be more than an ACK in peace. @ipv6: a constant */
static __always_inline unsigned int hook_read(struct tcpfsm_net *tn,
					      const struct nf_hook_state *state,
					      const struct sk_buff *skb, bool ipv6)
{
	struct tcpfsm_plain plain;
	struct tcpfsm_segment seg;
	struct tcpfsm_ends ends;

	if (unlikely(!tcpfsm_plain_find(skb, ipv6, &plain)))
		return hook_parse(tn, state, skb, ipv6);
	tcpfsm_plain_segment(&plain, &seg);
	ends.src = plain.src;
	ends.dst = plain.dst;
	memcpy(ends.port, plain.tcp, sizeof(ends.port));
	ends.ipv6 = ipv6;
	hook_segment(tn, state, skb, &ends, &seg);
	return NF_ACCEPT;
}

static noinline unsigned int hook_read_ipv4(struct tcpfsm_net *tn,
					    const struct nf_hook_state *state,
					    const struct sk_buff *skb)
{
	return hook_read(tn, state, skb, false);
}

static noinline unsigned int hook_read_ipv6(struct tcpfsm_net *tn,
					    const struct nf_hook_state *state,
					    const struct sk_buff *skb)
{
	return hook_read(tn, state, skb, true);
}

/*
 * A segment that leaves, of an established socket that says all there is to know. The headers are
 * TCP's own work: linear, and as they should be.
 */
static __always_inline bool hook_leaves_quietly(const struct sk_buff *skb, bool ipv6)
{
	const u8 *ip = skb_network_header(skb), *tcp;

	if (!static_branch_likely(&tcpfsm_socket_trusted) || !tcpfsm_socket_in_peace(skb))
		return false;
	if (unlikely(ipv6 ? ((const struct ipv6hdr *)ip)->nexthdr != IPPROTO_TCP :
			    *ip != TCPFSM_PLAIN_IPV4 ||
			    ((const struct iphdr *)ip)->protocol != IPPROTO_TCP))
		return false;
	tcp = ip + (ipv6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr));
	return likely(tcp + sizeof(struct tcphdr) <= skb_tail_pointer(skb)) &&
	       tcpfsm_plain_is_ack(tcp);
}

/* The flow of a segment, and which of its ends sends. */
static __always_inline struct tcpfsm_flow *hook_find(const struct tcpfsm_net *tn,
						     const struct tcpfsm_plain *plain, bool ipv6,
						     int *order)
{
	const __be16 *ports = (const __be16 *)plain->tcp;
	const __be32 *low, *high;
	u32 word, hash;
	bool from;

	*order = tcpfsm_flow_order(plain->src, plain->dst, ports, ipv6);
	from = *order > 0;
	low = from ? plain->dst : plain->src;
	high = from ? plain->src : plain->dst;
	word = tcpfsm_flow_ports(ports, from);
	hash = tcpfsm_flow_hash(tn, low, high, word, ipv6);
	return tcpfsm_flow_find_ends(tn, low, high, word, hash, ipv6);
}

/* A device of a VRF: the same addresses and ports may be there once more. */
static __always_inline bool hook_in_vrf(const struct sk_buff *skb)
{
	return netif_is_l3_master(skb->dev) || netif_is_l3_slave(skb->dev);
}

/*
 * A segment that arrives, of a flow that is open at both ends, and stays so. With no socket to ask,
 * there is more to note.
 */
static __always_inline bool hook_arrives_quietly(const struct nf_hook_state *state,
						 const struct sk_buff *skb, bool ipv6)
{
	struct tcpfsm_limits limits;
	struct tcpfsm_plain plain;
	struct tcpfsm_segment seg;
	struct tcpfsm_flow *flow;
	struct tcpfsm_end *s, *r;
	int order;
	u8 flags;

	if (!static_branch_likely(&tcpfsm_socket_trusted) ||
	    !tcpfsm_plain_find(skb, ipv6, &plain) || !tcpfsm_plain_is_ack(plain.tcp) ||
	    !tcpfsm_plain_options(&plain) || hook_in_vrf(skb))
		return false;
	flow = hook_find(tcpfsm_net_rcu(state->net), &plain, ipv6, &order);
	if (!flow)
		return false;
	flags = READ_ONCE(flow->flags);
	/* Whose its ends are is for others to learn; of one connected to itself, too. */
	if (!(flags & (order > 0 ? TCPFSM_FLOW_LOCAL0 : TCPFSM_FLOW_LOCAL1)) || !order)
		return false;
	s = &flow->pair.end[order > 0];
	r = &flow->pair.end[order <= 0];
	/* As pointers, or each access would reckon anew. */
	OPTIMIZER_HIDE_VAR(s);
	OPTIMIZER_HIDE_VAR(r);
	if ((flags & TCPFSM_FLOW_LOCAL) == TCPFSM_FLOW_LOCAL)
		return tcpfsm_quiet_pair(s, r);
	if (!tcpfsm_quiet_ends(s, r) || ((s->flags | r->flags) & TCPFSM_END_NOBODY))
		return false;
	tcpfsm_plain_value(&plain, &seg);
	if (!tcpfsm_socket_limits(skb, (const __be16 *)plain.tcp, &limits))
		limits = tcpfsm_limits_seen(r, s);
	return tcpfsm_quiet_within(s, r, &seg, true, true, limits);
}

/* A segment that passes by, likewise. */
static __always_inline bool hook_passes_quietly(const struct nf_hook_state *state,
						const struct sk_buff *skb, bool ipv6)
{
	struct tcpfsm_plain plain;
	struct tcpfsm_segment seg;
	struct tcpfsm_flow *flow;
	struct tcpfsm_end *s, *r;
	int order;

	if (!tcpfsm_plain_find(skb, ipv6, &plain) || !tcpfsm_plain_is_ack(plain.tcp) ||
	    !tcpfsm_plain_options(&plain) || hook_in_vrf(skb))
		return false;
	flow = hook_find(tcpfsm_net_rcu(state->net), &plain, ipv6, &order);
	if (!flow || (READ_ONCE(flow->flags) & TCPFSM_FLOW_LOCAL))
		return false;
	s = &flow->pair.end[order > 0];
	r = &flow->pair.end[order <= 0];
	OPTIMIZER_HIDE_VAR(s);
	OPTIMIZER_HIDE_VAR(r);
	if (!tcpfsm_quiet_ends(s, r))
		return false;
	tcpfsm_plain_value(&plain, &seg);
	if (!tcpfsm_quiet_within(s, r, &seg, true, true, tcpfsm_limits_seen(r, s)))
		return false;
	tcpfsm_timer_touch(flow);
	return true;
}

/* Mostly nothing happens, and that is known soon. @quietly: so it was; @ipv6: a constant. */
static __always_inline unsigned int hook_done(bool quietly, const struct nf_hook_state *state,
					      const struct sk_buff *skb, bool ipv6)
{
	struct tcpfsm_net *tn = tcpfsm_net_rcu(state->net);

	if (likely(quietly)) {
		tcpfsm_account_add(&tn->account, TCPFSM_ACCT_SEEN, 1);
		return NF_ACCEPT;
	}
	return ipv6 ? hook_read_ipv6(tn, state, skb) : hook_read_ipv4(tn, state, skb);
}

static unsigned int hook_ipv4_in(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	return hook_done(hook_arrives_quietly(state, skb, false), state, skb, false);
}

static unsigned int hook_ipv4_out(void *priv, struct sk_buff *skb,
				  const struct nf_hook_state *state)
{
	return hook_done(hook_leaves_quietly(skb, false), state, skb, false);
}

static unsigned int hook_ipv4_forward(void *priv, struct sk_buff *skb,
				      const struct nf_hook_state *state)
{
	return hook_done(hook_passes_quietly(state, skb, false), state, skb, false);
}

#if IS_ENABLED(CONFIG_IPV6)
static unsigned int hook_ipv6_in(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	return hook_done(hook_arrives_quietly(state, skb, true), state, skb, true);
}

static unsigned int hook_ipv6_out(void *priv, struct sk_buff *skb,
				  const struct nf_hook_state *state)
{
	return hook_done(hook_leaves_quietly(skb, true), state, skb, true);
}

static unsigned int hook_ipv6_forward(void *priv, struct sk_buff *skb,
				      const struct nf_hook_state *state)
{
	return hook_done(hook_passes_quietly(state, skb, true), state, skb, true);
}
#endif

static const struct nf_hook_ops hooks[] = {
	{ .hook = hook_ipv4_in, .pf = NFPROTO_IPV4, .hooknum = NF_INET_LOCAL_IN,
	  .priority = NF_IP_PRI_LAST },
	{ .hook = hook_ipv4_out, .pf = NFPROTO_IPV4, .hooknum = NF_INET_LOCAL_OUT,
	  .priority = NF_IP_PRI_FIRST },
	{ .hook = hook_ipv4_forward, .pf = NFPROTO_IPV4, .hooknum = NF_INET_FORWARD,
	  .priority = NF_IP_PRI_LAST },
#if IS_ENABLED(CONFIG_IPV6)
	{ .hook = hook_ipv6_in, .pf = NFPROTO_IPV6, .hooknum = NF_INET_LOCAL_IN,
	  .priority = NF_IP6_PRI_LAST },
	{ .hook = hook_ipv6_out, .pf = NFPROTO_IPV6, .hooknum = NF_INET_LOCAL_OUT,
	  .priority = NF_IP6_PRI_FIRST },
	{ .hook = hook_ipv6_forward, .pf = NFPROTO_IPV6, .hooknum = NF_INET_FORWARD,
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
