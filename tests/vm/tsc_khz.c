// SPDX-License-Identifier: GPL-2.0
/* Prints the frequency of this machine's time stamp counter, in kHz. x86 only. */
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <x86intrin.h>

struct reading {
	uint64_t ns;
	uint64_t tsc;
};

/* Both clocks at one moment: of many readings that between which least time went by. */
static struct reading read_both(void)
{
	struct reading best = { 0 };
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < 1000; i++) {
		struct timespec now;
		uint64_t before = __rdtsc(), took;

		clock_gettime(CLOCK_MONOTONIC, &now);
		took = __rdtsc() - before;
		if (took >= least)
			continue;
		least = took;
		best.ns = now.tv_sec * 1000000000ULL + now.tv_nsec;
		best.tsc = before + took / 2;
	}
	return best;
}

int main(void)
{
	const struct timespec pause = { .tv_nsec = 50000000 };
	struct reading begin = read_both(), end;

	nanosleep(&pause, NULL);
	end = read_both();
	printf("%.0f\n", (double)(end.tsc - begin.tsc) * 1e6 / (double)(end.ns - begin.ns));
	return 0;
}
