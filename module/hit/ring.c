// SPDX-License-Identifier: GPL-2.0
/*
 * A ring of records: one writer that never waits, any number of readers.
 *
 * How it works, and what is ordered against what (the letters below), is
 * written down in ring.h.
 */
#ifdef __KERNEL__
#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include <asm/barrier.h>
#include <asm/processor.h>
#endif

#include "ring.h"

/* A writer moves tail in a few instructions, with nothing in between. */
#define TRIES	100000

/* Words of the record that starts with @word; at least one, so that loops come to an end. */
static u32 record_words(u64 word)
{
	return (word & 0xffff) / sizeof(u64) ?: 1;
}

/* What a record adds to the number of records: ALSO belongs to the one before it. */
static u32 record_counts(u64 word)
{
	return (word >> 16 & 0xff) != KWATCH_RECORD_ALSO;
}

static u64 *word_at(const struct kwatch_ring *ring, u64 pos)
{
	return &ring->data[pos & (ring->nr_words - 1)];
}

void kwatch_ring_init(struct kwatch_ring *ring, u64 *data, u64 nr_words)
{
	memset(ring, 0, sizeof(*ring));
	ring->data = data;
	ring->nr_words = nr_words;
}

/* Step 2 for a record that runs over the end of the array. */
static noinline void write_around(struct kwatch_ring *ring, const u64 *words, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++)
		WRITE_ONCE(*word_at(ring, ring->head + i), words[i]);
}

/*
 * Step 1 of the writer.  The writer alone stores tail, overwritten and the
 * words, so it may read them plainly.
 */
static noinline void make_room(struct kwatch_ring *ring, u64 need)
{
	u64 tail = ring->tail, overwritten = ring->overwritten;

	do {
		overwritten += record_counts(*word_at(ring, tail));
		tail += record_words(*word_at(ring, tail));
	} while (need - tail > ring->nr_words);

	WRITE_ONCE(ring->tail_gen, ring->tail_gen + 1);
	smp_wmb(); /* E: pairs with F in read_tail */
	WRITE_ONCE(ring->tail, tail);
	WRITE_ONCE(ring->overwritten, overwritten);
	smp_wmb(); /* E: pairs with F in read_tail; A: with B in kwatch_ring_read */
	WRITE_ONCE(ring->tail_gen, ring->tail_gen + 1);
}

void kwatch_ring_write(struct kwatch_ring *ring, const u64 *words, u32 nr)
{
	u64 head = ring->head, *to = word_at(ring, head);
	u32 i;

	if (head + nr - ring->tail > ring->nr_words)
		make_room(ring, head + nr);

	if (likely(to + nr <= ring->data + ring->nr_words)) {
		/* By two, for the loop costs more than the copy. */
		for (i = 0; i + 1 < nr; i += 2) {
			WRITE_ONCE(to[i], words[i]);
			WRITE_ONCE(to[i + 1], words[i + 1]);
		}
		if (i < nr)
			WRITE_ONCE(to[i], words[i]);
	} else {
		write_around(ring, words, nr);
	}

	smp_store_release(&ring->head, head + nr); /* C: pairs with D in kwatch_ring_read */
}

/* tail and overwritten as they were at one moment.  Return: false if there was none. */
static bool read_tail(const struct kwatch_ring *ring, u64 *tail, u64 *overwritten)
{
	u32 gen, i;

	for (i = 0; i < TRIES; i++) {
		gen = smp_load_acquire(&ring->tail_gen); /* F: pairs with E in make_room */
		*tail = READ_ONCE(ring->tail);
		*overwritten = READ_ONCE(ring->overwritten);
		smp_rmb(); /* F: pairs with E in make_room */
		if (!(gen & 1) && READ_ONCE(ring->tail_gen) == gen)
			return true;
		cpu_relax();
	}
	return false;
}

/* Step 2 of a reader: @nr words from @pos on, some of which may be garbage. */
static void copy_words(const struct kwatch_ring *ring, u64 pos, u64 *words, u32 nr)
{
	const u64 *from = word_at(ring, pos), *end = ring->data + ring->nr_words;
	u32 i;

	for (i = 0; i < nr; i++) {
		words[i] = READ_ONCE(*from);
		if (++from == end)
			from = ring->data;
	}
}

bool kwatch_ring_read(const struct kwatch_ring *ring,
		      struct kwatch_ring_cursor *cursor, u64 *words,
		      struct kwatch_ring_batch *batch)
{
	u64 head, tail, overwritten;
	u32 copied, nr;

	head = smp_load_acquire(&ring->head); /* D: pairs with C in kwatch_ring_write */
	if (cursor->pos == head)
		return false;

	copied = min_t(u64, head - cursor->pos, KWATCH_RING_RECORD_MAX / sizeof(u64));
	copy_words(ring, cursor->pos, words, copied);

	smp_rmb(); /* B: pairs with A in make_room */
	if (!read_tail(ring, &tail, &overwritten))
		return false;
	batch->lost = 0;
	batch->from = 0;
	if (unlikely(tail > cursor->pos)) {
		batch->lost = overwritten - cursor->seen;
		batch->from = min_t(u64, tail - cursor->pos, copied);
		cursor->pos = tail;
		cursor->seen = overwritten;
	}

	/* From here on all is good but for the last record, which may be cut. */
	for (batch->to = batch->from; batch->to < copied; batch->to += nr) {
		nr = record_words(words[batch->to]);
		if (nr > copied - batch->to)
			break;
		cursor->pos += nr;
		cursor->seen += record_counts(words[batch->to]);
	}
	return true;
}

bool kwatch_ring_has_news(const struct kwatch_ring *ring,
			  const struct kwatch_ring_cursor *cursor)
{
	return cursor->pos != smp_load_acquire(&ring->head); /* D: as in kwatch_ring_read */
}
