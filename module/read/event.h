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

/**
 * kwatch_event_add() - append a record and wake readers
 * @record: starts with a struct kwatch_record, whose @size is right and whose
 *          @time_ns is filled in here
 *
 * Context: may sleep.
 */
void kwatch_event_add(void *record);

/**
 * kwatch_event_tell() - the same, to whom it concerns
 * @own:    of the watch's open /dev/kwatch, or NULL for all readers
 * @record: as kwatch_event_add()
 *
 * Context: may sleep; both locks of watch.h held if @own is not NULL.
 */
void kwatch_event_tell(struct kwatch_client_ring *own, void *record);

/**
 * kwatch_event_gone() - append the record that a watch ended
 * @own: as kwatch_event_tell()
 * @id:  its number
 * @why: enum kwatch_gone_why
 *
 * Context: may sleep.
 */
void kwatch_event_gone(struct kwatch_client_ring *own, u16 id, enum kwatch_gone_why why);

/**
 * kwatch_event_init() - before any other call here
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int kwatch_event_init(void);

/**
 * kwatch_event_exit() - free the ring; there are no readers any more
 *
 * Context: may sleep.
 */
void kwatch_event_exit(void);

#endif /* KWATCH_EVENT_H */
