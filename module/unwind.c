// SPDX-License-Identifier: GPL-2.0
/*
 * The stack of a hit, from the registers of the trap.
 *
 * Frame 0 is written by hand: the kernel's unwinders, when started from
 * registers, give the callers of that frame.
 */
#include <linux/moduleparam.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "arch/arch.h"
#include "arch/orc.h"
#include "cpu.h"
#include "unwind.h"

static bool verify_stack;
module_param(verify_stack, bool, 0600);
MODULE_PARM_DESC(verify_stack, "compare every stack with the kernel's unwinder, for tests (default N)");

/*
 * Is the stack the one that the kernel's unwinder gives?  If it is not, that
 * one takes its place, now and from now on.
 */
static void check_stack(struct kwatch_cpu *cpu, struct pt_regs *regs,
			struct kwatch_stack *stack, unsigned int depth)
{
	unsigned int nr;
	u16 flags = 0;

	cpu->checked++;
	nr = 1 + kwatch_arch_unwind(regs, cpu->check, depth - 1, &flags);
	if (nr == stack->nr && flags == stack->flags &&
	    !memcmp(&stack->ip[1], cpu->check, (nr - 1) * sizeof(u64)))
		return;
	kwatch_orc_give_up("kernel (a stack came out otherwise)");
	memcpy(&stack->ip[1], cpu->check, (nr - 1) * sizeof(u64));
	stack->nr = nr;
	stack->flags = flags;
}

void kwatch_unwind_kernel(struct kwatch_cpu *cpu, struct pt_regs *regs,
			  struct kwatch_stack *stack, unsigned int depth)
{
	int nr;

	stack->flags = 0;
	stack->reserved = 0;
	stack->ip[0] = instruction_pointer(regs);
	nr = kwatch_orc_unwind(cpu->orc, regs, &stack->ip[1], depth - 1, &stack->flags);
	if (nr >= 0) {
		stack->nr = 1 + nr;
		if (verify_stack)
			check_stack(cpu, regs, stack, depth);
		return;
	}
	cpu->by_kernel++;
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

const char *kwatch_unwind_state(void)
{
	return kwatch_orc_state();
}
