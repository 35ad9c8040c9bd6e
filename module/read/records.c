// SPDX-License-Identifier: GPL-2.0
/*
 * All records that can still be read; see records.h.
 */
#include <linux/cpumask.h>
#include <linux/sched.h>

#include "hit/cpu.h"
#include "event.h"
#include "records.h"

/* Protects the next two.  A holder's mutex is taken inside it. */
static DEFINE_MUTEX(holders_mutex);
static LIST_HEAD(holders);
static u64 copied[KWATCH_RING_RECORD_MAX / sizeof(u64)];

void kwatch_records_hold(struct kwatch_holder *holder)
{
	mutex_init(&holder->mutex);
	mutex_lock(&holders_mutex);
	list_add_tail(&holder->node, &holders);
	mutex_unlock(&holders_mutex);
}

void kwatch_records_release(struct kwatch_holder *holder)
{
	mutex_lock(&holders_mutex);
	list_del(&holder->node);
	mutex_unlock(&holders_mutex);
}

void kwatch_records_of_words(const u64 *from, const u64 *to, kwatch_record_fn fn, void *arg)
{
	const struct kwatch_record *record;

	for (; from < to; from += record->size / sizeof(u64)) {
		record = (const struct kwatch_record *)from;
		fn(record, arg);
	}
}

void kwatch_records_of_ring(const struct kwatch_ring *ring, kwatch_record_fn fn, void *arg)
{
	u64 end = smp_load_acquire(&ring->head); /* as D in ring.h */
	struct kwatch_ring_cursor cursor = { };
	struct kwatch_ring_batch batch;

	/* A writer may be faster than this loop: stop where the ring ended. */
	while (cursor.pos < end && kwatch_ring_read(ring, &cursor, copied, &batch)) {
		kwatch_records_of_words(copied + batch.from, copied + batch.to, fn, arg);
		cond_resched();
	}
}

/*
 * The rings come first.  What a reader copies after its ring was looked at was
 * in the ring then; what it copied before is still in the reader.
 */
void kwatch_records_each(bool rings, kwatch_record_fn fn, void *arg)
{
	struct kwatch_holder *holder;
	unsigned int cpu;

	mutex_lock(&holders_mutex);
	for_each_possible_cpu(cpu)
		if (rings && kwatch_cpu_get(cpu))
			kwatch_records_of_ring(&kwatch_cpu_get(cpu)->ring, fn, arg);
	if (rings)
		kwatch_records_of_ring(&kwatch_events, fn, arg);
	list_for_each_entry(holder, &holders, node) {
		mutex_lock(&holder->mutex);
		holder->each(holder, fn, arg);
		mutex_unlock(&holder->mutex);
	}
	mutex_unlock(&holders_mutex);
}

u64 kwatch_records_written(void)
{
	u64 words = READ_ONCE(kwatch_events.head);
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		if (kwatch_cpu_get(cpu))
			words += READ_ONCE(kwatch_cpu_get(cpu)->ring.head);
	return words;
}
