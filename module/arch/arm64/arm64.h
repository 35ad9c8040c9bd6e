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

/**
 * struct kwatch_arm64_event - a breakpoint of ours
 * @node:  in kwatch_arm64_table
 * @event: perf's side of it
 * @bp:    ours
 * @rcu:   frees it
 */
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

/**
 * kwatch_frames_unwind() - the callers of the code that trapped
 * @regs: of the trap, in kernel mode
 * @ips:  filled as by kwatch_arch_unwind()
 * @max:  likewise
 * @flags: likewise
 *
 * Context: the handler, NMI-like.
 * Return: how many; negative if it has given up.
 */
int kwatch_frames_unwind(const struct pt_regs *regs, u64 *ips, unsigned int max, u16 *flags);

/**
 * kwatch_frames_give_up() - leave all stacks to the kernel's unwinder from now on
 * @why: for stats, a constant
 *
 * Context: any, NMI included.
 */
void kwatch_frames_give_up(const char *why);

/* kwatch_frames_state() - for stats: "frame-records", or "kernel" with the reason */
const char *kwatch_frames_state(void);

/**
 * kwatch_arm64_silence() - switch a breakpoint off in this CPU's own registers
 * @event: which; others at its address go off with it
 *
 * Until perf installs it again, or the kernel has stepped over a hit, this one
 * or another's: then it traps again, and this is to be called again.
 *
 * Context: the exception.
 */
void kwatch_arm64_silence(struct perf_event *event);

/**
 * kwatch_arm64_wake() - switch on whatever of the kernel's is installed on this CPU
 * @work: kwatch_arm64_installed
 *
 * Context: an interrupt: there no step over the kernel's code is going on.
 */
void kwatch_arm64_wake(struct irq_work *work);

/**
 * kwatch_arm64_fetch() - the instruction that trapped
 * @regs: of the trap, in either mode
 * @insn: filled
 *
 * Context: any, NMI included.
 * Return: false if it cannot be read.
 */
bool kwatch_arm64_fetch(const struct pt_regs *regs, u32 *insn);

/**
 * kwatch_arm64_predict() - what watched bytes will be after the access
 * @regs: of the trap
 * @addr: the first byte
 * @len:  1 to 8
 * @old:  what they are before it
 * @new:  filled
 *
 * Context: any, NMI included.
 * Return: false if that cannot be told.
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

/**
 * kwatch_arm64_stored() - both values, if the access has been made already
 * @regs: of the trap, as given to the handler
 * @addr: the first byte
 * @len:  1 to 8
 * @old:  filled
 * @new:  filled
 *
 * Context: the exception.
 * Return: false if it has not been made.
 */
bool kwatch_arm64_stored(const struct pt_regs *regs, unsigned long addr,
			 u32 len, u64 *old, u64 *new);

#endif /* KWATCH_ARM64_H */
