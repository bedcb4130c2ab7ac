// SPDX-License-Identifier: GPL-2.0
/*
 * Does one thing wrong, on purpose: insmod fault.ko what=NAME. Shows that the debug kernel notices;
 * no part of tcpfsm. Loading it fails where the fault does not end it, so that nothing stays behind.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

static char *what;
module_param(what, charp, 0);
MODULE_PARM_DESC(what, "the fault");

static DEFINE_SPINLOCK(lock_a);
static DEFINE_SPINLOCK(lock_b);

static void use_after_free(void)
{
	volatile char *p = kmalloc(32, GFP_KERNEL);

	if (!p)
		return;
	kfree((void *)p);
	p[3];
}

static void out_of_bounds(void)
{
	volatile char *p = kmalloc(32, GFP_KERNEL);

	if (!p)
		return;
	p[32];
	kfree((void *)p);
}

/* Many: a copy of a pointer may stand in a register or on the stack for a while. */
static void leak(void)
{
	int i;

	for (i = 0; i < 16; i++)
		memset(kmalloc(192, GFP_KERNEL | __GFP_NOFAIL), i, 192);
}

static void sleep_under_lock(void)
{
	spin_lock(&lock_a);
	msleep(20);
	spin_unlock(&lock_a);
}

static void lock_inversion(void)
{
	spin_lock(&lock_a);
	spin_lock(&lock_b);
	spin_unlock(&lock_b);
	spin_unlock(&lock_a);

	spin_lock(&lock_b);
	spin_lock(&lock_a);
	spin_unlock(&lock_a);
	spin_unlock(&lock_b);
}

static void rcu_without_lock(void)
{
	static void __rcu *pointer;
	void * volatile seen = rcu_dereference(pointer);

	(void)seen;
}

static void nothing(struct rcu_head *head)
{
}

static void double_call_rcu(void)
{
	static struct rcu_head head;

	call_rcu(&head, nothing);
	call_rcu(&head, nothing);
	rcu_barrier();
}

struct timed {
	struct timer_list timer;
};

static void never(struct timer_list *timer)
{
}

static void free_active_timer(void)
{
	struct timed *timed = kmalloc(sizeof(*timed), GFP_KERNEL);

	if (!timed)
		return;
	timer_setup(&timed->timer, never, 0);
	mod_timer(&timed->timer, jiffies + 3600 * HZ);
	kfree(timed);
}

static void refcount_underflow(void)
{
	refcount_t count = REFCOUNT_INIT(1);

	refcount_dec(&count);
}

static void shift_too_far(void)
{
	volatile int by = 40, one = 1;

	one <<= by;
}

static DEFINE_PER_CPU(int, counter);

static void preemptible_percpu(void)
{
	__this_cpu_inc(counter);
}

static const struct {
	const char *name;
	void (*commit)(void);
} faults[] = {
	{ "use_after_free", use_after_free },
	{ "out_of_bounds", out_of_bounds },
	{ "leak", leak },
	{ "sleep_under_lock", sleep_under_lock },
	{ "lock_inversion", lock_inversion },
	{ "rcu_without_lock", rcu_without_lock },
	{ "double_call_rcu", double_call_rcu },
	{ "free_active_timer", free_active_timer },
	{ "refcount_underflow", refcount_underflow },
	{ "shift_too_far", shift_too_far },
	{ "preemptible_percpu", preemptible_percpu },
};

static int __init fault_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(faults); i++)
		if (what && !strcmp(what, faults[i].name)) {
			faults[i].commit();
			return -ECANCELED;
		}
	return -EINVAL;
}
module_init(fault_init);

MODULE_DESCRIPTION("Planted faults");
MODULE_LICENSE("GPL");
