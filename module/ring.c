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
#include <linux/string.h>

#include <asm/barrier.h>
#include <asm/processor.h>
#endif

#include "ring.h"

/* Bytes of the record that starts with @word. */
static u32 record_bytes(u64 word)
{
	return word & 0xffff;
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
		tail += record_bytes(*word_at(ring, tail)) / sizeof(u64);
		overwritten++;
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

/* tail and overwritten as they were at one moment. */
static u64 read_tail(const struct kwatch_ring *ring, u64 *overwritten)
{
	u32 gen;
	u64 tail;

	for (;;) {
		gen = smp_load_acquire(&ring->tail_gen); /* F: pairs with E in make_room */
		tail = READ_ONCE(ring->tail);
		*overwritten = READ_ONCE(ring->overwritten);
		smp_rmb(); /* F: pairs with E in make_room */
		if (!(gen & 1) && READ_ONCE(ring->tail_gen) == gen)
			return tail;
		cpu_relax();
	}
}

/*
 * Steps 2 and 3 of a reader but for the check of tail: whatever is copied may
 * be garbage.  Return: words of the record, 0 if it cannot be one.
 */
static u32 copy_record(const struct kwatch_ring *ring, u64 pos, u64 head,
		       u64 *words)
{
	u64 first = READ_ONCE(*word_at(ring, pos));
	u32 nr = record_bytes(first) / sizeof(u64), i;
	const u64 *from;

	if (!nr || nr > KWATCH_RING_RECORD_MAX / sizeof(u64) || nr > head - pos)
		return 0;

	words[0] = first;
	from = word_at(ring, pos);
	if (likely(from + nr <= ring->data + ring->nr_words)) {
		for (i = 1; i < nr; i++)
			words[i] = READ_ONCE(from[i]);
		return nr;
	}
	for (i = 1; i < nr; i++)
		words[i] = READ_ONCE(*word_at(ring, pos + i));
	return nr;
}

enum kwatch_ring_result kwatch_ring_read(const struct kwatch_ring *ring,
					 struct kwatch_ring_cursor *cursor,
					 u64 *words, u64 *lost)
{
	u64 head, tail, overwritten;
	u32 nr;

	head = smp_load_acquire(&ring->head); /* D: pairs with C in kwatch_ring_write */
	if (cursor->pos == head)
		return KWATCH_RING_EMPTY;

	nr = copy_record(ring, cursor->pos, head, words);

	smp_rmb(); /* B: pairs with A in make_room */
	tail = read_tail(ring, &overwritten);
	if (tail > cursor->pos) {
		*lost = overwritten - cursor->seen;
		cursor->pos = tail;
		cursor->seen = overwritten;
		return KWATCH_RING_LOST;
	}

	cursor->pos += nr;
	cursor->seen++;
	return KWATCH_RING_RECORD;
}

bool kwatch_ring_has_news(const struct kwatch_ring *ring,
			  const struct kwatch_ring_cursor *cursor)
{
	return cursor->pos != smp_load_acquire(&ring->head); /* D: as in kwatch_ring_read */
}
