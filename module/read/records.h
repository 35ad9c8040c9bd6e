/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All records that can still be read: in the rings, and in what readers have
 * copied from them.
 *
 * For name.c and code.c, which keep what a record refers to as long as there
 * is such a record.
 */
#ifndef KWATCH_RECORDS_H
#define KWATCH_RECORDS_H

#include <linux/list.h>
#include <linux/mutex.h>

#include <uapi/kwatch.h>

struct kwatch_ring;

typedef void (*kwatch_record_fn)(const struct kwatch_record *record, void *arg);

/*
 * A reader that has copied records out of a ring.  @mutex is held while the reader copies and
 * while @each runs; @each calls @fn for each record that was not passed on yet.
 */
struct kwatch_holder {
	struct list_head node;
	struct mutex mutex;
	void (*each)(struct kwatch_holder *holder, kwatch_record_fn fn, void *arg);
};

/* A reader begins; @holder->each is set.  May sleep */
void kwatch_records_hold(struct kwatch_holder *holder);

/* A reader ends.  May sleep */
void kwatch_records_release(struct kwatch_holder *holder);

/*
 * Look at every record that can still be read; with @rings, also at the rings of the CPUs and
 * of events.  A record may come twice; one that is written meanwhile may be left out.  May
 * sleep.
 */
void kwatch_records_each(bool rings, kwatch_record_fn fn, void *arg);

/* Look at every record of a holder's ring; inside kwatch_holder.each */
void kwatch_records_of_ring(const struct kwatch_ring *ring, kwatch_record_fn fn, void *arg);

/* Look at every record in the words from @from to before @to */
void kwatch_records_of_words(const u64 *from, const u64 *to, kwatch_record_fn fn, void *arg);

/* Words ever written to the rings of the CPUs and of events; any context */
u64 kwatch_records_written(void);

#endif /* KWATCH_RECORDS_H */
