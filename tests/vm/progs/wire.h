/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The wire between the two ends: what passes there is noted, and segments that nobody sent, or
 * that were sent long ago, can be put onto it. They pass the receiver's hooks alone.
 */
#ifndef WIRE_H
#define WIRE_H

#include <stdint.h>

#include "test.h"

#define FIN 0x01
#define SYN 0x02
#define RST 0x04
#define PSH 0x08
#define ACK 0x10

/* Begins to note the segments of connections to the servers' ports, PORT to PORT + 99. */
void wire_open(struct test *t);

/* What a connection's end has said last, as far as it was seen. */
struct word {
	uint32_t next;		/* the number after the last that it sent */
	uint32_t ack;
	uint32_t tsval;
	bool seen, acks, ts;
};

/* A connection by its ports, as both ends have spoken until now. */
struct talk {
	int port[2];		/* of enum side */
	struct word word[2];
};

/* Of a client's socket, whether it is connected yet or not, and a server's port. */
void wire_talk(struct test *t, int client, int port, struct talk *talk);

/* The same again, after more was said. */
void wire_hear(struct test *t, struct talk *talk);

/*
 * A segment to one end, as if from the other. Its numbers are relative: seq 0 is what the
 * receiver expects next, ack 0 all that it has sent; ts 0 the sender's last timestamp.
 */
struct forged {
	unsigned char flags;
	int seq, ack, ts;
	unsigned int len;
	bool no_ts, damaged;	/* damaged: TCP will drop it for its checksum */
	bool fragments;		/* in two, which IP puts together behind IPv6's hooks */
};

void wire_forge(struct test *t, const struct talk *talk, enum side to, const struct forged *f);

#endif
