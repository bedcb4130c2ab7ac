/* SPDX-License-Identifier: GPL-2.0 */
/* Random packets that look like TCP just enough to get deep into a parser. */
#ifndef PACKET_H
#define PACKET_H

#include "test.h"

#define PACKET_MAX 600

/*
 * An IP packet of the test's family, from one end to the other, of which no socket will be glad:
 * valid to the IP layer (most of the time), anything from there on. Returns its length.
 */
size_t packet_random(struct test *t, enum side from, enum side to, unsigned char *packet);

#endif
