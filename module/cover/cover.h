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

/* What a watch on CPUs has on each of them; @generation: see cpus.c. */
struct kwatch_bp_cpu {
	struct kwatch_expects expects[KWATCH_SLOTS_MAX];	/* by slot */
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
 * @part:   by slot, offsets in bytes from the watch's first byte
 * @part.value_offset: of the bytes whose value is recorded
 * @part.value_len: bytes, 0 for none
 * @part.value_slot: the number of the value
 * @bp:     by slot, for the handler; the same on all CPUs
 * @copies: of a per-CPU variable, for the handler instead: by CPU, then by slot
 * @events: perf's side, by slot and CPU; NULL where there is none
 * @cpus:   the rest, by CPU
 * @process: whose memory it watches, or NULL; then there are no @cpus, but
 * @threads: struct kwatch_bp_thread
 * @expects: where traps come before the access: by thread ID and slot
 * @uncovered: struct kwatch_uncovered, threads without a breakpoint
 * @others: threads beyond KWATCH_UNCOVERED_MAX of them, or without memory for it
 * @scan:   passes over the threads so far
 * @nr_uncovered: CPUs or threads
 * @uncovered_ns: time without a breakpoint in the past, summed over CPUs and threads
 * @retried_ns: when uncovered ones were tried last; 0 to try them as soon as possible
 * @armed_ns: of a process, when it was armed or resumed
 * @free:   where arming failed with -ENOSPC: slots that were free there
 * @off:    all of them are off, see kwatch_cover_pause_all()
 * @armed:  between kwatch_cover_arm() and kwatch_cover_disarm()
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
 *
 * Each operation does what the function kwatch_cover_X() below says.  @late may be NULL;
 * the last three are there with @by_cpu.  Nothing is armed when @arm fails.
 *
 * Called with both locks held, but for @online and @offline: hotplug callbacks hold the
 * mutex.
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

/* Breakpoints of a watch on @process, or on the kernel if that is NULL. */
static inline void kwatch_cover_init(struct kwatch_bps *bps, struct kwatch_process *process)
{
	bps->ops = process ? &kwatch_cover_threads : &kwatch_cover_cpus;
	bps->process = process;
}

/* What goes off and on together: each of @cpus, or the number 0 for all breakpoints. */
static inline const struct cpumask *kwatch_cover_units(const struct kwatch_bps *bps,
						       const struct cpumask *cpus)
{
	return bps->ops->by_cpu ? cpus : cpumask_of(0);
}

/* The CPUs whose budgets the hits of @unit are taken from. */
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

/* Release all breakpoints; no handler runs or will run for @bps then.  May sleep */
void kwatch_cover_disarm(struct kwatch_bps *bps);

/*
 * Try again what is uncovered, and look for new threads, unless the watch is off.  May
 * sleep.  -ENOMEM if threads could not be looked for.
 */
int kwatch_cover_retry(struct kwatch_bps *bps);

/* Switch all breakpoints off before the end; no handler runs for @bps then.  May sleep */
void kwatch_cover_pause_all(struct kwatch_bps *bps);

/* Switch a unit off; no handler runs there until kwatch_cover_resume().  May sleep */
static inline void kwatch_cover_pause(struct kwatch_bps *bps, unsigned int unit)
{
	bps->ops->pause(bps, unit);
}

/*
 * Switch a unit on.  The values are noted anew: a change in between is nobody's hit.  May
 * sleep.  -ENOMEM if the unit stays off.
 */
static inline int kwatch_cover_resume(struct kwatch_bps *bps, unsigned int unit)
{
	return bps->ops->resume(bps, unit);
}

/* About to be disarmed: tell the end of what is uncovered. */
static inline void kwatch_cover_give_up(struct kwatch_bps *bps)
{
	bps->ops->give_up(bps);
}

/* Read 1 to 8 watched bytes outside of the exception; false: cannot be read.  May sleep */
static inline bool kwatch_cover_look(const struct kwatch_bps *bps, unsigned long addr,
				     u32 len, u64 *value)
{
	return bps->ops->look(bps, addr, len, value);
}

/*
 * Where traps come before the access: is @now what the last access of a CPU or thread
 * found in a value slot, or leaves there?  Any context.
 */
static inline bool kwatch_cover_expects(const struct kwatch_bps *bps, unsigned int slot, u64 now)
{
	return bps->ops->expect(bps, slot, now);
}

/*
 * Is an access on its way whose trap came before the watch?  After a false, false until
 * threads are covered anew.  May sleep.
 */
static inline bool kwatch_cover_late(struct kwatch_bps *bps)
{
	return bps->ops->late && bps->ops->late(bps);
}

/* A CPU came online; false: it is uncovered.  Hotplug callback on that CPU */
static inline bool kwatch_cover_online(struct kwatch_bps *bps, unsigned int cpu)
{
	return !bps->ops->online || bps->ops->online(bps, cpu);
}

/* A CPU goes: release its breakpoints.  Hotplug callback on that CPU */
static inline void kwatch_cover_offline(struct kwatch_bps *bps, unsigned int cpu)
{
	if (bps->ops->offline)
		bps->ops->offline(bps, cpu);
}

/* Has a CPU no breakpoint, though it should?  May sleep */
static inline bool kwatch_cover_uncovered(const struct kwatch_bps *bps, unsigned int cpu)
{
	return bps->armed && bps->ops->uncovered && bps->ops->uncovered(bps, cpu);
}

/* A CPU comes or goes.  Hotplug callback, with the mutex held */
void kwatch_cover_cpu_moves(unsigned int cpu);

#endif /* KWATCH_COVER_H */
