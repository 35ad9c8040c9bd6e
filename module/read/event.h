/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records that are not hits: a ring of their own, written outside of the
 * exception.  Readers merge it with the CPUs' rings.
 */
#ifndef KWATCH_EVENT_H
#define KWATCH_EVENT_H

#include <uapi/kwatch.h>

#include "hit/ring.h"

struct kwatch_client_ring;

/* Read with kwatch_ring_read(); written by kwatch_event_add() alone. */
extern struct kwatch_ring kwatch_events;

/*
 * Append a record, which starts with a struct kwatch_record, and wake readers.  @size of it is
 * right, @time_ns is filled in here.  May sleep.
 */
void kwatch_event_add(void *record);

/*
 * kwatch_event_add() to the readers that it concerns: those of @own, or all if that is NULL.
 * May sleep; both locks held if @own is not NULL.
 */
void kwatch_event_tell(struct kwatch_client_ring *own, void *record);

/* Append the record that watch @id ended.  May sleep */
void kwatch_event_gone(struct kwatch_client_ring *own, u16 id, enum kwatch_gone_why why);

/* Before any other call here; 0 or -ENOMEM.  May sleep */
int kwatch_event_init(void);

/* Free the ring; there are no readers any more.  May sleep */
void kwatch_event_exit(void);

#endif /* KWATCH_EVENT_H */
