/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stack of a hit, from the registers of the trap.
 */
#ifndef KWATCH_UNWIND_H
#define KWATCH_UNWIND_H

#include <linux/types.h>

#include <uapi/kwatch.h>

struct kwatch_cpu;
struct pt_regs;

/**
 * kwatch_unwind_kernel() - the kernel stack of the code that trapped
 * @cpu:   this CPU's
 * @regs:  of the trap, in kernel mode
 * @stack: filled; needs room for @depth entries of @stack->ip
 * @depth: frames at most, at least 1
 *
 * The first entry is the instruction pointer of the trap, the others are
 * return addresses.  None of the exception's own frames is among them.
 *
 * Context: the handler, NMI-like.
 */
void kwatch_unwind_kernel(struct kwatch_cpu *cpu, struct pt_regs *regs,
			  struct kwatch_stack *stack, unsigned int depth);

/**
 * kwatch_unwind_state() - what unwinds
 *
 * Context: any.
 * Return: for stats.
 */
const char *kwatch_unwind_state(void);

/**
 * kwatch_unwind_has_user() - is there a user stack below this hit?
 *
 * Context: the handler.
 * Return: false in a kernel thread.
 */
bool kwatch_unwind_has_user(void);

/**
 * kwatch_unwind_user() - the user stack, by frame pointers
 * @regs:  of the trap, in kernel or user mode
 * @stack: filled; needs room for @depth entries of @stack->ip
 * @depth: frames at most, at least 1
 *
 * A program built without frame pointers gives its first frame and maybe some
 * that are none of its callers.
 *
 * Context: the handler; pages that are not there end the walk.
 */
void kwatch_unwind_user(struct pt_regs *regs, struct kwatch_stack *stack,
			unsigned int depth);

#endif /* KWATCH_UNWIND_H */
