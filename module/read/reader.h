/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One reader's way through all rings, oldest record first.
 */
#ifndef KWATCH_READER_H
#define KWATCH_READER_H

#include <linux/poll.h>
#include <linux/types.h>

#include <uapi/kwatch.h>

struct kwatch_reader;

/* A reader at the oldest records still there; NULL without memory.  May sleep */
struct kwatch_reader *kwatch_reader_open(void);

void kwatch_reader_close(struct kwatch_reader *reader);

/**
 * kwatch_reader_next() - the next record, without taking it
 * @reader: from kwatch_reader_open(); one caller at a time
 * @until_ns: leave younger records
 *
 * Records come by time over all CPUs; a loss is a record, too, of type
 * KWATCH_RECORD_LOST.
 *
 * Context: may sleep.
 * Return: the record, valid and the same until kwatch_reader_take(); NULL if
 * there is none; ERR_PTR(-ENOMEM), and then it may be called again.
 */
const struct kwatch_record *kwatch_reader_next(struct kwatch_reader *reader,
					       u64 until_ns);

/* Done with the record of kwatch_reader_next(). */
void kwatch_reader_take(struct kwatch_reader *reader);

/* The CPU of the record of kwatch_reader_next(); nr_cpu_ids if it is no hit. */
unsigned int kwatch_reader_cpu(const struct kwatch_reader *reader);

/* Would kwatch_reader_next() give a record?  Any context */
bool kwatch_reader_has_news(const struct kwatch_reader *reader);

/*
 * The opposite of nothing to read, as the condition of a wait for kwatch_wait: asks to be woken
 * by the next record.  Process context.
 */
bool kwatch_reader_waits(const struct kwatch_reader *reader);

/**
 * kwatch_reader_poll() - for the poll() of a file
 * @reader: from kwatch_reader_open()
 * @file:   as given to poll()
 * @wait:   likewise
 *
 * Return: EPOLLIN | EPOLLRDNORM if there is a record, else 0.
 */
__poll_t kwatch_reader_poll(const struct kwatch_reader *reader,
			    struct file *file, poll_table *wait);

#endif /* KWATCH_READER_H */
