/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Each CPU's ring and what the handler works with, made and freed.
 *
 * Made for the first watch, or when the CPU is first seen online after that, and kept
 * until the module goes, so that records outlive the CPU that made them.
 */
#ifndef KWATCH_BUFFERS_H
#define KWATCH_BUFFERS_H

struct irq_work;

/*
 * Make a CPU, which may be offline, ready for hits; again is fine.  May sleep; two calls for one
 * CPU are kept apart by the caller.  0 or -ENOMEM.
 */
int kwatch_buffers_create(unsigned int cpu);

/*
 * Make every CPU ready, because there is a watch; CPUs that come later when they do.  May sleep;
 * both locks held.  0, or -ENOMEM with some of them ready.
 */
int kwatch_buffers_want(void);

/* Make a CPU ready that has come online, if there was a watch.  0 or -ENOMEM */
int kwatch_buffers_come(unsigned int cpu);

/*
 * Set what the irq_works of all CPUs do: @look kwatch_cpu_work, @act struct kwatch_cpu.act; both
 * are above this file.  Init, before any CPU is made.
 */
void kwatch_buffers_set_work(void (*look)(struct irq_work *work),
			 void (*act)(struct irq_work *work));

/*
 * Before any other call here; @ring_kb: 64 to 1048576, rounded up to a power of two.  0 or
 * -EINVAL.
 */
int kwatch_buffers_init(unsigned int ring_kb);

/* Wait until no irq_work of any CPU runs; there is no breakpoint any more.  May sleep */
void kwatch_buffers_quiet(void);

/* Free all; after kwatch_buffers_quiet(); there is no reader.  May sleep */
void kwatch_buffers_exit(void);

#endif /* KWATCH_BUFFERS_H */
