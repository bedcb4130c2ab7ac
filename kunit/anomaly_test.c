// SPDX-License-Identifier: GPL-2.0
/* The rules of anomalies: begin and end, the verdict, what is worse; the counts. */
#include <linux/sort.h>

#include "flow_env.h"

#define LINGER	TCPFSM_ANOMALY_LINGER_MS

struct hold {
	u64 at_ms;
	bool holds;
	enum tcpfsm_anomaly_event event;
};

static void play(struct kunit *test, const struct hold *h, unsigned int n)
{
	struct tcpfsm_anomaly a = {};
	unsigned int i;

	for (i = 0; i < n; i++)
		KUNIT_EXPECT_EQ_MSG(test, (int)tcpfsm_anomaly_judge(&a, h[i].holds, h[i].at_ms),
				    (int)h[i].event, "step %u", i);
}

static void begins_at_once_and_ends_after_a_while(struct kunit *test)
{
	static const struct hold h[] = {
		{ 1000, false, TCPFSM_ANOMALY_STAYS },
		{ 2000, true, TCPFSM_ANOMALY_BEGINS },
		{ 3000, true, TCPFSM_ANOMALY_STAYS },
		{ 4000, false, TCPFSM_ANOMALY_STAYS },
		{ 4000 + LINGER - 1, false, TCPFSM_ANOMALY_STAYS },
		{ 4000 + LINGER, false, TCPFSM_ANOMALY_ENDS },
		{ 4000 + LINGER + 1, false, TCPFSM_ANOMALY_STAYS },
		{ 4000 + LINGER + 2, true, TCPFSM_ANOMALY_BEGINS },
	};

	play(test, h, ARRAY_SIZE(h));
}

static void does_not_flap(struct kunit *test)
{
	static const struct hold h[] = {
		{ 1000, true, TCPFSM_ANOMALY_BEGINS },
		{ 2000, false, TCPFSM_ANOMALY_STAYS },
		{ 2000 + LINGER - 1, true, TCPFSM_ANOMALY_STAYS },
		/* What it was gone for before does not count. */
		{ 2000 + LINGER, false, TCPFSM_ANOMALY_STAYS },
		{ 2000 + 2 * LINGER - 1, false, TCPFSM_ANOMALY_STAYS },
		{ 2000 + 2 * LINGER, false, TCPFSM_ANOMALY_ENDS },
	};

	play(test, h, ARRAY_SIZE(h));
}

/* It may have gone and come back at the clock's very beginning. */
static void time_zero_is_a_time(struct kunit *test)
{
	static const struct hold h[] = {
		{ 0, true, TCPFSM_ANOMALY_BEGINS },
		{ 0, false, TCPFSM_ANOMALY_STAYS },
		{ LINGER - 1, false, TCPFSM_ANOMALY_STAYS },
		{ LINGER, false, TCPFSM_ANOMALY_ENDS },
	};

	play(test, h, ARRAY_SIZE(h));
}

static void the_greater_part_decides(struct kunit *test)
{
	static const struct {
		u32 count, known, eof_read, unaccepted;
		enum tcpfsm_verdict verdict;
	} cases[] = {
		{ 12, 12, 12, 0, TCPFSM_VERDICT_FD_LEAK },
		{ 7, 7, 0, 0, TCPFSM_VERDICT_NOT_READING },
		{ 40, 40, 0, 40, TCPFSM_VERDICT_ACCEPT_STARVATION },
		{ 10, 10, 4, 3, TCPFSM_VERDICT_FD_LEAK },
		{ 10, 10, 3, 3, TCPFSM_VERDICT_NOT_READING },
		{ 10, 10, 3, 4, TCPFSM_VERDICT_ACCEPT_STARVATION },
		{ 2, 2, 1, 1, TCPFSM_VERDICT_FD_LEAK },
		{ 2, 2, 1, 0, TCPFSM_VERDICT_FD_LEAK },
		{ 2, 2, 0, 1, TCPFSM_VERDICT_NOT_READING },
		{ 3, 1, 1, 0, TCPFSM_VERDICT_UNKNOWN },
		{ 2, 1, 1, 0, TCPFSM_VERDICT_FD_LEAK },
		{ 1, 0, 0, 0, TCPFSM_VERDICT_UNKNOWN },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ_MSG(test, (int)tcpfsm_anomaly_verdict(cases[i].count,
								      cases[i].known,
								      cases[i].eof_read,
								      cases[i].unaccepted),
				    (int)cases[i].verdict, "case %u", i);
}

static struct tcpfsm_anomaly_line a_line(u8 kind, u64 weight, u64 oldest_ms, u16 port)
{
	struct tcpfsm_anomaly_line line = { .weight = weight, .oldest_ms = oldest_ms };

	line.subject.kind = kind;
	line.subject.local_port = htons(port);
	return line;
}

static void the_worst_comes_first(struct kunit *test)
{
	struct tcpfsm_anomaly_line lines[] = {
		a_line(TCPFSM_ANOMALY_PEER_LEAK, 900, 9, 6),
		a_line(TCPFSM_ANOMALY_CLOSE_WAIT_LEAK, 7, 9, 4),
		a_line(TCPFSM_ANOMALY_CLOSE_WAIT_LEAK, 7, 8, 5),
		a_line(TCPFSM_ANOMALY_PORT_PRESSURE, 1, 0, 1),
		a_line(TCPFSM_ANOMALY_CLOSE_WAIT_LEAK, 5000000000, 1, 3),
		a_line(TCPFSM_ANOMALY_SYN_INTO_CLOSE_WAIT, 1, 0, 2),
	};
	unsigned int i;

	sort(lines, ARRAY_SIZE(lines), sizeof(lines[0]), tcpfsm_anomaly_compare, NULL);
	for (i = 0; i < ARRAY_SIZE(lines); i++)
		KUNIT_EXPECT_EQ(test, ntohs(lines[i].subject.local_port), i + 1);
}

static void expect_counts(struct kunit *test, const struct tcpfsm_anomalies *c, int holding,
			  int begun, int ended, int generation)
{
	KUNIT_EXPECT_EQ(test, atomic_read(&c->holding), holding);
	KUNIT_EXPECT_EQ(test, atomic_read(&c->begun), begun);
	KUNIT_EXPECT_EQ(test, atomic_read(&c->ended), ended);
	KUNIT_EXPECT_EQ(test, atomic_read(&c->generation), generation);
}

static void each_is_counted_once(struct kunit *test)
{
	struct flow_env *env = test->priv;
	struct tcpfsm_anomaly_subject subject = { .kind = TCPFSM_ANOMALY_PEER_LEAK };
	struct tcpfsm_anomalies *c = &env->host.anomalies;
	struct tcpfsm_anomaly a = {}, b = {};

	KUNIT_EXPECT_FALSE(test, tcpfsm_anomaly_update(&env->host, &a, &subject, false, 10));
	expect_counts(test, c, 0, 0, 0, 0);
	KUNIT_EXPECT_TRUE(test, tcpfsm_anomaly_update(&env->host, &a, &subject, true, 20));
	KUNIT_EXPECT_TRUE(test, tcpfsm_anomaly_update(&env->host, &a, &subject, true, 30));
	KUNIT_EXPECT_TRUE(test, tcpfsm_anomaly_update(&env->host, &b, &subject, true, 30));
	expect_counts(test, c, 2, 2, 0, 2);
	tcpfsm_anomaly_changed(&env->host);
	expect_counts(test, c, 2, 2, 0, 3);
	KUNIT_EXPECT_TRUE(test, tcpfsm_anomaly_update(&env->host, &a, &subject, false, 40));
	KUNIT_EXPECT_FALSE(test, tcpfsm_anomaly_update(&env->host, &a, &subject, false,
						       40 + LINGER));
	expect_counts(test, c, 1, 2, 1, 4);
	tcpfsm_anomaly_drop(&env->host, &a, &subject);
	tcpfsm_anomaly_drop(&env->host, &b, &subject);
	tcpfsm_anomaly_drop(&env->host, &b, &subject);
	expect_counts(test, c, 0, 2, 2, 5);
}

static void lines_end_where_there_is_no_room(struct kunit *test)
{
	struct tcpfsm_anomaly_subject subject = { .kind = TCPFSM_ANOMALY_PEER_LEAK, .ipv6 = true };
	struct tcpfsm_anomaly_line room[2];
	struct tcpfsm_anomaly_lines lines = { .line = room, .max = 2 };

	memset(room, 0xaa, sizeof(room));
	KUNIT_EXPECT_PTR_EQ(test, tcpfsm_anomaly_line(&lines, &subject), &room[0]);
	KUNIT_EXPECT_PTR_EQ(test, tcpfsm_anomaly_line(&lines, &subject), &room[1]);
	KUNIT_EXPECT_FALSE(test, lines.full);
	KUNIT_EXPECT_TRUE(test, !tcpfsm_anomaly_line(&lines, &subject));
	KUNIT_EXPECT_TRUE(test, lines.full);
	KUNIT_EXPECT_EQ(test, lines.n, 2U);
	KUNIT_EXPECT_EQ(test, room[1].weight, 0ULL);
	KUNIT_EXPECT_TRUE(test, room[1].subject.ipv6);
}

static struct kunit_case anomaly_cases[] = {
	KUNIT_CASE(begins_at_once_and_ends_after_a_while),
	KUNIT_CASE(does_not_flap),
	KUNIT_CASE(time_zero_is_a_time),
	KUNIT_CASE(the_greater_part_decides),
	KUNIT_CASE(the_worst_comes_first),
	KUNIT_CASE(each_is_counted_once),
	KUNIT_CASE(lines_end_where_there_is_no_room),
	{}
};

static struct kunit_suite anomaly_suite = {
	.name = "tcpfsm_anomaly",
	.init = flow_env_init,
	.exit = flow_env_exit,
	.test_cases = anomaly_cases,
};

kunit_test_suite(anomaly_suite);
