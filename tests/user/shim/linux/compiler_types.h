/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The host's stand-ins for the few kernel headers that the parser, the core and their KUnit tests
 * include. Structures that libc knows come from libc; the rest is as small as the tests allow.
 * This one is forced upon every file, as the kernel's is.
 */
#ifndef SHIM_COMPILER_TYPES_H
#define SHIM_COMPILER_TYPES_H

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)
#define noinline	__attribute__((noinline))
#define __always_inline	inline __attribute__((always_inline))
#define __maybe_unused	__attribute__((unused))
#define __force
#define __packed	__attribute__((packed))
#define __aligned(n)	__attribute__((aligned(n)))
#define fallthrough	__attribute__((fallthrough))

#define READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value)	(*(volatile __typeof__(x) *)&(x) = (value))

#endif /* SHIM_COMPILER_TYPES_H */
