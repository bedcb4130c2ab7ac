// SPDX-License-Identifier: GPL-2.0
/*
 * Endpoint by endpoint: the kernel's table, and the file `flows`. The files are opened once, for
 * whoever has them open reads the namespace in which that was.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ns.h"
#include "procfs.h"
#include "random.h"
#include "sstable.h"

enum file { TCP4, TCP6, FLOWS, DEV, FILES };

static const char *const paths[FILES] = {
	"/proc/thread-self/net/tcp", "/proc/thread-self/net/tcp6", PROCFS "/flows",
	"/proc/thread-self/net/dev",
};

static int files[RND_SIDES][FILES];
static char text[1 << 20];

void table_open(struct rnd *w)
{
	int side, i;

	for (side = 0; side < RND_SIDES; side++) {
		ns_enter(w->t, side);
		for (i = 0; i < FILES; i++) {
			files[side][i] = open(paths[i], O_RDONLY | O_CLOEXEC);
			check(files[side][i] >= 0, "%s: %s", paths[i], strerror(errno));
		}
	}
}

/* The whole file, NUL-terminated. */
static void slurp(int fd)
{
	size_t len = 0;
	ssize_t n;

	lseek(fd, 0, SEEK_SET);
	while ((n = read(fd, text + len, sizeof(text) - len - 1)) > 0)
		len += n;
	check(!n, "a file in /proc: %s", len == sizeof(text) - 1 ? "too long" : strerror(errno));
	text[len] = 0;
}

/* An address as the kernel's tables have it: words, each in this machine's order. */
static const char *hex_address(const char *p, int words, uint8_t *out)
{
	char word[9] = "";
	uint32_t v;
	int i;

	for (i = 0; i < words; i++, p += 8) {
		memcpy(word, p, 8);
		v = strtoul(word, NULL, 16);
		memcpy(out + 4 * i, &v, 4);
	}
	return p;
}

/* A mapped address is IPv4 on the wire, and for tcpfsm. */
static void unmap(struct row *row)
{
	static const uint8_t prefix[12] = { [10] = 0xff, 0xff };

	if (memcmp(row->remote, prefix, 12))
		return;
	memmove(row->local, row->local + 12, 4);
	memmove(row->remote, row->remote + 12, 4);
	memset(row->local + 4, 0, 12);
	memset(row->remote + 4, 0, 12);
	row->v6 = 0;
}

/* "  0: 0100007F:1389 00000000:0000 0A 00000000:00000000 00:00000000 00000000 ..." */
static void kernel_line(const char *p, bool v6, struct row *row)
{
	int words = v6 ? 4 : 1;
	unsigned int state, when;

	memset(row, 0, sizeof(*row));
	row->v6 = v6;
	p = strchr(p, ':') + 2;
	p = hex_address(p, words, row->local) + 1;
	row->lport = strtoul(p, (char **)&p, 16);
	p = hex_address(p + 1, words, row->remote) + 1;
	row->rport = strtoul(p, (char **)&p, 16);
	state = strtoul(p, (char **)&p, 16);
	row->unsent = strtoul(p, (char **)&p, 16);
	row->unread = strtoul(p + 1, (char **)&p, 16);
	row->timer = strtoul(p, (char **)&p, 16);
	when = strtoul(p + 1, (char **)&p, 16);
	row->when_ms = row->timer ? when * 10LL : -1;
	row->state = sstable_state(state);
	if (v6)
		unmap(row);
}

static void kernel_lines(bool v6, struct table *table)
{
	char *line = strchr(text, '\n'), *end;

	check(line, "the kernel's table is empty");
	for (line++; (end = strchr(line, '\n')); line = end + 1) {
		check(table->n < RND_ROWS, "too many sockets");
		kernel_line(line, v6, &table->row[table->n]);
		if (table->row[table->n].state == LISTEN)
			table->listening++;
		else if (table->row[table->n].state != CLOSED)
			table->n++;
	}
}

void table_kernel(int side, struct table *table)
{
	table->n = table->listening = 0;
	slurp(files[side][TCP4]);
	kernel_lines(false, table);
	slurp(files[side][TCP6]);
	kernel_lines(true, table);
	qsort(table->row, table->n, sizeof(*table->row), row_order);
}

/* "10.9.1.1:40000 " or "[fd09:1::1]:40000 " */
static char *text_address(char *p, bool v6, uint8_t *address, uint16_t *port)
{
	char *end = strchr(p, v6 ? ']' : ':');

	check(end, "flows: no address in '%s'", p);
	*end = 0;
	check(inet_pton(v6 ? AF_INET6 : AF_INET, v6 ? p + 1 : p, address) == 1,
	      "flows: no address: '%s'", p);
	*port = strtoul(end + 1 + v6, &end, 10);
	return end + 1;
}

static enum state text_state(char **p, const char *key)
{
	size_t len = strlen(key);
	int state;

	check(!strncmp(*p, key, len), "flows: no %s in '%s'", key, *p);
	*p += len;
	len = strcspn(*p, " ");
	state = state_by_name(*p, len);
	check(state >= 0, "flows: no state: '%s'", *p);
	*p += len + 1;
	return state;
}

/* The line's whole format is others' test. Return: a local endpoint. */
static bool flow_line(char *p, struct row *row)
{
	memset(row, 0, sizeof(*row));
	if (strncmp(p, "local ipv", 9))
		return false;
	row->v6 = p[9] == '6';
	p = text_address(p + 11, row->v6, row->local, &row->lport);
	p = text_address(p, row->v6, row->remote, &row->rport);
	row->state = text_state(&p, "state=");
	row->remote_state = text_state(&p, "remote_state=");
	return true;
}

void table_flows(int side, struct table *table)
{
	char *line, *end;

	table->n = table->listening = 0;
	slurp(files[side][FLOWS]);
	for (line = text; (end = strchr(line, '\n')); line = end + 1) {
		*end = 0;
		check(table->n < RND_ROWS, "too many flows");
		check(flow_line(line, &table->row[table->n]), "flows: nothing is forwarded here");
		table->n++;
	}
	qsort(table->row, table->n, sizeof(*table->row), row_order);
}

/* Packets that the interfaces of both namespaces have seen, those dropped too. */
long long table_packets(void)
{
	long long sum = 0, v;
	int side, field;
	char *p, *end;

	for (side = 0; side < RND_SIDES; side++) {
		slurp(files[side][DEV]);
		for (p = strchr(text, ':'); p; p = strchr(p, ':'))
			for (p++, field = 0; field < 16; field++, p = end) {
				v = strtoll(p, &end, 10);
				/* packets, errors and drops, in and out */
				if (field % 8 > 0 && field % 8 < 4)
					sum += v;
			}
	}
	return sum;
}

/* By family, addresses and ports. */
int row_order(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = x->v6 - y->v6;

	if (!order)
		order = memcmp(x->local, y->local, 16);
	if (!order)
		order = memcmp(x->remote, y->remote, 16);
	if (!order)
		order = x->lport - y->lport;
	return order ? order : x->rport - y->rport;
}

/* The other end of the same connection. */
bool row_reverse(const struct table *table, const struct row *row, struct row *found)
{
	struct row key = *row, *match;

	memcpy(key.local, row->remote, 16);
	memcpy(key.remote, row->local, 16);
	key.lport = row->rport;
	key.rport = row->lport;
	match = bsearch(&key, table->row, table->n, sizeof(*table->row), row_order);
	if (match)
		*found = *match;
	return match;
}

const char *row_text(const struct row *row)
{
	static char line[160];
	char local[64], remote[64];
	int family = row->v6 ? AF_INET6 : AF_INET;

	inet_ntop(family, row->local, local, sizeof(local));
	inet_ntop(family, row->remote, remote, sizeof(remote));
	snprintf(line, sizeof(line), row->v6 ? "[%s]:%u [%s]:%u" : "%s:%u %s:%u", local,
		 row->lport, remote, row->rport);
	return line;
}
