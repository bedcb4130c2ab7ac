// SPDX-License-Identifier: GPL-2.0
/*
 * growth FLOWS TIMES: so many flows in a table made as module/flow.c makes it, each of another tuple;
 * then so many quiet segments, each of a flow and a direction taken at random: look-up and numbers,
 * as hook.c does both. tests/user/growth counts cache lines by it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow_find.h"
#include "fsm_quiet.h"

#define PAGE	4096

bool tcpfsm_witness = true;
struct tcpfsm_flow_index tcpfsm_flow_index;

/* The same numbers every time. */
static u32 next_random(void)
{
	static u64 state = 1;

	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return state >> 32;
}

/* Of flow @i: 60,000 clients' ports to one server, and to the next. */
static void tuple(unsigned int i, __be32 *addr, __be16 *port)
{
	addr[0] = htonl(0x0a000001);
	addr[1] = htonl(0x0a000002 + i / 60000);
	port[0] = htons(1024 + i % 60000);
	port[1] = htons(443);
}

static u32 hash_of(const __be32 *addr, const __be16 *port)
{
	return tcpfsm_flow_hash(NULL, &addr[0], &addr[1], tcpfsm_flow_ports(port, false), false);
}

/* Side by side in pages, as a slab has them. */
static void make_flows(unsigned int flows)
{
	size_t size = sizeof(struct tcpfsm_flow) + 2 * sizeof(__be32), used = PAGE;
	struct tcpfsm_flow *flow, **bucket;
	char *page = NULL;
	unsigned int i, e;

	for (i = 0; i < flows; i++, used += size) {
		if (used + size > PAGE) {
			page = aligned_alloc(PAGE, PAGE);
			used = 0;
		}
		flow = memset(page + used, 0, size);
		tuple(i, flow->addr, flow->port);
		for (e = 0; e < 2; e++) {
			flow->pair.end[e].state = TCPFSM_ESTABLISHED;
			flow->pair.end[e].flags = TCPFSM_END_ACKS;
			flow->pair.end[e].window = 1000;
			flow->pair.end[e].wscale = TCPFSM_WSCALE_NONE;
		}
		flow->flags = TCPFSM_FLOW_LOCAL;
		bucket = &tcpfsm_flow_index.bucket[hash_of(flow->addr, flow->port) &
						   tcpfsm_flow_index.mask];
		flow->next = *bucket;
		*bucket = flow;
	}
}

static bool segment(unsigned int i, unsigned int from)
{
	struct tcpfsm_segment seg = { .flags = TCPFSM_ACK, .window = 900 + next_random() % 100 };
	struct tcpfsm_flow *flow;
	struct tcpfsm_end *s, *r;
	__be32 addr[2];
	__be16 port[2];

	tuple(i, addr, port);
	flow = tcpfsm_flow_find_ends(NULL, &addr[0], &addr[1], tcpfsm_flow_ports(port, false),
				     hash_of(addr, port), false);
	if (!flow)
		return false;
	s = &flow->pair.end[from];
	r = &flow->pair.end[!from];
	seg.seq = s->snd_nxt;
	seg.ack = s->ack_sent;
	seg.len = 1;
	return tcpfsm_quiet_ends(s, r) &&
	       tcpfsm_quiet_within(s, r, &seg, true, true, tcpfsm_limits_seen(r, s));
}

int main(int argc, char **argv)
{
	unsigned int flows, times, i;

	if (argc != 3)
		return 2;
	flows = atoi(argv[1]);
	times = atoi(argv[2]);
	/* One for each flow, or for two: tcpfsm_flow_init() with max_flows=FLOWS. */
	tcpfsm_flow_index.mask = 1;
	while (tcpfsm_flow_index.mask < flows)
		tcpfsm_flow_index.mask *= 2;
	tcpfsm_flow_index.mask = tcpfsm_flow_index.mask / 2 - 1;
	tcpfsm_flow_index.secret.key[0] = next_random();
	tcpfsm_flow_index.secret.key[1] = next_random();
	tcpfsm_flow_index.bucket = calloc(tcpfsm_flow_index.mask + 1,
					  sizeof(*tcpfsm_flow_index.bucket));
	make_flows(flows);
	for (i = 0; i < times; i++) {
		u32 random = next_random();

		if (!segment(random % flows, random >> 31)) {
			fprintf(stderr, "a segment was not quiet\n");
			return 1;
		}
	}
	return 0;
}
