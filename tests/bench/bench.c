// SPDX-License-Identifier: GPL-2.0
/*
 * bench ADDRESS WORK WARM_UP COUNT [CLIENT_NETNS SERVER_NETNS]: a work of TCP, between two sockets
 * of one process on one CPU, and what it costs on average in nanoseconds. Where time is counted in
 * instructions a nanosecond is one instruction. Both sockets may be in namespaces of their own.
 *
 *   request_response   64 bytes there and 64 back on an established connection
 *   connect_close      connect, 64 bytes there and back, close
 *   bulk               64 KiB one way on an established connection
 *   hold               COUNT connections are made, and stay until it is killed
 *
 * bench inject FROM TO COUNT: as many forwarded flows as that, of one ACK each, to sixteen addresses
 * from TO on.
 *
 * bench read FILE, bench run PROGRAM [ARGUMENT...]: likewise what it costs to read a file, or to run a
 * program whose output nobody wants, the second time, when all that it needs is there; bench once
 * PROGRAM [ARGUMENT...]: the first.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BYTES 64
#define BULK 65536
#define PORT 5001
#define HELD 20000	/* connections to one port: the range of the client's own has 28,232 */

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static union address address;
static socklen_t address_len;
static int client_netns = -1, server_netns = -1;

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

static void set_address(const char *text)
{
	memset(&address, 0, sizeof(address));
	if (inet_pton(AF_INET, text, &address.v4.sin_addr) == 1) {
		address.any.sa_family = AF_INET;
		address_len = sizeof(address.v4);
	} else if (inet_pton(AF_INET6, text, &address.v6.sin6_addr) == 1) {
		address.any.sa_family = AF_INET6;
		address_len = sizeof(address.v6);
	} else {
		fprintf(stderr, "bench: %s is no address\n", text);
		exit(2);
	}
}

static int open_netns(const char *name)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/var/run/netns/%s", name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		die(path);
	return fd;
}

/* A socket stays in the namespace in which it was made. */
static int new_socket(int netns)
{
	int fd, one = 1;

	if (netns >= 0 && setns(netns, CLONE_NEWNET))
		die("setns");
	fd = socket(address.any.sa_family, SOCK_STREAM, 0);
	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

static void move(int from, int to, size_t bytes)
{
	static char data[BULK];

	if (send(from, data, bytes, 0) != (ssize_t)bytes ||
	    recv(to, data, bytes, MSG_WAITALL) != (ssize_t)bytes)
		die("send, recv");
}

/* From now on that is where everybody connects to. */
static int listen_at(int port)
{
	int fd = new_socket(server_netns);

	if (address.any.sa_family == AF_INET)
		address.v4.sin_port = htons(port);
	else
		address.v6.sin6_port = htons(port);
	if (bind(fd, &address.any, address_len) || listen(fd, 16))
		die("listen");
	return fd;
}

static void dial(int listener, int *client, int *server)
{
	*client = new_socket(client_netns);
	if (connect(*client, &address.any, address_len))
		die("connect");
	*server = accept(listener, NULL, NULL);
	if (*server < 0)
		die("accept");
}

static int listener, client, server;	/* one connection is there from the start */

static void request_response(int n)
{
	while (n--) {
		move(client, server, BYTES);
		move(server, client, BYTES);
	}
}

static void connect_close(int n)
{
	int c, s;

	while (n--) {
		dial(listener, &c, &s);
		move(c, s, BYTES);
		move(s, c, BYTES);
		close(c);
		close(s);
	}
}

static void bulk(int n)
{
	while (n--)
		move(client, server, BULK);
}

static void hold(int n)
{
	int c, s, i;

	for (i = 1; i <= n; i++) {
		dial(listener, &c, &s);
		if (i % HELD == 0)
			listener = listen_at(PORT + i / HELD);
	}
}

static const struct work {
	const char *name;
	void (*run)(int n);
} works[] = {
	{ "request_response", request_response },
	{ "connect_close", connect_close },
	{ "bulk", bulk },
	{ "hold", hold },
	{ NULL, NULL }
};

static void read_once(const char *path)
{
	static char data[1 << 20];
	int fd = open(path, O_RDONLY);
	ssize_t got = 1;

	if (fd < 0)
		die(path);
	while (got > 0)
		got = read(fd, data, sizeof(data));
	if (got < 0)
		die(path);
	close(fd);
}

static void run_once(char **argv)
{
	pid_t pid = fork();
	int status, null;

	if (pid < 0)
		die("fork");
	if (!pid) {
		null = open("/dev/null", O_WRONLY);
		dup2(null, 1);
		execvp(argv[0], argv);
		die(argv[0]);
	}
	if (waitpid(pid, &status, 0) != pid || status) {
		fprintf(stderr, "bench: %s failed\n", argv[0]);
		exit(1);
	}
}

/* Return: false: no such work. */
static bool ask(int argc, char **argv)
{
	bool read = argc == 3 && !strcmp(argv[1], "read"), once = argc > 2 && !strcmp(argv[1], "once");
	bool run = once || (argc > 2 && !strcmp(argv[1], "run"));
	long long begin = 0;
	int i;

	for (i = once; i < 2 && (read || run); i++) {
		begin = now();
		if (read)
			read_once(argv[2]);
		else
			run_once(argv + 2);
	}
	if (begin)
		printf("%lld\n", now() - begin);
	return begin;
}

/* The kernel fills in what is left out of the IP header. */
static int inject(const char *from, const char *to, int count)
{
	struct {
		struct iphdr ip;
		struct tcphdr tcp;
	} packet = {
		.ip = { .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP },
		.tcp = { .doff = 5, .ack = 1, .window = 1000, .dest = htons(PORT) },
	};
	int fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW), i;
	struct sockaddr_in sin = { .sin_family = AF_INET };
	in_addr_t first = ntohl(inet_addr(to));

	if (fd < 0)
		die("socket");
	packet.ip.saddr = inet_addr(from);
	for (i = 0; i < count; i++) {
		packet.ip.daddr = htonl(first + i % 16);
		packet.tcp.source = htons(1 + i / 16);
		sin.sin_addr.s_addr = packet.ip.daddr;
		if (sendto(fd, &packet, sizeof(packet), 0, (struct sockaddr *)&sin,
			   sizeof(sin)) != sizeof(packet))
			die("sendto");
	}
	return 0;
}

/*
 * Where a slab has but one object free, and two are wanted in turns, each costs a hundred instructions
 * more, in one boot and not in another. So many are held that the next ones come from a fresh slab.
 */
static void settle(void)
{
	static const char data[600];	/* in a buffer of 1 KiB, as a small segment's is */
	struct sockaddr_in self = { .sin_family = AF_INET };
	socklen_t len = sizeof(self);
	int fd = socket(AF_INET, SOCK_DGRAM, 0), i;

	self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (void *)&self, len) || getsockname(fd, (void *)&self, &len))
		die("a datagram socket");
	for (i = 0; i < 100; i++)
		if (sendto(fd, data, sizeof(data), 0, (void *)&self, len) != sizeof(data))
			die("sendto");
}

/* Two descriptors for each connection that is held. */
static void allow_files(int n)
{
	struct rlimit limit = { .rlim_cur = n, .rlim_max = n };

	if (setrlimit(RLIMIT_NOFILE, &limit))
		die("setrlimit");
}

int main(int argc, char **argv)
{
	const struct work *w = works;
	long long begin;
	int count;

	if (ask(argc, argv))
		return 0;
	if (argc == 5 && !strcmp(argv[1], "inject"))
		return inject(argv[2], argv[3], atoi(argv[4]));
	if (argc != 5 && argc != 7) {
		fprintf(stderr, "usage: bench ADDRESS WORK WARM_UP COUNT [CLIENT_NETNS SERVER_NETNS]\n");
		return 2;
	}
	set_address(argv[1]);
	while (w->name && strcmp(w->name, argv[2]))
		w++;
	if (!w->name || (count = atoi(argv[4])) <= 0) {
		fprintf(stderr, "bench: %s %s: no such work\n", argv[2], argv[4]);
		return 2;
	}
	if (argc == 7) {
		client_netns = open_netns(argv[5]);
		server_netns = open_netns(argv[6]);
	}
	allow_files(2 * count + 100);
	settle();
	listener = listen_at(PORT);
	dial(listener, &client, &server);
	w->run(atoi(argv[3]));
	begin = now();
	w->run(count);
	printf("%lld\n", (now() - begin) / count);
	if (w->run == hold) {
		fflush(stdout);
		pause();
	}
	return 0;
}
