// SPDX-License-Identifier: GPL-2.0
/*
 * The stack of a hit, from the registers of the trap.
 *
 * Frame 0 is written by hand: the kernel's unwinders, when started from
 * registers, give the callers of that frame.
 */
#include <linux/ptrace.h>

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
