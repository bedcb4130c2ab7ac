// SPDX-License-Identifier: GPL-2.0
/*
 * What a quiet segment costs in tcpfsm's hook and in nf_conntrack's, by the number of flows.
 * tests/bench/native builds this into User Mode Linux. It runs last of all initcalls, prints lines
 * for the script, and ends the machine.
 *
 * Segments lie ready, a batch at a time, so that their own lines are in the cache; the hooks alone
 * are timed. A segment waits until the one before is done (lfence), or one's misses would hide
 * behind another's. Which flow is next is random, but in a pass each has its turn once; from pass
 * to pass the other end sends. So the numbers of a segment follow from the pass.
 */
#include <linux/bottom_half.h>
#include <linux/if_ether.h>
#include <linux/init.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/reboot.h>
#include <linux/sched.h>
#include <linux/skbuff.h>
#include <linux/sort.h>
#include <linux/tcp.h>
#include <linux/timekeeping.h>
#include <linux/vmstat.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/tcp.h>

#include "../module/account.h"
#include "../module/flow.h"
#include "../module/net.h"
#include "../module/parse.h"
#include "../module/segment.h"

#define BATCH		64	/* segments; with their skbs they nearly fit in the first cache */
#define BATCHES		64	/* of one subject, before it is the other's turn */
#define MOST_SIZES	16
#define PAYLOAD		100
#define FIRST_TSVAL	1000
#define WINDOW		502	/* scaled: 64 KiB */
#define WSCALE		7

enum subject { NOTHING, TCPFSM, CONNTRACK, SUBJECTS };

static const char * const subject_name[SUBJECTS] = { "nothing", "tcpfsm", "nf_conntrack" };

static unsigned int sizes[MOST_SIZES] = { 1000, 10000, 100000, 1000000 };
static unsigned int nr_sizes = 4;
module_param_array_named(flows, sizes, uint, &nr_sizes, 0);
MODULE_PARM_DESC(flows, "numbers of flows, ascending");

static unsigned int rounds = 11;
module_param(rounds, uint, 0);
MODULE_PARM_DESC(rounds, "of each subject, in turn, with each number of flows");

static bool ipv6;
module_param(ipv6, bool, 0);
MODULE_PARM_DESC(ipv6, "flows are IPv6's");

/**
 * struct order - which flow is next
 * @flows: how many there are
 * @mask: of the power of two that holds them
 * @shift: half its bits
 * @at: place in this pass
 * @pass: how often each flow has had its turn
 */
struct order {
	u32 flows;
	u32 mask;
	u32 shift;
	u32 at;
	u32 pass;
};

static struct order orders[SUBJECTS];
static struct sk_buff *skbs[BATCH];
static u64 cycles[BATCHES];

/* A permutation of [0, mask], another one in each pass. */
static u32 order_mix(const struct order *o, u32 x)
{
	x = (x * 0x9e3779b1 + o->pass * 0x7feb352d) & o->mask;
	x ^= x >> o->shift;
	x = (x * 0x85ebca6b) & o->mask;
	x ^= x >> o->shift;
	return (x * 0xc2b2ae35) & o->mask;
}

/* Return: false: in this pass all have had their turn. */
static bool order_left(struct order *o, u32 *i)
{
	while (o->at <= o->mask) {
		*i = order_mix(o, o->at++);
		if (*i < o->flows)
			return true;
	}
	return false;
}

static void order_next_pass(struct order *o)
{
	o->at = 0;
	o->pass++;
}

static u32 order_next(struct order *o)
{
	u32 i;

	while (!order_left(o, &i))
		order_next_pass(o);
	return i;
}

static void order_begin(struct order *o, u32 flows)
{
	o->flows = flows;
	o->mask = roundup_pow_of_two(flows) - 1;
	o->shift = max(order_base_2(flows) / 2, 1);
	o->at = 0;
}

/* Where the next segment of @server is in its stream, or of the client, once @pass passes were. */
static u32 stream_at(u32 i, bool server, u32 pass)
{
	u32 sent = server ? pass / 2 : DIV_ROUND_UP(pass, 2);

	return i * 2654435761u + (server ? 1u << 31 : 0) + sent * PAYLOAD;
}

/* The addresses and ports of flow @i's client, of its server. */
static struct tcpfsm_tuple flow_tuple(u32 i)
{
	struct tcpfsm_tuple tuple = {
		.sport = htons(32768 + 1601 * (i >> 16)),
		.dport = htons(443),
		.family = ipv6 ? AF_INET6 : AF_INET,
	};

	if (ipv6) {
		tuple.src.s6_addr32[0] = htonl(0x20010db8);
		tuple.dst.s6_addr32[0] = htonl(0x20010db8);
		tuple.src.s6_addr32[3] = htonl(0x10000 + (i & 0xffff));
		tuple.dst.s6_addr32[3] = htonl(1);
	} else {
		tuple.src.s6_addr32[0] = htonl(0x0a000000 + (i & 0xffff));
		tuple.dst.s6_addr32[0] = htonl(0xc0000201);
	}
	return tuple;
}

static void write_ip(void *ip, const struct tcpfsm_tuple *tuple, bool server, unsigned int len)
{
	const struct in6_addr *src = server ? &tuple->dst : &tuple->src;
	const struct in6_addr *dst = server ? &tuple->src : &tuple->dst;

	if (ipv6) {
		struct ipv6hdr *h = ip;

		*h = (struct ipv6hdr){ .version = 6, .nexthdr = IPPROTO_TCP, .hop_limit = 63,
				       .payload_len = htons(len), .saddr = *src, .daddr = *dst };
	} else {
		struct iphdr *h = ip;

		*h = (struct iphdr){ .version = 4, .ihl = 5, .ttl = 63, .protocol = IPPROTO_TCP,
				     .tot_len = htons(sizeof(*h) + len),
				     .saddr = (__force __be32)src->s6_addr32[0],
				     .daddr = (__force __be32)dst->s6_addr32[0] };
	}
}

/* Its options: of a SYN, MSS, SACK and scale too; always a timestamp. Return: octets. */
static unsigned int write_options(__be32 *p, bool syn, u32 tsval)
{
	__be32 *from = p;

	if (syn) {
		*p++ = htonl(TCPOPT_MSS << 24 | TCPOLEN_MSS << 16 | 1460);
		*p++ = htonl(TCPOPT_SACK_PERM << 24 | TCPOLEN_SACK_PERM << 16 |
			     TCPOPT_TIMESTAMP << 8 | TCPOLEN_TIMESTAMP);
	} else {
		*p++ = htonl(TCPOPT_NOP << 24 | TCPOPT_NOP << 16 |
			     TCPOPT_TIMESTAMP << 8 | TCPOLEN_TIMESTAMP);
	}
	*p++ = htonl(tsval);
	*p++ = htonl(tsval - 1);
	if (syn)
		*p++ = htonl(TCPOPT_NOP << 24 | TCPOPT_WINDOW << 16 | TCPOLEN_WINDOW << 8 | WSCALE);
	return (u8 *)p - (u8 *)from;
}

/* A segment of flow @i, which has had @pass turns. @flags: SYN, and whether ACK. */
static void write_segment(struct sk_buff *skb, u32 i, bool server, u8 flags, unsigned int payload,
			  u32 pass)
{
	unsigned int iplen = ipv6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr), size;
	struct tcpfsm_tuple tuple = flow_tuple(i);
	bool syn = flags & TCPFSM_SYN;
	struct tcphdr *th;

	skb_trim(skb, 0);
	th = (struct tcphdr *)(skb->data + iplen);
	size = sizeof(*th) + write_options((__be32 *)(th + 1), syn, FIRST_TSVAL + pass);
	memset(th, 0, sizeof(*th));
	th->source = server ? tuple.dport : tuple.sport;
	th->dest = server ? tuple.sport : tuple.dport;
	th->seq = htonl(stream_at(i, server, pass) - syn);
	th->ack_seq = flags & TCPFSM_ACK ? htonl(stream_at(i, !server, pass)) : 0;
	th->doff = size / 4;
	th->syn = syn;
	th->ack = !!(flags & TCPFSM_ACK);
	th->psh = !!payload;
	th->window = htons(syn ? 64240 : WINDOW);
	write_ip(skb->data, &tuple, server, size + payload);
	skb_put(skb, iplen + size + payload);
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, iplen);
}

static int nobody(struct net *net, struct sock *sk, struct sk_buff *skb)
{
	return 0;
}

static noinline bool pass_nothing(struct sk_buff *skb)
{
	barrier_data(skb);
	return true;
}

static __always_inline bool pass_hook(u8 pf, unsigned int hook, struct sk_buff *skb)
{
	return nf_hook(pf, hook, &init_net, NULL, skb, skb->dev, skb->dev, nobody) == 1;
}

/* What a router's segment meets. Return: it goes on. */
static __always_inline bool pass(enum subject who, u8 pf, struct sk_buff *skb)
{
	if (who == TCPFSM)
		return pass_hook(pf, NF_INET_FORWARD, skb);
	if (who == CONNTRACK)
		return pass_hook(pf, NF_INET_PRE_ROUTING, skb) &&
		       pass_hook(pf, NF_INET_POST_ROUTING, skb);
	return pass_nothing(skb);
}

static bool pass_one(enum subject who, struct sk_buff *skb)
{
	u8 pf = ipv6 ? NFPROTO_IPV6 : NFPROTO_IPV4;
	bool ok;

	local_bh_disable();
	ok = pass(who, pf, skb);
	local_bh_enable();
	return ok;
}

/* All instructions before are done. */
static __always_inline u64 now_cycles(void)
{
	u32 low, high;

	asm volatile("lfence; rdtsc; lfence" : "=a" (low), "=d" (high) :: "memory");
	return (u64)high << 32 | low;
}

static __always_inline u64 time_batch(enum subject who, u8 pf, unsigned int *passed)
{
	unsigned int i, ok = 0;
	u64 begin, end;

	local_bh_disable();
	begin = now_cycles();
	for (i = 0; i < BATCH; i++) {
		ok += pass(who, pf, skbs[i]);
		asm volatile("lfence" ::: "memory");
	}
	end = now_cycles();
	local_bh_enable();
	*passed = ok;
	return end - begin;
}

static noinline u64 time_nothing(unsigned int *passed)
{
	return time_batch(NOTHING, NFPROTO_IPV4, passed);
}

static noinline u64 time_tcpfsm(unsigned int *passed)
{
	return ipv6 ? time_batch(TCPFSM, NFPROTO_IPV6, passed) :
		      time_batch(TCPFSM, NFPROTO_IPV4, passed);
}

static noinline u64 time_conntrack(unsigned int *passed)
{
	return ipv6 ? time_batch(CONNTRACK, NFPROTO_IPV6, passed) :
		      time_batch(CONNTRACK, NFPROTO_IPV4, passed);
}

static u64 (* const time_subject[SUBJECTS])(unsigned int *passed) = {
	time_nothing, time_tcpfsm, time_conntrack,
};

/* nf_conntrack has taken it for its connection's, which is open; then what kfree_skb() would do. */
static bool conntrack_lets_go(struct sk_buff *skb, bool established)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);
	bool ok = ct && nf_ct_is_confirmed(ct) &&
		  (!established || ct->proto.tcp.state == TCP_CONNTRACK_ESTABLISHED);

	nf_reset_ct(skb);
	return ok;
}

/* The segment of flow @i in this pass. */
static void write_data(enum subject who, struct sk_buff *skb, u32 i)
{
	u32 pass = orders[who].pass;

	write_segment(skb, i, pass & 1, TCPFSM_ACK, PAYLOAD, pass);
}

/* The next segments of @who's flows. Return: cycles; 0: not all of them passed in peace. */
static u64 run_batch(enum subject who)
{
	unsigned int i, passed;
	u64 taken;

	for (i = 0; i < BATCH; i++) {
		u32 flow = order_next(&orders[who]);

		write_data(who, skbs[i], flow);
	}
	taken = time_subject[who](&passed);
	for (i = 0; who == CONNTRACK && i < BATCH; i++)
		passed -= !conntrack_lets_go(skbs[i], true);
	return passed == BATCH ? taken : 0;
}

/* One segment, not timed. */
static bool run_one(enum subject who, bool established)
{
	bool ok = pass_one(who, skbs[0]);

	if (who == CONNTRACK)
		ok &= conntrack_lets_go(skbs[0], established);
	return ok;
}

static bool open_flow(enum subject who, u32 i)
{
	static const u8 flags[] = { TCPFSM_SYN, TCPFSM_SYN | TCPFSM_ACK, TCPFSM_ACK };
	unsigned int n;
	bool ok = true;

	for (n = 0; n < ARRAY_SIZE(flags); n++) {
		write_segment(skbs[0], i, n == 1, flags[n], 0, orders[who].pass);
		ok &= run_one(who, n == 2);
	}
	return ok;
}

/* The rest of the pass. */
static bool end_pass(enum subject who)
{
	struct order *o = &orders[who];
	bool ok = true;
	u32 i;

	while (order_left(o, &i)) {
		write_data(who, skbs[0], i);
		ok &= run_one(who, true);
		if (!(o->at % 1024))
			cond_resched();
	}
	order_next_pass(o);
	return ok;
}

/* So many flows, of which each end has said something since they were opened. */
static bool grow(enum subject who, u32 flows)
{
	struct order *o = &orders[who];
	u32 i, had = o->flows;
	bool ok = true;

	if (had)
		ok &= end_pass(who);
	for (i = had; i < flows && who != NOTHING; i++) {
		ok &= open_flow(who, i);
		if (!(i % 1024))
			cond_resched();
	}
	order_begin(o, flows);
	return ok && end_pass(who) && end_pass(who);
}

/* Has tcpfsm followed this flow's numbers to where they are now? */
static bool flow_followed(struct tcpfsm_net *tn, u32 i, u32 pass)
{
	struct tcpfsm_tuple tuple = flow_tuple(i);
	struct tcpfsm_ends ends = tcpfsm_tuple_ends(&tuple);
	const struct tcpfsm_end *client, *server;
	const struct tcpfsm_flow *flow;
	struct tcpfsm_key key;
	bool ok = false;

	memset(&key, 0, sizeof(key));
	tcpfsm_flow_key(&key, tn, &ends);
	rcu_read_lock();
	flow = tcpfsm_flow_find(&key);
	if (flow) {
		client = &flow->pair.end[key.from];
		server = &flow->pair.end[!key.from];
		ok = client->state == TCPFSM_ESTABLISHED && server->state == TCPFSM_ESTABLISHED &&
		     client->snd_nxt == stream_at(i, false, pass) &&
		     server->snd_nxt == stream_at(i, true, pass) &&
		     client->rcv_nxt == server->snd_nxt && server->rcv_nxt == client->snd_nxt;
	}
	rcu_read_unlock();
	return ok;
}

/* Is what was to be measured there? After a pass has ended. */
static bool all_followed(u32 flows)
{
	struct tcpfsm_net *tn = tcpfsm_net(&init_net);
	u32 i, followed = 0;

	for (i = 0; i < flows; i++) {
		followed += flow_followed(tn, i, orders[TCPFSM].pass);
		if (!(i % 1024))
			cond_resched();
	}
	if (followed == flows && tcpfsm_flow_count() == flows &&
	    nf_conntrack_count(&init_net) == flows)
		return true;
	pr_info("native: failed: %u flows: tcpfsm has %u, and has followed %u; nf_conntrack has %u\n",
		flows, tcpfsm_flow_count(), followed, nf_conntrack_count(&init_net));
	return false;
}

static int compare_cycles(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/* The median of some batches. */
static bool run_round(enum subject who, u32 flows)
{
	unsigned int i;

	for (i = 0; i < BATCHES; i++) {
		cycles[i] = run_batch(who);
		if (!cycles[i]) {
			pr_info("native: failed: %u flows: %s did not take a segment for what it is\n",
				flows, subject_name[who]);
			return false;
		}
	}
	sort(cycles, BATCHES, sizeof(*cycles), compare_cycles, NULL);
	pr_info("native: cycles %u %s %llu %u\n", flows, subject_name[who], cycles[BATCHES / 2],
		BATCH);
	cond_resched();
	return true;
}

static unsigned long slab_pages(void)
{
	return global_node_page_state_pages(NR_SLAB_UNRECLAIMABLE_B) +
	       global_node_page_state_pages(NR_SLAB_RECLAIMABLE_B);
}

static bool run_size(u32 flows)
{
	unsigned int who, round;

	for (who = 0; who < SUBJECTS; who++) {
		u32 more = flows - orders[who].flows;
		unsigned long before = slab_pages();

		if (!grow(who, flows)) {
			pr_info("native: failed: %s could not have %u flows\n", subject_name[who],
				flows);
			return false;
		}
		if (who != NOTHING)
			pr_info("native: slab %u %s %lu %u\n", flows, subject_name[who],
				(slab_pages() - before) * PAGE_SIZE, more);
	}
	if (!all_followed(flows))
		return false;
	for (round = 0; round < rounds; round++)
		for (who = 0; who < SUBJECTS; who++)
			if (!run_round(who, flows))
				return false;
	return true;
}

static bool prepare(void)
{
	unsigned int i;

	if (nf_ct_netns_get(&init_net, ipv6 ? NFPROTO_IPV6 : NFPROTO_IPV4))
		return false;
	for (i = 0; i < BATCH; i++) {
		skbs[i] = alloc_skb(512, GFP_KERNEL);
		if (!skbs[i])
			return false;
		skb_reserve(skbs[i], NET_SKB_PAD + NET_IP_ALIGN + ETH_HLEN);
		skbs[i]->dev = init_net.loopback_dev;
		skbs[i]->protocol = htons(ipv6 ? ETH_P_IPV6 : ETH_P_IP);
		/* The card has looked at it. */
		skbs[i]->ip_summed = CHECKSUM_UNNECESSARY;
	}
	return true;
}

static int __init native_init(void)
{
	u64 began_cycles = now_cycles(), began_ns = ktime_get_raw_ns();
	unsigned int i;

	if (!prepare()) {
		pr_info("native: failed: no nf_conntrack, or no memory\n");
		goto off;
	}
	pr_info("native: buckets tcpfsm %u\n", tcpfsm_flow_buckets());
	pr_info("native: buckets nf_conntrack %u\n", nf_conntrack_htable_size);
	for (i = 0; i < nr_sizes; i++)
		if (!run_size(sizes[i]))
			goto off;
	pr_info("native: clock %llu %llu\n", now_cycles() - began_cycles,
		ktime_get_raw_ns() - began_ns);
	pr_info("native: done\n");
off:
	kernel_power_off();
	return 0;
}
late_initcall_sync(native_init);
