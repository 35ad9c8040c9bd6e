// SPDX-License-Identifier: GPL-2.0
/*
 * Breakpoints on a kernel address: on all CPUs, or on one.
 *
 * They are single per-CPU events and not one register_wide_hw_breakpoint(): that one takes
 * cpus_read_lock() itself, so it cannot be made atomic with the hotplug callbacks, and it
 * has one address for all CPUs.
 */
#include <linux/cpu.h>
#include <linux/hw_breakpoint.h>
#include <linux/ktime.h>
#include <linux/perf_event.h>
#include <linux/slab.h>

#include "arch/arch.h"
#include "cover.h"
#include "hit/cpu.h"
#include "hit/value.h"
#include "read/buffers.h"
#include "uncovered.h"
#include "values.h"

static bool wants(const struct kwatch_bps *bps, unsigned int cpu)
{
	return bps->cpu < 0 || bps->cpu == cpu;
}

static struct kwatch_uncovered *uncovered_of(const struct kwatch_bps *bps, unsigned int cpu)
{
	return &per_cpu_ptr(bps->cpus, cpu)->uncovered;
}

static int create(struct kwatch_bp *bp, u8 type, unsigned long addr, u32 len,
		  unsigned int cpu)
{
	struct perf_event_attr attr;
	struct perf_event *event;

	hw_breakpoint_init(&attr);
	attr.bp_addr = addr;
	attr.bp_len = kwatch_arch_bp_len(type, len);
	attr.bp_type = kwatch_arch_bp_type(type);

	event = kwatch_arch_create(&attr, cpu, NULL, bp);
	if (!IS_ERR(event)) {
		bp->event = event;
		return 0;
	}
	/*
	 * The watch was well-formed, so -EINVAL is about the place: the entry
	 * code and its data, or text on the kprobe blacklist.
	 */
	return PTR_ERR(event) == -EINVAL ? -EOPNOTSUPP : PTR_ERR(event);
}

static void release_cpu(struct kwatch_bps *bps, unsigned int cpu)
{
	struct kwatch_bp_cpu *bp_cpu = per_cpu_ptr(bps->cpus, cpu);
	unsigned int i;

	for (i = 0; i < bps->nr; i++) {
		if (bp_cpu->slot[i].event)
			kwatch_arch_release(bp_cpu->slot[i].event);
		/* perf took it off its CPU: the handler does not see it again. */
		bp_cpu->slot[i].event = NULL;
	}
}

/* Return: as kwatch_bp_arm(); on failure nothing is armed on that CPU. */
static int arm_cpu(struct kwatch_bps *bps, unsigned int cpu)
{
	struct kwatch_bp_cpu *bp_cpu = per_cpu_ptr(bps->cpus, cpu);
	unsigned long addr = kwatch_cover_addr(bps, cpu);
	u8 type = bps->plan->type;
	unsigned int i;
	int ret;

	/* There may have been no memory for it when the CPU came. */
	ret = kwatch_buffers_create(cpu);
	if (ret)
		return ret;

	if (bps->percpu)
		kwatch_cover_note_values(bps, cpu);
	for (i = 0; i < bps->nr; i++) {
		struct kwatch_bp *bp = &bp_cpu->slot[i];

		kwatch_cover_fill(bp, bps, i, addr);
		bp->expects = &bp_cpu->expects[i];
		bp->expects->known = false;
		ret = create(bp, type, addr + bps->part[i].offset,
			     bps->part[i].len, cpu);
		if (ret) {
			bps->free = i;
			release_cpu(bps, cpu);
			return ret;
		}
	}
	return 0;
}

static void try_cpu(struct kwatch_bps *bps, unsigned int cpu)
{
	struct kwatch_uncovered *uncovered = uncovered_of(bps, cpu);
	int ret = arm_cpu(bps, cpu);

	if (!ret)
		kwatch_uncovered_end(bps, uncovered, KWATCH_COVER_AGAIN);
	else if (!uncovered->why)
		kwatch_uncovered_begin(bps, uncovered, ret, ktime_get_mono_fast_ns());
}

static bool cpus_online(struct kwatch_bps *bps, unsigned int cpu)
{
	if (!wants(bps, cpu))
		return true;
	try_cpu(bps, cpu);
	return !uncovered_of(bps, cpu)->why;
}

/* perf would not arm them again when the CPU comes back. */
static void cpus_offline(struct kwatch_bps *bps, unsigned int cpu)
{
	kwatch_uncovered_end(bps, uncovered_of(bps, cpu), KWATCH_COVER_OVER);
	release_cpu(bps, cpu);
}

static bool cpus_uncovered(const struct kwatch_bps *bps, unsigned int cpu)
{
	return uncovered_of(bps, cpu)->why;
}

static int cpus_retry(struct kwatch_bps *bps)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
		if (uncovered_of(bps, cpu)->why)
			try_cpu(bps, cpu);
	return 0;
}

static void cpus_give_up(struct kwatch_bps *bps)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		kwatch_uncovered_end(bps, uncovered_of(bps, cpu), KWATCH_COVER_OVER);
}

static bool cpus_expect(const struct kwatch_bps *bps, unsigned int slot, u64 now)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		if (kwatch_cover_is_expected(bps, per_cpu_ptr(bps->cpus, cpu)->expects, slot, now))
			return true;
	return false;
}

static bool cpus_look(const struct kwatch_bps *bps, unsigned long addr, u32 len, u64 *value)
{
	return !kwatch_arch_is_device(addr) && kwatch_value_look(addr, len, value);
}

static void cpus_disarm(struct kwatch_bps *bps)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		release_cpu(bps, cpu);
	/*
	 * perf_event_release_kernel() took each event off its CPU by an IPI,
	 * which a handler there holds up; so no handler is left with one of
	 * them.  One that looked up its event just before is in an RCU
	 * read-side section.
	 */
	synchronize_rcu_expedited();
	free_percpu(bps->cpus);
	bps->cpus = NULL;
}

static int cpus_arm(struct kwatch_bps *bps, unsigned int *failed)
{
	unsigned int cpu;
	int ret;

	bps->cpus = alloc_percpu(struct kwatch_bp_cpu);
	if (!bps->cpus)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		uncovered_of(bps, cpu)->cpu = cpu;
		uncovered_of(bps, cpu)->count = 1;
	}
	if (!bps->percpu)
		kwatch_cover_note_values(bps, raw_smp_processor_id());
	for_each_online_cpu(cpu) {
		ret = wants(bps, cpu) ? arm_cpu(bps, cpu) : 0;
		if (ret) {
			*failed = cpu;
			cpus_disarm(bps);
			return ret;
		}
	}
	return 0;
}

static void cpus_pause(struct kwatch_bps *bps, unsigned int cpu)
{
	struct kwatch_bp_cpu *bp_cpu = per_cpu_ptr(bps->cpus, cpu);
	unsigned int i;

	for (i = 0; i < bps->nr; i++)
		if (bp_cpu->slot[i].event)
			perf_event_disable(bp_cpu->slot[i].event);
}

static int cpus_resume(struct kwatch_bps *bps, unsigned int cpu)
{
	struct kwatch_bp_cpu *bp_cpu = per_cpu_ptr(bps->cpus, cpu);
	unsigned int i;

	if (bps->percpu)
		kwatch_cover_note_values(bps, cpu);
	for (i = 0; i < bps->nr; i++) {
		struct perf_event *event = bp_cpu->slot[i].event;

		if (!event)
			continue;
		/* Set by kwatch_hit_over(), if no hit has come since. */
		atomic_set(&event->event_limit, 0);
		/*
		 * At its limit a newer perf (7.3, not 6.12) stops a breakpoint,
		 * and nothing starts it: enabling only installs it again.
		 */
		event->hw.state = 0;
		perf_event_enable(event);
	}
	return 0;
}

const struct kwatch_cover_ops kwatch_cover_cpus = {
	.by_cpu	= true,
	.arm	= cpus_arm,
	.disarm	= cpus_disarm,
	.pause	= cpus_pause,
	.resume	= cpus_resume,
	.retry	= cpus_retry,
	.give_up = cpus_give_up,
	.look	= cpus_look,
	.expect	= cpus_expect,
	.online	= cpus_online,
	.offline = cpus_offline,
	.uncovered = cpus_uncovered,
};
