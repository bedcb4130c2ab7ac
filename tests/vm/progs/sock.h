/* SPDX-License-Identifier: GPL-2.0 */
/* Real sockets: every one is non-blocking, every wait has an end. A failure is the test's. */
#ifndef SOCK_H
#define SOCK_H

#include "test.h"

#define PORT 5000	/* where the servers of most tests listen */
#define WAIT_MS 60000	/* for what happens at once, or after several retransmissions */

struct pair {
	int client, server;
};

int sock_listen(struct test *t, enum side side, int port, int backlog);
/* At whatever address, of the test's family and, over IPv6, of IPv4, too. */
int sock_listen_any(struct test *t, enum side side, int port);

/* A socket at this end, bound to a port of its own address; 0: any. */
int sock_new(struct test *t, enum side side, int port);

void sock_bind(struct test *t, int fd, enum side side, int port);

/* The port that it is bound to. */
int sock_port(int fd);

/* Sends a SYN to the other end; doesn't wait. */
void sock_start(struct test *t, int fd, enum side to, int port);

/* Likewise; what connect() says, 0: it is under way. */
int sock_try(struct test *t, int fd, enum side to, int port);

/* Likewise, with data in the SYN if there is a Fast Open cookie; without, only the SYN goes. */
void sock_start_fast(struct test *t, int fd, enum side to, int port, size_t bytes);

/* connect() that fails at once, with this errno. */
void sock_refused(struct test *t, int fd, enum side to, int port, int error);

/* Waits until connect() has succeeded (0) or not (an errno). */
int sock_finish(int fd);

int sock_accept(int listener);

/* connect() to the server, until it has succeeded; not accepted yet. */
void sock_connect(struct test *t, int fd, int port);

/* A whole connection from client to server, accepted. */
struct pair sock_pair(struct test *t, int listener, int port);

void sock_send(int fd, size_t bytes);
void sock_recv(int fd, size_t bytes);

/* Sends until neither buffer has taken more for a second: the window is closed. Returns how much. */
size_t sock_fill(int fd);

/* Waits for the end of file, and checks that there is no byte before it. */
void sock_eof(int fd);

/* Half close: a FIN, while this end can still receive. */
void sock_shut(int fd);

/* close() with a reset. */
void sock_reset(int fd);

#endif
