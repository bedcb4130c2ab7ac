/* SPDX-License-Identifier: GPL-2.0 */
/* A page with a reference count, for skb fragments. */
#ifndef SHIM_MM_H
#define SHIM_MM_H

#include <stdlib.h>
#include <linux/types.h>

#define PAGE_SIZE	4096
#define GFP_KERNEL	0
#define GFP_ATOMIC	0

struct page {
	unsigned int users;
	u8 octets[PAGE_SIZE];
};

static inline struct page *alloc_page(int gfp)
{
	struct page *page = malloc(sizeof(*page));

	(void)gfp;
	page->users = 1;
	return page;
}

static inline void *page_address(struct page *page)
{
	return page->octets;
}

static inline void get_page(struct page *page)
{
	page->users++;
}

static inline void put_page(struct page *page)
{
	if (!--page->users)
		free(page);
}

#endif /* SHIM_MM_H */
