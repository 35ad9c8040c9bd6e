// SPDX-License-Identifier: GPL-2.0
/*
 * The instruction that trapped: what it is about to store, and store-exclusives, which
 * are run here.
 */
#include <linux/percpu.h>
#include <linux/ptrace.h>
#include <linux/uaccess.h>

#include <asm/sysreg.h>

#include "arch/arm64/arm64.h"
#include "hit/value.h"
#include "insn.h"

/* Of DCZID_EL0: the block's size, as a power of two of words. */
#define DCZID_BLOCK	0xf

/**
 * struct exclusive - the last store-exclusive that was run on this CPU
 * @pc:    where the task goes on, 0 for none
 * @regs:  as they were at the trap
 * @store: what it did
 *
 * Other watches of the same bytes have their turn in the same exception, when
 * it is done already; they are shown @regs.
 */
struct exclusive {
	u64	pc;
	struct pt_regs regs;
	struct kwatch_insn_store store;
};

static DEFINE_PER_CPU(struct exclusive, exclusives);

bool kwatch_arm64_fetch(const struct pt_regs *regs, u32 *insn)
{
	u64 word;

	if (user_mode(regs))
		return !copy_from_user_nofault(insn, (void __user *)regs->pc, sizeof(*insn));
	if (!kwatch_value_read(regs->pc, sizeof(*insn), &word))
		return false;
	*insn = word;
	return true;
}

bool kwatch_arm64_predict(const struct pt_regs *regs, unsigned long addr,
			  u32 len, u64 old, u64 *new)
{
	const struct kwatch_insn_bytes watch = { .addr = addr, .len = len, .old = old };
	u32 zva = 4U << (read_sysreg(dczid_el0) & DCZID_BLOCK), insn;

	return kwatch_arm64_fetch(regs, &insn) &&
	       kwatch_insn_value(insn, (const u64 *)&regs->user_regs, zva, &watch, new);
}

struct pt_regs *kwatch_arm64_run_exclusive(struct pt_regs *regs, unsigned int *status)
{
	struct exclusive *ex = this_cpu_ptr(&exclusives);
	u32 insn;

	/* What follows it is a branch, which does not trap by itself. */
	if (ex->pc && regs->pc == ex->pc)
		return &ex->regs;
	if (!kwatch_arm64_fetch(regs, &insn) || !kwatch_insn_is_exclusive(insn))
		return NULL;
	*status = kwatch_insn_status(insn);
	if (user_mode(regs))
		return NULL;
	ex->pc = 0;
	ex->regs = *regs;
	if (!kwatch_insn_exclusive((u64 *)&regs->user_regs, regs->pc, &ex->store))
		return NULL;
	regs->pc += sizeof(insn);
	ex->pc = regs->pc;
	return &ex->regs;
}

bool kwatch_arm64_stored(const struct pt_regs *regs, unsigned long addr,
			 u32 len, u64 *old, u64 *new)
{
	const struct exclusive *ex = this_cpu_ptr(&exclusives);
	struct kwatch_insn_bytes watch = { .addr = addr, .len = len };

	if (regs != &ex->regs || !kwatch_value_read(addr, len, &watch.old))
		return false;
	kwatch_insn_stored(&ex->store, &watch, old, new);
	return true;
}
