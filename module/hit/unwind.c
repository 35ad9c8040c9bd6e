// SPDX-License-Identifier: GPL-2.0
/*
 * The stack of a hit, from the registers of the trap.
 *
 * Frame 0 is written by hand: the kernel's unwinders, when started from
 * registers, give the callers of that frame.
 */
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/uprobes.h>

#include "arch/arch.h"
#include "arch/orc.h"
#include "cpu.h"
#include "dedup.h"
#include "unwind.h"
#include "value.h"

bool kwatch_unwind_verify;
module_param_named(verify_stack, kwatch_unwind_verify, bool, 0600);
MODULE_PARM_DESC(verify_stack, "compare every stack with the kernel's unwinder, for tests (default N)");

/*
 * Is the stack the one that the kernel's unwinder gives?  If it is not, nothing
 * else unwinds from now on.
 */
static bool is_right(struct kwatch_cpu *cpu, struct pt_regs *regs,
		     const struct kwatch_stack *stack, unsigned int depth)
{
	unsigned int nr;
	u16 flags = 0;

	cpu->checked++;
	nr = 1 + kwatch_arch_unwind(regs, cpu->check, depth - 1, &flags);
	if (nr == stack->nr && flags == stack->flags &&
	    stack->ip[0] == instruction_pointer(regs) &&
	    !memcmp(&stack->ip[1], cpu->check, (nr - 1) * sizeof(u64)))
		return true;
	kwatch_orc_give_up("kernel (a stack came out otherwise)");
	return false;
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
		if (!kwatch_unwind_verify || is_right(cpu, regs, stack, depth))
			return;
		stack->flags = 0;
	}
	cpu->by_kernel++;
	stack->nr = 1 + kwatch_arch_unwind(regs, &stack->ip[1], depth - 1,
					   &stack->flags);
}

u32 kwatch_unwind_verified(struct kwatch_cpu *cpu, struct pt_regs *regs,
			   unsigned int depth, u32 number)
{
	const struct kwatch_dedup_stack *known;

	if (!number)
		return 0;
	known = kwatch_dedup_stack(cpu->known, number);
	return is_right(cpu, regs, (const void *)known->word, depth) ? number : 0;
}

bool kwatch_unwind_learn(struct kwatch_cpu *cpu, struct pt_regs *regs,
			 unsigned int depth, u8 parts, void *begin, void *end,
			 u32 *number)
{
	unsigned int nr = (end - begin) / sizeof(u64);
	u32 hash = kwatch_dedup_hash(parts, begin, nr);

	*number = kwatch_dedup_find(cpu->known, hash, parts, begin, nr);
	if (!*number && kwatch_dedup_has_room(cpu->known, nr)) {
		if (parts & KWATCH_PART_KSTACK && !is_right(cpu, regs, begin, depth))
			return false;
		*number = kwatch_dedup_add(cpu->known, hash, parts, begin, nr);
	}
	if (*number && parts == KWATCH_PART_KSTACK)
		kwatch_orc_learn(cpu->orc, regs, depth, begin, *number);
	return true;
}

bool kwatch_unwind_has_user(void)
{
	return current->mm && !(current->flags & PF_KTHREAD);
}

#ifdef CONFIG_UPROBES
#define URETPROBES_MAX	64	/* the kernel's own bound */

/*
 * A uretprobe puts its trampoline, the first byte of a page, in place of a return
 * address.  Put the original back into @words, a copy of the user stack from @sp on.
 * The list is read without faults: its owner may be in the middle of changing it.
 */
static void undo_uretprobes(u64 *words, unsigned long sp, unsigned int bytes)
{
	const struct return_instance *instance;
	u64 next, stack, original;
	unsigned int i;

	if (likely(!current->utask) ||
	    !kwatch_value_read((unsigned long)&current->utask->return_instances,
			       sizeof(next), &next))
		return;
	for (i = 0; next && i < URETPROBES_MAX; i++) {
		instance = (const void *)(unsigned long)next;
		if (!kwatch_value_read((unsigned long)&instance->stack, sizeof(u64), &stack) ||
		    !kwatch_value_read((unsigned long)&instance->orig_ret_vaddr, sizeof(u64),
				       &original) ||
		    !kwatch_value_read((unsigned long)&instance->next, sizeof(u64), &next))
			return;
		if (stack < sp || stack - sp >= bytes || (stack - sp) % sizeof(u64))
			continue;
		if (!offset_in_page(words[(stack - sp) / sizeof(u64)]))
			words[(stack - sp) / sizeof(u64)] = original;
	}
}
#else
static void undo_uretprobes(u64 *words, unsigned long sp, unsigned int bytes)
{
}
#endif

static void walk_user(struct pt_regs *user, struct kwatch_stack *stack,
		      unsigned int depth)
{
	struct { u64 fp, ip; } frame;
	unsigned long ip, fp;

	stack->flags = kwatch_arch_user_frame(user, &ip, &fp) ? 0 : KWATCH_STACK_32BIT;
	stack->reserved = 0;
	stack->ip[0] = ip;
	stack->nr = 1;
	if (stack->flags)
		return;
	for (; stack->nr < depth; stack->nr++) {
		/* Frames are aligned, and each lies above the one it called. */
		if (!fp || fp % sizeof(fp) ||
		    copy_from_user_nofault(&frame, (void __user *)fp, sizeof(frame)))
			return;
		undo_uretprobes(&frame.fp, fp, sizeof(frame));
		if (!frame.ip || frame.fp <= fp)
			return;
		stack->ip[stack->nr] = kwatch_arch_user_return(frame.ip);
		fp = frame.fp;
	}
	stack->flags |= KWATCH_STACK_CUT;
}

void kwatch_unwind_user(struct pt_regs *regs, struct kwatch_stack *stack,
			unsigned int depth)
{
	struct pt_regs *user = user_mode(regs) ? regs : task_pt_regs(current);

	/* A stack may be watched too, and to read it is nobody's access. */
	this_cpu_write(kwatch_value_own, true);
	walk_user(user, stack, depth);
	this_cpu_write(kwatch_value_own, false);
}
/* Page by page: what comes before one that is not there is kept. */
static u16 copy_user_stack(void *to, unsigned long from, u16 bytes)
{
	u16 done = 0, part;

	while (done < bytes) {
		part = min_t(unsigned long, bytes - done, PAGE_SIZE - offset_in_page(from + done));
		if (copy_from_user_nofault(to + done, (void __user *)(from + done), part))
			break;
		done += part;
	}
	return round_down(done, sizeof(u64));
}

void *kwatch_unwind_copy(struct pt_regs *regs, struct kwatch_ucopy *copy, u16 bytes)
{
	struct pt_regs *user = user_mode(regs) ? regs : task_pt_regs(current);

	copy->nr = kwatch_arch_regs(copy->reg, user);
	copy->arch = kwatch_arch_number;
	copy->asked = bytes;
	copy->sp = user_stack_pointer(user);
	this_cpu_write(kwatch_value_own, true);
	copy->size = copy_user_stack(&copy->reg[copy->nr], copy->sp, bytes);
	undo_uretprobes(&copy->reg[copy->nr], copy->sp, copy->size);
	this_cpu_write(kwatch_value_own, false);
	return (void *)&copy->reg[copy->nr] + copy->size;
}

const char *kwatch_unwind_state(void)
{
	return kwatch_orc_state();
}
