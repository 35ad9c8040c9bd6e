// SPDX-License-Identifier: GPL-2.0
/*
 * Who took a watch's memory away, as a probe finds it.  See culprit.h.
 */
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/stacktrace.h>
#include <linux/string.h>

#include "arch/arch.h"
#include "culprit.h"
#include "unwind.h"

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
