/* SPDX-License-Identifier: GPL-2.0 */
/* Random packets from a seed: the same seed, the same packets, on every machine. */
#ifndef TCPFSM_USER_RANDOM_H
#define TCPFSM_USER_RANDOM_H

#include "check.h"

struct random {
	u64 state;
};

/**
 * struct wish - what a random packet's TCP header is to say
 * The rest of the packet is the generator's: addresses, IP and TCP options, extensions, shape.
 */
struct wish {
	u16 sport;
	u16 dport;
	u32 seq;
	u32 ack;
	u16 window;
	u8 flags;
	u16 payload;
};

u32 random_u32(struct random *random);
u32 random_below(struct random *random, u32 bound);
void random_cuts(struct random *random, struct packet *packet);
/* A valid packet (a fragment now and then), and what a parser must read in it. */
void random_packet(struct random *random, const struct wish *wish, struct packet *packet,
		   struct parsed *expected);
/* Turns a valid packet into one that need not be. */
void random_mutation(struct random *random, struct packet *packet);

#endif /* TCPFSM_USER_RANDOM_H */
