/* SPDX-License-Identifier: GPL-2.0 */
/* Connections by the handful, on their way to being one. */
#ifndef START_H
#define START_H

#include "sock.h"
#include "state.h"
#include "test.h"

/* So many clients that connect to a port of the server; nobody waits for them. */
void start_many(struct test *t, int *clients, int n, int port);

/* Waits for each; wants them all to end with this errno, 0: to succeed. */
void finish_many(const int *clients, int n, int wanted);

void accept_many(int listener, int *servers, int n);
void close_many(const int *fds, int n);

/*
 * Waits until the kernel has that many at each end: over loopback the sum, for both ends are in one
 * table there.
 */
void reach_both(struct test *t, enum state state, int at_client, int at_server);

/* Data from the client, which the server reads. */
void pair_talk(const struct pair *p);

/*
 * Of two connections with the same name each goes its own way, and is compared on it: the first to
 * a TIME_WAIT, the other, which talks meanwhile, to a reset.
 */
void part_ways(struct test *t, const struct pair p[2]);

/* SO_BINDTODEVICE; NULL: to none any more. */
void sock_bind_device(int fd, const char *device);

/* An option that is a number. */
void sock_option(int fd, int level, int name, int value);

/* connect(AF_UNSPEC): the socket is as new. */
void sock_disconnect(int fd);

#endif
