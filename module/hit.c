// SPDX-License-Identifier: GPL-2.0
/*
 * What happens at a hit.
 *
 * Runs in the debug exception, on top of anything: see hit.h for what that
 * forbids.  One hit: note the value, decide whether it is wanted, build the
 * record in this CPU's scratch space, put it in this CPU's ring, and let an
 * irq_work wake whoever waits.
 *
 * A hit inside a hit: on x86-64 the kernel takes the debug registers off
 * during the exception, but not when it came from user mode; then the handler's
 * own accesses may trap.  busy makes the inner one "suppressed".
 */
#include <linux/export.h>
#include <linux/perf_event.h>
#include <linux/preempt.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/ktime.h>

#include <kwatch.h>

#include "arch/arch.h"
#include "cpu.h"
#include "hit.h"
#include "unwind.h"

/* Depth of kwatch_suspend_this_cpu(); written only on its own CPU. */
static DEFINE_PER_CPU(u32, kwatch_suspended);

/*
 * What the exception adds to preempt_count(), and the count of the last hit
 * on this CPU that kwatch_hit_calibrate() learns it from.
 */
static u32 kwatch_preempt_added;
static DEFINE_PER_CPU(u32, kwatch_preempt_seen);

/* The handler. */

static u16 kwatch_hit_flags(const struct kwatch_bp *bp, struct pt_regs *regs)
{
	u16 flags = bp->slot << KWATCH_FLAG_SLOT_SHIFT;
	u32 count;

	if (user_mode(regs))
		return flags | KWATCH_FLAG_USER;

	count = preempt_count() - kwatch_preempt_added;
	flags |= min_t(u32, count & PREEMPT_MASK, KWATCH_FLAG_PREEMPT_MASK);
	if (count & HARDIRQ_MASK)
		flags |= KWATCH_FLAG_HARDIRQ;
	if (count & SOFTIRQ_OFFSET)
		flags |= KWATCH_FLAG_SOFTIRQ;
	if (count & NMI_MASK)
		flags |= KWATCH_FLAG_NMI;
	if (kwatch_arch_irqs_off(regs))
		flags |= KWATCH_FLAG_IRQS_OFF;
	if (test_tsk_need_resched(current))
		flags |= KWATCH_FLAG_NEED_RESCHED;
	return flags;
}

static struct kwatch_value *kwatch_hit_values(const struct kwatch_hot *hot)
{
	return hot->cpu_values ? this_cpu_ptr(hot->cpu_values) : hot->values;
}

/* Note the values.  Return: flags that say what is unknown. */
static u16 kwatch_hit_value(const struct kwatch_bp *bp, struct kwatch_hit *hit)
{
	struct kwatch_value *value = kwatch_hit_values(bp->hot);
	u16 flags = 0;

	hit->old_value = 0;
	hit->new_value = 0;
	if (!bp->len || !kwatch_value_read(bp->addr, bp->len, &hit->new_value))
		return KWATCH_FLAG_OLD_UNKNOWN | KWATCH_FLAG_NEW_UNKNOWN;
	if (!kwatch_value_exchange(value, bp->slot, hit->new_value, &hit->old_value))
		flags |= KWATCH_FLAG_OLD_UNKNOWN;
	return flags;
}

/* Is it what was asked for?  Cheap things first; no stack is taken yet. */
static bool kwatch_hit_wanted(const struct kwatch_hot *hot,
			      const struct kwatch_hit *hit)
{
	if (hot->silent || this_cpu_read(kwatch_suspended))
		return false;
	if (hot->type == KWATCH_TYPE_R && hit->old_value != hit->new_value)
		return false; /* a write, on a CPU that cannot watch reads alone */
	return true;
}

static void *kwatch_hit_task(struct kwatch_task *task)
{
	task->tid = current->pid;
	task->tgid = current->tgid;
	memcpy(task->comm, current->comm, sizeof(task->comm));
	return task + 1;
}

static void *kwatch_hit_stack(struct kwatch_stack *stack, struct pt_regs *regs,
			      unsigned int depth)
{
	if (user_mode(regs)) {
		stack->nr = 1;
		stack->flags = 0;
		stack->reserved = 0;
		stack->ip[0] = instruction_pointer(regs);
	} else {
		kwatch_unwind_kernel(regs, stack, depth);
	}
	return &stack->ip[stack->nr];
}

/* Fill in the parts and write the record.  hit is at the start of scratch. */
static void kwatch_hit_record(struct kwatch_cpu *cpu, const struct kwatch_bp *bp,
			      struct kwatch_hit *hit, struct pt_regs *regs)
{
	void *end = hit + 1;

	hit->rec.type = KWATCH_RECORD_HIT;
	hit->rec.parts = KWATCH_PART_TASK;
	hit->rec.watch = bp->hot->id;
	hit->cpu = smp_processor_id();
	hit->task = 0;
	hit->stack = 0;

	end = kwatch_hit_task(end);
	if (bp->hot->depth) {
		hit->rec.parts |= user_mode(regs) ? KWATCH_PART_USTACK :
						    KWATCH_PART_KSTACK;
		end = kwatch_hit_stack(end, regs, bp->hot->depth);
	}
	hit->rec.size = end - (void *)hit;
	kwatch_ring_write(&cpu->ring, cpu->scratch, hit->rec.size / sizeof(u64));

	kwatch_cpu_added(cpu);
}

static enum kwatch_outcome kwatch_hit_decide(struct kwatch_cpu *cpu,
					     const struct kwatch_bp *bp,
					     struct pt_regs *regs, u64 seq)
{
	struct kwatch_hit *hit = (struct kwatch_hit *)cpu->scratch;
	enum kwatch_outcome outcome = KWATCH_FILTERED;

	/*
	 * xchg() and not a plain store: busy must be seen before the time is
	 * taken.  Pairs with smp_mb() in kwatch_cpu_busy().
	 */
	if (xchg(&cpu->busy, 1))
		return KWATCH_SUPPRESSED;

	hit->rec.time_ns = ktime_get_mono_fast_ns();
	hit->seq = seq;
	hit->rec.flags = kwatch_hit_flags(bp, regs) | kwatch_hit_value(bp, hit);
	if (kwatch_hit_wanted(bp->hot, hit)) {
		kwatch_hit_record(cpu, bp, hit, regs);
		outcome = KWATCH_RECORDED;
	}
	smp_store_release(&cpu->busy, 0); /* pairs with kwatch_cpu_busy() */
	return outcome;
}

void kwatch_hit_handle(struct perf_event *event, struct perf_sample_data *data,
		       struct pt_regs *regs)
{
	const struct kwatch_bp *bp = event->overflow_handler_context;
	struct kwatch_cpu *cpu = kwatch_cpu_this();
	enum kwatch_outcome outcome;
	u64 seq;

	this_cpu_write(kwatch_preempt_seen, preempt_count());
	seq = atomic64_inc_return(&kwatch_hit_values(bp->hot)->seq);
	outcome = kwatch_hit_decide(cpu, bp, regs, seq);
	this_cpu_inc(bp->hot->counts->nr[outcome]);
}

/* Everything below runs outside of the exception. */

void kwatch_hit_calibrate(u32 at_store)
{
	kwatch_preempt_added = this_cpu_read(kwatch_preempt_seen) - at_store;
}

/* For other modules: see include/kwatch.h. */

void kwatch_suspend_this_cpu(void)
{
	preempt_disable();
	this_cpu_inc(kwatch_suspended);
}
EXPORT_SYMBOL_GPL(kwatch_suspend_this_cpu);

void kwatch_resume_this_cpu(void)
{
	this_cpu_dec(kwatch_suspended);
	preempt_enable();
}
EXPORT_SYMBOL_GPL(kwatch_resume_this_cpu);
