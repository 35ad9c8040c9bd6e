// SPDX-License-Identifier: GPL-2.0
/*
 * x86-64: four debug registers, data traps after the access.
 *
 * There is no read-only register; an "r" watch is armed read-write and hit.c
 * keeps the hits that left the value as it was.  The kernel wants a length of
 * sizeof(long) for code, whatever the instruction's.
 */
#include <linux/hw_breakpoint.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/perf_event.h>
#include <linux/ptrace.h>
#include <linux/sched.h>

#include <asm/unwind.h>

#include <uapi/kwatch.h>

#include "arch/arch.h"
#include "arch/reg_names.h"

const u16 kwatch_arch_number = KWATCH_ARCH_X86_64;
const bool kwatch_arch_sees_kernel = true;

unsigned int kwatch_arch_slots(u8 type)
{
	return HBP_NUM;
}

u32 kwatch_arch_bp_type(u8 type)
{
	switch (type) {
	case KWATCH_TYPE_X:
		return HW_BREAKPOINT_X;
	case KWATCH_TYPE_W:
		return HW_BREAKPOINT_W;
	default:
		return HW_BREAKPOINT_RW;
	}
}

u32 kwatch_arch_bp_len(u8 type, u32 len)
{
	return type == KWATCH_TYPE_X ? sizeof(long) : len;
}

u32 kwatch_arch_len_max(u8 type)
{
	/* AMD's debug registers have masks of address bits that do not matter, 12 at least. */
	return type != KWATCH_TYPE_X && boot_cpu_has(X86_FEATURE_BPEXT) ? 4096 : 8;
}

bool kwatch_arch_fits(u8 type, unsigned long addr, u32 len)
{
	if (type == KWATCH_TYPE_X)
		return true;
	return is_power_of_2(len) && len <= kwatch_arch_len_max(type) &&
	       IS_ALIGNED(addr, len);
}

bool kwatch_arch_after(u8 type)
{
	return type != KWATCH_TYPE_X;
}

bool kwatch_arch_stepped(const struct task_struct *task)
{
	return false;
}

bool kwatch_arch_irqs_off(const struct pt_regs *regs)
{
	return !(regs->flags & X86_EFLAGS_IF);
}

static const char * const names[] = KWATCH_REG_NAMES_X86_64;

unsigned int kwatch_arch_regs(u64 *to, const struct pt_regs *regs)
{
	const u64 *word = (const u64 *)regs;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		to[i] = word[i];
	/* With FRED the kernel has more in these two words. */
	to[offsetof(struct pt_regs, cs) / sizeof(u64)] &= 0xffff;
	to[offsetof(struct pt_regs, ss) / sizeof(u64)] &= 0xffff;
	return ARRAY_SIZE(names);
}

const char *kwatch_arch_reg_name(unsigned int i)
{
	return i < ARRAY_SIZE(names) ? names[i] : NULL;
}

/* ORC knows where a function is entered; the probe's own bytes are before @ip. */
unsigned int kwatch_arch_entered(const struct pt_regs *regs, unsigned long *ip,
				 unsigned int nr, unsigned int max)
{
	return nr;
}

bool kwatch_arch_user_frame(struct pt_regs *regs, unsigned long *ip,
			    unsigned long *fp)
{
	*ip = regs->ip;
	*fp = regs->bp;
	return user_64bit_mode(regs);
}

unsigned long kwatch_arch_user_return(unsigned long ip)
{
	return ip;
}

unsigned int kwatch_arch_unwind(struct pt_regs *regs, u64 *ips,
				unsigned int max, u16 *flags)
{
	struct unwind_state state;
	unsigned int nr = 0;

	for (unwind_start(&state, current, regs, NULL); !unwind_done(&state);
	     unwind_next_frame(&state)) {
		unsigned long ip = unwind_get_return_address(&state);

		if (!ip)
			break;
		if (nr == max) {
			*flags |= KWATCH_STACK_CUT;
			return nr;
		}
		ips[nr++] = ip;
	}
	if (unwind_error(&state))
		*flags |= KWATCH_STACK_BROKEN;
	return nr;
}

u16 kwatch_arch_values(const struct pt_regs *regs, unsigned long addr, u32 len,
		       bool user, u64 *old, u64 *new)
{
	/* Only x watches trap before, and they have no value. */
	return KWATCH_FLAG_OLD_UNKNOWN | KWATCH_FLAG_NEW_UNKNOWN;
}

/* Outside the exception from here on. */

bool kwatch_arch_is_device(unsigned long addr)
{
	unsigned int level;
	pte_t *pte = lookup_address(addr, &level);

	/* Drivers map RAM uncached, too, for devices that do not look into caches. */
	return pte && pte_present(*pte) && pte_flags(*pte) & _PAGE_PCD &&
	       !page_is_ram(pte_pfn(*pte));
}
