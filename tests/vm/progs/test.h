/* SPDX-License-Identifier: GPL-2.0 */
/* A scenario: what it is called, where it runs, and how it says what went wrong. */
#ifndef TEST_H
#define TEST_H

#include <stdbool.h>
#include <stddef.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Who of a connection; also the namespaces that a test has. In loopback tests all are one. */
enum side { CLIENT, SERVER, ROUTER, SIDES };

/* Where a scenario can run: each is a separate test, for IPv4 and for IPv6. */
#define ON_LOOPBACK	0x01
#define ON_VETH		0x02	/* client's namespace -- server's namespace */
#define ON_ROUTER	0x04	/* client -- router -- server */
#define ON_HOST		0x08	/* in the first namespace; once, not by family */
#define ON_BOTH		(ON_LOOPBACK | ON_VETH)

/* In which boot: one CPU with counted time, or several in real time. */
#define IN_EXACT	0x10
#define IN_RACE		0x20
#define IN_DEBUG	0x40	/* wherever the kernel can let allocations fail */
#define IN_SOAK		0x80	/* hours of the guest's time; alone */

struct test {
	const char *name;	/* with family and place */
	int place;
	int family;		/* AF_INET, AF_INET6 */
	bool race;
	int ns[SIDES];		/* file descriptors */
};

struct scenario {
	const char *name;
	int flags;
	void (*run)(struct test *t);
};

/* Prints a line "# ..." that belongs to the test. */
void note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Ends the test: it has failed, and this is why. Each test is a process of its own. */
void fail(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

/* Ends the test: what it is about is not there. A KTAP SKIP, which the tests' reports count as a failure. */
void skip(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

#define check(cond, ...) do { if (!(cond)) fail(__VA_ARGS__); } while (0)

/* Blocks this process only; under counted time it costs next to nothing. */
void sleep_ms(unsigned int ms);
long long now_ms(void);

/* The same sequence each time: a failure can be repeated. */
unsigned int test_random(void);

#endif
