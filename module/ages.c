// SPDX-License-Identifier: GPL-2.0
/*
 * Things by their age, and how many are older than each of some bounds.
 *
 * Who has passed a cursor comes in the tree before who has not; all that is done here keeps it so.
 * A cursor that lags behind the time, for want of steps, is merely late.
 */
#include "ages.h"

#include <linux/bits.h>

static struct tcpfsm_aged *aged_of(struct rb_node *node)
{
	return rb_entry_safe(node, struct tcpfsm_aged, node);
}

/* Where (since, id) is, seen from @aged: less than 0: before it. */
static int order(u64 since_ms, unsigned long id, const struct tcpfsm_aged *aged)
{
	if (since_ms != aged->since_ms)
		return since_ms < aged->since_ms ? -1 : 1;
	if (id != aged->id)
		return id < aged->id ? -1 : 1;
	return 0;
}

static void set_passed(struct tcpfsm_ages *ages, struct tcpfsm_aged *aged, unsigned int i,
		       bool passed)
{
	if (passed) {
		aged->passed |= BIT(i);
		ages->cursor[i].passed++;
	} else {
		aged->passed &= ~BIT(i);
		ages->cursor[i].passed--;
	}
	if (ages->pass)
		ages->pass(ages, aged, i, passed);
}

/* What is new stands at the cursor, or on one of its sides. */
static void insert_at_cursor(struct tcpfsm_ages *ages, struct tcpfsm_aged *aged, unsigned int i)
{
	struct tcpfsm_aged *prev = aged_of(rb_prev(&aged->node));
	struct tcpfsm_aged *next = aged_of(rb_next(&aged->node));

	if (next && (next->passed & BIT(i)))
		set_passed(ages, aged, i, true);
	else if (!prev || (prev->passed & BIT(i)))
		ages->cursor[i].first = &aged->node;
}

/**
 * tcpfsm_ages_insert() - one more
 * @ages: the tree
 * @aged: its time and id are set
 *
 * It passes what its elders have; the rest is for tcpfsm_ages_advance().
 *
 * Context: any; the caller's lock guards the tree.
 */
void tcpfsm_ages_insert(struct tcpfsm_ages *ages, struct tcpfsm_aged *aged)
{
	struct rb_node **link = &ages->root.rb_root.rb_node, *parent = NULL;
	bool leftmost = true;
	unsigned int i;

	while (*link) {
		parent = *link;
		if (order(aged->since_ms, aged->id, aged_of(parent)) < 0) {
			link = &parent->rb_left;
		} else {
			link = &parent->rb_right;
			leftmost = false;
		}
	}
	rb_link_node(&aged->node, parent, link);
	rb_insert_color_cached(&aged->node, &ages->root, leftmost);
	aged->passed = 0;
	ages->count++;
	for (i = 0; i < ages->cursors; i++)
		insert_at_cursor(ages, aged, i);
}

/**
 * tcpfsm_ages_erase() - one less
 * @ages: the tree
 * @aged: in it
 *
 * Context: any; the caller's lock guards the tree.
 */
void tcpfsm_ages_erase(struct tcpfsm_ages *ages, struct tcpfsm_aged *aged)
{
	unsigned int i;

	for (i = 0; i < ages->cursors; i++) {
		if (aged->passed & BIT(i))
			set_passed(ages, aged, i, false);
		else if (ages->cursor[i].first == &aged->node)
			ages->cursor[i].first = rb_next(&aged->node);
	}
	rb_erase_cached(&aged->node, &ages->root);
	ages->count--;
}

static bool is_past(const struct tcpfsm_aged *aged, u64 bound_ms, u64 now_ms)
{
	return now_ms >= aged->since_ms && now_ms - aged->since_ms >= bound_ms;
}

/* The cursor's next step, forth or back. Return: false: it is where it belongs. */
static bool step(struct tcpfsm_ages *ages, unsigned int i, u64 now_ms)
{
	struct tcpfsm_ages_cursor *c = &ages->cursor[i];
	struct tcpfsm_aged *next = aged_of(c->first);
	struct rb_node *before;

	if (next && is_past(next, c->bound_ms, now_ms)) {
		c->first = rb_next(c->first);
		set_passed(ages, next, i, true);
		return true;
	}
	if (!c->passed)
		return false;
	before = c->first ? rb_prev(c->first) : rb_last(&ages->root.rb_root);
	if (is_past(aged_of(before), c->bound_ms, now_ms))
		return false;
	c->first = before;
	set_passed(ages, aged_of(before), i, false);
	return true;
}

/**
 * tcpfsm_ages_advance() - let time pass
 * @ages: the tree
 * @now_ms: the time
 * @steps: how many may pass a bound; the first cursor's go first
 *
 * Context: any; the caller's lock guards the tree.
 *
 * Return: true: there may be more to do.
 */
bool tcpfsm_ages_advance(struct tcpfsm_ages *ages, u64 now_ms, unsigned int steps)
{
	unsigned int i;

	for (i = 0; i < ages->cursors; i++)
		while (step(ages, i, now_ms))
			if (!--steps)
				return true;
	return false;
}

/**
 * tcpfsm_ages_after() - the first that comes after a place
 * @ages: the tree
 * @since_ms: the place: a time
 * @id: and an id; nothing need be there
 *
 * Context: any; the caller's lock guards the tree.
 *
 * Return: it, or NULL.
 */
struct tcpfsm_aged *tcpfsm_ages_after(const struct tcpfsm_ages *ages, u64 since_ms,
				      unsigned long id)
{
	struct rb_node *node = ages->root.rb_root.rb_node;
	struct tcpfsm_aged *found = NULL;

	while (node) {
		if (order(since_ms, id, aged_of(node)) < 0) {
			found = aged_of(node);
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return found;
}

/**
 * tcpfsm_ages_find() - what is at a place
 * @ages: the tree
 * @since_ms: its time
 * @id: its id
 *
 * Context: any; the caller's lock guards the tree.
 *
 * Return: it, or NULL.
 */
struct tcpfsm_aged *tcpfsm_ages_find(const struct tcpfsm_ages *ages, u64 since_ms,
				     unsigned long id)
{
	struct rb_node *node = ages->root.rb_root.rb_node;
	int where;

	while (node) {
		where = order(since_ms, id, aged_of(node));
		if (!where)
			return aged_of(node);
		node = where < 0 ? node->rb_left : node->rb_right;
	}
	return NULL;
}
