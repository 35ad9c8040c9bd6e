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
#include <linux/ktime.h>
#include <linux/perf_event.h>
#include <linux/preempt.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>

#include <kwatch.h>

#include "action.h"
#include "arch/arch.h"
#include "cpu.h"
#include "hit.h"
#include "decide.h"
#include "dedup.h"
#include "client_ring.h"
#include "ignored.h"
#include "summary.h"
#include "trace.h"
#include "unwind.h"

struct kwatch_ignored kwatch_ignored[KWATCH_IGNORE_MAX];
unsigned int kwatch_ignore_nr;

/* Depth of kwatch_suspend_this_cpu(); written only on its own CPU. */
static DEFINE_PER_CPU(u32, kwatch_suspended);

/*
 * What the exception adds to preempt_count(), and the count of the last hit
 * on this CPU that kwatch_hit_calibrate() learns it from.
 */
static u32 kwatch_preempt_added;
static DEFINE_PER_CPU(u32, kwatch_preempt_seen);

/* Times that other CPUs' hits may make one note its value again. */
#define LATE_MAX	16

/* The handler. */

static u16 kwatch_hit_flags(const struct kwatch_bp *bp, struct pt_regs *regs)
{
	u16 flags = bp->slot << KWATCH_FLAG_SLOT_SHIFT;
	u32 count;

	if (unlikely(user_mode(regs)))
		return flags | KWATCH_FLAG_USER;

	count = preempt_count() - kwatch_preempt_added;
	if (count) {
		flags |= min_t(u32, count & PREEMPT_MASK, KWATCH_FLAG_PREEMPT_MASK);
		if (count & HARDIRQ_MASK)
			flags |= KWATCH_FLAG_HARDIRQ;
		if (count & SOFTIRQ_OFFSET)
			flags |= KWATCH_FLAG_SOFTIRQ;
		if (count & NMI_MASK)
			flags |= KWATCH_FLAG_NMI;
	}
	/* Where softirqs are threads, who serves one is counted apart. */
	if (IS_ENABLED(CONFIG_PREEMPT_RT) && in_serving_softirq())
		flags |= KWATCH_FLAG_SOFTIRQ;
	if (kwatch_arch_irqs_off(regs))
		flags |= KWATCH_FLAG_IRQS_OFF;
	if (test_tsk_need_resched(current))
		flags |= KWATCH_FLAG_NEED_RESCHED;
	return flags;
}

static struct kwatch_value *kwatch_hit_values(const struct kwatch_plan *plan)
{
	return plan->cpu_values ? this_cpu_ptr(plan->cpu_values) : plan->values;
}

static bool kwatch_hit_read_user(const struct kwatch_bp *bp, u64 *value)
{
	bool ret;

	/* From user mode, the debug registers are on: to read may trap. */
	this_cpu_write(kwatch_value_own, true);
	ret = kwatch_value_read_user(bp->addr, bp->len, value);
	this_cpu_write(kwatch_value_own, false);
	return ret;
}

/*
 * Other CPUs had hits between our reading of the bytes and our noting them, and
 * may have noted newer ones: so read again, until nobody has had any.  Whoever
 * comes after the last try does the same.
 */
static noinline void kwatch_hit_value_late(const struct kwatch_bp *bp,
					   struct kwatch_value *value)
{
	unsigned int i;
	u64 now, old;
	s64 seq;

	for (i = 0; i < LATE_MAX; i++) {
		seq = atomic64_read(&value->seq);
		smp_rmb(); /* a store that was counted is read */
		if (!(bp->process ? kwatch_hit_read_user(bp, &now) :
				    kwatch_value_read(bp->addr, bp->len, &now)))
			return;
		kwatch_value_exchange(value, bp->value_slot, now, &old);
		if (atomic64_read(&value->seq) == seq)
			return;
	}
}

/* Note what the access will leave, where the trap comes before it. */
static void kwatch_hit_expect(const struct kwatch_bp *bp, struct kwatch_value *value,
			      const struct kwatch_hit *hit, bool sure)
{
	struct kwatch_expects *expects;

	kwatch_value_expect(value, bp->value_slot, hit->seq, hit->old_value,
			    hit->new_value, sure);
	if (!sure)
		return;
	if (bp->thread_expects)
		expects = bp->thread_expects +
			  current->pid % KWATCH_EXPECTS_THREADS * KWATCH_SLOTS_MAX;
	else if (bp->expects)
		expects = this_cpu_ptr(bp->expects);
	else
		return;
	WRITE_ONCE(expects->found, hit->old_value);
	WRITE_ONCE(expects->value, hit->new_value);
	WRITE_ONCE(expects->tid, current->pid); /* read by is_late() in threads.c */
	WRITE_ONCE(expects->known, true); /* read by kwatch_cover_is_expected() */
}

/*
 * kwatch_hit_value() where the bytes are a process's, or the trap comes before the
 * access.  What a forked child does to its copy says nothing of the parent's.
 */
static noinline u16 kwatch_hit_value_else(const struct kwatch_bp *bp, struct kwatch_hit *hit,
					  const struct pt_regs *regs)
{
	struct kwatch_value *value = kwatch_hit_values(bp->plan);
	bool after = kwatch_arch_after(bp->plan->type), ours;
	u16 flags = 0;
	u64 last;

	if (!bp->process) {
		flags = kwatch_arch_values(regs, bp->addr, bp->len, false,
					   &hit->old_value, &hit->new_value);
		kwatch_hit_expect(bp, value, hit, !(flags & KWATCH_FLAG_NEW_UNKNOWN));
		return flags;
	}
	ours = current->mm == bp->plan->mm;
	if (!after) {
		this_cpu_write(kwatch_value_own, true);
		flags = kwatch_arch_values(regs, bp->addr, bp->len, true,
					   &hit->old_value, &hit->new_value);
		this_cpu_write(kwatch_value_own, false);
	} else if (!kwatch_hit_read_user(bp, &hit->new_value)) {
		flags = KWATCH_FLAG_OLD_UNKNOWN | KWATCH_FLAG_NEW_UNKNOWN;
	}
	if (!ours)
		return after ? flags | KWATCH_FLAG_OLD_UNKNOWN : flags;
	if (!after && READ_ONCE(value->known[bp->value_slot])) {
		kwatch_hit_expect(bp, value, hit, !(flags & KWATCH_FLAG_NEW_UNKNOWN));
		return flags;
	}
	if (flags & KWATCH_FLAG_NEW_UNKNOWN)
		return flags;
	if (!kwatch_value_exchange(value, bp->value_slot, hit->new_value, &last)) {
		/* It was not there when the watch was armed. */
		WRITE_ONCE(value->known[bp->value_slot], true); /* read by all CPUs */
		if (after)
			flags |= KWATCH_FLAG_OLD_UNKNOWN;
	}
	if (after)
		hit->old_value = last;
	if (after && atomic64_read(&value->seq) != hit->seq)
		kwatch_hit_value_late(bp, value);
	return flags;
}

/* Note the values.  Return: flags that say what is unknown. */
static __always_inline u16 kwatch_hit_value(const struct kwatch_bp *bp, struct kwatch_hit *hit,
			    const struct pt_regs *regs)
{
	struct kwatch_value *value = kwatch_hit_values(bp->plan);
	u16 flags = 0;

	hit->old_value = 0;
	hit->new_value = 0;
	if (unlikely(!bp->after && bp->len))
		return kwatch_hit_value_else(bp, hit, regs);
	if (!bp->len || !kwatch_value_read(bp->addr, bp->len, &hit->new_value))
		return KWATCH_FLAG_OLD_UNKNOWN | KWATCH_FLAG_NEW_UNKNOWN;
	if (!kwatch_value_exchange(value, bp->value_slot, hit->new_value, &hit->old_value))
		flags |= KWATCH_FLAG_OLD_UNKNOWN;
	if (unlikely(atomic64_read(&value->seq) != hit->seq))
		kwatch_hit_value_late(bp, value);
	return flags;
}

static void *kwatch_hit_task(struct kwatch_task *task)
{
	task->tid = current->pid;
	task->tgid = current->tgid;
	memcpy(task->comm, current->comm, sizeof(task->comm));
	return task + 1;
}

static void *kwatch_hit_kernel(struct kwatch_cpu *cpu, struct kwatch_stack *stack,
			       struct pt_regs *regs, unsigned int depth)
{
	kwatch_unwind_kernel(cpu, regs, stack, depth);
	return &stack->ip[stack->nr];
}

static void *kwatch_hit_user(struct kwatch_stack *stack, struct pt_regs *regs,
			     unsigned int depth)
{
	kwatch_unwind_user(regs, stack, depth);
	return &stack->ip[stack->nr];
}

static void *kwatch_hit_regs(struct kwatch_regs *part, struct pt_regs *regs)
{
	part->nr = kwatch_arch_regs(part->reg, regs);
	part->arch = kwatch_arch_number;
	part->reserved = 0;
	return &part->reg[part->nr];
}

/* The parts behind the stacks, at @end. */
static noinline void *kwatch_hit_more(const struct kwatch_bp *bp, struct kwatch_hit *hit,
				      struct pt_regs *regs, void *end)
{
	const struct kwatch_plan *plan = bp->plan;

	if (plan->regs) {
		hit->rec.parts |= KWATCH_PART_REGS;
		end = kwatch_hit_regs(end, regs);
	}
	if (plan->ucopy && (user_mode(regs) || kwatch_unwind_has_user())) {
		hit->rec.parts |= KWATCH_PART_UCOPY;
		end = kwatch_unwind_copy(regs, end, plan->ucopy);
	}
	if (plan->parts) {
		hit->rec.parts |= KWATCH_PART_WHERE;
		*(struct kwatch_where *)end = bp->where;
		end += sizeof(bp->where);
	}
	return end;
}

/* The stacks of a hit, as parts at @end. */
static void *kwatch_hit_stacks(struct kwatch_cpu *cpu, const struct kwatch_plan *plan,
			       struct kwatch_hit *hit, struct pt_regs *regs, void *end)
{
	if (plan->depth && !user_mode(regs)) {
		hit->rec.parts |= KWATCH_PART_KSTACK;
		end = kwatch_hit_kernel(cpu, end, regs, plan->depth);
	}
	if (user_mode(regs) || (plan->user_depth && kwatch_unwind_has_user())) {
		hit->rec.parts |= KWATCH_PART_USTACK;
		end = kwatch_hit_user(end, regs, max_t(u8, plan->user_depth, 1));
	}
	return end;
}

/*
 * The same, and a number for them if there is one: then they are not needed,
 * and the end is @begin.
 */
static noinline void *kwatch_hit_number(struct kwatch_cpu *cpu, const struct kwatch_plan *plan,
					struct kwatch_hit *hit, struct pt_regs *regs,
					void *begin)
{
	u8 others = hit->rec.parts;
	void *end;

	end = kwatch_hit_stacks(cpu, plan, hit, regs, begin);
	if (end == begin)
		return end;
	if (!kwatch_unwind_learn(cpu, regs, plan->depth, hit->rec.parts & ~others,
				 begin, end, &hit->stack)) {
		/* Found wrong, at most once in a module's life: take the kernel's. */
		hit->rec.parts = others;
		return kwatch_hit_stacks(cpu, plan, hit, regs, begin);
	}
	if (!hit->stack)
		return end;
	hit->rec.parts = others;
	return begin;
}

/* Count it in the watch's summary. */
static noinline void kwatch_hit_summarise(struct kwatch_cpu *cpu, const struct kwatch_plan *plan,
				 struct kwatch_hit *hit, struct pt_regs *regs)
{
	struct kwatch_task *task = (void *)(hit + 1);
	struct kwatch_stack *first = kwatch_hit_task(task), *second = first;
	bool kernel, user;

	hit->rec.parts = 0;
	kwatch_hit_stacks(cpu, plan, hit, regs, first);
	kernel = hit->rec.parts & KWATCH_PART_KSTACK;
	user = hit->rec.parts & KWATCH_PART_USTACK;
	if (kernel)
		second = (void *)&first->ip[first->nr];
	kwatch_summary_add(plan->summary, hit, task, kernel ? first : NULL,
			   user ? second : NULL);
}

/*
 * Build the record at the start of scratch, where @hit is, and write it.  Task
 * and stacks go by their numbers where they can, and into the record where an
 * action wants to see them.
 */
static __always_inline void kwatch_hit_record(struct kwatch_cpu *cpu, const struct kwatch_bp *bp,
			      struct kwatch_hit *hit, struct pt_regs *regs)
{
	const struct kwatch_plan *plan = bp->plan;
	void *end = hit + 1;

	hit->rec.type = KWATCH_RECORD_HIT;
	hit->rec.parts = 0;
	hit->rec.watch = plan->id;
	hit->cpu = smp_processor_id();
	hit->task = 0;
	hit->stack = 0;

	if (likely(plan->action == KWATCH_ACTION_LOG)) {
		hit->task = kwatch_dedup_task_of_current(cpu->known);
		if (plan->depth && !plan->user_depth && !user_mode(regs))
			hit->stack = kwatch_unwind_known(cpu, regs, plan->depth);
	}
	if (unlikely(!hit->task)) {
		hit->rec.parts |= KWATCH_PART_TASK;
		end = kwatch_hit_task(end);
	}
	if (unlikely(plan->action != KWATCH_ACTION_LOG))
		end = kwatch_hit_stacks(cpu, plan, hit, regs, end);
	else if (unlikely(!hit->stack))
		end = kwatch_hit_number(cpu, plan, hit, regs, end);
	if (unlikely(plan->more))
		end = kwatch_hit_more(bp, hit, regs, end);
	hit->rec.size = end - (void *)hit;
	kwatch_ring_write(&cpu->ring, cpu->scratch, hit->rec.size / sizeof(u64));
	kwatch_cpu_added(cpu);
}

/*
 * The same for the ring of an open /dev/kwatch, whose reader shares no numbers
 * with others, and may not know the kernel's addresses: plan->depth is 0 then.
 */
static noinline bool kwatch_hit_record_own(struct kwatch_cpu *cpu, const struct kwatch_bp *bp,
					   struct kwatch_hit *hit, struct pt_regs *regs)
{
	const struct kwatch_plan *plan = bp->plan;
	void *end = hit + 1;
	bool written;

	hit->rec.type = KWATCH_RECORD_HIT;
	hit->rec.parts = KWATCH_PART_TASK;
	hit->rec.watch = plan->id;
	hit->cpu = smp_processor_id();
	hit->task = 0;
	hit->stack = 0;
	end = kwatch_hit_task(end);
	end = kwatch_hit_stacks(cpu, plan, hit, regs, end);
	if (plan->more)
		end = kwatch_hit_more(bp, hit, user_mode(regs) || plan->own->trusted ? regs :
				      task_pt_regs(current), end);
	hit->rec.size = end - (void *)hit;
	written = kwatch_client_ring_write(plan->own, cpu->scratch, hit->rec.size / sizeof(u64));
	if (!written)
		atomic_inc(&plan->own->missed);
	kwatch_cpu_added(cpu);
	return written;
}

/*
 * One access may trigger several breakpoints of a watch, all in one exception: the
 * handler is called for each, with the same registers.  Same registers, a new slot:
 * the same access.  Same registers, a slot already seen: the next access.  Accesses are
 * numbered, because other watches may have their turns in between.
 */
static bool kwatch_hit_again(struct kwatch_cpu *cpu, const struct kwatch_bp *bp,
			     const struct pt_regs *regs)
{
	struct kwatch_counts *counts = this_cpu_ptr(bp->plan->counts);
	bool same = !memcmp(&cpu->access.regs, regs, sizeof(*regs));
	u32 bit = 1 << bp->slot;

	if (same && counts->access == cpu->access.nr && !(counts->slots & bit)) {
		counts->slots |= bit;
		return true;
	}
	if (!same || counts->access == cpu->access.nr) {
		cpu->access.nr++;
		cpu->access.regs = *regs;
	}
	counts->access = cpu->access.nr;
	counts->slots = bit;
	counts->parts.values = 1 << bp->value_slot;
	counts->parts.nr_filtered = 0;
	return false;
}

/*
 * The budget is spent: have perf take the breakpoint off by itself.  It does
 * so at the next hit, from an irq_work of its own, so that this works even if
 * nothing but interrupts gets a turn because each of them hits.  deferred.c puts
 * it back; it is told once, because telling may hit as well.  Perf need not be
 * told again either, unless there are other slots, whose hits these may be.
 */
static void kwatch_hit_over(const struct kwatch_plan *plan, struct perf_event *event)
{
	struct kwatch_budget *budget = this_cpu_ptr(plan->budget);

	if (likely(budget->told && plan->nr_slots == 1))
		return;
	atomic_set(&event->event_limit, 1);
	if (!budget->told) {
		budget->told = true;
		kwatch_cpu_want_work();
	}
}

/* An access by a process that is ignored, and not by an interrupt on top of it? */
static noinline bool kwatch_hit_ignored(const struct kwatch_plan *plan, struct pt_regs *regs)
{
	u32 count;

	if (plan->own || !kwatch_ignore_is())
		return false;
	if (user_mode(regs))
		return true;
	count = preempt_count() - kwatch_preempt_added;
	return !(count & (HARDIRQ_MASK | SOFTIRQ_OFFSET | NMI_MASK)) &&
	       !(IS_ENABLED(CONFIG_PREEMPT_RT) && in_serving_softirq());
}

/* A hit that goes to its watch's summary, or to an open /dev/kwatch. */
static noinline enum kwatch_outcome kwatch_hit_aside(struct kwatch_cpu *cpu,
						     const struct kwatch_bp *bp,
						     struct kwatch_hit *hit,
						     struct pt_regs *regs)
{
	const struct kwatch_plan *plan = bp->plan;

	if (plan->summary)
		kwatch_hit_summarise(cpu, plan, hit, regs);
	else if (!kwatch_hit_record_own(cpu, bp, hit, regs))
		return KWATCH_SUPPRESSED;
	if (plan->action != KWATCH_ACTION_LOG)
		kwatch_action_hit(cpu, plan, hit);
	return KWATCH_RECORDED;
}

static __always_inline enum kwatch_outcome
kwatch_hit_decide(struct kwatch_cpu *cpu, const struct kwatch_bp *bp,
		  struct perf_event *event, struct kwatch_hit *hit, struct pt_regs *regs)
{
	struct kwatch_plan *plan = bp->plan;
	enum kwatch_verdict verdict = KWATCH_VERDICT_FILTER;

	if (likely(!this_cpu_read(kwatch_suspended)) &&
	    !(unlikely(kwatch_ignore_any()) && kwatch_hit_ignored(plan, regs)))
		verdict = kwatch_decide(plan, hit, regs);

	/* Not in the switch: the compiler would ask for it last. */
	if (likely(verdict == KWATCH_VERDICT_RECORD))
		goto record;

	switch (verdict) {
	case KWATCH_VERDICT_FILTER:
		return KWATCH_FILTERED;
	case KWATCH_VERDICT_EARLY:
		return KWATCH_EARLY;
	case KWATCH_VERDICT_OVER:
		kwatch_hit_over(plan, event);
		return KWATCH_SUPPRESSED;
	case KWATCH_VERDICT_SUPPRESS:
		return KWATCH_SUPPRESSED;
	case KWATCH_VERDICT_LAST:
		kwatch_hit_end(plan, KWATCH_GONE_LIMIT);
		kwatch_cpu_want_work();
		fallthrough;
	case KWATCH_VERDICT_RECORD:
		break;
	}

record:
	hit->rec.flags |= kwatch_hit_flags(bp, regs);
	if (unlikely(plan->callback))
		plan->callback(hit, regs, plan->callback_arg);
	if (kwatch_trace_wanted())
		kwatch_trace_hit(bp, hit, regs);
	if (unlikely(plan->aside))
		return kwatch_hit_aside(cpu, bp, hit, regs);
	kwatch_hit_record(cpu, bp, hit, regs);
	if (unlikely(plan->action != KWATCH_ACTION_LOG))
		kwatch_action_hit(cpu, plan, hit);
	return KWATCH_RECORDED;
}

static void kwatch_hit_keep(struct kwatch_part *part, const struct kwatch_bp *bp,
			    const struct kwatch_hit *hit)
{
	part->old_value = hit->old_value;
	part->new_value = hit->new_value;
	part->where = bp->where;
	part->flags = hit->rec.flags | bp->slot << KWATCH_FLAG_SLOT_SHIFT;
}

/* Keep a part that the filter did not want: another part may be wanted. */
static void kwatch_hit_filtered(struct kwatch_parts *parts, const struct kwatch_bp *bp,
				const struct kwatch_hit *hit)
{
	if (parts->nr_filtered < KWATCH_SLOTS_MAX)
		kwatch_hit_keep(&parts->filtered[parts->nr_filtered++], bp, hit);
}

/* Record a part of a hit that is in the ring. */
static void kwatch_hit_also(struct kwatch_cpu *cpu, const struct kwatch_plan *plan,
			    const struct kwatch_parts *parts, const struct kwatch_part *part)
{
	struct kwatch_also also = {
		.rec.size = sizeof(also),
		.rec.type = KWATCH_RECORD_ALSO,
		.rec.watch = plan->id,
		.rec.flags = part->flags,
		.rec.time_ns = parts->time_ns,
		.seq = parts->seq,
		.old_value = part->old_value,
		.new_value = part->new_value,
		.where = part->where,
		.cpu = smp_processor_id(),
	};

	if (plan->summary)
		return;
	if (!plan->own)
		kwatch_ring_write(&cpu->ring, (u64 *)&also, sizeof(also) / sizeof(u64));
	else if (!kwatch_client_ring_write(plan->own, (u64 *)&also, sizeof(also) / sizeof(u64)))
		atomic_inc(&plan->own->missed);
}

static void kwatch_hit_also_filtered(struct kwatch_cpu *cpu, const struct kwatch_plan *plan,
				     struct kwatch_parts *parts)
{
	unsigned int i;

	for (i = 0; i < parts->nr_filtered; i++)
		kwatch_hit_also(cpu, plan, parts, &parts->filtered[i]);
	parts->nr_filtered = 0;
}

/* What became of the first part of an access. */
static void kwatch_hit_first(const struct kwatch_bp *bp, const struct kwatch_hit *hit,
			     enum kwatch_outcome outcome)
{
	struct kwatch_parts *parts = &this_cpu_ptr(bp->plan->counts)->parts;

	parts->seq = hit->seq;
	parts->time_ns = hit->rec.time_ns;
	parts->outcome = outcome;
	if (outcome == KWATCH_FILTERED)
		kwatch_hit_filtered(parts, bp, hit);
}

/*
 * Another part of an access: its values, and if the hit was filtered so far, whether
 * these values pass.  Parts of a watch of up to eight bytes share one value.
 */
static noinline void kwatch_hit_part(struct kwatch_cpu *cpu, const struct kwatch_bp *bp,
				     struct perf_event *event, struct kwatch_hit *hit,
				     struct pt_regs *regs)
{
	struct kwatch_plan *plan = bp->plan;
	struct kwatch_parts *parts = &this_cpu_ptr(plan->counts)->parts;
	struct kwatch_part part;
	enum kwatch_outcome outcome;

	hit->seq = parts->seq;
	hit->rec.flags = kwatch_hit_value(bp, hit, regs);
	if (parts->values & 1 << bp->value_slot)
		return;
	parts->values |= 1 << bp->value_slot;
	if (parts->outcome == KWATCH_RECORDED) {
		kwatch_hit_keep(&part, bp, hit);
		kwatch_hit_also(cpu, plan, parts, &part);
	}
	if (parts->outcome != KWATCH_FILTERED)
		return;
	outcome = kwatch_hit_decide(cpu, bp, event, hit, regs);
	if (outcome == KWATCH_FILTERED) {
		kwatch_hit_filtered(parts, bp, hit);
		return;
	}
	smp_wmb(); /* order nr, which has it as filtered, before moved: kwatch_counts_add() */
	this_cpu_inc(plan->counts->moved[outcome]);
	parts->time_ns = hit->rec.time_ns;
	parts->outcome = outcome;
	if (outcome == KWATCH_RECORDED)
		kwatch_hit_also_filtered(cpu, plan, parts);
}

/*
 * A hit inside a hit: what listens to kwatch:hit may store as well.  It is suppressed,
 * but its value is the old one of the next hit.
 */
static noinline void kwatch_hit_nested(const struct kwatch_bp *bp)
{
	struct kwatch_value *value = kwatch_hit_values(bp->plan);

	atomic64_inc(&value->seq);
	this_cpu_inc(bp->plan->counts->nr[KWATCH_SUPPRESSED]);
	if (bp->len && kwatch_arch_after(bp->plan->type) &&
	    (!bp->process || current->mm == bp->plan->mm))
		kwatch_hit_value_late(bp, value);
}

/* There was no memory for this CPU's ring when it came. */
static noinline void kwatch_hit_unready(struct kwatch_plan *plan)
{
	atomic64_inc(&kwatch_hit_values(plan)->seq);
	this_cpu_inc(plan->counts->nr[KWATCH_SUPPRESSED]);
}

void kwatch_hit_handle(struct perf_event *event, struct perf_sample_data *data,
		       struct pt_regs *regs)
{
	kwatch_hit(event->overflow_handler_context, event, regs);
}

/*
 * Until 5.13 perf hands a process's breakpoints on to forked children, and to what
 * runs after exec.  Neither is watched, so their hits are none.
 */
static bool kwatch_hit_is_process(const struct kwatch_plan *plan)
{
	return plan->children ? current->self_exec_id == plan->exec_id : current->mm == plan->mm;
}

void kwatch_hit_in_task(const struct kwatch_bp *bp, struct perf_event *event,
			struct pt_regs *regs)
{
	if (!kwatch_hit_is_process(bp->plan))
		return;
	kwatch_hit(bp, event, regs);
}

void kwatch_hit_handle_task(struct perf_event *event, struct perf_sample_data *data,
			    struct pt_regs *regs)
{
	kwatch_hit_in_task(event->overflow_handler_context, event, regs);
}

void kwatch_hit(const struct kwatch_bp *bp, struct perf_event *event,
		struct pt_regs *regs)
{
	struct kwatch_cpu *cpu = kwatch_cpu_this();
	struct kwatch_plan *plan = bp->plan;
	enum kwatch_outcome outcome;
	struct kwatch_hit *hit;
	u32 count;

	if (unlikely(this_cpu_read(kwatch_value_own)))
		return;
	if (unlikely(!cpu)) {
		kwatch_hit_unready(plan);
		return;
	}
	/*
	 * xchg() and not a plain store: busy must be seen before the time is
	 * taken.  Pairs with smp_mb() in kwatch_cpu_busy().
	 */
	if (unlikely(xchg(&cpu->busy, 1))) {
		kwatch_hit_nested(bp);
		return;
	}
	hit = (struct kwatch_hit *)cpu->scratch;
	count = preempt_count(); /* this_cpu_write() may itself add to it */
	this_cpu_write(kwatch_preempt_seen, count);
	if (unlikely(plan->nr_slots > 1) && kwatch_hit_again(cpu, bp, regs)) {
		kwatch_hit_part(cpu, bp, event, hit, regs);
	} else {
		hit->seq = atomic64_inc_return(&kwatch_hit_values(plan)->seq);
		hit->rec.flags = kwatch_hit_value(bp, hit, regs);
		outcome = kwatch_hit_decide(cpu, bp, event, hit, regs);
		this_cpu_inc(plan->counts->nr[outcome]);
		if (unlikely(plan->nr_slots > 1))
			kwatch_hit_first(bp, hit, outcome);
	}
	smp_store_release(&cpu->busy, 0); /* pairs with kwatch_cpu_busy() */
}

bool kwatch_hit_end(struct kwatch_plan *plan, enum kwatch_gone_why why)
{
	return !cmpxchg(&plan->ended, 0, why); /* read by kwatch_decide_wanted() */
}

void kwatch_hit_stuck(const struct kwatch_bp *bp)
{
	kwatch_hit_end(bp->plan, KWATCH_GONE_LOOP);
	kwatch_cpu_want_work();
}

/* Outside the exception from here on. */

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
