// SPDX-License-Identifier: GPL-2.0
/*
 * Records that are not hits: a ring of their own, written outside of the
 * exception.
 *
 * Not in a CPU's ring, because a hit may interrupt whoever writes there, and a
 * ring has one writer at a time.
 */
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include <linux/vmalloc.h>

#include "hit/cpu.h"
#include "event.h"
#include "hit/client_ring.h"

#define EVENT_WORDS	(64 * 1024 / sizeof(u64))

struct kwatch_ring kwatch_events;

/* Makes writers of kwatch_events one at a time; innermost lock. */
static DEFINE_MUTEX(event_mutex);

void kwatch_event_add(void *record)
{
	struct kwatch_record *rec = record;

	mutex_lock(&event_mutex);
	rec->time_ns = ktime_get_mono_fast_ns();
	/* A reader of higher priority would spin for ever for half a record. */
	preempt_disable();
	kwatch_ring_write(&kwatch_events, record, rec->size / sizeof(u64));
	preempt_enable();
	mutex_unlock(&event_mutex);
	wake_up_all(&kwatch_wait);
}

void kwatch_event_tell(struct kwatch_client_ring *own, void *record)
{
	struct kwatch_record *rec = record;

	if (!own) {
		kwatch_event_add(record);
		return;
	}
	rec->time_ns = ktime_get_mono_fast_ns();
	/* Those whose turn it is have interrupts off, so they come to an end. */
	while (!kwatch_client_ring_write(own, record, rec->size / sizeof(u64)))
		cpu_relax();
	wake_up_all(&kwatch_wait);
}

void kwatch_event_gone(struct kwatch_client_ring *own, u16 id, enum kwatch_gone_why why)
{
	struct kwatch_gone gone = {
		.rec.size = sizeof(gone),
		.rec.type = KWATCH_RECORD_GONE,
		.rec.watch = id,
		.why = why,
		.cpu = raw_smp_processor_id(),
	};

	kwatch_event_tell(own, &gone);
}

int kwatch_event_init(void)
{
	u64 *data = vzalloc(EVENT_WORDS * sizeof(u64));

	if (!data)
		return -ENOMEM;
	kwatch_ring_init(&kwatch_events, data, EVENT_WORDS);
	return 0;
}

void kwatch_event_exit(void)
{
	vfree(kwatch_events.data);
}
