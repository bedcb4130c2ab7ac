/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of KUnit as the suites in kunit/ use: they run here unmodified, under the host's
 * sanitizers. Prints KTAP. A failed assertion ends its case.
 */
#ifndef SHIM_KUNIT_TEST_H
#define SHIM_KUNIT_TEST_H

#include <assert.h>
#include <limits.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include <linux/mm.h>

#define KUNIT_PARAM_DESC_SIZE	128

struct kunit_allocation;

struct kunit {
	const void *param_value;
	void *priv;
	const char *name;
	bool failed;
	jmp_buf end;
	struct kunit_allocation *allocations;
};

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
	const void *(*generate_params)(const void *prev, char *desc);
};

struct kunit_suite {
	const char *name;
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	struct kunit_case *test_cases;
	struct kunit_suite *next;
};

void *kunit_kzalloc(struct kunit *test, size_t size, int gfp);
void kunit_register(struct kunit_suite *suite);
void kunit_fail(struct kunit *test, const char *file, int line, const char *what);
void kunit_fail_values(struct kunit *test, long long left, long long right);
void kunit_info_failed(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define kunit_kcalloc(test, n, size, gfp)	kunit_kzalloc(test, (n) * (size), gfp)
#define kunit_kmalloc(test, size, gfp)		kunit_kzalloc(test, size, gfp)

#define KUNIT_CASE(fn)			{ fn, #fn, NULL }
#define KUNIT_CASE_PARAM(fn, gen)	{ fn, #fn, gen }
#define KUNIT_CASE_SLOW(fn)		KUNIT_CASE(fn)

#define KUNIT_ARRAY_PARAM(id, array, get_desc)						\
static const void *id##_gen_params(const void *prev, char *desc)			\
{											\
	__typeof__(&(array)[0]) p = prev;						\
	void (*describe)(__typeof__(p) param, char *desc) = get_desc;			\
											\
	p = p ? p + 1 : (array);							\
	if (p == (array) + ARRAY_SIZE(array))						\
		return NULL;								\
	if (describe)									\
		describe(p, desc);							\
	return p;									\
}

#define kunit_test_suite(suite)								\
static void __attribute__((constructor)) register_##suite(void)				\
{											\
	kunit_register(&(suite));							\
}

#define kunit_test_suites(suite)	kunit_test_suite(*(suite))

#define SHIM_CHECK(test, condition, assertion, ...) do {				\
	if (condition)									\
		break;									\
	kunit_fail(test, __FILE__, __LINE__, #condition);				\
	kunit_info_failed("" __VA_ARGS__);						\
	if (assertion)									\
		longjmp((test)->end, 1);						\
} while (0)

#define SHIM_COMPARE(test, a, op, b, assertion, ...) do {				\
	__typeof__(a) left_ = (a);							\
	__typeof__(b) right_ = (b);							\
											\
	if (left_ op right_)								\
		break;									\
	kunit_fail(test, __FILE__, __LINE__, #a " " #op " " #b);			\
	kunit_fail_values(test, (long long)left_, (long long)right_);			\
	kunit_info_failed("" __VA_ARGS__);						\
	if (assertion)									\
		longjmp((test)->end, 1);						\
} while (0)

#define KUNIT_FAIL(test, ...)			SHIM_CHECK(test, false, 0, __VA_ARGS__)

#define KUNIT_EXPECT_TRUE(test, c)		SHIM_CHECK(test, c, 0)
#define KUNIT_EXPECT_FALSE(test, c)		SHIM_CHECK(test, !(c), 0)
#define KUNIT_EXPECT_NULL(test, p)		SHIM_CHECK(test, !(p), 0)
#define KUNIT_EXPECT_NOT_NULL(test, p)		SHIM_CHECK(test, (p) != NULL, 0)
#define KUNIT_EXPECT_STREQ(test, a, b)		SHIM_CHECK(test, !strcmp(a, b), 0)
#define KUNIT_EXPECT_PTR_EQ(test, a, b)		SHIM_CHECK(test, (a) == (b), 0)
#define KUNIT_EXPECT_EQ(test, a, b)		SHIM_COMPARE(test, a, ==, b, 0)
#define KUNIT_EXPECT_NE(test, a, b)		SHIM_COMPARE(test, a, !=, b, 0)
#define KUNIT_EXPECT_LT(test, a, b)		SHIM_COMPARE(test, a, <, b, 0)
#define KUNIT_EXPECT_LE(test, a, b)		SHIM_COMPARE(test, a, <=, b, 0)
#define KUNIT_EXPECT_GT(test, a, b)		SHIM_COMPARE(test, a, >, b, 0)
#define KUNIT_EXPECT_GE(test, a, b)		SHIM_COMPARE(test, a, >=, b, 0)

#define KUNIT_EXPECT_TRUE_MSG(test, c, ...)	SHIM_CHECK(test, c, 0, __VA_ARGS__)
#define KUNIT_EXPECT_FALSE_MSG(test, c, ...)	SHIM_CHECK(test, !(c), 0, __VA_ARGS__)
#define KUNIT_EXPECT_STREQ_MSG(test, a, b, ...)	SHIM_CHECK(test, !strcmp(a, b), 0, __VA_ARGS__)
#define KUNIT_EXPECT_EQ_MSG(test, a, b, ...)	SHIM_COMPARE(test, a, ==, b, 0, __VA_ARGS__)
#define KUNIT_EXPECT_NE_MSG(test, a, b, ...)	SHIM_COMPARE(test, a, !=, b, 0, __VA_ARGS__)
#define KUNIT_EXPECT_LT_MSG(test, a, b, ...)	SHIM_COMPARE(test, a, <, b, 0, __VA_ARGS__)
#define KUNIT_EXPECT_LE_MSG(test, a, b, ...)	SHIM_COMPARE(test, a, <=, b, 0, __VA_ARGS__)
#define KUNIT_EXPECT_GT_MSG(test, a, b, ...)	SHIM_COMPARE(test, a, >, b, 0, __VA_ARGS__)
#define KUNIT_EXPECT_GE_MSG(test, a, b, ...)	SHIM_COMPARE(test, a, >=, b, 0, __VA_ARGS__)

#define KUNIT_ASSERT_TRUE(test, c)		SHIM_CHECK(test, c, 1)
#define KUNIT_ASSERT_FALSE(test, c)		SHIM_CHECK(test, !(c), 1)
#define KUNIT_ASSERT_NOT_NULL(test, p)		SHIM_CHECK(test, (p) != NULL, 1)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL(test, p)	SHIM_CHECK(test, (p) != NULL, 1)
#define KUNIT_ASSERT_STREQ(test, a, b)		SHIM_CHECK(test, !strcmp(a, b), 1)
#define KUNIT_ASSERT_EQ(test, a, b)		SHIM_COMPARE(test, a, ==, b, 1)
#define KUNIT_ASSERT_NE(test, a, b)		SHIM_COMPARE(test, a, !=, b, 1)
#define KUNIT_ASSERT_LT(test, a, b)		SHIM_COMPARE(test, a, <, b, 1)
#define KUNIT_ASSERT_LE(test, a, b)		SHIM_COMPARE(test, a, <=, b, 1)
#define KUNIT_ASSERT_GT(test, a, b)		SHIM_COMPARE(test, a, >, b, 1)
#define KUNIT_ASSERT_GE(test, a, b)		SHIM_COMPARE(test, a, >=, b, 1)
#define KUNIT_ASSERT_EQ_MSG(test, a, b, ...)	SHIM_COMPARE(test, a, ==, b, 1, __VA_ARGS__)
#define KUNIT_ASSERT_LE_MSG(test, a, b, ...)	SHIM_COMPARE(test, a, <=, b, 1, __VA_ARGS__)
#define KUNIT_ASSERT_TRUE_MSG(test, c, ...)	SHIM_CHECK(test, c, 1, __VA_ARGS__)

#endif /* SHIM_KUNIT_TEST_H */
