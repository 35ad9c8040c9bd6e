/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A ring of records: one writer that never waits, any number of readers.
 *
 * The writer is an exception handler that may have interrupted anything on
 * its CPU; it overwrites the oldest records and is never held up by a reader.
 * A reader has its own cursor, takes nothing away from the others, and is
 * told to the one how many records were overwritten before it came.
 *
 * Plain C on 64-bit words; knows nothing of kwatch but that the low 16 bits
 * of a record's first word are the record's size in bytes, and the next 8 its type,
 * of which KWATCH_RECORD_ALSO is not counted.  Compiled into the module and into a
 * unit test that runs it under ThreadSanitizer.
 *
 *
 * The data
 * --------
 *
 *	data[0 .. nr_words)	nr_words is a power of two
 *	head			words ever written; the next record goes there
 *	tail			words ever overwritten; the oldest record is there
 *	overwritten		records ever overwritten: those before tail
 *
 * head and tail only grow; word p lives in data[p % nr_words], so a record
 * may run over the end of the array.  tail is always at the start of a
 * record, and head - tail <= nr_words.
 *
 *
 * The writer (kwatch_ring_write; one at a time, see there)
 * --------------------------------------------------------
 *
 *	1. Make room: move tail over as many of the oldest records as the new
 *	   one needs, counting them in overwritten.  tail and overwritten are a
 *	   pair; tail_gen is odd while they are not in step.
 *	2. Write the words of the record.
 *	3. Publish it: move head.
 *
 *
 * A reader (kwatch_ring_read; any context that may spin)
 * ------------------------------------------------------
 *
 *	1. Read head; if the cursor is there, there is nothing new.
 *	2. Copy words from the cursor on, as many as there are and fit.  They
 *	   may be half overwritten by now, so nothing is looked at yet.
 *	3. Read tail.  If it has not passed the cursor, the copy is good,
 *	   because a writer moves tail (1) before it touches the words (2).
 *	   Otherwise the copy is good from tail on, the cursor goes there, and
 *	   the difference between overwritten and the cursor's own count of
 *	   records is what this reader lost.
 *	4. Count the whole records in the good part, and move the cursor over
 *	   them.
 *
 *
 * What is ordered against what
 * ----------------------------
 *
 *	writer				reader
 *	------				------
 *	A: smp_wmb() in make_room:	B: smp_rmb() in kwatch_ring_read:
 *	   tail, then the words		   the words, then tail
 *	C: release of head in		D: acquire of head in
 *	   kwatch_ring_write		   kwatch_ring_read
 *	E: smp_wmb()s around tail and	F: smp_rmb()s in read_tail
 *	   overwritten in make_room
 *
 * A/B: a reader that copied any word of a newer record then sees the tail
 * that made room for it, and throws that part of the copy away.  C/D: a reader that sees
 * head sees the words before it.  E/F: a seqcount, by hand because a
 * seqcount_t may not be written in NMI context; a reader gets tail and
 * overwritten of the same moment.
 *
 * Lost: nothing is ever lost between the writer and the ring; a record leaves
 * the ring only in step 1, where it is counted.
 */
#ifndef KWATCH_RING_H
#define KWATCH_RING_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include "ring_user.h"
#endif

#include <uapi/kwatch.h>

/* The longest record, in bytes; a ring is at least four times as long. */
#define KWATCH_RING_RECORD_MAX	16384

/**
 * struct kwatch_ring - one writer's records
 * @nr_words: capacity, a power of two
 * @data:     the words
 * @head:     written by the writer, read by all (C/D)
 * @tail:     likewise (E/F)
 * @overwritten: records, but for KWATCH_RECORD_ALSO; likewise (E/F)
 * @tail_gen: likewise, odd while @tail and @overwritten are moved
 */
struct kwatch_ring {
	u64	nr_words;
	u64	*data;
	u64	head;
	u64	tail;
	u64	overwritten;
	u32	tail_gen;
};

/**
 * struct kwatch_ring_cursor - how far one reader has come
 * @pos:  the word that it reads next
 * @seen: records before @pos, read or lost, as @overwritten counts them
 *
 * All zero is a reader that starts with the first record ever written.
 */
struct kwatch_ring_cursor {
	u64	pos;
	u64	seen;
};

/**
 * struct kwatch_ring_batch - what came of kwatch_ring_read()
 * @lost: how many records were overwritten before those in the batch
 * @from: word that the first record starts with
 * @to:   word behind the last; may be @from if @lost is not 0
 */
struct kwatch_ring_batch {
	u64	lost;
	u32	from;
	u32	to;
};

/**
 * kwatch_ring_init() - set up an empty ring
 * @ring: to set up
 * @data: its memory, the caller's to free when nobody uses the ring
 * @nr_words: in @data, a power of two, at least 4 * KWATCH_RING_RECORD_MAX / 8
 *
 * Context: any, before the ring is known to others.
 */
void kwatch_ring_init(struct kwatch_ring *ring, u64 *data, u64 nr_words);

/**
 * kwatch_ring_write() - append a record, over the oldest ones if need be
 * @ring:  the ring
 * @words: the record; the low 16 bits of the first word are its size in bytes
 * @nr:    its size in words, 1 to KWATCH_RING_RECORD_MAX / 8
 *
 * One writer at a time: calls for one ring must not overlap, not even by one
 * interrupting another.  hit.c sees to that for a CPU's ring, event.c with
 * its mutex for the ring of events, client_ring.c by turns for that of a file.
 *
 * Context: any, NMI included, with preemption off: a reader spins for half a
 * record.  Never waits; makes room in at most @nr steps.
 */
void kwatch_ring_write(struct kwatch_ring *ring, const u64 *words, u32 nr);

/**
 * kwatch_ring_read() - copy the next records out
 * @ring:   the ring
 * @cursor: the reader's own
 * @words:  room for KWATCH_RING_RECORD_MAX bytes; as many whole records as are
 *          there and fit
 * @batch:  where they are in @words, and what was lost before them
 *
 * Any number of readers with a cursor each, against one writer.
 *
 * Context: any but the writer's own; spins for the few instructions in which
 * a writer on another CPU moves tail.
 * Return: false if there is nothing newer, or if a writer stands still (a
 * hypervisor has taken its CPU away); then @batch is not filled.
 */
bool kwatch_ring_read(const struct kwatch_ring *ring,
		      struct kwatch_ring_cursor *cursor, u64 *words,
		      struct kwatch_ring_batch *batch);

/**
 * kwatch_ring_has_news() - would kwatch_ring_read() return a record or a loss?
 * @ring:   the ring
 * @cursor: the reader's own
 *
 * Context: any.
 * Return: true if the writer is ahead of the cursor.
 */
bool kwatch_ring_has_news(const struct kwatch_ring *ring,
			  const struct kwatch_ring_cursor *cursor);

#endif /* KWATCH_RING_H */
