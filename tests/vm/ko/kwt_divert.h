/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the modules share that put a function of their own in place of the kernel's.
 */
#ifndef KWT_DIVERT_H
#define KWT_DIVERT_H

#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/ptrace.h>
#include <linux/string.h>

/* Is the function called by one of kwatch with @from in its name? */
static inline bool kwt_is_from_kwatch(const struct pt_regs *regs, const char *from)
{
	char name[KSYM_SYMBOL_LEN];

#ifdef CONFIG_X86
	sprint_symbol(name, *(unsigned long *)regs->sp);
#else
	sprint_symbol(name, procedure_link_pointer(regs));
#endif
	return strstr(name, "[kwatch]") && strstr(name, from);
}

/* A probe that has such a handler is not made a jump, which always goes back. */
static inline void kwt_no_jump(struct kprobe *kp, struct pt_regs *regs, unsigned long flags)
{
}

#endif /* KWT_DIVERT_H */
