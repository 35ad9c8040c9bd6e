/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What arm64's files share.
 */
#ifndef KWATCH_ARM64_H
#define KWATCH_ARM64_H

#include <linux/hash.h>
#include <linux/ftrace.h>
#include <linux/percpu.h>
#include <linux/types.h>

struct irq_work;
struct kprobe;
struct kwatch_bp;
struct perf_event;
struct pt_regs;

#define KWATCH_ARM64_TABLE_BITS	10

/* A breakpoint of ours; @node: in kwatch_arm64_table. */
struct kwatch_arm64_event {
	struct hlist_node node;
	struct perf_event *event;
	struct kwatch_bp *bp;
	struct rcu_head rcu;
};

/* Of struct kwatch_arm64_event; written by perf.c, read under RCU. */
extern struct hlist_head kwatch_arm64_table[];

/* kwatch_hook_stepped() is called for each step; constant while there are events */
extern bool kwatch_arm64_steps_traced;

static inline struct hlist_head *kwatch_arm64_bucket(const struct perf_event *event)
{
	return &kwatch_arm64_table[hash_ptr(event, KWATCH_ARM64_TABLE_BITS)];
}

/* kwatch_hook_traced() - what ftrace calls for perf_bp_event(); the exception */
void kwatch_hook_traced(unsigned long ip, unsigned long parent_ip,
			struct ftrace_ops *ops, struct ftrace_regs *fregs);

/* kwatch_hook_stepped() - what ftrace calls when a step has ended; the exception */
void kwatch_hook_stepped(unsigned long ip, unsigned long parent_ip,
			 struct ftrace_ops *ops, struct ftrace_regs *fregs);

/* kwatch_hook_installs() - what ftrace calls when a breakpoint is installed; IRQs off */
void kwatch_hook_installs(unsigned long ip, unsigned long parent_ip,
			  struct ftrace_ops *ops, struct ftrace_regs *fregs);

/* It leaves kwatch_arm64_wake() to do right after. */
DECLARE_PER_CPU(struct irq_work, kwatch_arm64_installed);

/* kwatch_hook_probed() - what a kprobe there calls; the exception */
int kwatch_hook_probed(struct kprobe *kp, struct pt_regs *regs);

/* kwatch_hook_probe_ended() - and when it has stepped over its own instruction */
void kwatch_hook_probe_ended(struct kprobe *kp, struct pt_regs *regs, unsigned long flags);

/* kwatch_arch_unwind() by frame records; negative if it has given up.  The handler, NMI-like */
int kwatch_frames_unwind(const struct pt_regs *regs, u64 *ips, unsigned int max, u16 *flags);

/*
 * Leave all stacks to the kernel's unwinder from now on; @why: for stats.  Any context, NMI
 * included.
 */
void kwatch_frames_give_up(const char *why);

/* kwatch_frames_state() - for stats: "frame-records", or "kernel" with the reason */
const char *kwatch_frames_state(void);

/*
 * Switch a breakpoint, and others at its address, off in this CPU's own registers.  Until perf
 * installs it again, or the kernel has stepped over a hit, this or another: then it traps again,
 * and this is to be called again.  The exception.
 */
void kwatch_arm64_silence(struct perf_event *event);

/*
 * Switch on whatever of the kernel's is installed on this CPU.  In an interrupt: there no step over
 * the kernel's code is going on.
 */
void kwatch_arm64_wake(struct irq_work *work);

/*
 * The instruction that trapped, in either mode; false: cannot be read.  Any context, NMI
 * included.
 */
bool kwatch_arm64_fetch(const struct pt_regs *regs, u32 *insn);

/*
 * What 1 to 8 watched bytes will be after the access; @old: before it.  Any context, NMI included.
 * False if that cannot be told.
 */
bool kwatch_arm64_predict(const struct pt_regs *regs, unsigned long addr,
			  u32 len, u64 old, u64 *new);

/**
 * kwatch_arm64_run_exclusive() - run a store-exclusive of the kernel's
 * @regs:   of the trap; go on behind the instruction if it was run
 * @status: filled with the register that it writes, if it is one and was not run
 *
 * A store-exclusive fails after any exception, and so it would trap and fail for ever.
 * One in a loop of the usual form is run here, once for all watches of its bytes.
 *
 * Context: the exception.
 * Return: the registers as they were at the trap, if it was run; else NULL.
 */
struct pt_regs *kwatch_arm64_run_exclusive(struct pt_regs *regs, unsigned int *status);

/*
 * Both values of 1 to 8 bytes, if the access has been made already; @regs: as given to the handler.
 * The exception.  False if it has not been made.
 */
bool kwatch_arm64_stored(const struct pt_regs *regs, unsigned long addr,
			 u32 len, u64 *old, u64 *new);

#endif /* KWATCH_ARM64_H */
