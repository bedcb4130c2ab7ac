// SPDX-License-Identifier: GPL-2.0
/* Ages: how many are older than each bound, whatever comes, goes, and changes. */
#include <kunit/test.h>
#include <linux/kernel.h>

#include "../module/ages.h"

#define MOST	40
#define ROUNDS	6000
#define ENOUGH	(4 * MOST)

struct env {
	struct tcpfsm_ages ages;
	struct tcpfsm_aged aged[MOST];
	bool in[MOST];
	int told[TCPFSM_AGES_CURSORS];	/* passed and did not come back, by what was told */
};

static void told(struct tcpfsm_ages *ages, struct tcpfsm_aged *aged, unsigned int i, bool passed)
{
	struct env *env = container_of(ages, struct env, ages);

	WARN_ON(!!(aged->passed & BIT(i)) != passed);
	env->told[i] += passed ? 1 : -1;
}

static int env_init(struct kunit *test)
{
	struct env *env = kunit_kzalloc(test, sizeof(*env), GFP_KERNEL);

	if (!env)
		return -ENOMEM;
	env->ages.cursors = 3;
	env->ages.cursor[0].bound_ms = 100;
	env->ages.cursor[1].bound_ms = 50;
	env->ages.cursor[2].bound_ms = 1000;
	env->ages.pass = told;
	test->priv = env;
	return 0;
}

static void put_in(struct env *env, unsigned int i, u64 since_ms)
{
	env->aged[i].since_ms = since_ms;
	env->aged[i].id = 2 * i;
	env->in[i] = true;
	tcpfsm_ages_insert(&env->ages, &env->aged[i]);
}

static void take_out(struct env *env, unsigned int i)
{
	env->in[i] = false;
	tcpfsm_ages_erase(&env->ages, &env->aged[i]);
}

/* By the definition: all of them, one by one. */
static unsigned int older(const struct env *env, u64 bound_ms, u64 now_ms)
{
	unsigned int i, n = 0;

	for (i = 0; i < MOST; i++)
		n += env->in[i] && env->aged[i].since_ms <= now_ms &&
		     now_ms - env->aged[i].since_ms >= bound_ms;
	return n;
}

static void expect_all(struct kunit *test, u64 now_ms)
{
	struct env *env = test->priv;
	unsigned int c;

	while (tcpfsm_ages_advance(&env->ages, now_ms, ENOUGH))
		;
	for (c = 0; c < env->ages.cursors; c++) {
		KUNIT_EXPECT_EQ_MSG(test, env->ages.cursor[c].passed,
				    older(env, env->ages.cursor[c].bound_ms, now_ms),
				    "cursor %u at %llu", c, now_ms);
		KUNIT_EXPECT_EQ(test, env->told[c], (int)env->ages.cursor[c].passed);
	}
}

static void passes_when_as_old_as_the_bound(struct kunit *test)
{
	struct env *env = test->priv;

	put_in(env, 0, 1000);
	expect_all(test, 1000);
	expect_all(test, 1049);
	KUNIT_EXPECT_EQ(test, env->ages.cursor[1].passed, 0U);
	expect_all(test, 1050);
	KUNIT_EXPECT_EQ(test, env->ages.cursor[1].passed, 1U);
	KUNIT_EXPECT_EQ(test, env->ages.cursor[0].passed, 0U);
	expect_all(test, 1100);
	KUNIT_EXPECT_EQ(test, env->ages.cursor[0].passed, 1U);
	take_out(env, 0);
	expect_all(test, 1200);
	KUNIT_EXPECT_EQ(test, env->ages.count, 0U);
	KUNIT_EXPECT_TRUE(test, !tcpfsm_ages_oldest(&env->ages));
}

/* What is adopted may be older than all that is there. */
static void who_comes_late_may_be_the_oldest(struct kunit *test)
{
	struct env *env = test->priv;

	put_in(env, 0, 5000);
	expect_all(test, 5060);
	put_in(env, 1, 10);
	KUNIT_EXPECT_PTR_EQ(test, tcpfsm_ages_oldest(&env->ages), &env->aged[1]);
	expect_all(test, 5060);
	KUNIT_EXPECT_EQ(test, env->ages.cursor[2].passed, 1U);
	KUNIT_EXPECT_EQ(test, env->ages.cursor[1].passed, 2U);
}

/* And one that is not there yet has no age at all. */
static void the_future_has_passed_nothing(struct kunit *test)
{
	struct env *env = test->priv;

	put_in(env, 0, 9000);
	expect_all(test, 100);
	KUNIT_EXPECT_EQ(test, env->ages.cursor[1].passed, 0U);
}

static void a_bound_moves_both_ways(struct kunit *test)
{
	struct env *env = test->priv;
	unsigned int i;

	for (i = 0; i < 10; i++)
		put_in(env, i, 1000 + 10 * i);
	expect_all(test, 1100);
	KUNIT_EXPECT_EQ(test, env->ages.cursor[0].passed, 1U);
	env->ages.cursor[0].bound_ms = 50;
	expect_all(test, 1100);
	KUNIT_EXPECT_EQ(test, env->ages.cursor[0].passed, 6U);
	env->ages.cursor[0].bound_ms = 85;
	expect_all(test, 1100);
	KUNIT_EXPECT_EQ(test, env->ages.cursor[0].passed, 2U);
	env->ages.cursor[0].bound_ms = 100000;
	expect_all(test, 1100);
	KUNIT_EXPECT_EQ(test, env->ages.cursor[0].passed, 0U);
	KUNIT_EXPECT_PTR_EQ(test, env->ages.cursor[0].first, &env->aged[0].node);
}

static void a_call_takes_so_many_steps(struct kunit *test)
{
	struct env *env = test->priv;
	unsigned int i;

	for (i = 0; i < MOST; i++)
		put_in(env, i, 1);
	KUNIT_EXPECT_TRUE(test, tcpfsm_ages_advance(&env->ages, 60, 4));
	KUNIT_EXPECT_EQ(test, env->ages.cursor[1].passed, 4U);
	/* Behind the cursor, which lags: what comes now has passed with its elders. */
	take_out(env, 0);
	put_in(env, 0, 1);
	KUNIT_EXPECT_EQ(test, env->ages.cursor[1].passed, 4U);
	expect_all(test, 60);
}

static void places_are_found(struct kunit *test)
{
	struct env *env = test->priv;

	put_in(env, 3, 10);
	put_in(env, 1, 20);
	put_in(env, 2, 20);
	KUNIT_EXPECT_PTR_EQ(test, tcpfsm_ages_find(&env->ages, 20, 4), &env->aged[2]);
	KUNIT_EXPECT_PTR_EQ(test, tcpfsm_ages_find(&env->ages, 20, 2), &env->aged[1]);
	KUNIT_EXPECT_TRUE(test, !tcpfsm_ages_find(&env->ages, 20, 6));
	KUNIT_EXPECT_TRUE(test, !tcpfsm_ages_find(&env->ages, 10, 2));
	KUNIT_EXPECT_PTR_EQ(test, tcpfsm_ages_after(&env->ages, 0, 0), &env->aged[3]);
	KUNIT_EXPECT_PTR_EQ(test, tcpfsm_ages_after(&env->ages, 10, 6), &env->aged[1]);
	KUNIT_EXPECT_PTR_EQ(test, tcpfsm_ages_after(&env->ages, 20, 2), &env->aged[2]);
	KUNIT_EXPECT_TRUE(test, !tcpfsm_ages_after(&env->ages, 20, 4));
}

/* The same numbers every time. */
static u32 next_random(u32 *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

static void counts_are_those_of_the_definition(struct kunit *test)
{
	struct env *env = test->priv;
	u32 random = 1, r;
	u64 now_ms = 2000;
	unsigned int i, round;

	for (round = 0; round < ROUNDS; round++) {
		r = next_random(&random);
		i = (r >> 4) % MOST;
		now_ms += next_random(&random) % 20;
		if (env->in[i])
			take_out(env, i);
		else
			put_in(env, i, now_ms - next_random(&random) % 2000);
		if (r % 16 == 0)
			env->ages.cursor[r / 16 % 3].bound_ms = next_random(&random) % 1500;
		if (r % 16 < 6)
			tcpfsm_ages_advance(&env->ages, now_ms, 1 + r % 5);
		else if (r % 16 == 6)
			expect_all(test, now_ms);
	}
	for (i = 0; i < MOST; i++)
		if (env->in[i])
			take_out(env, i);
	expect_all(test, now_ms);
	KUNIT_EXPECT_EQ(test, env->ages.cursor[0].passed, 0U);
}

static struct kunit_case ages_cases[] = {
	KUNIT_CASE(passes_when_as_old_as_the_bound),
	KUNIT_CASE(who_comes_late_may_be_the_oldest),
	KUNIT_CASE(the_future_has_passed_nothing),
	KUNIT_CASE(a_bound_moves_both_ways),
	KUNIT_CASE(a_call_takes_so_many_steps),
	KUNIT_CASE(places_are_found),
	KUNIT_CASE(counts_are_those_of_the_definition),
	{}
};

static struct kunit_suite ages_suite = {
	.name = "tcpfsm_ages",
	.init = env_init,
	.test_cases = ages_cases,
};

kunit_test_suite(ages_suite);
