/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The watched bytes: what they were, what they are.
 */
#ifndef KWATCH_VALUE_H
#define KWATCH_VALUE_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/percpu.h>
#include <linux/types.h>
#include <linux/uaccess.h>

/* Slots that one watch may take: KWATCH_LEN_MAX bytes in eights. */
#define KWATCH_SLOTS_MAX	4

/* Threads of a process whose last accesses are told apart, by their IDs. */
#define KWATCH_EXPECTS_THREADS	256

/* Values before the last one that are remembered where a trap comes first: two a hit. */
#define KWATCH_VALUES_BEFORE	16

/**
 * struct kwatch_value - what is known of a watch's bytes
 * @seq:   hits so far
 * @last:  the value last seen, by slot
 * @known: by slot: @last means something; while armed it only becomes true
 * @before: where traps come before the access, so that @last is what is
 *         expected: values that were expected and found before, by slot
 * @unsure: likewise, the last hit after which the value was not known, by slot
 *
 * The one thing that CPUs share on the hit path, on one cache line: whoever
 * stores to the watched word shares a line with the other CPUs anyway.
 */
struct kwatch_value {
	atomic64_t seq;
	u64	last[KWATCH_SLOTS_MAX];
	bool	known[KWATCH_SLOTS_MAX];
	u64	before[KWATCH_SLOTS_MAX][KWATCH_VALUES_BEFORE];
	u64	unsure[KWATCH_SLOTS_MAX];
} ____cacheline_aligned;

/* kwatch_value_read() of any length but 8 */
bool kwatch_value_read_part(unsigned long addr, u32 len, u64 *value);

/**
 * kwatch_value_read() - read kernel memory
 * @addr:  a kernel address
 * @len:   1 to 8; 1, 2, 4 and 8 are read in one piece if @addr is aligned
 * @value: filled
 *
 * Context: any, NMI included; a fault is caught.
 * Return: false if the bytes cannot be read.
 */
static inline bool kwatch_value_read(unsigned long addr, u32 len, u64 *value)
{
	const void *from = (const void *)addr;

	/* Most words are words. */
	if (len != sizeof(u64))
		return kwatch_value_read_part(addr, len, value);
	__get_kernel_nofault(value, from, u64, fault);
	return true;
fault:
	return false;
}

/*
 * kwatch_value_read() outside of the exception.  Of a watch on reads this is a hit, which the
 * handler ignores.  Any context but NMI.
 */
bool kwatch_value_look(unsigned long addr, u32 len, u64 *value);

/* Is there kernel memory at @addr, which may be any number?  Any context but NMI */
bool kwatch_value_mapped(unsigned long addr);

/* This CPU is in one of these two. */
DECLARE_PER_CPU(bool, kwatch_value_own);

/* Note the bytes of a slot before it is armed; @known: they could be read.  Any context */
void kwatch_value_set(struct kwatch_value *value, unsigned int slot, bool known,
		      u64 now);

/*
 * kwatch_value_forget() - the bytes of a slot are others now, not to be compared; any
 * context.
 */
static inline void kwatch_value_forget(struct kwatch_value *value, unsigned int slot)
{
	WRITE_ONCE(value->known[slot], false); /* read in the exception */
}

/*
 * Read 1 to 8 user bytes of the current task.  Any context, NMI included.  False: the page
 * is not there, which is not waited for.
 */
bool kwatch_value_read_user(unsigned long addr, u32 len, u64 *value);

/* kwatch_value_look_user() - the same, and as kwatch_value_look() nobody's hit */
bool kwatch_value_look_user(unsigned long addr, u32 len, u64 *value);

/**
 * kwatch_value_exchange() - note the bytes after an access
 * @value: of the watch
 * @slot:  of the watch
 * @new:   the bytes now
 * @old:   filled with what they were
 *
 * Two CPUs that store at once may each see the other's value; every value is
 * seen by one of them.
 *
 * Context: any, NMI included.
 * Return: false if the old value is not known.
 */
static inline bool kwatch_value_exchange(struct kwatch_value *value, unsigned int slot,
					 u64 new, u64 *old)
{
	*old = xchg(&value->last[slot], new);
	return READ_ONCE(value->known[slot]);
}

/**
 * kwatch_value_expect() - note what the bytes will be after an access
 * @value: of the watch
 * @slot:  of the watch
 * @seq:   number of the hit
 * @found: the bytes now, which the last access may not have changed yet
 * @new:   the bytes after the access
 * @sure:  @new is known
 *
 * The access may still take its time, and others may come in between.
 *
 * Context: any, NMI included.
 */
static inline void kwatch_value_expect(struct kwatch_value *value, unsigned int slot,
				       u64 seq, u64 found, u64 new, bool sure)
{
	u64 old = xchg(&value->last[slot], new);
	u64 *before = &value->before[slot][seq * 2 % KWATCH_VALUES_BEFORE];

	/* Read by kwatch_value_expected(), which may be a little early or late. */
	WRITE_ONCE(before[0], old);
	WRITE_ONCE(before[1], found);
	if (!sure)
		WRITE_ONCE(value->unsure[slot], seq);
}

/**
 * struct kwatch_expects - the last access of a CPU, or of a thread
 * @found: the bytes before it
 * @value: and after it
 * @known: there was one, and its value is known
 * @tid:   of a thread, whose
 *
 * Written by the handler there, read by anybody.  Each has one access on its way
 * at most; while that takes its time (a virtual CPU may stand still, a thread may
 * lose its CPU), others make any number of theirs.
 */
struct kwatch_expects {
	u64	found;
	u64	value;
	bool	known;
	pid_t	tid;
};

/**
 * kwatch_value_expected() - may the bytes be @now, although the last hit left others?
 * @value: of the watch
 * @slot:  of the watch
 * @seq:   hits so far
 * @now:   the bytes
 *
 * True while the last hit's access has yet to be made, and when two CPUs' accesses were
 * made in another order than they trapped in.
 *
 * Context: any; only where traps come before the access.
 */
bool kwatch_value_expected(const struct kwatch_value *value, unsigned int slot,
			   u64 seq, u64 now);

#endif /* KWATCH_VALUE_H */
