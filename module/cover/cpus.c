// SPDX-License-Identifier: GPL-2.0
/*
 * Breakpoints: the only place that talks to perf.  See bp.h.
 */
#include <linux/cpu.h>
#include <linux/hw_breakpoint.h>
#include <linux/ktime.h>
#include <linux/perf_event.h>
#include <linux/slab.h>

#include "arch/arch.h"
#include "cover.h"
#include "hit/cpu.h"
#include "process.h"
#include "uncovered.h"

unsigned long kwatch_bp_addr(const struct kwatch_bps *bps, unsigned int cpu)
{
	if (bps->percpu)
		return (unsigned long)per_cpu_ptr((void __percpu __force *)bps->addr, cpu);
	return bps->addr;
}

struct kwatch_value *kwatch_bp_values(const struct kwatch_bps *bps,
				      unsigned int cpu)
{
	return bps->percpu ? per_cpu_ptr(bps->hot->cpu_values, cpu) :
			     bps->hot->values;
}

bool kwatch_bp_look(const struct kwatch_bps *bps, unsigned long addr, u32 len,
		    u64 *value)
{
	return bps->process ? kwatch_process_look(bps->process, addr, len, value) :
			      !kwatch_arch_is_device(addr) &&
			      kwatch_value_look(addr, len, value);
}

/* Note what the bytes are, before they can be hit. */
static void note_values(struct kwatch_bps *bps, unsigned int cpu)
{
	unsigned long addr = kwatch_bp_addr(bps, cpu);
	unsigned int i;
	u64 now = 0;
	bool known;

	for (i = 0; i < bps->nr; i++) {
		known = bps->part[i].value_len &&
			kwatch_bp_look(bps, addr + bps->part[i].value_offset,
				       bps->part[i].value_len, &now);
		kwatch_value_set(kwatch_bp_values(bps, cpu), bps->part[i].value_slot,
				 known, now);
	}
}

void kwatch_bp_fill(struct kwatch_bp *bp, const struct kwatch_bps *bps, unsigned int i,
		    unsigned long addr)
{
	bp->hot = bps->hot;
	bp->process = bps->process;
	bp->addr = addr + bps->part[i].value_offset;
	bp->len = bps->part[i].value_len;
	bp->slot = i;
	bp->where.offset = bps->part[i].offset;
	bp->where.len = bps->part[i].len;
	/* User memory is read another way. */
	bp->after = !bps->process && kwatch_arch_after(bps->hot->type);
	bp->value_slot = bps->part[i].value_slot;
	bp->expects = bps->expects ? &bps->expects[0][i] : NULL;
}

static bool covers(const struct kwatch_bps *bps, unsigned int cpu)
{
	return bps->cpu < 0 || bps->cpu == cpu;
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
	unsigned long addr = kwatch_bp_addr(bps, cpu);
	u8 type = bps->hot->type;
	unsigned int i;
	int ret;

	/* There may have been no memory for it when the CPU came. */
	ret = kwatch_cpu_create(cpu);
	if (ret)
		return ret;

	if (bps->percpu)
		note_values(bps, cpu);
	for (i = 0; i < bps->nr; i++) {
		struct kwatch_bp *bp = &bp_cpu->slot[i];

		kwatch_bp_fill(bp, bps, i, addr);
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

/* Threads take their breakpoints with them from CPU to CPU. */
static bool wants(const struct kwatch_bps *bps, unsigned int cpu)
{
	return !bps->process && covers(bps, cpu);
}

static void try_cpu(struct kwatch_bps *bps, unsigned int cpu)
{
	struct kwatch_uncovered *uncovered = &per_cpu_ptr(bps->cpus, cpu)->uncovered;
	int ret = arm_cpu(bps, cpu);

	if (!ret)
		kwatch_uncovered_end(bps, uncovered, KWATCH_COVER_AGAIN);
	else if (!uncovered->why)
		kwatch_uncovered_begin(bps, uncovered, ret, ktime_get_mono_fast_ns());
}

void kwatch_bp_online(struct kwatch_bps *bps, unsigned int cpu)
{
	if (wants(bps, cpu))
		try_cpu(bps, cpu);
}

bool kwatch_bp_uncovered(const struct kwatch_bps *bps, unsigned int cpu)
{
	return bps->cpus && per_cpu_ptr(bps->cpus, cpu)->uncovered.why;
}

int kwatch_bp_retry(struct kwatch_bps *bps)
{
	unsigned int cpu;

	if (!bps->armed || bps->off)
		return 0;
	bps->retried_ns = ktime_get_mono_fast_ns();
	if (bps->process)
		return kwatch_bp_task_retry(bps);
	for_each_online_cpu(cpu)
		if (kwatch_bp_uncovered(bps, cpu))
			try_cpu(bps, cpu);
	return 0;
}

void kwatch_bp_give_up(struct kwatch_bps *bps)
{
	unsigned int cpu;

	if (bps->process) {
		kwatch_bp_task_give_up(bps);
		return;
	}
	for_each_possible_cpu(cpu)
		kwatch_uncovered_end(bps, &per_cpu_ptr(bps->cpus, cpu)->uncovered,
				     KWATCH_COVER_OVER);
}

/* @expects by slot; kwatch_hit_expect() stores there. */
static bool is_expected(const struct kwatch_bps *bps, const struct kwatch_expects *expects,
			unsigned int slot, u64 now)
{
	unsigned int i;

	for (i = 0; i < bps->nr; i++)
		if (bps->part[i].value_slot == slot && READ_ONCE(expects[i].known) &&
		    (READ_ONCE(expects[i].found) == now || READ_ONCE(expects[i].value) == now))
			return true;
	return false;
}

bool kwatch_bp_expects(const struct kwatch_bps *bps, unsigned int slot, u64 now)
{
	unsigned int i;

	if (bps->process) {
		for (i = 0; bps->expects && i < KWATCH_EXPECTS_THREADS; i++)
			if (is_expected(bps, bps->expects[i], slot, now))
				return true;
		return false;
	}
	for_each_possible_cpu(i)
		if (is_expected(bps, per_cpu_ptr(bps->cpus, i)->expects, slot, now))
			return true;
	return false;
}

void kwatch_bp_offline(struct kwatch_bps *bps, unsigned int cpu)
{
	if (bps->process)
		return;
	kwatch_uncovered_end(bps, &per_cpu_ptr(bps->cpus, cpu)->uncovered, KWATCH_COVER_OVER);
	release_cpu(bps, cpu);
}

int kwatch_bp_arm(struct kwatch_bps *bps, unsigned int *failed)
{
	unsigned int cpu;
	int ret;

	bps->off = false;
	if (bps->process) {
		if (!kwatch_arch_after(bps->hot->type)) {
			bps->expects = kvcalloc(KWATCH_EXPECTS_THREADS, sizeof(*bps->expects),
						GFP_KERNEL);
			if (!bps->expects)
				return -ENOMEM;
		}
		note_values(bps, raw_smp_processor_id());
		*failed = 0;
		return kwatch_bp_task_arm(bps);
	}
	bps->cpus = alloc_percpu(struct kwatch_bp_cpu);
	if (!bps->cpus)
		return -ENOMEM;

	for_each_possible_cpu(cpu) {
		per_cpu_ptr(bps->cpus, cpu)->uncovered.cpu = cpu;
		per_cpu_ptr(bps->cpus, cpu)->uncovered.count = 1;
	}
	if (!bps->percpu)
		note_values(bps, raw_smp_processor_id());
	bps->armed = true;
	for_each_online_cpu(cpu) {
		ret = wants(bps, cpu) ? arm_cpu(bps, cpu) : 0;
		if (ret) {
			*failed = cpu;
			kwatch_bp_disarm(bps);
			return ret;
		}
	}
	return 0;
}

void kwatch_bp_disarm(struct kwatch_bps *bps)
{
	unsigned int cpu;

	if (!bps->armed)
		return;
	bps->armed = false;
	if (bps->process) {
		kwatch_bp_task_release(bps);
		kvfree(bps->expects);
		bps->expects = NULL;
		return;
	}
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

void kwatch_bp_pause(struct kwatch_bps *bps, unsigned int cpu)
{
	struct kwatch_bp_cpu *bp_cpu = per_cpu_ptr(bps->cpus, cpu);
	unsigned int i;

	for (i = 0; i < bps->nr; i++)
		if (bp_cpu->slot[i].event)
			perf_event_disable(bp_cpu->slot[i].event);
}

void kwatch_bp_unpause(struct kwatch_bps *bps, unsigned int cpu)
{
	struct kwatch_bp_cpu *bp_cpu = per_cpu_ptr(bps->cpus, cpu);
	unsigned int i;

	if (bps->percpu)
		note_values(bps, cpu);
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
}

void kwatch_bp_pause_all(struct kwatch_bps *bps)
{
	unsigned int cpu;

	bps->off = true;
	if (bps->process) {
		kwatch_bp_task_release(bps);
		return;
	}
	for_each_online_cpu(cpu)
		kwatch_bp_pause(bps, cpu);
}

int kwatch_bp_unpause_all(struct kwatch_bps *bps)
{
	int ret;

	note_values(bps, raw_smp_processor_id());
	/* Of accesses before the pause; to which threads are late is found out anew. */
	if (bps->expects)
		memset(bps->expects, 0, KWATCH_EXPECTS_THREADS * sizeof(*bps->expects));
	bps->off = false;
	ret = kwatch_bp_task_go_on(bps);
	if (ret)
		kwatch_bp_pause_all(bps);
	return ret;
}
