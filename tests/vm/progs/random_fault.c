// SPDX-License-Identifier: GPL-2.0
/*
 * What disturbs the traffic: netem on the link and on each loopback, nft's drops, black holes and
 * rejects, in before TCP and out behind it; and the namespaces' settings.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ns.h"
#include "random.h"
#include "random_sock.h"

#define RULES "/run/faults"
#define NO_TABLE "add table inet faults\ndelete table inet faults\n"

static const struct {
	const char *path;
	const char *values[6];
} settings[] = {
	{ "tcp_fin_timeout", { "1", "2", "5", "20", "90" } },
	{ "tcp_retries1", { "1", "2" } },
	{ "tcp_retries2", { "2", "3", "4", "6" } },
	{ "tcp_orphan_retries", { "1", "2", "4" } },
	{ "tcp_max_tw_buckets", { "0", "1", "3", "10", "30" } },
	{ "tcp_rfc1337", { "1" } },
	{ "tcp_syn_retries", { "1", "2", "3" } },
	{ "tcp_synack_retries", { "0", "1", "2", "3" } },
	{ "tcp_max_syn_backlog", { "1", "4" } },
	{ "tcp_timestamps", { "0", "2" } },
	{ "tcp_sack", { "0" } },
	{ "tcp_window_scaling", { "0" } },
	{ "tcp_tw_reuse", { "0", "1" } },
	{ "tcp_syncookies", { "0", "2" } },
	{ "tcp_abort_on_overflow", { "1" } },
	{ "tcp_fastopen", { "3", "0x603", "0x207" } },
	{ "tcp_ecn", { "0", "1" } },
	{ "tcp_challenge_ack_limit", { "1", "10", "1000" } },
	{ "tcp_invalid_ratelimit", { "0", "5000" } },
	{ "tcp_rmem", { "4096 8192 20000" } },
	{ "tcp_wmem", { "4096 8192 20000" } },
	{ "ip_local_port_range", { "41000 41020", "40000 40030" } },
};

static void set(struct rnd *w, struct rng *r, int side, unsigned int i)
{
	const char *value;
	char path[64];
	int n;

	for (n = 0; n < 6 && settings[i].values[n]; n++)
		;
	value = settings[i].values[rng_below(r, n)];
	snprintf(path, sizeof(path), "net/ipv4/%s", settings[i].path);
	ns_sysctl(w->t, side, path, value);
	log_op(w, side, 0, 0, "%s=%s", settings[i].path, value);
}

void fault_sysctls(struct rnd *w)
{
	struct rng r = rng_at(w->seed, RND_SYSCTL, 0);
	unsigned int i;
	int side;

	for (side = 0; side < RND_SIDES; side++)
		for (i = 0; i < ARRAY_SIZE(settings); i++)
			if (rng_chance(&r, 30))
				set(w, &r, side, i);
}

static void change_netem(struct rnd *w, struct rng *r)
{
	static const char *const delays[] = { "1ms", "5ms 4ms", "20ms 15ms", "100ms 90ms", "400ms" };
	static const int losses[] = { 0, 0, 3, 10, 30, 100 };
	static const int doubles[] = { 0, 0, 5, 30 };
	static const int reorders[] = { 0, 0, 10, 40 };
	int side = rng_below(r, RND_SIDES);
	const char *dev = rng_chance(r, 60) ? "veth0" : "lo";
	const char *delay = delays[rng_below(r, ARRAY_SIZE(delays))];
	int loss = losses[rng_below(r, ARRAY_SIZE(losses))];
	int twice = doubles[rng_below(r, ARRAY_SIZE(doubles))];
	int order = reorders[rng_below(r, ARRAY_SIZE(reorders))];

	log_op(w, side, 0, 0, "%s: delay %s, loss %d%%, doubled %d%%, reordered %d%%", dev, delay,
	       loss, twice, order);
	ns_run(w->t, side, "tc qdisc replace dev %s root netem delay %s loss %d%% duplicate %d%% "
	       "reorder %d%%", dev, delay, loss, twice, order);
}

static void rule(struct rng *r, char *out, size_t size)
{
	static const char *const flags[] = {
		"syn", "syn | ack", "ack", "fin | ack", "rst", "rst | ack",
	};
	static const char *const answers[] = {
		"drop", "drop", "drop", "reject with tcp reset",
		"reject with icmpx type port-unreachable",
		"reject with icmpx type admin-prohibited", "reject with icmpx type no-route",
	};
	const char *chain = rng_chance(r, 60) ? "in" : "out";
	const char *answer = answers[rng_below(r, ARRAY_SIZE(answers))];
	int client = RND_CLIENT + rng_below(r, RND_CLIENTS);
	int port = rng_chance(r, 50) ? RND_PORT + (int)rng_below(r, RND_LISTENERS) : client;
	char match[96];

	switch (rng_below(r, 5)) {
	case 0:
		snprintf(match, sizeof(match), "tcp dport %d", port);
		break;
	case 1:
		snprintf(match, sizeof(match), "tcp sport %d", port);
		break;
	case 2:
		snprintf(match, sizeof(match), "tcp flags & ( fin | syn | rst | ack ) == %s",
			 flags[rng_below(r, ARRAY_SIZE(flags))]);
		answer = "drop";
		break;
	case 3:
		snprintf(match, sizeof(match), "meta l4proto tcp numgen random mod 100 < %u",
			 1 + rng_below(r, 40));
		break;
	case 4:
		snprintf(match, sizeof(match), "meta l4proto tcp");
		answer = "drop";
		break;
	}
	if (*answer == 'r' && strstr(answer, "tcp"))
		snprintf(out, size, "%s meta l4proto tcp %s %s", chain,
			 match, answer);
	else
		snprintf(out, size, "%s %s %s", chain, match, answer);
}

static void change_rules(struct rnd *w, struct rng *r)
{
	int side = rng_below(r, RND_SIDES), n = rng_below(r, 4);
	char one[200];
	FILE *f;

	f = fopen(RULES, "w");
	check(f, RULES ": %s", strerror(errno));
	fprintf(f, NO_TABLE "add table inet faults\n"
		"add chain inet faults in { type filter hook input priority 0; }\n"
		"add chain inet faults out { type filter hook output priority 0; }\n");
	while (n--) {
		rule(r, one, sizeof(one));
		fprintf(f, "add rule inet faults %s\n", one);
		log_op(w, side, 0, 0, "nft %s", one);
	}
	fclose(f);
	ns_run(w->t, side, "nft -f " RULES);
}

void fault_change(struct rnd *w, unsigned int n)
{
	struct rng r = rng_at(w->seed, RND_FAULT, n);
	unsigned int what = rng_below(&r, 100);

	if (what < 30)
		change_netem(w, &r);
	else if (what < 70)
		change_rules(w, &r);
	else if (what < 75)
		fault_end(w);
	else if (what < 80)
		set(w, &r, rng_below(&r, RND_SIDES), rng_below(&r, ARRAY_SIZE(settings)));
}

void fault_end(struct rnd *w)
{
	int side;

	for (side = 0; side < RND_SIDES; side++) {
		ns_run(w->t, side, "tc qdisc replace dev veth0 root pfifo");
		ns_run(w->t, side, "tc qdisc replace dev lo root pfifo");
		ns_run(w->t, side, "nft add table inet faults ; delete table inet faults");
	}
	log_op(w, -1, 0, 0, "no faults any more");
}
