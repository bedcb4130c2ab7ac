/* SPDX-License-Identifier: GPL-2.0 */
/* Random sockets: where they connect to, and with which options. */
#ifndef RANDOM_SOCK_H
#define RANDOM_SOCK_H

#include "random.h"

#define RND_PORT	5000	/* the first listener's */
#define RND_CLIENT	40000	/* the first port that clients bind */
#define RND_CLIENTS	24	/* few, so that tuples come round again */

struct rnd_target {
	int side;		/* where the client is */
	char address[48];
	int port;		/* of the server */
	int bind;		/* the client's own, or 0 */
	bool mapped;		/* IPv4 through an IPv6 socket */
};

void rnd_target(struct rnd *w, struct rng *r, struct rnd_target *to);

/* Return: a descriptor, or -1. */
int rnd_listen(struct rnd *w, struct rng *r, int side, int i);
int rnd_client(struct rnd *w, struct rng *r, const struct rnd_target *to, bool nonblocking);

void rnd_connect(struct rnd *w, struct rng *r, struct slot *s, const struct rnd_target *to);
void rnd_option(struct rnd *w, struct rng *r, struct slot *s);

/* What `ss -K` does, to any endpoint of the kernel's table. */
void rnd_destroy(struct rnd *w, struct rng *r);

#endif
