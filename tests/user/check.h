/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What holds for every packet and for every step, whoever made them: shared by the random tests
 * and the fuzzers. A violation prints what is known of the case and aborts.
 */
#ifndef TCPFSM_USER_CHECK_H
#define TCPFSM_USER_CHECK_H

#include <linux/types.h>

#include "fsm.h"
#include "parse.h"
#include "segment.h"

#define CHECK(condition) do {						\
	if (!(condition))						\
		check_failed(__FILE__, __LINE__, #condition);		\
} while (0)

/* What to say about the case in hand when a check fails: may print several lines. */
extern void (*check_describe)(void);

void check_failed(const char *file, int line, const char *condition) __attribute__((noreturn));

#define PACKET_MAX	2048
#define CUTS_MAX	6

/**
 * struct packet - octets, and how they come in an skb
 * @cuts: where they are cut, ascending: the first @cuts[0] are linear, the rest fragments
 */
struct packet {
	u8 octets[PACKET_MAX];
	unsigned int len;
	unsigned int cuts[CUTS_MAX];
	unsigned int nr_cuts;
	bool ipv6;
	bool gso;
};

struct parsed {
	enum tcpfsm_parse_result result;
	struct tcpfsm_tuple tuple;
	struct tcpfsm_segment seg;
};

/* Parses the packet linear and cut, checks that both agree and are sane; returns what was read. */
struct parsed check_parse(const struct packet *packet);
void check_parsed_equal(const struct parsed *a, const struct parsed *b);
void print_packet(const struct packet *packet);

/**
 * struct flow - a connection, treated as the module's flow table would
 * @seen: bit per pair of states, by a step or a timer: coverage
 */
struct flow {
	struct tcpfsm_pair pair;
	u64 now_ms;
	u16 seen[TCPFSM_NR_STATES];
};

/* Where a segment is seen; decides what it proves. */
enum hook {
	HOOK_OUT,		/* the other end is remote */
	HOOK_IN,
	HOOK_FORWARD,
	HOOK_LOOPBACK_OUT,	/* the other end is here, too: only this one is proven */
	HOOK_LOOPBACK_IN,
	NR_HOOKS
};

void check_flow_init(struct flow *flow);
void check_segment(struct flow *flow, const struct tcpfsm_segment *seg, unsigned int from,
		   enum hook hook);
void check_timeout(struct flow *flow, unsigned int end);
void check_follow(struct flow *flow, unsigned int end, enum tcpfsm_state state);

#endif /* TCPFSM_USER_CHECK_H */
