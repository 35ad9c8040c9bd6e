// SPDX-License-Identifier: GPL-2.0
/*
 * Kernel stacks on arm64: frame records, followed by hand.
 *
 * The kernel's own unwinder starts where it is called, not from registers, so
 * its stack has the handler on top; below the trap the two must agree.  A stack
 * that is new to a CPU is compared, and one that differs (the kernel looks up
 * what tracers have put in a return address's place) leaves all of them to the
 * kernel's from then on.
 */
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/stacktrace.h>
#include <linux/uaccess.h>

#include <asm/stacktrace.h>

#include <uapi/kwatch.h>

#include "arch/arch.h"
#include "arch/arm64/arm64.h"

/* Frames that a watch may ask for, and as many of the exception and the handler. */
#define RAW_MAX	128

/* What the kernel's unwinder gives; a CPU has one handler at a time. */
static DEFINE_PER_CPU(unsigned long [RAW_MAX], kwatch_frames_raw);

/* Why they do not do; NULL as long as they do. */
static const char *gave_up;

/* A return address without its signature, if the kernel signs them. */
static u64 strip(u64 ip)
{
	return ip | ~0ULL << 48;
}

/* Two words of a stack.  The task's own cannot fault, another may. */
static bool read_record(unsigned long fp, unsigned long record[2])
{
	unsigned long low = (unsigned long)task_stack_page(current);

	if (fp & 7)
		return false;
	if (fp >= low && fp <= low + THREAD_SIZE - 2 * sizeof(long)) {
		record[0] = READ_ONCE_NOCHECK(((unsigned long *)fp)[0]);
		record[1] = READ_ONCE_NOCHECK(((unsigned long *)fp)[1]);
		return true;
	}
	return !copy_from_kernel_nofault(record, (void *)fp, 2 * sizeof(long));
}

/*
 * A leaf has no frame record of its own, so that its caller is in x30 only.
 * Anywhere else that is a stale address: whoever prints the stack, and knows
 * names, tells.
 */
static unsigned int put_lr(const struct pt_regs *regs, u64 *ips, unsigned int max, u16 *flags)
{
	if (!max)
		return 0;
	*flags |= KWATCH_STACK_LR;
	ips[0] = strip(regs->regs[30]);
	return 1;
}

/*
 * Since 6.13 the record of an exception says no more than that it is one: the
 * registers around it tell on.  Return: false if it is the outermost.
 */
static bool read_regs(unsigned long fp, unsigned long record[2])
{
#ifdef FRAME_META_TYPE_PT_REGS
	unsigned long type[2], regs = fp - offsetof(struct pt_regs, stackframe), pair[2];

	if (!read_record(fp + sizeof(struct frame_record), type) ||
	    type[0] != FRAME_META_TYPE_PT_REGS ||
	    !read_record(regs + offsetof(struct pt_regs, regs[28]), pair))
		return false;
	record[0] = pair[1];
	if (!read_record(regs + offsetof(struct pt_regs, pc), pair))
		return false;
	record[1] = pair[0];
	return true;
#else
	return false;
#endif
}

/*
 * Frame records, from x29 on.  They go up a stack; from the interrupt's or the
 * overflow stack they once go over to the task's, wherever that is.
 */
int kwatch_frames_unwind(const struct pt_regs *regs, u64 *ips, unsigned int max, u16 *flags)
{
	unsigned long low = (unsigned long)task_stack_page(current);
	unsigned long fp = regs->regs[29], record[2];
	bool on_task = false;
	unsigned int nr;

	if (READ_ONCE(gave_up)) /* set once, kwatch_frames_give_up() */
		return -1;
	nr = put_lr(regs, ips, max, flags);
	while (fp) {
		if (!read_record(fp, record)) {
			*flags |= KWATCH_STACK_BROKEN;
			break;
		}
		if (!record[1] && !read_regs(fp, record))
			break; /* the outermost */
		if (nr == max) {
			*flags |= KWATCH_STACK_CUT;
			break;
		}
		ips[nr++] = strip(record[1]);
		if (fp - low < THREAD_SIZE)
			on_task = true;
		if (record[0] && record[0] <= fp &&
		    (on_task || record[0] - low >= THREAD_SIZE)) {
			*flags |= KWATCH_STACK_BROKEN;
			break;
		}
		fp = record[0];
	}
	return nr;
}

void kwatch_frames_give_up(const char *why)
{
	WRITE_ONCE(gave_up, why); /* read in the handlers */
}

const char *kwatch_frames_state(void)
{
	return READ_ONCE(gave_up) ?: "frame-records";
}

unsigned int kwatch_arch_unwind(struct pt_regs *regs, u64 *ips,
				unsigned int max, u16 *flags)
{
	unsigned long *raw = this_cpu_ptr(kwatch_frames_raw);
	unsigned int nr = put_lr(regs, ips, max, flags), there, i;

	there = stack_trace_save(raw, RAW_MAX, 0);
	for (i = 0; i < there && raw[i] != regs->pc; i++)
		;
	if (i == there) {
		*flags |= KWATCH_STACK_BROKEN;
		return nr;
	}
	for (i++; i < there; i++) {
		if (nr == max) {
			*flags |= KWATCH_STACK_CUT;
			break;
		}
		ips[nr++] = raw[i];
	}
	return nr;
}
