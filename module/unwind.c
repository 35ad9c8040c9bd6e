// SPDX-License-Identifier: GPL-2.0
/*
 * The stack of a hit, from the registers of the trap.
 *
 * Frame 0 is written by hand: the kernel's unwinders, when started from
 * registers, give the callers of that frame.
 */
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/uaccess.h>

#include "arch/arch.h"
#include "unwind.h"

void kwatch_unwind_kernel(struct pt_regs *regs, struct kwatch_stack *stack,
			  unsigned int depth)
{
	stack->flags = 0;
	stack->reserved = 0;
	stack->ip[0] = instruction_pointer(regs);
	stack->nr = 1 + kwatch_arch_unwind(regs, &stack->ip[1], depth - 1,
					   &stack->flags);
}

bool kwatch_unwind_has_user(void)
{
	return current->mm && !(current->flags & PF_KTHREAD);
}

void kwatch_unwind_user(struct pt_regs *regs, struct kwatch_stack *stack,
			unsigned int depth)
{
	struct pt_regs *user = user_mode(regs) ? regs : task_pt_regs(current);
	struct { unsigned long fp, ip; } frame;
	unsigned long ip, fp;

	kwatch_arch_user_frame(user, &ip, &fp);
	stack->flags = 0;
	stack->reserved = 0;
	stack->ip[0] = ip;
	for (stack->nr = 1; stack->nr < depth; stack->nr++) {
		/* Frames are aligned, and each lies above the one it called. */
		if (!fp || fp % sizeof(fp) ||
		    copy_from_user_nofault(&frame, (void __user *)fp, sizeof(frame)))
			return;
		if (!frame.ip || frame.fp <= fp)
			return;
		stack->ip[stack->nr] = frame.ip;
		fp = frame.fp;
	}
	stack->flags |= KWATCH_STACK_CUT;
}
