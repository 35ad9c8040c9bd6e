// SPDX-License-Identifier: GPL-2.0
/*
 * Does this machine deliver debug exceptions at all?
 *
 * A hypervisor may swallow them without a word, and then every watch would be
 * silent: better not to load.  So a variable of our own is watched by the real
 * machinery and stored to.
 */
#include <linux/cpu.h>
#include <linux/math64.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/ktime.h>

#include "bp.h"
#include "hit.h"
#include "selftest.h"

#define MORE_STORES	32

struct kwatch_selftest kwatch_selftest;

static u64 word;
static struct kwatch_value value;

/* One store, then some more to see what they cost.  Return: hits of the first. */
static u64 store(const struct kwatch_counts __percpu *counts, u64 *more)
{
	const struct kwatch_counts *mine;
	u64 first, begin, i;

	preempt_disable();
	mine = this_cpu_ptr(counts);
	WRITE_ONCE(word, 1);
	kwatch_hit_calibrate(preempt_count());
	first = READ_ONCE(mine->nr[KWATCH_FILTERED]);

	begin = ktime_get_mono_fast_ns();
	for (i = 0; i < MORE_STORES; i++)
		WRITE_ONCE(word, i);
	kwatch_selftest.hit_ns =
		div_u64(ktime_get_mono_fast_ns() - begin, MORE_STORES);
	*more = READ_ONCE(mine->nr[KWATCH_FILTERED]) - first;
	preempt_enable();
	return first;
}

static int store_and_judge(const struct kwatch_counts __percpu *counts)
{
	u64 first, more;

	first = store(counts, &more);
	if (first == 1 && more == MORE_STORES) {
		kwatch_selftest.done = true;
		return 0;
	}
	pr_err("this machine does not deliver debug exceptions as it should (1 store gave %llu hits, %d more gave %llu), so no watch could be trusted; a hypervisor may be holding them back\n",
	       first, MORE_STORES, more);
	return -ENODEV;
}

int kwatch_selftest_run(void)
{
	struct kwatch_hot hot = {
		.type = KWATCH_TYPE_W,
		.silent = true,
		.values = &value,
	};
	struct kwatch_bps bps = {
		.hot = &hot,
		.addr = (unsigned long)&word,
		.cpu = -1,
		.nr = 1,
		.part[0].len = sizeof(word),
	};
	unsigned int cpu;
	int ret;

	hot.counts = alloc_percpu(struct kwatch_counts);
	if (!hot.counts)
		return -ENOMEM;

	cpus_read_lock();
	ret = kwatch_bp_arm(&bps, &cpu);
	if (!ret) {
		ret = store_and_judge(hot.counts);
		kwatch_bp_disarm(&bps);
	} else if (ret == -ENOSPC) {
		pr_warn("no self-test: no slot is free on CPU %u\n", cpu);
		ret = 0;
	}
	cpus_read_unlock();
	free_percpu(hot.counts);
	return ret;
}
