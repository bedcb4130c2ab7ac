/* SPDX-License-Identifier: GPL-2.0 */
/* Floods: TCP segments without a socket, made and sent by the hundred thousand. */
#ifndef FLOOD_H
#define FLOOD_H

#include <stdbool.h>
#include <stdint.h>

#include "test.h"

#define FLOOD_FIN 0x01
#define FLOOD_SYN 0x02
#define FLOOD_RST 0x04
#define FLOOD_ACK 0x10

/* One kind of segment, from client to server; numbers are random. */
struct flood {
	unsigned char flags[4];	/* of which each segment has one, in turn; n_flags of them */
	int n_flags;
	int sport;		/* 0: any; then the source address is any, too */
	int dport;
	bool distinct;		/* with sport 0: no two of four million are of one connection */
};

/*
 * Gives the interfaces a known address, the receiver a way to answer to everybody, and opens a
 * packet socket at the client. Call it before the first connection.
 */
void flood_open(struct test *t);

/* Sends them, as fast as it can. */
void flood_send(struct test *t, const struct flood *f, int count);

#endif
