// SPDX-License-Identifier: GPL-2.0
/*
 * Who took a watch's memory away, and the record that says so.
 */
#include <linux/irqflags.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/stacktrace.h>
#include <linux/string.h>

#include "arch/arch.h"
#include "event.h"
#include "gone.h"
#include "hit/client_ring.h"
#include "hit/unwind.h"
#include "watch/watch.h"

/* Enough to tell a function's first instruction, where a kprobe is, from others. */
#define ENTRY_BYTES	64

void kwatch_culprit_note(struct kwatch_culprit *culprit, unsigned long from,
			 const struct pt_regs *entry)
{
	unsigned long len = entry ? ENTRY_BYTES : 1;
	unsigned int i;

	culprit->time_ns = ktime_get_mono_fast_ns();
	culprit->task.tid = current->pid;
	culprit->task.tgid = current->tgid;
	memcpy(culprit->task.comm, current->comm, sizeof(culprit->task.comm));

	culprit->nr = stack_trace_save(culprit->ip, ARRAY_SIZE(culprit->ip), 0);
	for (i = 0; i < culprit->nr && culprit->ip[i] - from >= len; i++)
		;
	if (i == culprit->nr)
		return;
	culprit->nr -= i;
	memmove(culprit->ip, culprit->ip + i, culprit->nr * sizeof(*culprit->ip));
	if (entry)
		culprit->nr = kwatch_arch_entered(entry, culprit->ip, culprit->nr,
						  ARRAY_SIZE(culprit->ip));
}

void kwatch_culprit_note_user(struct kwatch_culprit *culprit)
{
	struct {
		struct kwatch_stack stack;
		u64 ip[KWATCH_CULPRIT_USER];
	} user = { };
	unsigned long flags;

	local_irq_save(flags);
	kwatch_unwind_user(task_pt_regs(current), &user.stack, KWATCH_CULPRIT_USER);
	local_irq_restore(flags);
	culprit->user_nr = user.stack.nr;
	memcpy(culprit->user_ip, user.ip, user.stack.nr * sizeof(u64));
}

/* Without the tracepoint's own frame.  Return: what is behind the part. */
static void *put_kstack(struct kwatch_stack *stack, const struct kwatch_culprit *by)
{
	char name[KSYM_SYMBOL_LEN];
	unsigned int i = 0;

	if (by->nr)
		sprint_symbol(name, by->ip[0]);
	if (by->nr && strstarts(name, "__traceiter_"))
		i++;
	while (i < by->nr)
		stack->ip[stack->nr++] = by->ip[i++];
	return &stack->ip[stack->nr];
}

static void *put_ustack(struct kwatch_stack *stack, const struct kwatch_culprit *by)
{
	stack->nr = by->user_nr;
	memcpy(stack->ip, by->user_ip, by->user_nr * sizeof(u64));
	return &stack->ip[stack->nr];
}

/* The parts of a record.  Return: what is behind them. */
static void *put_parts(const struct kwatch_watch *watch, struct kwatch_record *rec, void *at,
		       const struct kwatch_culprit *by)
{
	*(struct kwatch_task *)at = by->task;
	at += sizeof(by->task);
	rec->parts |= KWATCH_PART_TASK;
	if (!watch->hot.own || watch->hot.own->trusted) {
		at = put_kstack(at, by);
		rec->parts |= KWATCH_PART_KSTACK;
	}
	if (by->user_nr) {
		at = put_ustack(at, by);
		rec->parts |= KWATCH_PART_USTACK;
	}
	return at;
}

void kwatch_gone_tell(const struct kwatch_watch *watch, enum kwatch_record_type type,
		      enum kwatch_gone_why why, const struct kwatch_culprit *by, u64 from_ns)
{
	struct {
		struct kwatch_gone gone;
		struct kwatch_task task;
		struct kwatch_stack kernel;
		u64 ip[KWATCH_STACK_MAX];
		struct kwatch_stack user;
		u64 user_ip[KWATCH_CULPRIT_USER];
	} *record;
	void *end;

	record = kzalloc(sizeof(*record), GFP_KERNEL | __GFP_NOFAIL);
	end = &record->gone + 1;
	record->gone.rec.type = type;
	record->gone.rec.watch = watch->id;
	record->gone.why = why;
	record->gone.cpu = raw_smp_processor_id();
	record->gone.from_ns = by->time_ns;
	if (from_ns) {
		record->gone.flags = KWATCH_GONE_BETWEEN;
		record->gone.from_ns = from_ns;
	} else {
		end = put_parts(watch, &record->gone.rec, end, by);
	}
	record->gone.rec.size = end - (void *)record;
	kwatch_event_tell(watch->hot.own, record);
	kfree(record);
}
