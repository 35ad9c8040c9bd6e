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

/**
 * struct kwatch_holder - a reader that has copied records out of a ring
 * @node:  in the list of all holders
 * @mutex: held by the reader while it copies, and while @each runs
 * @each:  calls @fn for each record that the reader has not passed on yet
 */
struct kwatch_holder {
	struct list_head node;
	struct mutex mutex;
	void (*each)(struct kwatch_holder *holder, kwatch_record_fn fn, void *arg);
};

/**
 * kwatch_records_hold() - a reader begins; @holder->each is set
 * @holder: the reader's
 *
 * Context: may sleep.
 */
void kwatch_records_hold(struct kwatch_holder *holder);

/**
 * kwatch_records_release() - a reader ends
 * @holder: from kwatch_records_hold()
 *
 * Context: may sleep.
 */
void kwatch_records_release(struct kwatch_holder *holder);

/**
 * kwatch_records_each() - look at every record that can still be read
 * @rings: look at the rings of the CPUs and of events, too
 * @fn:    called for each; a record may come twice
 * @arg:   passed to @fn
 *
 * A record that is written meanwhile may be left out.
 *
 * Context: may sleep.
 */
void kwatch_records_each(bool rings, kwatch_record_fn fn, void *arg);

/**
 * kwatch_records_of_ring() - look at every record of a ring
 * @ring: of the holder
 * @fn:   as kwatch_records_each()
 * @arg:  as there
 *
 * Context: inside kwatch_holder.each.
 */
void kwatch_records_of_ring(const struct kwatch_ring *ring, kwatch_record_fn fn, void *arg);

/**
 * kwatch_records_of_words() - look at every record in copied words
 * @from: the first record
 * @to:   behind the last
 * @fn:   as kwatch_records_each()
 * @arg:  as there
 */
void kwatch_records_of_words(const u64 *from, const u64 *to, kwatch_record_fn fn, void *arg);

/**
 * kwatch_records_written() - how much was ever written to the rings
 *
 * Context: any.
 * Return: words in the rings of the CPUs and of events; a record that was
 * written since makes it more.
 */
u64 kwatch_records_written(void);

#endif /* KWATCH_RECORDS_H */
