/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the breakpoints of a watch lie: the only place that talks to perf.
 *
 * A watch has one struct kwatch_bps: up to KWATCH_SLOTS_MAX debug registers, on CPUs
 * (cpus.c) or in the threads of a process (threads.c).  What callers see of either is a
 * struct kwatch_cover_ops.  A CPU or thread that cannot be covered is data of the cover:
 * counted, told to readers, and tried again (uncovered.c).
 */
#ifndef KWATCH_COVER_H
#define KWATCH_COVER_H

#include <linux/cpumask.h>
#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/types.h>

#include "hit/hit.h"
#include "uncovered.h"

struct kwatch_process;
struct perf_event;

/**
 * struct kwatch_bp_cpu - of a watch on CPUs, what there is on each
 * @expects: by slot, what the last access leaves
 * @uncovered: whether the CPU has no breakpoint, though it should
 * @generation: while a watch is armed: how often the CPU came or went until then
 */
struct kwatch_bp_cpu {
	struct kwatch_expects expects[KWATCH_SLOTS_MAX];
	struct kwatch_uncovered uncovered;
	u32	generation;
};

/**
 * struct kwatch_bps - all breakpoints of a watch
 * @ops:    how they are made and kept
 * @plan:   the handler's part of the watch
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
 * @bp:     what the handler knows, by slot; the same on all CPUs
 * @copies: of a per-CPU variable, what it knows instead: by CPU, then by slot
 * @events: perf's side, by slot and CPU; NULL where there is none
 * @cpus:   what else there is on each CPU
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
 * @off:    all of them are off, see kwatch_cover_pause_all()
 * @armed:  kwatch_cover_arm() was called and kwatch_cover_disarm() was not
 *
 * Protected by kwatch_mutex; the handler only sees each struct kwatch_bp.
 */
struct kwatch_bps {
	const struct kwatch_cover_ops *ops;
	struct kwatch_plan *plan;
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
	struct kwatch_bp bp[KWATCH_SLOTS_MAX];
	struct kwatch_bp __percpu *copies;
	struct perf_event *__percpu *events[KWATCH_SLOTS_MAX];
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
 * struct kwatch_cover_ops - one kind of cover
 * @by_cpu: each CPU's breakpoints go off and on by themselves; else all do together
 * @arm:    see kwatch_cover_arm(); nothing is armed if it fails
 * @disarm: see kwatch_cover_disarm()
 * @pause:  see kwatch_cover_pause()
 * @resume: see kwatch_cover_resume()
 * @retry:  see kwatch_cover_retry()
 * @give_up: see kwatch_cover_give_up()
 * @look:   see kwatch_cover_look()
 * @expect: see kwatch_cover_expects()
 * @late:   see kwatch_cover_late(); NULL: never
 * @online: see kwatch_cover_online(); with @by_cpu
 * @offline: see kwatch_cover_offline(); with @by_cpu
 * @uncovered: see kwatch_cover_uncovered(); with @by_cpu
 *
 * All are called with both locks held, but for @online and @offline, which hotplug
 * callbacks call with the mutex held.
 */
struct kwatch_cover_ops {
	bool by_cpu;
	int (*arm)(struct kwatch_bps *bps, unsigned int *failed);
	void (*disarm)(struct kwatch_bps *bps);
	void (*pause)(struct kwatch_bps *bps, unsigned int unit);
	int (*resume)(struct kwatch_bps *bps, unsigned int unit);
	int (*retry)(struct kwatch_bps *bps);
	void (*give_up)(struct kwatch_bps *bps);
	bool (*look)(const struct kwatch_bps *bps, unsigned long addr, u32 len, u64 *value);
	bool (*expect)(const struct kwatch_bps *bps, unsigned int slot, u64 now);
	bool (*late)(struct kwatch_bps *bps);
	bool (*online)(struct kwatch_bps *bps, unsigned int cpu);
	void (*offline)(struct kwatch_bps *bps, unsigned int cpu);
	bool (*uncovered)(const struct kwatch_bps *bps, unsigned int cpu);
};

extern const struct kwatch_cover_ops kwatch_cover_cpus;
extern const struct kwatch_cover_ops kwatch_cover_threads;

/* kwatch_cover_init() - breakpoints of a watch on @process, or on the kernel if that is NULL */
static inline void kwatch_cover_init(struct kwatch_bps *bps, struct kwatch_process *process)
{
	bps->ops = process ? &kwatch_cover_threads : &kwatch_cover_cpus;
	bps->process = process;
}

/**
 * kwatch_cover_units() - what is switched off and on together
 * @bps:  of a watch
 * @cpus: cpu_possible_mask or cpu_online_mask
 *
 * Return: @cpus if each CPU is a unit; the number 0 alone if all breakpoints are one.
 */
static inline const struct cpumask *kwatch_cover_units(const struct kwatch_bps *bps,
						       const struct cpumask *cpus)
{
	return bps->ops->by_cpu ? cpus : cpumask_of(0);
}

/* kwatch_cover_budgets() - the CPUs whose budgets the hits of @unit are taken from */
static inline const struct cpumask *kwatch_cover_budgets(const struct kwatch_bps *bps,
							 unsigned int unit)
{
	return bps->ops->by_cpu ? cpumask_of(unit) : cpu_possible_mask;
}

/**
 * kwatch_cover_arm() - arm on every CPU or thread that the watch covers, or on none
 * @bps:    of the watch, not armed
 * @failed: on -ENOSPC, the CPU that had too few slots left; bps->free says how many
 *
 * A watch on all CPUs gives both locks back for a while; then CPUs may come and go, and
 * watches end, but no command is done.
 *
 * Context: may sleep; kwatch_command_lock(), but for the self-test's one CPU.
 * Return: 0; -ENOMEM; -ENOSPC too few slots left; -EOPNOTSUPP the kernel does not
 * allow breakpoints at that address; -ESRCH the process has ended.
 */
int kwatch_cover_arm(struct kwatch_bps *bps, unsigned int *failed);

/**
 * kwatch_cover_disarm() - take all of them off
 * @bps: of the watch, armed or not
 *
 * When it returns, no handler runs or will run for @bps.
 *
 * Context: may sleep; both locks held.
 */
void kwatch_cover_disarm(struct kwatch_bps *bps);

/**
 * kwatch_cover_retry() - try again what is uncovered, and look for threads that are new
 * @bps: of a watch; nothing is done if it is off or not armed
 *
 * Context: may sleep; both locks held.
 * Return: -ENOMEM if threads could not be looked for, else 0.
 */
int kwatch_cover_retry(struct kwatch_bps *bps);

/**
 * kwatch_cover_pause_all() - take all breakpoints off before the end
 * @bps: armed
 *
 * When it returns, the handler does not run for @bps.
 *
 * Context: may sleep; both locks held.
 */
void kwatch_cover_pause_all(struct kwatch_bps *bps);

/**
 * kwatch_cover_pause() - take the breakpoints of a unit off, for a time
 * @bps:  of an armed watch
 * @unit: which, of kwatch_cover_units(), online
 *
 * When it returns, the handler does not run there for @bps, until
 * kwatch_cover_resume().
 *
 * Context: may sleep; both locks held.
 */
static inline void kwatch_cover_pause(struct kwatch_bps *bps, unsigned int unit)
{
	bps->ops->pause(bps, unit);
}

/**
 * kwatch_cover_resume() - put them back
 * @bps:  of an armed watch
 * @unit: which
 *
 * The values are noted anew: what they became in between is nobody's hit.  What cannot
 * be covered is uncovered, until kwatch_cover_retry().
 *
 * Context: may sleep; both locks held.
 * Return: 0; -ENOMEM if it is paused still.
 */
static inline int kwatch_cover_resume(struct kwatch_bps *bps, unsigned int unit)
{
	return bps->ops->resume(bps, unit);
}

/* kwatch_cover_give_up() - about to be disarmed: tell the end of what is uncovered */
static inline void kwatch_cover_give_up(struct kwatch_bps *bps)
{
	bps->ops->give_up(bps);
}

/**
 * kwatch_cover_look() - read watched bytes from outside of the exception
 * @bps: of a watch
 * @addr: the first of them
 * @len:  1 to 8
 * @value: filled
 *
 * Context: may sleep.
 * Return: false if they cannot be read.
 */
static inline bool kwatch_cover_look(const struct kwatch_bps *bps, unsigned long addr,
				     u32 len, u64 *value)
{
	return bps->ops->look(bps, addr, len, value);
}

/**
 * kwatch_cover_expects() - is that what the last access of a CPU or thread found, or leaves?
 * @bps:  of an armed watch
 * @slot: which value
 * @now:  what the bytes are
 *
 * Context: any; only where traps come before the access.
 */
static inline bool kwatch_cover_expects(const struct kwatch_bps *bps, unsigned int slot, u64 now)
{
	return bps->ops->expect(bps, slot, now);
}

/**
 * kwatch_cover_late() - is an access on its way that the watch was armed too late for?
 * @bps:  of an armed watch
 *
 * The trap came before the watch, and the access comes behind it.  Once no thread is
 * late, all such accesses have been made.
 *
 * Context: may sleep.
 * Return: true if so; after a false, false until threads are covered anew.
 */
static inline bool kwatch_cover_late(struct kwatch_bps *bps)
{
	return bps->ops->late && bps->ops->late(bps);
}

/**
 * kwatch_cover_online() - arm on a CPU that came online
 * @bps: of an armed watch
 * @cpu: which
 *
 * Context: may sleep; hotplug callback on that CPU.
 * Return: false if the CPU is uncovered, until kwatch_cover_retry().
 */
static inline bool kwatch_cover_online(struct kwatch_bps *bps, unsigned int cpu)
{
	return !bps->ops->online || bps->ops->online(bps, cpu);
}

/* kwatch_cover_offline() - give up the breakpoints of a CPU; hotplug callback on that CPU */
static inline void kwatch_cover_offline(struct kwatch_bps *bps, unsigned int cpu)
{
	if (bps->ops->offline)
		bps->ops->offline(bps, cpu);
}

/* kwatch_cover_uncovered() - has a CPU no breakpoint, though it should?  May sleep */
static inline bool kwatch_cover_uncovered(const struct kwatch_bps *bps, unsigned int cpu)
{
	return bps->armed && bps->ops->uncovered && bps->ops->uncovered(bps, cpu);
}

/* kwatch_cover_cpu_moves() - a CPU comes or goes; hotplug callback, with the mutex held */
void kwatch_cover_cpu_moves(unsigned int cpu);

#endif /* KWATCH_COVER_H */
