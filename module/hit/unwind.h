/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stack of a hit, from the registers of the trap.
 */
#ifndef KWATCH_UNWIND_H
#define KWATCH_UNWIND_H

#include <linux/types.h>

#include <uapi/kwatch.h>

#include "arch/orc.h"
#include "cpu.h"

struct pt_regs;

/**
 * kwatch_unwind_kernel() - the kernel stack of the code that trapped
 * @cpu:   this CPU's
 * @regs:  of the trap, in kernel mode
 * @stack: filled; needs room for @depth entries of @stack->ip
 * @depth: frames at most, at least 1
 *
 * The first entry is the instruction pointer of the trap, the others are return
 * addresses.  The exception's own frames are left out.
 *
 * Context: the handler, NMI-like.
 */
void kwatch_unwind_kernel(struct kwatch_cpu *cpu, struct pt_regs *regs,
			  struct kwatch_stack *stack, unsigned int depth);

/* verify_stack=: compare every stack with the kernel's. */
extern bool kwatch_unwind_verify;

/* @number if it stands for the stack that the kernel gives, else 0. */
u32 kwatch_unwind_verified(struct kwatch_cpu *cpu, struct pt_regs *regs,
			   unsigned int depth, u32 number);

/*
 * The number of the kernel stack in @cpu->known if it is recognised; 0: unwind it.  The
 * handler, NMI-like.
 */
static inline u32 kwatch_unwind_known(struct kwatch_cpu *cpu, struct pt_regs *regs,
				      unsigned int depth)
{
	u32 number = kwatch_orc_recall(cpu->orc, regs, depth);

	if (unlikely(kwatch_unwind_verify))
		return kwatch_unwind_verified(cpu, regs, depth, number);
	return number;
}

/**
 * kwatch_unwind_learn() - a number for what was unwound
 * @cpu:   this CPU's
 * @regs:  of the trap
 * @depth: as for kwatch_unwind_kernel()
 * @parts: KWATCH_PART_KSTACK and KWATCH_PART_USTACK, those that are there
 * @begin: the parts
 * @end:   behind them
 * @number: filled with the number in @cpu->known, 0 if there is no room
 *
 * A new stack is compared with the kernel's unwinder first.
 *
 * Context: the handler, NMI-like.
 * Return: false if the stack is wrong; from now on the kernel unwinds.
 */
bool kwatch_unwind_learn(struct kwatch_cpu *cpu, struct pt_regs *regs,
			 unsigned int depth, u8 parts, void *begin, void *end,
			 u32 *number);

/* What unwinds, for stats; any context */
const char *kwatch_unwind_state(void);

/* Is there a user stack below this hit?  Not in a kernel thread.  The handler */
bool kwatch_unwind_has_user(void);

/**
 * kwatch_unwind_user() - the user stack, by frame pointers
 * @regs:  of the trap, in kernel or user mode
 * @stack: filled; needs room for @depth entries of @stack->ip
 * @depth: frames at most, at least 1
 *
 * A program built without frame pointers gives its first frame, and maybe some
 * that are none of its callers.
 *
 * Context: the handler; a page that is not there ends the walk.
 */
void kwatch_unwind_user(struct pt_regs *regs, struct kwatch_stack *stack,
			unsigned int depth);

/*
 * Copy the user registers and @bytes of the user stack (a multiple of 8), to be unwound
 * later; a page that is not there ends the copy.  The handler.  Return: the end of what was
 * filled.
 */
void *kwatch_unwind_copy(struct pt_regs *regs, struct kwatch_ucopy *copy, u16 bytes);

#endif /* KWATCH_UNWIND_H */
