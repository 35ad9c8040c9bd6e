// SPDX-License-Identifier: GPL-2.0
/*
 * Does this machine deliver debug exceptions at all?
 *
 * A hypervisor may swallow them without a word, and then every watch would be
 * silent: better not to load.  So a variable of our own is watched by the real
 * machinery and stored to; with interrupts off, because on arm64 one that
 * comes in between makes the same store trap twice.
 */
#include <linux/cpu.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/smp.h>

#include "cover/cover.h"
#include "hit/hit.h"
#include "selftest.h"
#include "hit/summary.h"

/* Batches of stores that are counted, of which the cheapest tells the cost. */
#define BATCHES		8
#define BATCH_STORES	8

/* Assumed where the self-test cannot run. */
#define HIT_NS_GUESS	2000

struct kwatch_selftest kwatch_selftest = {
	.each = true,
	.hit_ns = HIT_NS_GUESS,
};

static u64 word;
static struct kwatch_value value;

/* The promise itself: one store, one hit.  Return: hits. */
static u64 store_once(const struct kwatch_plan *plan)
{
	unsigned long flags;
	u64 hits;

	local_irq_save(flags);
	WRITE_ONCE(word, 1);
	kwatch_hit_calibrate(preempt_count());
	hits = READ_ONCE(this_cpu_ptr(plan->counts)->nr[KWATCH_FILTERED]);
	local_irq_restore(flags);
	return hits;
}

/*
 * A second watch on the same word: does each get its hit?  If there is no slot
 * for it, hope so.  Not inlined: with KASAN one frame would be too large for both.
 */
static noinline void store_for_two(const struct kwatch_bps *first)
{
	struct kwatch_plan plan = *first->plan;
	struct kwatch_bps bps = *first;
	u64 before, hits = 0, hits_first;
	unsigned long flags;
	unsigned int cpu;

	plan.counts = alloc_percpu(struct kwatch_counts);
	bps.plan = &plan;
	if (!plan.counts || kwatch_cover_arm(&bps, &cpu))
		goto out;
	local_irq_save(flags);
	before = READ_ONCE(this_cpu_ptr(first->plan->counts)->nr[KWATCH_FILTERED]);
	WRITE_ONCE(word, 2);
	hits_first = READ_ONCE(this_cpu_ptr(first->plan->counts)->nr[KWATCH_FILTERED]) - before;
	hits = READ_ONCE(this_cpu_ptr(plan.counts)->nr[KWATCH_FILTERED]);
	local_irq_restore(flags);
	kwatch_selftest.each = hits == 1 && hits_first == 1;
	kwatch_cover_disarm(&bps);
out:
	free_percpu(plan.counts);
}

/* What a hit costs that is kept, stack and all.  Return: hits. */
static u64 store_more(struct kwatch_plan *plan)
{
	u64 begin, hits, ns, best = U64_MAX;
	unsigned int batch, i;
	unsigned long flags;

	local_irq_save(flags);
	/* Only this CPU stores to our variable, so only it looks at this. */
	WRITE_ONCE(plan->silent, false);
	for (batch = 0; batch < BATCHES; batch++) {
		begin = ktime_get_mono_fast_ns();
		for (i = 0; i < BATCH_STORES; i++)
			WRITE_ONCE(word, i);
		ns = ktime_get_mono_fast_ns() - begin;
		best = min(best, ns);
	}
	hits = READ_ONCE(this_cpu_ptr(plan->counts)->nr[KWATCH_RECORDED]);
	local_irq_restore(flags);
	kwatch_selftest.hit_ns = max_t(u64, div_u64(best, BATCH_STORES), 1);
	return hits;
}

/* On the CPU that they are armed on. */
static int store_and_judge(void *arg)
{
	struct kwatch_bps *bps = arg;
	u64 first = store_once(bps->plan), more;

	if (first == 1)
		store_for_two(bps);
	more = store_more(bps->plan);
	if (first == 1 && more == BATCHES * BATCH_STORES) {
		kwatch_selftest.done = true;
		return 0;
	}
	pr_err("this machine does not deliver debug exceptions as it should (1 store gave %llu hits, %u more gave %llu), so no watch could be trusted; a hypervisor may be holding them back\n",
	       first, BATCHES * BATCH_STORES, more);
	return -ENODEV;
}

int kwatch_selftest_run(void)
{
	struct kwatch_plan plan = {
		.type = KWATCH_TYPE_W,
		.depth = 32,
		.nr_slots = 1,
		.silent = true,
		.picky = true,
		.values = &value,
	};
	struct kwatch_bps bps = {
		.ops = &kwatch_cover_cpus,
		.plan = &plan,
		.addr = (unsigned long)&word,
		.nr = 1,
		.part[0].len = sizeof(word),
		.part[0].value_len = sizeof(word),
	};
	unsigned int cpu;
	int ret;

	plan.counts = alloc_percpu(struct kwatch_counts);
	/* Counted there, so that nothing of it gets into the rings. */
	plan.summary = kwatch_summary_create(false, plan.depth + 1);
	plan.aside = true;
	if (!plan.counts || !plan.summary) {
		ret = -ENOMEM;
		goto out;
	}

	cpus_read_lock();
	/* One CPU tells as much as all, and needs no ring for the others. */
	bps.cpu = raw_smp_processor_id();
	ret = kwatch_cover_arm(&bps, &cpu);
	if (!ret) {
		ret = smp_call_on_cpu(bps.cpu, store_and_judge, &bps, false);
		kwatch_cover_disarm(&bps);
	} else if (ret == -ENOSPC) {
		pr_warn("no self-test: no slot is free on CPU %u\n", cpu);
		ret = 0;
	}
	cpus_read_unlock();
out:
	kwatch_summary_destroy(plan.summary);
	free_percpu(plan.counts);
	return ret;
}
