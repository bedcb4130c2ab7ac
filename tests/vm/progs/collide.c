// SPDX-License-Identifier: GPL-2.0
#include <unistd.h>

#include "collide.h"
#include "compare.h"
#include "ns.h"
#include "sock.h"

#define CLIENT_PORT	20000

struct leaked collide_leak(struct test *t)
{
	struct leaked l = { .listener = sock_listen(t, SERVER, PORT, 8) };
	int client = sock_new(t, CLIENT, CLIENT_PORT);

	sock_connect(t, client, PORT);
	l.server = sock_accept(l.listener);
	sock_shut(client);
	l.since = now_ms();
	sock_eof(l.server);
	sleep_ms(2000);
	ns_drop(t, SERVER, "tcp dport 5000");
	sock_reset(client);
	compare(t);
	ns_undrop(t, SERVER);
	return l;
}

int collide_again(struct test *t, bool mute)
{
	int client;

	if (mute)
		ns_drop(t, CLIENT, "tcp sport 5000");
	client = sock_new(t, CLIENT, CLIENT_PORT);
	sock_start(t, client, SERVER, PORT);
	return client;
}
