// SPDX-License-Identifier: GPL-2.0
/*
 * Breakpoints on a kernel address: on all CPUs, or on one.
 *
 * On all CPUs it is one register_wide_hw_breakpoint(), and a CPU that comes later is filled
 * into its array.  The call takes cpus_read_lock() itself, so the locks are given back
 * for it, and CPUs may come and go before the array is known to the hotplug callbacks.
 * So each CPU has a generation: where it has moved, the event is made anew.
 *
 * A per-CPU variable has another address on each CPU, and cpu= one CPU: these are single
 * events in an array of the same kind.
 */
#include <linux/cpu.h>
#include <linux/hw_breakpoint.h>
#include <linux/ktime.h>
#include <linux/perf_event.h>
#include <linux/percpu.h>
#include <linux/string.h>

#include "arch/arch.h"
#include "base/lock.h"
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

/* How often a CPU came or went; written with kwatch_mutex held. */
static DEFINE_PER_CPU(u32, generation);

void kwatch_cover_cpu_moves(unsigned int cpu)
{
	lockdep_assert_held(&kwatch_mutex);
	per_cpu(generation, cpu)++;
}

static struct perf_event **event_of(const struct kwatch_bps *bps, unsigned int i, unsigned int cpu)
{
	return per_cpu_ptr(bps->events[i], cpu);
}

static struct kwatch_bp *bp_of(struct kwatch_bps *bps, unsigned int i, unsigned int cpu)
{
	return bps->percpu ? per_cpu_ptr(bps->copies, cpu) + i : &bps->bp[i];
}

static void set_attr(struct perf_event_attr *attr, const struct kwatch_bps *bps,
		     unsigned int i, unsigned int cpu)
{
	u8 type = bps->plan->type;

	hw_breakpoint_init(attr);
	attr->bp_addr = kwatch_cover_addr(bps, cpu) + bps->part[i].offset;
	attr->bp_len = kwatch_arch_bp_len(type, bps->part[i].len);
	attr->bp_type = kwatch_arch_bp_type(type);
}

/*
 * The watch was well-formed, so -EINVAL is about the place: the entry code and its data,
 * or text on the kprobe blacklist.
 */
static int error_of(int error)
{
	return error == -EINVAL ? -EOPNOTSUPP : error;
}

static void release_cpu(struct kwatch_bps *bps, unsigned int cpu)
{
	unsigned int i;

	for (i = 0; i < bps->nr; i++) {
		struct perf_event **event = event_of(bps, i, cpu);

		if (*event)
			kwatch_arch_release(*event);
		/* perf took it off its CPU: the handler does not see it again. */
		*event = NULL;
	}
}

/* Return: as kwatch_cover_arm(); on failure nothing is armed on that CPU. */
static int arm_cpu(struct kwatch_bps *bps, unsigned int cpu)
{
	struct perf_event_attr attr;
	struct perf_event *event;
	unsigned int i;
	int ret;

	/* There may have been no memory for it when the CPU came. */
	ret = kwatch_buffers_create(cpu);
	if (ret)
		return ret;
	if (bps->percpu)
		kwatch_cover_note_values(bps, cpu);
	for (i = 0; i < bps->nr; i++) {
		per_cpu_ptr(bps->cpus, cpu)->expects[i].known = false;
		set_attr(&attr, bps, i, cpu);
		event = kwatch_arch_create(&attr, cpu, NULL, bp_of(bps, i, cpu));
		if (IS_ERR(event)) {
			bps->free = i;
			release_cpu(bps, cpu);
			return error_of(PTR_ERR(event));
		}
		*event_of(bps, i, cpu) = event;
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

static void release_all(struct kwatch_bps *bps)
{
	unsigned int i;

	for (i = 0; i < bps->nr; i++)
		if (bps->events[i])
			kwatch_arch_release_wide(bps->events[i]);
	memset(bps->events, 0, sizeof(bps->events));
}

static void cpus_disarm(struct kwatch_bps *bps)
{
	release_all(bps);
	/*
	 * perf took each event off its CPU by an IPI, which a handler there holds up;
	 * so no handler is left with one of them.  One that looked up its event just
	 * before is in an RCU read-side section.
	 */
	synchronize_rcu_expedited();
	free_percpu(bps->copies);
	free_percpu(bps->cpus);
	bps->copies = NULL;
	bps->cpus = NULL;
}

/* Return: as kwatch_cover_arm(). */
static int arm_each(struct kwatch_bps *bps, unsigned int *failed)
{
	unsigned int cpu, i;
	int ret;

	for (i = 0; i < bps->nr; i++) {
		bps->events[i] = alloc_percpu(struct perf_event *);
		if (!bps->events[i])
			return -ENOMEM;
	}
	for_each_online_cpu(cpu) {
		ret = wants(bps, cpu) ? arm_cpu(bps, cpu) : 0;
		if (ret) {
			*failed = cpu;
			return ret;
		}
	}
	return 0;
}

/* On all CPUs that are online; the locks are given back in between. */
static int arm_wide(struct kwatch_bps *bps)
{
	struct perf_event *__percpu *events;
	struct perf_event_attr attr;
	unsigned int i;

	for (i = 0; i < bps->nr; i++) {
		set_attr(&attr, bps, i, 0);
		events = kwatch_arch_create_wide(&attr, &bps->bp[i]);
		if (IS_ERR_PCPU(events))
			return error_of(PTR_ERR_PCPU(events));
		bps->events[i] = events;
	}
	return 0;
}

/* CPUs that came or went since arm_wide() began, or had no memory for a ring. */
static void repair(struct kwatch_bps *bps)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		if (per_cpu_ptr(bps->cpus, cpu)->generation != per_cpu(generation, cpu) ||
		    !kwatch_cpu_get(cpu))
			release_cpu(bps, cpu);
		if (cpu_online(cpu) && !*event_of(bps, bps->nr - 1, cpu))
			try_cpu(bps, cpu);
	}
}

static int arm_all(struct kwatch_bps *bps, unsigned int *failed)
{
	unsigned int cpu;
	int ret = 0;

	lockdep_assert_held(&kwatch_command_mutex);
	/* There may have been no memory for its ring when a CPU came. */
	for_each_online_cpu(cpu)
		ret = ret ?: kwatch_buffers_create(cpu);
	if (ret)
		return ret;
	for_each_possible_cpu(cpu)
		per_cpu_ptr(bps->cpus, cpu)->generation = per_cpu(generation, cpu);
	kwatch_unlock();
	ret = arm_wide(bps);
	kwatch_lock();
	if (!ret) {
		repair(bps);
		return 0;
	}
	release_all(bps);
	/* The call does not tell which CPU had too few slots, and how many. */
	return ret == -ENOSPC ? arm_each(bps, failed) : ret;
}

/* What the handler knows of each breakpoint. */
static void fill(struct kwatch_bps *bps)
{
	unsigned int cpu, i;

	for (i = 0; i < bps->nr; i++) {
		if (!bps->percpu) {
			kwatch_cover_fill(&bps->bp[i], bps, i, bps->addr);
			bps->bp[i].expects = &bps->cpus->expects[i];
			continue;
		}
		for_each_possible_cpu(cpu) {
			kwatch_cover_fill(bp_of(bps, i, cpu), bps, i, kwatch_cover_addr(bps, cpu));
			bp_of(bps, i, cpu)->expects = &bps->cpus->expects[i];
		}
	}
}

static int cpus_arm(struct kwatch_bps *bps, unsigned int *failed)
{
	unsigned int cpu;
	int ret;

	/* The self-test arms a copy of an armed one. */
	memset(bps->events, 0, sizeof(bps->events));
	bps->copies = NULL;
	bps->cpus = alloc_percpu(struct kwatch_bp_cpu);
	if (bps->percpu)
		bps->copies = __alloc_percpu(KWATCH_SLOTS_MAX * sizeof(*bps->copies),
					     __alignof__(*bps->copies));
	if (!bps->cpus || (bps->percpu && !bps->copies)) {
		cpus_disarm(bps);
		return -ENOMEM;
	}
	for_each_possible_cpu(cpu) {
		uncovered_of(bps, cpu)->cpu = cpu;
		uncovered_of(bps, cpu)->count = 1;
	}
	fill(bps);
	if (!bps->percpu)
		kwatch_cover_note_values(bps, raw_smp_processor_id());
	ret = bps->cpu < 0 && !bps->percpu ? arm_all(bps, failed) : arm_each(bps, failed);
	if (ret)
		cpus_disarm(bps);
	return ret;
}

static void cpus_pause(struct kwatch_bps *bps, unsigned int cpu)
{
	unsigned int i;

	for (i = 0; i < bps->nr; i++)
		if (*event_of(bps, i, cpu))
			perf_event_disable(*event_of(bps, i, cpu));
}

static int cpus_resume(struct kwatch_bps *bps, unsigned int cpu)
{
	unsigned int i;

	if (bps->percpu)
		kwatch_cover_note_values(bps, cpu);
	for (i = 0; i < bps->nr; i++) {
		struct perf_event *event = *event_of(bps, i, cpu);

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
