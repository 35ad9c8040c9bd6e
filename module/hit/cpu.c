// SPDX-License-Identifier: GPL-2.0
/*
 * What each CPU has.  See cpu.h.
 */
#include <linux/percpu.h>

#include "cpu.h"

u64 kwatch_cpu_since_ns;
DECLARE_WAIT_QUEUE_HEAD(kwatch_wait);
u32 kwatch_wake_wanted;

/* Stored by kwatch_buffers_create() and kwatch_buffers_exit(). */
DEFINE_PER_CPU(struct kwatch_cpu *, kwatch_cpus);

DEFINE_PER_CPU(struct irq_work, kwatch_cpu_work);

struct kwatch_cpu *kwatch_cpu_get(unsigned int cpu)
{
	/* Pairs with kwatch_buffers_create(). */
	return smp_load_acquire(per_cpu_ptr(&kwatch_cpus, cpu));
}

bool kwatch_cpu_busy(const struct kwatch_cpu *cpu)
{
	smp_mb(); /* pairs with xchg() in kwatch_hit() */
	return smp_load_acquire(&cpu->busy); /* pairs with its release there */
}
