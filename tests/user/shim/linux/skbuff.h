/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A model of struct sk_buff: a linear part with headroom, then fragments of pages. Under ASan the
 * octets around the linear part are poisoned, so that reading past its end is found at once, though
 * the allocation goes on.
 */
#ifndef SHIM_SKBUFF_H
#define SHIM_SKBUFF_H

#include <assert.h>
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/types.h>

#if defined(__SANITIZE_ADDRESS__)
#define SHIM_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SHIM_ASAN 1
#endif
#endif

#ifdef SHIM_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, len)	((void)(p), (void)(len))
#define ASAN_UNPOISON_MEMORY_REGION(p, len)	((void)(p), (void)(len))
#endif

#define MAX_SKB_FRAGS	17

struct skb_shared_info {
	unsigned short gso_size;
	unsigned int gso_type;
	unsigned char nr_frags;
	struct {
		struct page *page;
		unsigned int offset;
		unsigned int len;
	} frags[MAX_SKB_FRAGS];
};

struct sk_buff {
	unsigned int len;
	unsigned int data_len;
	u16 network_header;
	unsigned int room;
	unsigned char *head;
	unsigned char *data;
	struct skb_shared_info shared;
};

static inline struct skb_shared_info *skb_shinfo(const struct sk_buff *skb)
{
	return (struct skb_shared_info *)&skb->shared;
}

static inline bool skb_is_gso(const struct sk_buff *skb)
{
	return skb->shared.gso_size;
}

static inline unsigned int skb_headlen(const struct sk_buff *skb)
{
	return skb->len - skb->data_len;
}

static inline unsigned char *skb_network_header(const struct sk_buff *skb)
{
	return skb->head + skb->network_header;
}

static inline int skb_network_offset(const struct sk_buff *skb)
{
	return skb_network_header(skb) - skb->data;
}

static inline void skb_set_network_header(struct sk_buff *skb, int offset)
{
	skb->network_header = skb->data - skb->head + offset;
}

static inline void skb_reset_network_header(struct sk_buff *skb)
{
	skb_set_network_header(skb, 0);
}

static inline struct sk_buff *alloc_skb(unsigned int room, int gfp)
{
	struct sk_buff *skb = malloc(sizeof(*skb));

	(void)gfp;
	memset(skb, 0, sizeof(*skb));
	skb->room = room;
	skb->head = malloc(room + 1);
	skb->data = skb->head;
	ASAN_POISON_MEMORY_REGION(skb->head, room + 1);
	return skb;
}

static inline void kfree_skb(struct sk_buff *skb)
{
	while (skb->shared.nr_frags)
		put_page(skb->shared.frags[--skb->shared.nr_frags].page);
	ASAN_UNPOISON_MEMORY_REGION(skb->head, skb->room + 1);
	free(skb->head);
	free(skb);
}

/* A multiple of 8, or ASan cannot poison up to the first octet. */
static inline void skb_reserve(struct sk_buff *skb, int len)
{
	skb->data += len;
}

static inline void *skb_put_data(struct sk_buff *skb, const void *from, unsigned int len)
{
	void *to = skb->data + skb->len;

	assert(!skb->data_len && skb->data + skb->len + len <= skb->head + skb->room);
	ASAN_UNPOISON_MEMORY_REGION(to, len);
	skb->len += len;
	return len ? memcpy(to, from, len) : to;
}

static inline void skb_add_rx_frag(struct sk_buff *skb, int i, struct page *page,
				   unsigned int offset, unsigned int len, unsigned int truesize)
{
	struct skb_shared_info *shared = &skb->shared;

	(void)truesize;
	assert(i == shared->nr_frags && i < MAX_SKB_FRAGS && offset + len <= PAGE_SIZE);
	shared->frags[i].page = page;
	shared->frags[i].offset = offset;
	shared->frags[i].len = len;
	shared->nr_frags++;
	skb->len += len;
	skb->data_len += len;
}

/* Octet by octet: what is true of it is easy to see. */
static inline bool skb_octet(const struct sk_buff *skb, unsigned int at, u8 *octet)
{
	unsigned int i;

	if (at < skb_headlen(skb)) {
		*octet = skb->data[at];
		return true;
	}
	at -= skb_headlen(skb);
	for (i = 0; i < skb->shared.nr_frags; i++) {
		if (at < skb->shared.frags[i].len) {
			u8 *octets = page_address(skb->shared.frags[i].page);

			*octet = octets[skb->shared.frags[i].offset + at];
			return true;
		}
		at -= skb->shared.frags[i].len;
	}
	return false;
}

static inline void *skb_header_pointer(const struct sk_buff *skb, int offset, int len, void *buffer)
{
	int i;

	/* The kernel's does not look: a caller who asks for these is at fault. */
	assert(offset >= 0 && len >= 0);
	if ((int)skb_headlen(skb) - offset >= len)
		return skb->data + offset;
	for (i = 0; i < len; i++)
		if (!skb_octet(skb, offset + i, (u8 *)buffer + i))
			return NULL;
	return buffer;
}

#endif /* SHIM_SKBUFF_H */
