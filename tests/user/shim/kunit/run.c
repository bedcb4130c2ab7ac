// SPDX-License-Identifier: GPL-2.0
/* Runs the registered suites and prints KTAP. */
#include <kunit/test.h>
#include <stdarg.h>
#include <stdio.h>

/* Room for what a test allocates, freed with it, behind this header. */
struct kunit_allocation {
	struct kunit_allocation *next;

	long double align[];
};

static struct kunit_suite *suites;
static struct kunit_suite **last = &suites;

void kunit_register(struct kunit_suite *suite)
{
	*last = suite;
	last = &suite->next;
}

void *kunit_kzalloc(struct kunit *test, size_t size, int gfp)
{
	struct kunit_allocation *new = malloc(sizeof(*new) + size);

	(void)gfp;
	new->next = test->allocations;
	test->allocations = new;
	return memset(new->align, 0, size);
}

void kunit_fail(struct kunit *test, const char *file, int line, const char *what)
{
	test->failed = true;
	printf("# %s: %s:%d: expected %s\n", test->name, file, line, what);
}

void kunit_fail_values(struct kunit *test, long long left, long long right)
{
	printf("# %s: %lld (0x%llx), %lld (0x%llx)\n", test->name, left, left, right, right);
}

void kunit_info_failed(const char *format, ...)
{
	va_list args;

	if (!*format)
		return;
	printf("# ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

static bool run_once(struct kunit_suite *suite, struct kunit_case *c, const void *param)
{
	struct kunit test = { .param_value = param, .name = c->name };
	struct kunit_allocation *allocation;

	if (!suite->init || !suite->init(&test)) {
		if (!setjmp(test.end))
			c->run_case(&test);
		if (suite->exit)
			suite->exit(&test);
	} else {
		test.failed = true;
	}
	while ((allocation = test.allocations)) {
		test.allocations = allocation->next;
		free(allocation);
	}
	return !test.failed;
}

static bool run_params(struct kunit_suite *suite, struct kunit_case *c)
{
	const void *param = NULL;
	unsigned int n = 0;
	bool passed = true;

	printf("    KTAP version 1\n    # Subtest: %s\n", c->name);
	for (;;) {
		char desc[KUNIT_PARAM_DESC_SIZE];
		bool ok;

		sprintf(desc, "%u", n);
		param = c->generate_params(param, desc);
		if (!param)
			break;
		ok = run_once(suite, c, param);
		passed &= ok;
		printf("    %s %u %s\n", ok ? "ok" : "not ok", ++n, desc);
	}
	return passed && n;
}

static bool run_suite(struct kunit_suite *suite)
{
	struct kunit_case *c = suite->test_cases;
	unsigned int n = 0;
	bool passed = true;

	while (c[n].run_case)
		n++;
	printf("  KTAP version 1\n  # Subtest: %s\n  1..%u\n", suite->name, n);
	for (n = 1; c->run_case; c++, n++) {
		bool ok = c->generate_params ? run_params(suite, c) : run_once(suite, c, NULL);

		passed &= ok;
		printf("  %s %u %s\n", ok ? "ok" : "not ok", n, c->name);
	}
	return passed;
}

int main(void)
{
	struct kunit_suite *suite;
	unsigned int n = 0;
	bool passed = true;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (suite = suites; suite; suite = suite->next)
		n++;
	printf("KTAP version 1\n1..%u\n", n);
	for (n = 1, suite = suites; suite; suite = suite->next, n++) {
		bool ok = run_suite(suite);

		passed &= ok;
		printf("%s %u %s\n", ok ? "ok" : "not ok", n, suite->name);
	}
	return !passed;
}
