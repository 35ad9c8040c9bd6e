// SPDX-License-Identifier: GPL-2.0
/*
 * One reader's way through all rings, oldest record first.
 *
 * A lane is a ring with this reader's cursor and, once looked at, its next
 * records.  The next record of all is the oldest of the lanes'.  An empty lane
 * counts only if its CPU is not just about to add an older one: see
 * kwatch_cpu_busy().
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "hit/cpu.h"
#include "event.h"
#include "reader.h"
#include "records.h"

/* How long to wait for a busy CPU, in microseconds; a hit takes one or two. */
#define BUSY_SPIN_US	50
#define BUSY_SLEEPS	100

/**
 * struct lane - one ring
 * @cursor: this reader's
 * @last_ns: time of the last record taken; no record that was lost is older
 * @lost:   records overwritten that the reader was not told of yet
 * @at:     the next record, in @word
 * @end:    where the records in @word end; @at if there is none
 * @word:   copied from the ring
 */
struct lane {
	struct kwatch_ring_cursor cursor;
	u64	last_ns;
	u64	lost;
	u32	at;
	u32	end;
	u64	word[KWATCH_RING_RECORD_MAX / sizeof(u64)];
};

/**
 * struct kwatch_reader - see reader.h
 * @holder: of the records in the lanes
 * @chosen: the lane whose record is next, -1 if that is not known
 * @before: the lane chosen before that
 * @sure_ns: no other lane has or gets a record that is older
 * @told:   what kwatch_reader_next() gave is @lost and not the record
 * @no_memory: for a lane; it is asked for again each time
 * @lost:   made when a lane has lost some
 * @lane:   by CPU, and the last one for kwatch_events; NULL until there is a
 *          ring
 */
struct kwatch_reader {
	struct kwatch_holder holder;
	int	chosen;
	int	before;
	u64	sure_ns;
	bool	told;
	bool	no_memory;
	struct kwatch_lost lost;
	struct lane *lane[];
};

static unsigned int nr_lanes(void)
{
	return nr_cpu_ids + 1;
}

static const struct kwatch_ring *lane_ring(unsigned int i)
{
	struct kwatch_cpu *cpu;

	if (i == nr_cpu_ids)
		return &kwatch_events;
	cpu = cpu_possible(i) ? kwatch_cpu_get(i) : NULL;
	return cpu ? &cpu->ring : NULL;
}

/* The records in the lanes that were not taken. */
static void each_held(struct kwatch_holder *holder, kwatch_record_fn fn, void *arg)
{
	struct kwatch_reader *reader = container_of(holder, struct kwatch_reader, holder);
	const struct lane *lane;
	unsigned int i;

	for (i = 0; i < nr_lanes(); i++) {
		lane = reader->lane[i];
		if (lane) /* at is moved by kwatch_reader_take() */
			kwatch_records_of_words(lane->word + READ_ONCE(lane->at),
						lane->word + lane->end, fn, arg);
	}
}

struct kwatch_reader *kwatch_reader_open(void)
{
	struct kwatch_reader *reader;

	reader = kvzalloc(struct_size(reader, lane, nr_lanes()), GFP_KERNEL);
	if (!reader)
		return NULL;
	reader->chosen = -1;
	reader->holder.each = each_held;
	kwatch_records_hold(&reader->holder);
	return reader;
}

void kwatch_reader_close(struct kwatch_reader *reader)
{
	unsigned int i;

	kwatch_records_release(&reader->holder);
	for (i = 0; i < nr_lanes(); i++)
		kvfree(reader->lane[i]);
	kvfree(reader);
}

static bool lane_full(const struct lane *lane)
{
	return lane && lane->at != lane->end;
}

/* Copy a lane's next records.  Return: false if there are none. */
static bool copy_next(struct lane *lane, const struct kwatch_ring *ring)
{
	struct kwatch_ring_batch batch;

	do {
		if (!kwatch_ring_read(ring, &lane->cursor, lane->word, &batch))
			return false;
		lane->lost += batch.lost;
	} while (batch.from == batch.to);
	lane->at = batch.from;
	lane->end = batch.to;
	return true;
}

/* Look for a lane's next record.  Return: false if it has none, or reader->no_memory is set. */
static noinline bool refill(struct kwatch_reader *reader, unsigned int i)
{
	const struct kwatch_ring *ring = lane_ring(i);
	struct lane *lane = reader->lane[i];
	bool there;

	if (!ring)
		return false;
	if (!lane) {
		if (!READ_ONCE(ring->head))
			return false;
		lane = kvzalloc(sizeof(*lane), GFP_KERNEL);
		if (!lane) {
			reader->no_memory = true;
			return false;
		}
		lane->last_ns = kwatch_cpu_since_ns;
		mutex_lock(&reader->holder.mutex);
		reader->lane[i] = lane;
		mutex_unlock(&reader->holder.mutex);
	}
	if (!kwatch_ring_has_news(ring, &lane->cursor))
		return false;
	mutex_lock(&reader->holder.mutex);
	there = copy_next(lane, ring);
	mutex_unlock(&reader->holder.mutex);
	cond_resched();
	return there;
}

static bool fill(struct kwatch_reader *reader, unsigned int i)
{
	return lane_full(reader->lane[i]) || refill(reader, i);
}

/* Wait, within reason, until a CPU is not in the middle of a hit. */
static void wait_not_busy(unsigned int i)
{
	struct kwatch_cpu *cpu = i < nr_cpu_ids ? kwatch_cpu_get(i) : NULL;
	unsigned int n;

	if (!cpu)
		return;
	for (n = 0; kwatch_cpu_busy(cpu) && n < BUSY_SPIN_US; n++)
		udelay(1);
	for (n = 0; kwatch_cpu_busy(cpu) && n < BUSY_SLEEPS; n++)
		usleep_range(50, 100);
}

static const struct kwatch_record *lane_record(const struct lane *lane)
{
	return (const struct kwatch_record *)&lane->word[lane->at];
}

/*
 * Return: the lane with the oldest record, -1 if all are empty.
 *
 * Looking at all lanes for every record would make a record as dear as there
 * are CPUs.  So it is noted up to what time the answer stays the same: until
 * now, because a hit that is not in its ring yet, and not on its way there,
 * takes its time later; and until the oldest record of any other lane.
 */
static int choose(struct kwatch_reader *reader)
{
	u64 now = ktime_get_mono_fast_ns();
	unsigned int i;
	int best = -1;

	for (i = 0; i < nr_lanes(); i++)
		if (fill(reader, i))
			best = i;
	if (best < 0)
		return -1;

	/* What was empty may have got an older one in the meantime. */
	for (i = 0; i < nr_lanes(); i++) {
		if (!lane_full(reader->lane[i])) {
			wait_not_busy(i);
			if (!fill(reader, i))
				continue;
		}
		if (lane_record(reader->lane[i])->time_ns <
		    lane_record(reader->lane[best])->time_ns)
			best = i;
	}
	for (i = 0; i < nr_lanes(); i++)
		if (i != best && lane_full(reader->lane[i]))
			now = min(now, lane_record(reader->lane[i])->time_ns);
	reader->sure_ns = now;
	reader->before = best;
	return best;
}

/* The lane chosen before, if its next record is the next of all; else -1. */
static int choose_again(struct kwatch_reader *reader)
{
	if (!reader->sure_ns || !fill(reader, reader->before))
		return -1;
	return lane_record(reader->lane[reader->before])->time_ns < reader->sure_ns ?
	       reader->before : -1;
}

static const struct kwatch_record *make_lost(struct kwatch_reader *reader,
					     const struct lane *lane)
{
	reader->lost = (struct kwatch_lost) {
		.rec.size = sizeof(reader->lost),
		.rec.type = KWATCH_RECORD_LOST,
		.rec.time_ns = lane_record(lane)->time_ns,
		.count = lane->lost,
		.from_ns = lane->last_ns,
		.cpu = reader->chosen < nr_cpu_ids ? reader->chosen : KWATCH_CPU_NONE,
	};
	return &reader->lost.rec;
}

const struct kwatch_record *kwatch_reader_next(struct kwatch_reader *reader,
					       u64 until_ns)
{
	const struct kwatch_record *record;
	struct lane *lane;

	reader->no_memory = false;
	if (reader->chosen < 0)
		reader->chosen = choose_again(reader);
	if (reader->chosen < 0)
		reader->chosen = choose(reader);
	/* What it does not see may be older than what it has chosen. */
	if (reader->no_memory) {
		reader->chosen = -1;
		return ERR_PTR(-ENOMEM);
	}
	if (reader->chosen < 0)
		return NULL;

	lane = reader->lane[reader->chosen];
	record = lane_record(lane);
	/*
	 * Not if it is later than now: while the machine wakes up, the clock may be
	 * ahead by as long as it slept (7.2), and nothing is to wait for that.
	 */
	if (record->time_ns > until_ns && record->time_ns <= ktime_get_mono_fast_ns())
		return NULL;
	reader->told = lane->lost;
	return lane->lost ? make_lost(reader, lane) : record;
}

void kwatch_reader_take(struct kwatch_reader *reader)
{
	struct lane *lane = reader->lane[reader->chosen];

	if (reader->told) {
		lane->lost = 0;
		reader->told = false;
		return;
	}
	lane->last_ns = lane_record(lane)->time_ns;
	/* Read by each_held() */
	WRITE_ONCE(lane->at, lane->at + lane_record(lane)->size / sizeof(u64));
	reader->chosen = -1;
}

unsigned int kwatch_reader_cpu(const struct kwatch_reader *reader)
{
	return reader->chosen;
}

bool kwatch_reader_has_news(const struct kwatch_reader *reader)
{
	unsigned int i;

	for (i = 0; i < nr_lanes(); i++) {
		const struct kwatch_ring *ring = lane_ring(i);
		const struct lane *lane = reader->lane[i];

		if (lane ? lane_full(lane) || kwatch_ring_has_news(ring, &lane->cursor) :
		    ring && READ_ONCE(ring->head))
			return true;
	}
	return false;
}

bool kwatch_reader_waits(const struct kwatch_reader *reader)
{
	kwatch_cpu_want_wake();
	return kwatch_reader_has_news(reader);
}

__poll_t kwatch_reader_poll(const struct kwatch_reader *reader,
			    struct file *file, poll_table *wait)
{
	poll_wait(file, &kwatch_wait, wait);
	return kwatch_reader_waits(reader) ? EPOLLIN | EPOLLRDNORM : 0;
}
