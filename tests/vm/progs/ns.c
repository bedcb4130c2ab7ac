// SPDX-License-Identifier: GPL-2.0
/*
 *   loopback         veth                          router
 *   [ns 0: lo]       [ns 0: veth0]--[ns 1: veth0]  [ns 0: veth0]--[ns 2: r0 r1]--[ns 1: veth0]
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ns.h"
#include "procfs.h"
#include "sock.h"

static const char *const addresses[2][SIDES] = {
	{ "10.9.1.1", "10.9.2.1" }, { "fd09:1::1", "fd09:2::1" },
};

int ns_count(const struct test *t)
{
	return t->place == ON_VETH ? 2 : t->place == ON_ROUTER ? 3 : 1;
}

static int ns_index(const struct test *t, enum side side)
{
	return ns_count(t) > (int)side ? (int)side : 0;
}

void ns_enter(struct test *t, enum side side)
{
	check(!setns(t->ns[ns_index(t, side)], CLONE_NEWNET), "setns: %s", strerror(errno));
}

static int run_words(char *words)
{
	char *argv[48], *word, *save;
	int argc = 0, status;
	pid_t pid;

	for (word = strtok_r(words, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		check(argc < 47, "command too long");
		argv[argc++] = word;
	}
	argv[argc] = NULL;
	pid = fork();
	check(pid >= 0, "fork: %s", strerror(errno));
	if (!pid) {
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

void ns_run(struct test *t, enum side side, const char *fmt, ...)
{
	char line[1024], copy[1024];
	va_list args;
	int status;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	strcpy(copy, line);
	if (t->place != ON_HOST)
		ns_enter(t, side);
	status = run_words(copy);
	check(!status, "'%s' failed (%d)", line, status);
}

void ns_sysctl(struct test *t, enum side side, const char *path, const char *value)
{
	char file[128];
	int fd;

	ns_enter(t, side);
	snprintf(file, sizeof(file), "/proc/sys/%s", path);
	fd = open(file, O_WRONLY);
	check(fd >= 0 && write(fd, value, strlen(value)) > 0, "%s=%s: %s", path, value,
	      strerror(errno));
	close(fd);
}

static int ns_new(struct test *t)
{
	int fd;

	check(!unshare(CLONE_NEWNET), "unshare: %s", strerror(errno));
	fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	check(fd >= 0, "ns/net: %s", strerror(errno));
	t->ns[0] = fd;	/* for ns_run, until the caller says which one it is */
	return fd;
}

/* A file of a side's, for the lines that one program reads. */
static FILE *lines_open(const char *name, enum side side)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/tmp/%s%d", name, side);
	f = fopen(path, "w");
	check(f, "%s: %s", path, strerror(errno));
	return f;
}

static void lines_run(struct test *t, const char *name, enum side side, FILE *f,
		      const char *command)
{
	check(!fclose(f), "/tmp/%s%d: %s", name, side, strerror(errno));
	ns_run(t, side, "%s /tmp/%s%d", command, name, side);
}

/* A link to another namespace, by the descriptor that this process has of it. */
static void add_link(FILE *b, const struct test *t, const char *name, enum side there,
		     const char *name_there)
{
	fprintf(b, "link add %s type veth peer name %s netns /proc/%d/fd/%d\n", name, name_there,
		  getpid(), t->ns[there]);
}

static void add_up(FILE *b, const char *dev, int net, int host)
{
	fprintf(b, "addr add 10.9.%d.%d/24 dev %s\n", net, host, dev);
	/* Duplicate address detection would take a second. */
	fprintf(b, "addr add fd09:%d::%x/64 dev %s nodad\n", net, host, dev);
	fprintf(b, "link set %s up\n", dev);
}

/* To the other's network: by the router, or, where both are one network, over the link. */
static void add_route(FILE *b, bool router, int net, int there)
{
	if (router) {
		fprintf(b, "route add 10.9.%d.0/24 via 10.9.%d.254\n", there, net);
		fprintf(b, "route add fd09:%d::/64 via fd09:%d::fe\n", there, net);
	} else {
		fprintf(b, "route add 10.9.%d.0/24 dev veth0\n", there);
		fprintf(b, "route add fd09:%d::/64 dev veth0\n", there);
	}
}

/* The server keeps the address that it has behind a router. The links' makers come first. */
static void ns_join(struct test *t)
{
	bool router = t->place == ON_ROUTER;
	FILE *b[SIDES];
	int i;

	/* One process for a side, not one for a line. */
	for (i = 0; i < ns_count(t); i++) {
		b[i] = lines_open("links", i);
		fprintf(b[i], "link set lo up\n");
	}
	if (router) {
		add_link(b[ROUTER], t, "r0", CLIENT, "veth0");
		add_link(b[ROUTER], t, "r1", SERVER, "veth0");
		add_up(b[ROUTER], "r0", 1, 254);
		add_up(b[ROUTER], "r1", 2, 254);
		lines_run(t, "links", ROUTER, b[ROUTER], "ip -batch");
		ns_sysctl(t, ROUTER, "net/ipv4/ip_forward", "1");
		ns_sysctl(t, ROUTER, "net/ipv6/conf/all/forwarding", "1");
	}
	if (t->place == ON_VETH)
		add_link(b[CLIENT], t, "veth0", SERVER, "veth0");
	if (ns_count(t) > 1) {
		add_up(b[CLIENT], "veth0", 1, 1);
		add_up(b[SERVER], "veth0", 2, 1);
		add_route(b[CLIENT], router, 1, 2);
		add_route(b[SERVER], router, 2, 1);
	}
	lines_run(t, "links", CLIENT, b[CLIENT], "ip -batch");
	if (ns_count(t) > 1)
		lines_run(t, "links", SERVER, b[SERVER], "ip -batch");
}

void ns_setup(struct test *t)
{
	int i, fds[SIDES];

	if (t->place == ON_HOST) {
		t->ns[0] = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
		return;
	}
	for (i = 0; i < ns_count(t); i++)
		fds[i] = ns_new(t);
	memcpy(t->ns, fds, sizeof(fds));
	ns_join(t);
	/* Neighbour discovery's first questions are over before a test counts packets. */
	sleep_ms(100);
	ns_enter(t, CLIENT);
}

const char *ns_address(const struct test *t, enum side side)
{
	if (ns_count(t) == 1)
		return t->family == AF_INET ? "127.0.0.1" : "::1";
	return addresses[t->family == AF_INET6][side];
}

void ns_drop(struct test *t, enum side side, const char *match)
{
	ns_run(t, side, "nft add table inet vmtest ; "
	       "add chain inet vmtest input { type filter hook input priority 0 ; } ; "
	       "add rule inet vmtest input %s drop", match);
}

void ns_undrop(struct test *t, enum side side)
{
	ns_run(t, side, "nft delete table inet vmtest");
}

void ns_filter(struct test *t, enum side side, const char *input, const char *output)
{
	FILE *f = lines_open("filter", side);

	/* Created if it is not there, so that it can be deleted, then as it shall be: one step. */
	fprintf(f, "table inet filter%d\ndelete table inet filter%d\n", side, side);
	if (input || output)
		fprintf(f, "table inet filter%d {\n"
			"chain input { type filter hook input priority 0\n%s\n}\n"
			"chain output { type filter hook output priority 0\n%s\n}\n}\n",
			side, input ? input : "", output ? output : "");
	lines_run(t, "filter", side, f, "nft -f");
}

void ns_netem(struct test *t, enum side side, const char *words)
{
	const char *dev = ns_count(t) == 1 ? "lo" : "veth0";

	if (*words)
		ns_run(t, side, "tc qdisc replace dev %s root netem %s", dev, words);
	else
		ns_run(t, side, "tc qdisc del dev %s root", dev);
}

void ns_neighbours(struct test *t)
{
	const unsigned char *mac;
	struct ifreq r = { .ifr_name = "veth0" };
	int side, fd;

	for (side = CLIENT; side <= SERVER; side++) {
		ns_enter(t, side);
		fd = socket(AF_INET, SOCK_DGRAM, 0);
		check(fd >= 0 && !ioctl(fd, SIOCGIFHWADDR, &r), "veth0: %s", strerror(errno));
		close(fd);
		mac = (const unsigned char *)r.ifr_hwaddr.sa_data;
		ns_run(t, !side, "ip neigh replace %s lladdr %02x:%02x:%02x:%02x:%02x:%02x"
		       " dev veth0 nud permanent", ns_address(t, side), mac[0], mac[1], mac[2],
		       mac[3], mac[4], mac[5]);
	}
}

int ns_host(void)
{
	int fd = open("/proc/1/ns/net", O_RDONLY | O_CLOEXEC);

	check(fd >= 0, "/proc/1/ns/net: %s", strerror(errno));
	return fd;
}

static long long ns_number(int fd)
{
	struct stat st;

	check(!fstat(fd, &st), "fstat: %s", strerror(errno));
	return st.st_ino;
}

static bool ns_listed(int host, long long number)
{
	bool found;

	check(!setns(host, CLONE_NEWNET), "setns: %s", strerror(errno));
	procfs_namespaces(number, &found);
	return found;
}

static void wait_gone(int host, long long number)
{
	long long end = now_ms() + WAIT_MS;

	while (ns_listed(host, number)) {
		check(now_ms() < end, "namespace %lld is listed long after its end", number);
		sleep_ms(50);
	}
}

void ns_end(struct test *t, enum side side)
{
	int host = ns_host();
	long long number = ns_number(t->ns[side]);

	check(ns_listed(host, number), "namespace %lld is not listed", number);
	check(!setns(host, CLONE_NEWNET), "setns: %s", strerror(errno));
	close(t->ns[side]);
	wait_gone(host, number);
	close(host);
}
