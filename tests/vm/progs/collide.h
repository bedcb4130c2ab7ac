/* SPDX-License-Identifier: GPL-2.0 */
/* A client that has forgotten its connection, while the server's end is leaked, and asks again from its port. */
#ifndef COLLIDE_H
#define COLLIDE_H

#include "test.h"

struct leaked {
	int listener, server;
	long long since;	/* when the FIN came */
};

/* A connection whose server's end is in CLOSE_WAIT, and whose client is gone: its reset gets lost. */
struct leaked collide_leak(struct test *t);

/* It comes again from its port. @mute: what it would say to the server's challenge gets lost. */
int collide_again(struct test *t, bool mute);

#endif
