// SPDX-License-Identifier: GPL-2.0
/*
 * The demo target: an array that must not be written to, and a thread that
 * does.
 *
 * The thread "tl_writer" stores to random entries of trampolines[], some of
 * the time with permission: around such a store it suspends kwatch on its own
 * CPU.  So a watch on trampolines reports the other stores, and only those.
 *
 * The thread sleeps between stores, so it must not have preemption off then:
 * suspending is for the store alone.  (Holding get_cpu() over the sleep is
 * how the classic version of this demo came to "scheduling while atomic".)
 */
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/random.h>
#include <linux/sched.h>

#include <kwatch.h>
#include <uapi/kwatch.h>

#define NR_TRAMPOLINES	4

/* "br x0" on arm64: what a trampoline would hold. */
#define BR_X0		0xd61f0000ULL

static unsigned int period_ms = 100;
module_param(period_ms, uint, 0644);
MODULE_PARM_DESC(period_ms, "time between two stores in ms (default 100)");

static unsigned int allowed_percent = 50;
module_param(allowed_percent, uint, 0644);
MODULE_PARM_DESC(allowed_percent, "how many stores are allowed ones (default 50)");

extern u64 trampolines[NR_TRAMPOLINES];
u64 trampolines[NR_TRAMPOLINES];
EXPORT_SYMBOL_GPL(trampolines);

/* Stores so far, by entry; written by the thread alone. */
static ulong allowed[NR_TRAMPOLINES];
module_param_array(allowed, ulong, NULL, 0444);
MODULE_PARM_DESC(allowed, "stores made with kwatch suspended, by entry");

static ulong unallowed[NR_TRAMPOLINES];
module_param_array(unallowed, ulong, NULL, 0444);
MODULE_PARM_DESC(unallowed, "stores made without, by entry");

static struct task_struct *writer;

/* Each store changes the entry: between "br x0" and "br x1". */
static noinline void tl_write(unsigned int entry)
{
	WRITE_ONCE(trampolines[entry],
		   trampolines[entry] == BR_X0 ? BR_X0 | 1 << 5 : BR_X0);
}

static noinline void tl_write_allowed(unsigned int entry)
{
	kwatch_suspend_this_cpu();
	tl_write(entry);
	kwatch_resume_this_cpu();
}

static int tl_writer(void *unused)
{
	while (!kthread_should_stop()) {
		unsigned int entry = get_random_u32() % NR_TRAMPOLINES;

		if (get_random_u32() % 100 < READ_ONCE(allowed_percent)) {
			tl_write_allowed(entry);
			allowed[entry]++;
		} else {
			tl_write(entry);
			unallowed[entry]++;
		}
		/* kthread_stop() wakes it from this. */
		schedule_timeout_interruptible(msecs_to_jiffies(READ_ONCE(period_ms)));
	}
	return 0;
}

static int __init trampolines_init(void)
{
	writer = kthread_run(tl_writer, NULL, "tl_writer");
	return PTR_ERR_OR_ZERO(writer);
}

static void __exit trampolines_exit(void)
{
	kthread_stop(writer);
}

module_init(trampolines_init);
module_exit(trampolines_exit);

MODULE_AUTHOR("The kwatch developers");
MODULE_DESCRIPTION("Demo target for kwatch: an array and a thread that writes to it");
MODULE_LICENSE("GPL");
MODULE_VERSION(KWATCH_VERSION);
