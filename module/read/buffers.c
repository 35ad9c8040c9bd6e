// SPDX-License-Identifier: GPL-2.0
/*
 * Each CPU's ring and what the handler works with, made and freed.  See buffers.h.
 */
#include <linux/cpu.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>

#include "arch/orc.h"
#include "buffers.h"
#include "hit/cpu.h"
#include "hit/dedup.h"

#define RING_KB_MIN	64
#define RING_KB_MAX	(1024 * 1024)

/* There was a watch: each CPU is to be ready.  Stored with cpus_read_lock() held. */
static bool wanted;

/* Words in each ring; constant after kwatch_buffers_init(). */
static u64 ring_words;

/* Constant after kwatch_buffers_set_work(). */
static void (*act_func)(struct irq_work *work);

static void wake(struct irq_work *work)
{
	wake_up_all(&kwatch_wait);
}

int kwatch_buffers_create(unsigned int cpu)
{
	struct kwatch_cpu *new;
	u64 *data;

	if (kwatch_cpu_get(cpu))
		return 0;

	new = kzalloc_node(sizeof(*new), GFP_KERNEL, cpu_to_node(cpu));
	if (!new)
		return -ENOMEM;
	data = vzalloc_node(ring_words * sizeof(u64), cpu_to_node(cpu));
	if (!data) {
		kfree(new);
		return -ENOMEM;
	}
	kwatch_ring_init(&new->ring, data, ring_words);
	/* Without, hits only cost more. */
	new->orc = kwatch_orc_create(cpu);
	new->known = vzalloc_node(sizeof(*new->known), cpu_to_node(cpu));
	init_irq_work(&new->wake, wake);
	init_irq_work(&new->act, act_func);
	smp_store_release(per_cpu_ptr(&kwatch_cpus, cpu), new); /* pairs with kwatch_cpu_get() */
	return 0;
}

int kwatch_buffers_want(void)
{
	unsigned int cpu;
	int ret = 0;

	if (wanted)
		return 0;
	for_each_online_cpu(cpu)
		ret = ret ?: kwatch_buffers_create(cpu);
	wanted = !ret;
	return ret;
}

int kwatch_buffers_come(unsigned int cpu)
{
	return wanted ? kwatch_buffers_create(cpu) : 0;
}

void kwatch_buffers_set_work(void (*look)(struct irq_work *work),
			 void (*act)(struct irq_work *work))
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		init_irq_work(per_cpu_ptr(&kwatch_cpu_work, cpu), look);
	act_func = act;
}

int kwatch_buffers_init(unsigned int ring_kb)
{
	if (ring_kb < RING_KB_MIN || ring_kb > RING_KB_MAX) {
		pr_err("ring_kb=%u: takes %u to %u\n", ring_kb, RING_KB_MIN, RING_KB_MAX);
		return -EINVAL;
	}
	kwatch_cpu_since_ns = ktime_get_mono_fast_ns();
	ring_words = roundup_pow_of_two(ring_kb * 1024UL) / sizeof(u64);
	return 0;
}

void kwatch_buffers_quiet(void)
{
	unsigned int i;

	for_each_possible_cpu(i) {
		struct kwatch_cpu *cpu = kwatch_cpu_get(i);

		irq_work_sync(per_cpu_ptr(&kwatch_cpu_work, i));
		if (!cpu)
			continue;
		irq_work_sync(&cpu->wake);
		irq_work_sync(&cpu->act);
	}
}

void kwatch_buffers_exit(void)
{
	unsigned int i;

	for_each_possible_cpu(i) {
		struct kwatch_cpu *cpu = kwatch_cpu_get(i);

		if (!cpu)
			continue;
		vfree(cpu->ring.data);
		kwatch_orc_free(cpu->orc);
		vfree(cpu->known);
		kfree(cpu);
		*per_cpu_ptr(&kwatch_cpus, i) = NULL;
	}
}
