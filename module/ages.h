/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Things by their age, and how many are older than each of some bounds: a tree in the order of
 * time, and a cursor for each bound at the first that has not passed it. Time moves the cursors, a
 * step for each that passes; so does a bound that is changed. No lock, no clock, no allocation.
 */
#ifndef TCPFSM_AGES_H
#define TCPFSM_AGES_H

#include <linux/rbtree.h>
#include <linux/types.h>

#define TCPFSM_AGES_CURSORS	6

/**
 * struct tcpfsm_aged - a thing in the tree
 * @node: in the tree
 * @since_ms: since when it is there
 * @id: of two of the same time the lesser comes first; no two have the same
 * @passed: bit i: it is older than cursor i's bound
 */
struct tcpfsm_aged {
	struct rb_node node;
	u64 since_ms;
	unsigned long id;
	u8 passed;
};

/**
 * struct tcpfsm_ages_cursor - one bound
 * @bound_ms: who is as old as this has passed
 * @first: the first in the tree that has not; NULL: all have
 * @passed: how many have
 */
struct tcpfsm_ages_cursor {
	u64 bound_ms;
	struct rb_node *first;
	unsigned int passed;
};

/**
 * struct tcpfsm_ages - the tree
 * @root: the oldest is the leftmost
 * @count: how many there are
 * @cursors: how many of @cursor are used; the bounds need no order
 * @cursor: the bounds; the caller may change bound_ms at any time
 * @pass: told of each that passes a bound, or does not any more, with its bit in the new state;
 *        also when it is taken out; may be NULL
 */
struct tcpfsm_ages {
	struct rb_root_cached root;
	unsigned int count;
	unsigned int cursors;
	struct tcpfsm_ages_cursor cursor[TCPFSM_AGES_CURSORS];
	void (*pass)(struct tcpfsm_ages *ages, struct tcpfsm_aged *aged, unsigned int cursor,
		     bool passed);
};

void tcpfsm_ages_insert(struct tcpfsm_ages *ages, struct tcpfsm_aged *aged);
void tcpfsm_ages_erase(struct tcpfsm_ages *ages, struct tcpfsm_aged *aged);
bool tcpfsm_ages_advance(struct tcpfsm_ages *ages, u64 now_ms, unsigned int steps);
struct tcpfsm_aged *tcpfsm_ages_find(const struct tcpfsm_ages *ages, u64 since_ms,
				     unsigned long id);
struct tcpfsm_aged *tcpfsm_ages_after(const struct tcpfsm_ages *ages, u64 since_ms,
				      unsigned long id);

/* Context: any. Return: the oldest, or NULL. */
static inline struct tcpfsm_aged *tcpfsm_ages_oldest(const struct tcpfsm_ages *ages)
{
	return rb_entry_safe(rb_first_cached(&ages->root), struct tcpfsm_aged, node);
}

#endif /* TCPFSM_AGES_H */
