/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_SIPHASH_H
#define SHIM_SIPHASH_H

#include <linux/types.h>

/* Any mixing of the same words will do on the host: nobody there chooses them. */
typedef struct {
	unsigned long key[2];
} hsiphash_key_t;

static inline u32 hsiphash(const void *data, size_t len, const hsiphash_key_t *secret)
{
	const u8 *octet = data;
	u64 sum = secret->key[0];

	while (len--)
		sum = (sum ^ *octet++) * 0x9e3779b97f4a7c15ULL ^ secret->key[1];
	return (sum ^ sum >> 29) * 0xbf58476d1ce4e5b9ULL >> 32;
}

static inline u32 hsiphash_3u32(u32 a, u32 b, u32 c, const hsiphash_key_t *secret)
{
	u32 word[] = { a, b, c };

	return hsiphash(word, sizeof(word), secret);
}

#endif /* SHIM_SIPHASH_H */
