// SPDX-License-Identifier: GPL-2.0
/*
 * action=: what is done at a hit besides recording it.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/string.h>

#include "action.h"
#include "arch/arch.h"
#include "cpu.h"
#include "hit.h"

/*
 * Printing touches memory too; if that is what is watched, a dump for every
 * hit would never end.
 */
#define DUMP_EVERY_NS	(100 * NSEC_PER_MSEC)

void kwatch_action_hit(struct kwatch_cpu *cpu, const struct kwatch_plan *plan,
		       const struct kwatch_hit *hit)
{
	const struct kwatch_task *task = (const void *)(hit + 1);
	const struct kwatch_stack *stack = (const void *)(task + 1);
	struct kwatch_act *act = &cpu->action;

	if (plan->action == KWATCH_ACTION_TRACEOFF) {
		tracing_off();
		return;
	}
	/* The work of an earlier hit has not run yet. */
	if (READ_ONCE(act->todo)) /* cleared by act() in deferred.c */
		return;

	if (plan->action == KWATCH_ACTION_DUMP) {
		if (hit->rec.time_ns < act->dump_ns)
			return;
		act->dump_ns = hit->rec.time_ns + DUMP_EVERY_NS;
	}
	act->watch = plan->id;
	act->exact = !kwatch_arch_after(plan->type);
	act->nr = 0;
	if (!plan->summary && hit->rec.parts & KWATCH_PART_KSTACK) {
		act->nr = min_t(u16, stack->nr, KWATCH_STACK_MAX);
		memcpy(act->ip, stack->ip, act->nr * sizeof(u64));
	}
	act->task = NULL;
	if (plan->action == KWATCH_ACTION_SIGNAL) {
		/* No signal reaches a kernel thread, or whom an interrupt hit. */
		if (current->flags & PF_KTHREAD ||
		    hit->rec.flags & (KWATCH_FLAG_HARDIRQ | KWATCH_FLAG_SOFTIRQ | KWATCH_FLAG_NMI))
			return;
		act->signo = plan->signo;
		act->task = get_task_struct(current);
	}
	smp_store_release(&act->todo, BIT(plan->action)); /* pairs with act() in deferred.c */
	irq_work_queue(&cpu->act);
}
