// SPDX-License-Identifier: GPL-2.0
/*
 * arm64: up to 16 watchpoints and as many breakpoints, which trap before the
 * access.
 *
 * How hits are observed is in hook.c, what an instruction is about to
 * store in insn.c; here is the rest.
 */
#include <linux/hw_breakpoint.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <asm/insn.h>
#include <asm/sysreg.h>

#include <uapi/kwatch.h>

#include "hit/value.h"
#include "arch/arch.h"
#include "arch/reg_names.h"
#include "arch/arm64/arm64.h"
#include "insn.h"

/* Fields of ID_AA64DFR0_EL1, each one less than there are. */
#define DFR0_BRPS	12
#define DFR0_WRPS	20
#define DFR0_FIELD	0xf
/* Of DBGBCR and DBGWCR: on, at which level, and for which bytes. */
#define DBGCR_ENABLED	1UL
#define DBGCR_LEVEL	(3UL << 1)
#define DBGCR_KERNEL	(1UL << 1)
#define DBGCR_BYTES	(0xffUL << 5)
/* Of PAR_EL1: there is no translation; the upper half of the memory's attributes. */
#define PAR_FAILED	1
#define PAR_ATTR_HIGH	60

const u16 kwatch_arch_number = KWATCH_ARCH_ARM64;
/* watchpoint_report() of the kernel passes them over. */
const bool kwatch_arch_sees_kernel = false;

unsigned int kwatch_arch_slots(u8 type)
{
	u64 dfr0 = read_sysreg(id_aa64dfr0_el1);

	return 1 + ((dfr0 >> (type == KWATCH_TYPE_X ? DFR0_BRPS : DFR0_WRPS)) & DFR0_FIELD);
}

u32 kwatch_arch_bp_type(u8 type)
{
	switch (type) {
	case KWATCH_TYPE_X:
		return HW_BREAKPOINT_X;
	case KWATCH_TYPE_W:
		return HW_BREAKPOINT_W;
	case KWATCH_TYPE_R:
		return HW_BREAKPOINT_R;
	default:
		return HW_BREAKPOINT_RW;
	}
}

u32 kwatch_arch_bp_len(u8 type, u32 len)
{
	return type == KWATCH_TYPE_X ? sizeof(u32) : len;
}

u32 kwatch_arch_len_max(u8 type)
{
	/* The registers can do more with a mask; the kernel has no use for it. */
	return 8;
}

bool kwatch_arch_fits(u8 type, unsigned long addr, u32 len)
{
	if (type == KWATCH_TYPE_X)
		return IS_ALIGNED(addr, sizeof(u32));
	/* Any bytes of one doubleword, but values are read in one piece. */
	return (len == 1 || len == 2 || len == 4 || len == 8) &&
	       IS_ALIGNED(addr, len);
}

bool kwatch_arch_after(u8 type)
{
	return false;
}

bool kwatch_arch_stepped(const struct task_struct *task)
{
	/* The kernel steps over it with the thread's watchpoints off. */
	return READ_ONCE(task->thread.debug.wps_disabled);
}

bool kwatch_arch_irqs_off(const struct pt_regs *regs)
{
	return !interrupts_enabled(regs);
}

unsigned int kwatch_arch_regs(u64 *to, const struct pt_regs *regs)
{
	memcpy(to, &regs->user_regs, sizeof(regs->user_regs));
	return sizeof(regs->user_regs) / sizeof(u64);
}

bool kwatch_arch_is_device(unsigned long addr)
{
	unsigned long flags;
	u64 par;

	/* An interrupt could have an address translated as well. */
	local_irq_save(flags);
	asm volatile("at s1e1r, %0" : : "r" (addr));
	isb();
	par = read_sysreg(par_el1);
	local_irq_restore(flags);
	/* It has a translation, and of attributes those of a device. */
	return !(par & PAR_FAILED) && !(par >> PAR_ATTR_HIGH);
}

const char *kwatch_arch_reg_name(unsigned int i)
{
	static const char * const names[] = KWATCH_REG_NAMES_ARM64;

	return i < ARRAY_SIZE(names) ? names[i] : NULL;
}

/* Frame records begin with the caller's caller: who called is still in a register. */
unsigned int kwatch_arch_entered(const struct pt_regs *regs, unsigned long *ip,
				 unsigned int nr, unsigned int max)
{
	unsigned long caller = regs->regs[30];

	ip[0] += AARCH64_INSN_SIZE;
	if (nr > 1 && ip[1] == caller)
		return nr;
	nr = min(nr + 1, max);
	memmove(&ip[2], &ip[1], (nr - 2) * sizeof(*ip));
	ip[1] = caller;
	return nr;
}

bool kwatch_arch_user_frame(struct pt_regs *regs, unsigned long *ip,
			    unsigned long *fp)
{
	*ip = regs->pc;
	*fp = regs->regs[29];
	return !compat_user_mode(regs);
}

/* Pointer authentication puts its code above the bits of an address. */
unsigned long kwatch_arch_user_return(unsigned long ip)
{
	return ip & (TASK_SIZE_64 - 1);
}

/* Registers have no index: the instruction names them. */
#define SILENCE(kind, n, addr, nr) do {						\
	if (n < (nr) && read_sysreg(dbg##kind##vr##n##_el1) == (addr))		\
		write_sysreg(read_sysreg(dbg##kind##cr##n##_el1) & ~DBGCR_ENABLED, \
			     dbg##kind##cr##n##_el1);				\
} while (0)
#define WAKE(kind, n, addr, nr) do {						\
	if (n < (nr) && is_kernels(read_sysreg(dbg##kind##cr##n##_el1)))	\
		write_sysreg(read_sysreg(dbg##kind##cr##n##_el1) | DBGCR_ENABLED, \
			     dbg##kind##cr##n##_el1);				\
} while (0)
#define TO_ALL(do_it, kind, addr, nr) do {					\
	do_it(kind, 0, addr, nr); do_it(kind, 1, addr, nr);			\
	do_it(kind, 2, addr, nr); do_it(kind, 3, addr, nr);			\
	do_it(kind, 4, addr, nr); do_it(kind, 5, addr, nr);			\
	do_it(kind, 6, addr, nr); do_it(kind, 7, addr, nr);			\
	do_it(kind, 8, addr, nr); do_it(kind, 9, addr, nr);			\
	do_it(kind, 10, addr, nr); do_it(kind, 11, addr, nr);			\
	do_it(kind, 12, addr, nr); do_it(kind, 13, addr, nr);			\
	do_it(kind, 14, addr, nr); do_it(kind, 15, addr, nr);			\
} while (0)

/* Of the kernel's memory; one that is not installed has no bytes. */
static bool is_kernels(u64 control)
{
	return (control & DBGCR_LEVEL) == DBGCR_KERNEL && control & DBGCR_BYTES;
}

static void ignore(struct perf_event *event, struct perf_sample_data *data,
		   struct pt_regs *regs)
{
}

void kwatch_arm64_silence(struct perf_event *event)
{
	u64 addr = counter_arch_bp(event)->address;

	/* After a step the kernel would switch it on again: no more steps for it. */
	WRITE_ONCE(event->overflow_handler, ignore);
	if (event->attr.bp_type == HW_BREAKPOINT_X)
		TO_ALL(SILENCE, b, addr, kwatch_arch_slots(KWATCH_TYPE_X));
	else
		TO_ALL(SILENCE, w, addr, kwatch_arch_slots(KWATCH_TYPE_W));
	isb();
}

void kwatch_arm64_wake(struct irq_work *work)
{
	TO_ALL(WAKE, b, 0, kwatch_arch_slots(KWATCH_TYPE_X));
	TO_ALL(WAKE, w, 0, kwatch_arch_slots(KWATCH_TYPE_W));
	isb();
}

u16 kwatch_arch_values(const struct pt_regs *regs, unsigned long addr, u32 len,
		       bool user, u64 *old, u64 *new)
{
	if (kwatch_arm64_stored(regs, addr, len, old, new))
		return 0;
	if (!(user ? kwatch_value_read_user(addr, len, old) :
		     kwatch_value_read(addr, len, old)))
		return KWATCH_FLAG_OLD_UNKNOWN | KWATCH_FLAG_NEW_UNKNOWN;
	*new = *old;
	return kwatch_arm64_predict(regs, addr, len, *old, new) ? 0 : KWATCH_FLAG_NEW_UNKNOWN;
}
