// SPDX-License-Identifier: GPL-2.0
/*
 * bench: two works of TCP over loopback, in one process on one CPU, and what each costs on average.
 * Where time is counted in instructions a nanosecond is one instruction. Prints for each family:
 *   request_response FAMILY NS   64 bytes there and 64 back on an established connection
 *   connect_close FAMILY NS      connect, 64 bytes there and back, close
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define WARM_UP 1000
#define EXCHANGES 10000
#define CONNECTIONS 3000
#define BYTES 64
#define PORT 5001

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static union address loopback;
static socklen_t loopback_len;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static long long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static void set_family(int family)
{
	memset(&loopback, 0, sizeof(loopback));
	loopback.any.sa_family = family;
	if (family == AF_INET) {
		loopback.v4.sin_port = htons(PORT);
		loopback.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		loopback_len = sizeof(loopback.v4);
	} else {
		loopback.v6.sin6_port = htons(PORT);
		loopback.v6.sin6_addr = in6addr_loopback;
		loopback_len = sizeof(loopback.v6);
	}
}

static int new_socket(void)
{
	int fd = socket(loopback.any.sa_family, SOCK_STREAM, 0), one = 1;

	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

static void move(int from, int to)
{
	char data[BYTES] = { 0 };

	if (send(from, data, BYTES, 0) != BYTES || recv(to, data, BYTES, MSG_WAITALL) != BYTES)
		die("send, recv");
}

static void dial(int listener, int *client, int *server)
{
	*client = new_socket();
	if (connect(*client, &loopback.any, loopback_len))
		die("connect");
	*server = accept(listener, NULL, NULL);
	if (*server < 0)
		die("accept");
}

static void exchanges(int client, int server, int n)
{
	while (n--) {
		move(client, server);
		move(server, client);
	}
}

static void connections(int listener, int n)
{
	int client, server;

	while (n--) {
		dial(listener, &client, &server);
		exchanges(client, server, 1);
		close(client);
		close(server);
	}
}

static void measure(int family, const char *name)
{
	int listener, client, server;
	long long begin;

	set_family(family);
	listener = new_socket();
	if (bind(listener, &loopback.any, loopback_len) || listen(listener, 16))
		die("listen");

	dial(listener, &client, &server);
	exchanges(client, server, WARM_UP);
	begin = now();
	exchanges(client, server, EXCHANGES);
	printf("request_response %s %lld\n", name, (now() - begin) / EXCHANGES);
	close(client);
	close(server);

	connections(listener, WARM_UP);
	begin = now();
	connections(listener, CONNECTIONS);
	printf("connect_close %s %lld\n", name, (now() - begin) / CONNECTIONS);
	close(listener);
}

int main(void)
{
	measure(AF_INET, "ipv4");
	measure(AF_INET6, "ipv6");
	return 0;
}
