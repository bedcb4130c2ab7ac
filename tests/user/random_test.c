// SPDX-License-Identifier: GPL-2.0
/*
 * A million packets through the parser and what it reads through the core: a third valid, a third
 * mutated, a third with nothing but an IP header that says TCP. SEED and ITERATIONS (environment)
 * choose others. Prints KTAP.
 */
#include <arpa/inet.h>
#include <linux/kernel.h>
#include <stdlib.h>

#include "random.h"
#include "transition.h"

#define FLOWS		16
#define PORT_BASE	1024

struct world {
	struct random random;
	struct packet packet;
	struct flow flows[FLOWS];
	unsigned long iteration;
	unsigned long seed;
	unsigned long results[TCPFSM_PARSE_MALFORMED + 1];
};

static struct world world;

static void describe(void)
{
	printf("# SEED=%lu, iteration %lu\n", world.seed, world.iteration);
	print_packet(&world.packet);
}

/* Flow @i's ends have neighbouring ports; any other packet belongs to some flow, too. */
static unsigned int flow_of(u16 sport, u16 dport, unsigned int *from)
{
	*from = sport > dport;
	return (u16)((*from ? dport : sport) - PORT_BASE) / 2 % FLOWS;
}

/* Numbers near those that the flow expects, where the core has to decide. */
static struct wish near_flow(struct random *random, const struct flow *flow, unsigned int i)
{
	static const u8 flags[] = {
		TCPFSM_SYN, TCPFSM_SYN | TCPFSM_ACK, TCPFSM_ACK, TCPFSM_ACK, TCPFSM_ACK,
		TCPFSM_PSH | TCPFSM_ACK, TCPFSM_FIN | TCPFSM_ACK, TCPFSM_FIN | TCPFSM_ACK,
		TCPFSM_RST, TCPFSM_RST | TCPFSM_ACK, TCPFSM_FIN | TCPFSM_PSH | TCPFSM_ACK,
	};
	unsigned int from = random_below(random, 2);
	const struct tcpfsm_end *s = &flow->pair.end[from];
	const struct tcpfsm_end *r = &flow->pair.end[!from];
	struct wish wish = {
		.sport = PORT_BASE + 2 * i + from,
		.dport = PORT_BASE + 2 * i + !from,
		.seq = s->snd_nxt,
		.ack = r->snd_nxt,
		.window = random_u32(random),
		.flags = flags[random_below(random, sizeof(flags))],
		.payload = random_below(random, 3) ? 0 : random_below(random, 100),
	};

	if (!random_below(random, 4))
		wish.seq += random_below(random, 5) - 2;
	if (!random_below(random, 4))
		wish.ack += random_below(random, 5) - 2;
	if (!random_below(random, 16))
		wish.seq = random_u32(random);
	if (!random_below(random, 16))
		wish.ack = random_u32(random);
	if (!random_below(random, 16))
		wish.flags = random_u32(random);
	if (!random_below(random, 16))
		wish.window = 0;
	return wish;
}

static enum hook some_hook(struct random *random, unsigned int flow, unsigned int from)
{
	switch (flow % 3) {
	case 0: /* end 0 is local */
		return from ? HOOK_IN : HOOK_OUT;
	case 1:
		return HOOK_FORWARD;
	default:
		return random_below(random, 2) ? HOOK_LOOPBACK_OUT : HOOK_LOOPBACK_IN;
	}
}

static void to_core(struct random *random, const struct parsed *parsed)
{
	unsigned int from, i;
	struct flow *flow;

	if (parsed->result != TCPFSM_PARSE_SEGMENT)
		return;
	i = flow_of(ntohs(parsed->tuple.sport), ntohs(parsed->tuple.dport), &from);
	flow = &world.flows[i];
	flow->now_ms += random_below(random, 1000);
	check_segment(flow, &parsed->seg, from, some_hook(random, i, from));
	if (!random_below(random, 64))
		check_timeout(flow, random_below(random, 2));
	if (!random_below(random, 256))
		check_follow(flow, random_below(random, 2), random_below(random, TCPFSM_NR_STATES));
}

static void one_packet(struct random *random)
{
	unsigned int i = random_below(random, FLOWS);
	struct wish wish = near_flow(random, &world.flows[i], i);
	struct parsed expected, parsed;

	random_packet(random, &wish, &world.packet, &expected);
	switch (random_below(random, 3)) {
	case 0:
		parsed = check_parse(&world.packet);
		check_parsed_equal(&parsed, &expected);
		break;
	case 1:
		random_mutation(random, &world.packet);
		parsed = check_parse(&world.packet);
		break;
	default:
		for (i = 20; i < world.packet.len; i++)
			world.packet.octets[i] = random_u32(random);
		random_mutation(random, &world.packet);
		parsed = check_parse(&world.packet);
		break;
	}
	world.results[parsed.result]++;
	to_core(random, &parsed);
}

static void result(bool ok, unsigned int n, const char *name)
{
	printf("%s %u %s\n", ok ? "ok" : "not ok", n, name);
}

/*
 * No segment of a flow can show these: the listening socket's own, a SYN cookie's, and the two that
 * Linux does not offer.
 */
static bool is_beyond_a_flow(unsigned int from, unsigned int to)
{
	return (from == TCPFSM_CLOSED && to == TCPFSM_LISTEN) ||
	       (from == TCPFSM_LISTEN && to == TCPFSM_ESTABLISHED) ||
	       (from == TCPFSM_LISTEN && to == TCPFSM_SYN_SENT) ||
	       (from == TCPFSM_SYN_RECEIVED && to == TCPFSM_LISTEN);
}

static bool was_seen(unsigned int from, unsigned int to)
{
	unsigned int i;

	for (i = 0; i < FLOWS; i++)
		if (world.flows[i].seen[from] >> to & 1)
			return true;
	return false;
}

/* A test that never gets somewhere says nothing about it. */
static bool list_was_seen(void)
{
#define PAIR(from, to, reason) { TCPFSM_##from, TCPFSM_##to, #from " " #to },
	static const struct {
		u8 from, to;
		const char *name;
	} pairs[] = { TCPFSM_TRANSITIONS(PAIR) };
#undef PAIR
	bool all = true;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		if (was_seen(pairs[i].from, pairs[i].to) ||
		    is_beyond_a_flow(pairs[i].from, pairs[i].to))
			continue;
		printf("# not seen: %s\n", pairs[i].name);
		all = false;
	}
	return all;
}

static unsigned long setting(const char *name, unsigned long standard)
{
	const char *value = getenv(name);

	return value ? strtoul(value, NULL, 0) : standard;
}

int main(void)
{
	unsigned long iterations = setting("ITERATIONS", 1000000);
	bool passed, all = true;
	unsigned int i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("KTAP version 1\n1..3\n");
	check_describe = describe;
	world.seed = setting("SEED", 9293);
	world.random.state = world.seed;
	for (i = 0; i < FLOWS; i++)
		check_flow_init(&world.flows[i]);
	for (world.iteration = 0; world.iteration < iterations; world.iteration++)
		one_packet(&world.random);

	/* A check that fails does not come back. */
	result(true, 1, "linear and split are read alike, valid packets as written");
	printf("# %lu segments, %lu not TCP, %lu fragments, %lu malformed\n", world.results[0],
	       world.results[1], world.results[2], world.results[3]);
	for (i = 0; i <= TCPFSM_PARSE_MALFORMED; i++)
		all &= world.results[i] > iterations / 100;
	result(all, 2, "each of the parser's results is one in a hundred");
	passed = list_was_seen();
	result(passed, 3, "every transition is on the list, and all of the list was seen");
	return !passed || !all;
}
