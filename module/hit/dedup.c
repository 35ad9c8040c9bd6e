// SPDX-License-Identifier: GPL-2.0
/*
 * Stacks and tasks that hits on a CPU had before, by number: see dedup.h.
 *
 * All of it runs inside the debug exception: see hit.h for what that forbids.
 */
#include <linux/sched.h>
#include <linux/string.h>

#include "decide.h"
#include "dedup.h"

/* Places looked at before giving up. */
#define STACK_PROBES	8
#define TASK_PROBES	8

u32 kwatch_dedup_hash(u8 parts, const u64 *word, unsigned int nr)
{
	u64 hash = parts;
	unsigned int i;

	for (i = 0; i < nr; i++)
		hash = (hash ^ word[i]) * 0x9e3779b97f4a7c15ull;
	return hash >> 32;
}

u32 kwatch_dedup_find(const struct kwatch_dedup *known, u32 hash, u8 parts,
		      const u64 *word, unsigned int nr)
{
	const struct kwatch_dedup_stack *stack;
	u32 i, number;

	for (i = 0; known && i < STACK_PROBES; i++) {
		number = known->index[(hash + i) % KWATCH_DEDUP_INDEX];
		if (!number)
			return 0;
		stack = kwatch_dedup_stack(known, number);
		if (READ_ONCE(stack->hash) == hash && stack->parts == parts && stack->nr == nr &&
		    !memcmp(stack->word, word, nr * sizeof(u64)))
			return number;
	}
	return 0;
}

u32 kwatch_dedup_add(struct kwatch_dedup *known, u32 hash, u8 parts,
		     const u64 *word, unsigned int nr)
{
	struct kwatch_dedup_stack *stack = (void *)&known->word[known->used];
	u32 i, *place;

	for (i = 0; i < STACK_PROBES; i++) {
		place = &known->index[(hash + i) % KWATCH_DEDUP_INDEX];
		if (*place)
			continue;
		stack->hash = hash;
		stack->nr = nr;
		stack->parts = parts;
		memcpy(stack->word, word, nr * sizeof(u64));
		/*
		 * A reader gets the number out of a record, which is published
		 * after this (C in ring.h).
		 */
		*place = known->used + 1;
		/* Pairs with kwatch_dedup_withdraw(). */
		smp_store_release(&known->used, known->used + 1 + nr);
		return *place;
	}
	return 0;
}

/* Its name as two words, which it is aligned for in both places. */
static bool same_comm(const char *a, const char *b)
{
	return !memcmp(a, b, KWATCH_COMM_MAX);
}

static bool is_current(const struct kwatch_task *task)
{
	return task->tid == current->pid && task->tgid == current->tgid &&
	       same_comm(task->comm, current->comm);
}

static noinline u16 find_current(struct kwatch_dedup *known)
{
	u32 tid = current->pid, tgid = current->tgid, i, at;
	struct kwatch_task *task;

	for (i = 0; i < TASK_PROBES; i++) {
		at = (tid + i) % KWATCH_DEDUP_TASKS;
		task = &known->task[at];
		if (is_current(task))
			goto found;
		/* The idle task is number 0, but it has a name. */
		if (task->tid || task->tgid || task->comm[0])
			continue;
		memcpy(task->comm, current->comm, sizeof(task->comm));
		task->tid = tid;
		task->tgid = tgid;
		goto found;
	}
	return 0;
found:
	known->last = at + 1;
	return known->last;
}

u16 kwatch_dedup_task_of_current(struct kwatch_dedup *known)
{
	if (unlikely(!known))
		return 0;
	/* Mostly the same as before. */
	if (likely(known->last && is_current(&known->task[known->last - 1])))
		return known->last;
	return find_current(known);
}

/* Outside the exception from here on. */

void kwatch_dedup_withdraw(struct kwatch_dedup *known, const struct kwatch_range *range,
			   unsigned int nr)
{
	u32 at, used = smp_load_acquire(&known->used); /* pairs with kwatch_dedup_add() */
	struct kwatch_dedup_stack *entry;
	const struct kwatch_stack *stack;

	for (at = 0; at < used; at += 1 + entry->nr) {
		entry = (void *)&known->word[at];
		stack = (const void *)entry->word;
		if (entry->parts & KWATCH_PART_KSTACK &&
		    kwatch_range_has_any(range, nr, stack->ip, stack->nr))
			/* Read by kwatch_dedup_find(): the same words have another hash. */
			WRITE_ONCE(entry->hash, ~kwatch_dedup_hash(entry->parts, entry->word,
								   entry->nr));
	}
}
