// SPDX-License-Identifier: GPL-2.0
/* In memory that all processes of a seed share: other owners' operations are noted as well. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "random.h"

#define ENTRIES	8192	/* a power of two */
#define SHOWN	14

struct entry {
	long long ms;
	unsigned int op, lport, rport;
	int side;
	char text[64];
};

static struct log {
	unsigned int n;
	struct entry entry[ENTRIES];
} *ring;

void log_open(void)
{
	ring = mmap(NULL, sizeof(*ring), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	check(ring != MAP_FAILED, "mmap: %s", strerror(errno));
}

void log_op(struct rnd *w, int side, unsigned int lport, unsigned int rport, const char *fmt, ...)
{
	struct entry *e = &ring->entry[__atomic_fetch_add(&ring->n, 1, __ATOMIC_RELAXED) % ENTRIES];
	va_list args;

	e->ms = now_ms() - w->begin_ms;
	e->op = w->op;
	e->side = side;
	e->lport = lport;
	e->rport = rport;
	va_start(args, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, args);
	va_end(args);
}

/* Of either end; 0 stands for any port. */
static bool concerns(const struct entry *e, unsigned int lport, unsigned int rport)
{
	return (e->lport == lport && (e->rport == rport || !e->rport)) ||
	       (e->lport == rport && (e->rport == lport || !e->rport));
}

void log_show(const struct row *row)
{
	unsigned int last[SHOWN] = { 0 }, n = 0, i = ring->n;
	const struct entry *e;

	while (n < SHOWN && i-- > 0 && ring->n - i <= ENTRIES)
		if (concerns(&ring->entry[i % ENTRIES], row->lport, row->rport))
			last[n++] = i;
	while (n--) {
		e = &ring->entry[last[n] % ENTRIES];
		note("    %lld.%03lld s, operation %u, side %d, %u to %u: %s", e->ms / 1000,
		     e->ms % 1000, e->op, e->side, e->lport, e->rport, e->text);
	}
	trace_show(row);
}
