// SPDX-License-Identifier: GPL-2.0
/*
 * Who took a watch's memory away, and the record that says so.
 */
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "event.h"
#include "gone.h"
#include "hit/client_ring.h"
#include "hit/culprit.h"
#include "hit/hit.h"

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
static void *put_parts(const struct kwatch_plan *plan, struct kwatch_record *rec, void *at,
		       const struct kwatch_culprit *by)
{
	*(struct kwatch_task *)at = by->task;
	at += sizeof(by->task);
	rec->parts |= KWATCH_PART_TASK;
	if (!plan->own || plan->own->trusted) {
		at = put_kstack(at, by);
		rec->parts |= KWATCH_PART_KSTACK;
	}
	if (by->user_nr) {
		at = put_ustack(at, by);
		rec->parts |= KWATCH_PART_USTACK;
	}
	return at;
}

void kwatch_gone_tell(const struct kwatch_plan *plan, enum kwatch_record_type type,
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
	record->gone.rec.watch = plan->id;
	record->gone.why = why;
	record->gone.cpu = raw_smp_processor_id();
	record->gone.from_ns = by->time_ns;
	if (from_ns) {
		record->gone.flags = KWATCH_GONE_BETWEEN;
		record->gone.from_ns = from_ns;
	} else {
		end = put_parts(plan, &record->gone.rec, end, by);
	}
	record->gone.rec.size = end - (void *)record;
	kwatch_event_tell(plan->own, record);
	kfree(record);
}
