/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Breakpoints: the only place that talks to perf.
 *
 * A watch has one struct kwatch_bps: up to KWATCH_SLOTS_MAX debug registers
 * on every CPU that it covers, or of every thread of its process (bp_task.c).
 * They are single per-CPU events and not one register_wide_hw_breakpoint(): that one takes cpus_read_lock() itself, so it
 * cannot be made atomic with the hotplug callbacks, and it has one address
 * for all CPUs.
 */
#ifndef KWATCH_BP_H
#define KWATCH_BP_H

#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/types.h>

#include "hit/hit.h"
#include "uncovered.h"

struct kwatch_process;
struct perf_event;
struct task_struct;

/**
 * struct kwatch_bp_cpu - a watch's breakpoints on one CPU
 * @slot: by slot
 * @expects: likewise, what its accesses leave
 * @uncovered: whether the CPU has none, though it should
 */
struct kwatch_bp_cpu {
	struct kwatch_bp slot[KWATCH_SLOTS_MAX];
	struct kwatch_expects expects[KWATCH_SLOTS_MAX];
	struct kwatch_uncovered uncovered;
};

/**
 * struct kwatch_bps - all breakpoints of a watch
 * @hot:    the handler's part of the watch
 * @addr:   the first byte, or what per_cpu_ptr() takes
 * @percpu: every CPU watches its own copy
 * @cpu:    the only CPU to arm, -1 for all
 * @nr:     slots taken on each CPU
 * @part:   what each of them watches
 * @part.offset: from the watch's first byte, in bytes
 * @part.len: in bytes, as the watch has it
 * @part.value_offset: of the bytes whose value is recorded, likewise
 * @part.value_len: how many, 0 for none
 * @part.value_slot: which value that is
 * @cpus:   the breakpoints
 * @process: whose memory it watches, or NULL; then there are no @cpus, but
 * @threads: the breakpoints, struct kwatch_bp_thread
 * @expects: with @process, where traps come before the access: what its threads'
 *          leave, by thread ID and slot
 * @uncovered: of a process, threads that have no breakpoint: struct kwatch_uncovered
 * @others: the threads beyond KWATCH_UNCOVERED_MAX of them, or without memory for it
 * @scan:   passes over the threads so far
 * @nr_uncovered: CPUs or threads
 * @uncovered_ns: how long that was in the past, added up over CPUs and threads
 * @retried_ns: when they were tried last; 0 to try them as soon as possible
 * @armed_ns: of a process, when it was armed or went on
 * @free:   where arming failed with -ENOSPC: slots that were free there
 * @off:    all of them are off, see kwatch_bp_pause_all()
 * @armed:  kwatch_bp_arm() was called and kwatch_bp_disarm() was not
 *
 * Protected by watch.c's mutex; the handler only ever sees @cpus.
 */
struct kwatch_bps {
	struct kwatch_hot *hot;
	unsigned long addr;
	bool	percpu;
	int	cpu;
	unsigned int nr;
	struct {
		u32 offset;
		u32 len;
		u32 value_offset;
		u8 value_len;
		u8 value_slot;
	} part[KWATCH_SLOTS_MAX];
	struct kwatch_bp_cpu __percpu *cpus;
	struct kwatch_process *process;
	struct list_head threads;
	struct kwatch_expects (*expects)[KWATCH_SLOTS_MAX];
	struct list_head uncovered;
	struct kwatch_uncovered others;
	u32	scan;
	unsigned int nr_uncovered;
	u64	uncovered_ns;
	u64	retried_ns;
	u64	armed_ns;
	unsigned int free;
	bool	off;
	bool	armed;
};

/**
 * kwatch_bp_addr() - what a CPU's breakpoints watch
 * @bps: of the watch
 * @cpu: whose
 *
 * Context: any.
 * Return: the address of the watch's first byte there.
 */
unsigned long kwatch_bp_addr(const struct kwatch_bps *bps, unsigned int cpu);

/**
 * kwatch_bp_arm() - arm on every online CPU that the watch covers, or on none
 * @bps:    of the watch, all but @cpus and @armed filled in
 * @failed: on -ENOSPC, the CPU that had too few slots left; bps->free says how many
 *
 * Context: may sleep; the caller holds cpus_read_lock().
 * Return: 0; -ENOMEM; -ENOSPC too few slots left; -EOPNOTSUPP the kernel does not
 * allow breakpoints at that address; -ESRCH the process has ended.
 */
int kwatch_bp_arm(struct kwatch_bps *bps, unsigned int *failed);

/**
 * kwatch_bp_disarm() - take all of them off
 * @bps: of the watch
 *
 * When it returns, no handler runs or will run for @bps.
 *
 * Context: may sleep; the caller holds cpus_read_lock().
 */
void kwatch_bp_disarm(struct kwatch_bps *bps);

/**
 * kwatch_bp_online() - arm on a CPU that came online
 * @bps: of an armed watch
 * @cpu: which
 *
 * If that fails the CPU is uncovered, until kwatch_bp_retry().
 *
 * Context: may sleep; hotplug callback on that CPU.
 */
void kwatch_bp_online(struct kwatch_bps *bps, unsigned int cpu);

/**
 * kwatch_bp_offline() - give up the breakpoints of a CPU that goes offline
 * @bps: of an armed watch
 * @cpu: which
 *
 * perf would not arm them again when the CPU comes back.
 *
 * Context: may sleep; hotplug callback on that CPU.
 */
void kwatch_bp_offline(struct kwatch_bps *bps, unsigned int cpu);

/**
 * kwatch_bp_retry() - try again what is uncovered, and look for threads that are new
 * @bps: of a watch; nothing is done if it is off or not armed
 *
 * Context: may sleep; the caller holds cpus_read_lock().
 * Return: -ENOMEM if threads could not be looked for, else 0.
 */
int kwatch_bp_retry(struct kwatch_bps *bps);

/**
 * kwatch_bp_give_up() - nothing has to be covered any more
 * @bps: armed, about to be disarmed
 *
 * Tells the end of what is uncovered.
 *
 * Context: may sleep.
 */
void kwatch_bp_give_up(struct kwatch_bps *bps);

/**
 * kwatch_bp_uncovered() - has a CPU no breakpoint, though it should?
 * @bps: of a watch
 * @cpu: any possible CPU
 *
 * Context: may sleep.
 */
bool kwatch_bp_uncovered(const struct kwatch_bps *bps, unsigned int cpu);

/**
 * kwatch_bp_expects() - is that what somebody's last access found, or leaves?
 * @bps:  of an armed watch
 * @slot: which value
 * @now:  what the bytes are
 *
 * Somebody is a CPU, or a thread of the process.
 *
 * Context: any; only where traps come before the access.
 * Return: true if so.
 */
bool kwatch_bp_expects(const struct kwatch_bps *bps, unsigned int slot, u64 now);

/**
 * kwatch_bp_late() - is an access on its way that the watch was armed too late for?
 * @bps:  of an armed watch
 *
 * The trap came before the watch, and the access comes behind it.  Once no thread is
 * late, all such accesses have been made.
 *
 * Context: may sleep.
 * Return: true if so; after a false, false until threads are covered anew.
 */
bool kwatch_bp_late(struct kwatch_bps *bps);

/**
 * kwatch_bp_pause() - take the breakpoints off one CPU, for a time
 * @bps: of an armed watch
 * @cpu: which, online
 *
 * When it returns, the handler does not run there for @bps, until
 * kwatch_bp_unpause().
 *
 * Context: may sleep; the caller holds cpus_read_lock().
 */
void kwatch_bp_pause(struct kwatch_bps *bps, unsigned int cpu);

/**
 * kwatch_bp_unpause() - put them back
 * @bps: of an armed watch
 * @cpu: which, online
 *
 * The values are noted anew: what they became in between is nobody's hit.
 *
 * Context: as kwatch_bp_pause().
 */
void kwatch_bp_unpause(struct kwatch_bps *bps, unsigned int cpu);

/**
 * kwatch_bp_values() - where a CPU's values are kept
 * @bps: of a watch
 * @cpu: which
 *
 * Context: any.
 */
struct kwatch_value *kwatch_bp_values(const struct kwatch_bps *bps,
				      unsigned int cpu);

/**
 * kwatch_bp_look() - read watched bytes from outside of the exception
 * @bps: of a watch
 * @addr: the first of them
 * @len:  1 to 8
 * @value: filled
 *
 * Context: may sleep.
 * Return: false if they cannot be read.
 */
bool kwatch_bp_look(const struct kwatch_bps *bps, unsigned long addr, u32 len,
		    u64 *value);

/**
 * kwatch_bp_pause_all() - take all breakpoints off, for a time or before the end
 * @bps: armed
 *
 * When it returns, the handler does not run for @bps, until
 * kwatch_bp_unpause_all() of a process, or kwatch_bp_arm().
 *
 * Context: may sleep; the caller holds cpus_read_lock().
 */
void kwatch_bp_pause_all(struct kwatch_bps *bps);

/**
 * kwatch_bp_unpause_all() - put them back
 * @bps: of an armed watch of a process
 *
 * Threads that cannot be covered are uncovered, until kwatch_bp_retry().
 *
 * Context: as kwatch_bp_pause_all().
 * Return: 0; -ENOMEM if it is paused still.
 */
int kwatch_bp_unpause_all(struct kwatch_bps *bps);

/**
 * kwatch_bp_cover() - give a new task its breakpoints, before it runs
 * @bps:  of a watch of a process; nothing is done if it is off or not armed
 * @task: which
 *
 * If that fails the task is uncovered, until kwatch_bp_retry().
 *
 * Context: as kwatch_bp_retry().
 */
void kwatch_bp_cover(struct kwatch_bps *bps, struct task_struct *task);

/**
 * kwatch_bp_reap() - release breakpoints of tasks that have ended
 * @bps: of a watch of a process
 *
 * Context: as kwatch_bp_retry().
 */
void kwatch_bp_reap(struct kwatch_bps *bps);

/**
 * kwatch_bp_covers() - has a task breakpoints?
 * @process: whose
 * @task:    any
 *
 * Context: any but NMI; in an RCU read-side section.
 */
bool kwatch_bp_covers(const struct kwatch_process *process, struct task_struct *task);

/* kwatch_bp_task_arm() - kwatch_bp_arm() of a process; for bp.c */
int kwatch_bp_task_arm(struct kwatch_bps *bps);

/* kwatch_bp_task_go_on() - cover all threads anew after a pause; for bp.c */
int kwatch_bp_task_go_on(struct kwatch_bps *bps);

/* kwatch_bp_task_retry() - kwatch_bp_retry() of a process; for bp.c */
int kwatch_bp_task_retry(struct kwatch_bps *bps);

/* kwatch_bp_task_give_up() - kwatch_bp_give_up() of a process; for bp.c */
void kwatch_bp_task_give_up(struct kwatch_bps *bps);

/* kwatch_bp_task_release() - release all breakpoints of a process; for bp.c */
void kwatch_bp_task_release(struct kwatch_bps *bps);

/* kwatch_bp_fill() - what the handler knows of slot @i; for bp_task.c */
void kwatch_bp_fill(struct kwatch_bp *bp, const struct kwatch_bps *bps, unsigned int i,
		    unsigned long addr);

/**
 * kwatch_bp_pilot_get() - be ready to arm a process
 *
 * Context: may sleep; no lock held.
 * Return: for kwatch_bp_pilot_put() when the process is not armed any more, or
 * an ERR_PTR().
 */
struct perf_event *kwatch_bp_pilot_get(void);

/* kwatch_bp_pilot_put() - may sleep; no lock held */
void kwatch_bp_pilot_put(struct perf_event *pilot);

#endif /* KWATCH_BP_H */
