/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What each CPU has: its ring, the handler's scratch space, a way to wake
 * readers.
 */
#ifndef KWATCH_CPU_H
#define KWATCH_CPU_H

#include <linux/build_bug.h>
#include <linux/irq_work.h>
#include <linux/percpu.h>
#include <linux/ptrace.h>
#include <linux/types.h>
#include <linux/wait.h>

#include <uapi/kwatch.h>

#include "ring.h"
#include "language/spec.h"

/* A record as hit.c makes it: the fixed part and all that may follow. */
#define KWATCH_HIT_BYTES_MAX \
	(sizeof(struct kwatch_hit) + sizeof(struct kwatch_task) + \
	 2 * (sizeof(struct kwatch_stack) + KWATCH_STACK_MAX * sizeof(u64)) + \
	 sizeof(struct kwatch_regs) + sizeof(struct pt_regs) + \
	 sizeof(struct kwatch_ucopy) + sizeof(struct pt_regs) + KWATCH_UCOPY_MAX + \
	 sizeof(struct kwatch_where))
static_assert(KWATCH_HIT_BYTES_MAX <= KWATCH_RING_RECORD_MAX);

/**
 * struct kwatch_act - what action= has to do outside of the exception
 * @todo:  bit by enum kwatch_action; set by the handler, cleared by deferred.c
 * @dump_ns: when the kernel log may be written to again
 * @task:  of a signal, held by a reference
 * @exact: the first frame is the instruction itself, not the one behind it
 */
struct kwatch_act {
	unsigned long todo;
	u64	dump_ns;
	int	signo;
	struct task_struct *task;
	u16	watch;
	bool	exact;
	u16	nr;
	u64	ip[KWATCH_STACK_MAX];
};

struct kwatch_dedup;
struct kwatch_orc;

/**
 * struct kwatch_cpu - what the handler works with on one CPU
 * @ring:    its records; written by the handler alone
 * @busy:    the handler runs; see kwatch_cpu_busy()
 * @wake:    wakes readers, outside of the exception
 * @act:     does what @action says, outside of the exception; see action.c
 * @access:  the last access to any watch of several slots; see hit.c
 * @known:   stacks and tasks of earlier hits, or NULL
 * @orc:     what unwinding has learnt on this CPU, or NULL
 * @checked: stacks compared with the kernel's
 * @by_kernel: stacks that only the kernel's unwinder could tell
 * @check:   the stack of the hit as the kernel gives it
 * @scratch: the record in the making
 */
struct kwatch_cpu {
	struct kwatch_ring ring;
	u32	busy;
	struct irq_work wake;
	struct irq_work act;
	struct kwatch_act action;
	struct {
		u64 nr;
		struct pt_regs regs;
	} access;
	struct kwatch_dedup *known;
	struct kwatch_orc *orc;
	u64	checked;
	u64	by_kernel;
	u64	check[KWATCH_STACK_MAX];
	u64	scratch[KWATCH_HIT_BYTES_MAX / sizeof(u64)];
};

DECLARE_PER_CPU(struct kwatch_cpu *, kwatch_cpus);

/* When kwatch was loaded: no record is older. */
extern u64 kwatch_cpu_since_ns;

/* Readers that wait for records, and whether one wants to be woken. */
extern wait_queue_head_t kwatch_wait;
extern u32 kwatch_wake_wanted;

/* This CPU's; NULL if it was never made ready.  Any context, preemption off */
static inline struct kwatch_cpu *kwatch_cpu_this(void)
{
	return this_cpu_read(kwatch_cpus);
}

/* Has deferred.c look after the watches.  Also on a CPU without a ring */
DECLARE_PER_CPU(struct irq_work, kwatch_cpu_work);

/* Have the watches looked after soon.  Any context, NMI included; preemption off */
static inline void kwatch_cpu_want_work(void)
{
	irq_work_queue(this_cpu_ptr(&kwatch_cpu_work));
}

/*
 * Another CPU's; NULL if it was never made ready.  Any context, between
 * kwatch_buffers_init() and kwatch_buffers_exit().
 */
struct kwatch_cpu *kwatch_cpu_get(unsigned int cpu);

/*
 * Tell waiting readers that a record was added.  Wakes them once, and not again before
 * one of them asks: waking touches memory too, and if that is watched, a wake-up for every
 * hit would never end.  Any context, NMI included; preemption off.
 */
static inline void kwatch_cpu_added(struct kwatch_cpu *cpu)
{
	/*
	 * A waiter asks first, then looks at the rings; pairs with smp_mb()
	 * in kwatch_cpu_want_wake().
	 */
	smp_mb();
	if (READ_ONCE(kwatch_wake_wanted) && xchg(&kwatch_wake_wanted, 0))
		irq_work_queue(&cpu->wake);
}

/*
 * Ask for the next record to wake kwatch_wait.  The caller is queued there, and looks at
 * the rings once more afterwards.  Any context but NMI.
 */
static inline void kwatch_cpu_want_wake(void)
{
	WRITE_ONCE(kwatch_wake_wanted, 1); /* taken by kwatch_cpu_added() */
	smp_mb(); /* pairs with the one there */
}

/*
 * May a CPU be about to add a record?  A reader that found a record in another ring, then
 * this false and this ring empty, knows that what comes here later is younger: the handler
 * sets busy before it takes the time (pairs with xchg() in hit.c).  Any context.
 */
bool kwatch_cpu_busy(const struct kwatch_cpu *cpu);

#endif /* KWATCH_CPU_H */
