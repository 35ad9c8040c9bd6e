/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What happens at a hit, and the little that the handler knows of a watch.
 *
 * The handler may have interrupted anything on its CPU, with any lock held.
 * So in hit.c and the writer's half of ring.c, and only there: no lock, no
 * allocation, no printk, no wake-up but irq_work_queue(), no symbol lookup,
 * no loop without a bound.  "make lint" holds hit.c to it.
 */
#ifndef KWATCH_HIT_H
#define KWATCH_HIT_H

#include <linux/compiler.h>
#include <linux/percpu.h>
#include <linux/types.h>

#include <kwatch.h>
#include <uapi/kwatch.h>

#include "decide.h"
#include "language/spec.h"
#include "value.h"

struct kwatch_client_ring;
struct kwatch_process;
struct mm_struct;
struct perf_event;
struct perf_sample_data;
struct pt_regs;

/*
 * What became of a hit.  Every hit is exactly one of these, so the number of
 * hits is their sum.
 */
enum kwatch_outcome {
	KWATCH_RECORDED,	/* in the ring */
	KWATCH_FILTERED,	/* not what was asked for */
	KWATCH_SUPPRESSED,	/* wanted, not recorded: the governor, or a hit inside a hit */
	KWATCH_OUTCOMES,
	KWATCH_EARLY = KWATCH_OUTCOMES	/* no hit: the watch is not armed everywhere yet */
};

/**
 * struct kwatch_parts - an access that touches several parts of a watch
 * @values: bit by slot of a value: those that were looked at
 * @seq:    of the hit
 * @time_ns: of its record
 * @outcome: enum kwatch_outcome, so far
 * @nr_filtered: in @filtered
 * @filtered: parts whose values the filter did not want, until one's are wanted
 */
struct kwatch_parts {
	u32	values;
	u64	seq;
	u64	time_ns;
	u8	outcome;
	u8	nr_filtered;
	struct kwatch_part {
		u64	old_value;
		u64	new_value;
		struct kwatch_where where;
		u16	flags;
	} filtered[KWATCH_SLOTS_MAX];
};

/**
 * struct kwatch_counts - one watch's hits on one CPU, or a sum of such
 * @nr: by outcome; written only by the handler on its CPU
 * @moved: by outcome: hits that count in @nr as filtered, by one part of a long
 *         watch, and came out otherwise by another; in a sum they are moved
 * @access: of a watch of several slots: its last access, in kwatch_cpu.access.nr
 * @slots: bit by slot: which of them that triggered
 * @parts: of that access
 */
struct kwatch_counts {
	u64	nr[KWATCH_OUTCOMES + 1];
	u64	moved[KWATCH_OUTCOMES];
	u64	access;
	u32	slots;
	struct kwatch_parts parts;
};

/* Add up; @from may be counting just now.  Any context */
static inline void kwatch_counts_add(struct kwatch_counts *to,
				     const struct kwatch_counts *from)
{
	u64 moved;
	unsigned int i;

	for (i = 0; i < KWATCH_OUTCOMES; i++) {
		moved = READ_ONCE(from->moved[i]); /* stored by kwatch_hit_part() */
		to->nr[i] += moved;
		to->nr[KWATCH_FILTERED] -= moved;
	}
	smp_rmb(); /* order moved before nr; pairs with smp_wmb() in kwatch_hit_part() */
	for (i = 0; i < KWATCH_OUTCOMES; i++)
		to->nr[i] += READ_ONCE(from->nr[i]); /* stored by the handler */
}

/**
 * struct kwatch_plan - the part of a watch that the handler works with
 * @id:     of the watch
 * @type:   KWATCH_TYPE_*
 * @depth:  kernel frames to record, 0 for none
 * @user_depth: user frames to record, 0 for none
 * @nr_slots: breakpoints that one access may trigger together
 * @more:   any of @regs, @ucopy and @parts
 * @parts:  a watch of more than 8 bytes: say which of them a hit touched
 * @regs:   record the registers too
 * @ucopy:  bytes of the user stack to record, 0 for none
 * @silent: count hits, record none: the self-test's
 * @early:  not armed everywhere yet: no hit counts
 * @picky:  there is more to judge a hit by than the budget: any of @silent,
 *          @changed, @unchanged, @allow, @filter and @own
 * @changed: only hits that changed the value
 * @unchanged: only hits that did not
 * @children: with @mm, processes that were forked count too
 * @mm:     the memory that is watched, if it is a process's; else NULL
 * @exec_id: of the tasks that share it or have a copy of it
 * @action: enum kwatch_action
 * @signo:  of KWATCH_ACTION_SIGNAL
 * @nr_allow: ranges in @allow
 * @allow:  code whose accesses do not count
 * @filter: only hits that it matches; NULL for all
 * @budget: per CPU, what @cost_ns is taken from
 * @cost_ns: what a hit takes out of its budget; 0: no governor
 * @burst_ns: how much of a budget may be saved up
 * @aside:  hits go to @summary or to @own
 * @own:    record hits there, and nothing of the kernel, or NULL
 * @summary: count hits there instead of recording them, or NULL
 * @callback: called for each recorded hit, or NULL
 * @callback_arg: passed to it
 * @counts: per CPU
 * @values: last value and sequence number, shared by all CPUs
 * @cpu_values: the same for each CPU's own copy of a per-CPU variable, or NULL
 * @limit:  the last hit to record, 0 for none
 * @taken:  hits recorded, if there is a @limit
 * @ended:  enum kwatch_gone_why once the watch is to be ended, 0 until then
 *
 * Everything but @allow, the last two, and what @counts and @values point to, is
 * constant while any of the watch's breakpoints exists and it is not @early.
 */
struct kwatch_plan {
	u16	id;
	u8	type;
	u8	depth;
	u8	user_depth;
	u8	nr_slots;
	bool	more;
	bool	parts;
	bool	regs;
	u16	ucopy;
	bool	silent;
	bool	early;
	bool	picky;
	bool	changed;
	bool	unchanged;
	bool	children;
	const struct mm_struct *mm;
	u64	exec_id;
	u8	action;
	u8	signo;
	u8	nr_allow;
	struct kwatch_range allow[KWATCH_ALLOW_MAX];
	const struct kwatch_filter *filter;
	struct kwatch_budget __percpu *budget;
	u64	cost_ns;
	u64	burst_ns;
	bool	aside;
	struct kwatch_client_ring *own;
	struct kwatch_summary *summary;
	kwatch_callback_t callback;
	void	*callback_arg;
	struct kwatch_counts __percpu *counts;
	struct kwatch_value *values;
	struct kwatch_value __percpu *cpu_values;
	u64	limit;
	atomic64_t taken;
	u8	ended;
};

/**
 * struct kwatch_bp - what the handler knows of a breakpoint
 * @plan:  of its watch
 * @process: whose memory it watches; NULL for the kernel's
 * @addr:  the first byte whose value is recorded
 * @len:   bytes of that, up to 8; 0 for none
 * @slot:  which part of the watch it watches
 * @after: the trap comes after the access, to the kernel's memory
 * @value_slot: which value of the watch that is: parts of a watch of up to
 *         eight bytes share one
 * @where: of that part
 * @expects: where traps come before the access: what each CPU's last one leaves, which
 *         may be late; NULL elsewhere
 * @thread_expects: the same of a process's first thread, and KWATCH_SLOTS_MAX further on,
 *         of its next
 *
 * Constant while there is a breakpoint.  One for all CPUs that watch the same address.
 * perf hands it to the handler; cover/ makes it.
 */
struct kwatch_bp {
	struct kwatch_plan *plan;
	const struct kwatch_process *process;
	unsigned long addr;
	u8	len;
	bool	after;
	u8	slot;
	u8	value_slot;
	struct kwatch_where where;
	struct kwatch_expects __percpu *expects;
	struct kwatch_expects *thread_expects;
};

/* A breakpoint triggered.  The debug exception */
void kwatch_hit(const struct kwatch_bp *bp, struct perf_event *event,
		struct pt_regs *regs);

/* kwatch_hit() as perf's overflow handler; the event's context is a struct kwatch_bp */
void kwatch_hit_handle(struct perf_event *event, struct perf_sample_data *data,
		       struct pt_regs *regs);

/* The same for breakpoints of tasks. */
void kwatch_hit_handle_task(struct perf_event *event, struct perf_sample_data *data,
			    struct pt_regs *regs);

/* kwatch_hit() of a breakpoint of a task.  The debug exception */
void kwatch_hit_in_task(const struct kwatch_bp *bp, struct perf_event *event,
			struct pt_regs *regs);

/*
 * The loop guard found an access that gets nowhere.  The caller keeps its breakpoint off, until
 * deferred.c removes the watch.  The debug exception.
 */
void kwatch_hit_stuck(const struct kwatch_bp *bp);

/*
 * Let no further hit of a watch count: hits are filtered until deferred.c has ended the watch.
 * Any context, NMI included.  False if it was ended before.
 */
bool kwatch_hit_end(struct kwatch_plan *plan, enum kwatch_gone_why why);

/*
 * Learn what the exception itself adds to preempt_count(), from the last hit and @at_store, the
 * count at the store that trapped.  For the self-test, on the CPU of that hit, before
 * preemption is on again.
 */
void kwatch_hit_calibrate(u32 at_store);

#endif /* KWATCH_HIT_H */
