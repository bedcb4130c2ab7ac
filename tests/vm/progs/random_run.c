// SPDX-License-Identifier: GPL-2.0
/* One seed: phases of operations and faults, each followed by a snapshot; in the end all closes. */
#include <stdio.h>
#include <string.h>

#include "ns.h"
#include "procfs.h"
#include "random.h"
#include "random_sock.h"

#define OPERATIONS	40	/* of a phase */
#define LAST_PHASES	6	/* after everything was closed */

struct rng rng_at(unsigned int seed, unsigned int purpose, unsigned int n)
{
	struct rng r = { ((uint64_t)seed << 32 | purpose << 24) + n };

	rng_next(&r);
	return r;
}

/* splitmix64 */
uint64_t rng_next(struct rng *r)
{
	uint64_t z = r->x += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

unsigned int rng_below(struct rng *r, unsigned int n)
{
	return (rng_next(r) >> 32) * n >> 32;
}

bool rng_chance(struct rng *r, unsigned int percent)
{
	return rng_below(r, 100) < percent;
}

/* How long after an operation the next one comes: mostly at once. */
static void pause_a_little(struct rnd *w)
{
	struct rng r = rng_at(w->seed, RND_PAUSE, 1000000 + w->op);
	unsigned int n = rng_below(&r, 100);

	if (n < 50)
		sleep_ms(rng_below(&r, 4));
	else if (n < 90)
		sleep_ms(rng_below(&r, 60));
	else
		sleep_ms(rng_below(&r, 600));
}

static void phase(struct rnd *w, unsigned int n)
{
	int i;

	fault_change(w, n);
	for (i = 0; i < OPERATIONS; i++) {
		rnd_operation(w);
		pause_a_little(w);
	}
	snap_take(w, n);
}

static void begin(struct rnd *w)
{
	struct rng r = rng_at(w->seed, RND_OP, 1u << 24);
	int i, side;

	log_open();
	trace_seed();
	for (i = 0; i < RND_SLOTS; i++)
		w->slot[i].fd = -1;
	fault_sysctls(w);
	table_open(w);
	for (side = 0; side < RND_SIDES; side++)
		for (i = 0; i < RND_LISTENERS; i++) {
			struct slot *s = &w->slot[side * RND_LISTENERS + i];

			s->fd = rnd_listen(w, &r, side, i);
			s->side = side;
			s->lport = RND_PORT + i;
		}
}

void rnd_run(struct rnd *w)
{
	int n;

	w->begin_ms = now_ms();
	begin(w);
	for (n = 0; n < w->phases; n++)
		phase(w, n);
	rnd_close_all(w);
	owner_kill_all(w);
	for (; n < w->phases + LAST_PHASES; n++) {
		if (n == w->phases + LAST_PHASES / 2)
			fault_end(w);
		snap_take(w, n);
	}
}
