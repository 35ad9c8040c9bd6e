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

/**
 * kwatch_buffers_create() - make a CPU ready for hits
 * @cpu: which; may be offline
 *
 * Safe to call again for the same CPU, which then changes nothing.
 *
 * Context: may sleep; the caller keeps two calls for one CPU apart.
 * Return: 0 or -ENOMEM.
 */
int kwatch_buffers_create(unsigned int cpu);

/**
 * kwatch_buffers_want() - make every CPU ready, because there is a watch
 *
 * CPUs that come later are made ready when they do.
 *
 * Context: may sleep; kwatch_lock().
 * Return: 0 or -ENOMEM, with which some may be ready.
 */
int kwatch_buffers_want(void);

/**
 * kwatch_buffers_come() - make a CPU ready that has come online, if it is to be
 * @cpu: which
 *
 * Context: as kwatch_buffers_create().
 * Return: as that.
 */
int kwatch_buffers_come(unsigned int cpu);

/**
 * kwatch_buffers_set_work() - what the irq_works of all CPUs do
 * @look: of kwatch_cpu_work
 * @act:  of @act
 *
 * By pointer, because they are above this file.
 *
 * Context: init, before any CPU is made.
 */
void kwatch_buffers_set_work(void (*look)(struct irq_work *work),
			 void (*act)(struct irq_work *work));

/**
 * kwatch_buffers_init() - before any other call here
 * @ring_kb: size of each CPU's ring in KiB, rounded up to a power of two
 *
 * Context: any.
 * Return: 0, or -EINVAL for a size out of range.
 */
int kwatch_buffers_init(unsigned int ring_kb);

/**
 * kwatch_buffers_quiet() - wait until no irq_work of any CPU runs
 *
 * Context: may sleep; there is no breakpoint any more, so none is queued.
 */
void kwatch_buffers_quiet(void);

/**
 * kwatch_buffers_exit() - free what kwatch_buffers_create() made
 *
 * Context: may sleep; after kwatch_buffers_quiet(); there is no reader.
 */
void kwatch_buffers_exit(void);

#endif /* KWATCH_BUFFERS_H */
