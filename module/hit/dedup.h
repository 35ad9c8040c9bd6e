/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stacks and tasks that hits on a CPU had before, by number.
 *
 * A watched word is mostly written by few stacks and tasks.  Each is stored
 * once a CPU, and a hit's record has two numbers instead: 48 bytes, not 160.
 *
 * Insert only: an entry is written by the handler on its CPU, and its parts
 * never change.  So a number is good for as long as kwatch is loaded, and the
 * reader of a record needs no lock.  Memory is constant; a stack that finds no
 * room is put into the record itself.
 */
#ifndef KWATCH_DEDUP_H
#define KWATCH_DEDUP_H

#include <linux/types.h>

#include <uapi/kwatch.h>

struct kwatch_range;

#define KWATCH_DEDUP_WORDS	16384	/* for stacks: some 1,300 of ten frames */
#define KWATCH_DEDUP_INDEX	4096
#define KWATCH_DEDUP_TASKS	1024

/* The stack that a number out of a record stands for; any context, until the module goes */
struct kwatch_dedup_stack {
	u32	hash;
	u16	nr;
	u8	parts;
	u8	reserved;
	u64	word[];
};

/**
 * struct kwatch_dedup - what one CPU knows
 * @used:  words taken in @word
 * @last:  the task of the hit before, or 0
 * @index: by hash, the number of a stack; 0: free
 * @task:  task number i is the one at i - 1; all zero: free
 * @word:  stack number i starts at word i - 1
 */
struct kwatch_dedup {
	u32	used;
	u16	last;
	u32	index[KWATCH_DEDUP_INDEX];
	struct kwatch_task task[KWATCH_DEDUP_TASKS];
	u64	word[KWATCH_DEDUP_WORDS];
};

/* Of a stack; any context */
u32 kwatch_dedup_hash(u8 parts, const u64 *word, unsigned int nr);

/* The number of a stack, 0 if it is not known; @known may be NULL.  The handler */
u32 kwatch_dedup_find(const struct kwatch_dedup *known, u32 hash, u8 parts,
		      const u64 *word, unsigned int nr);

/* May a stack of @nr words be added?  @known may be NULL.  The handler */
static inline bool kwatch_dedup_has_room(const struct kwatch_dedup *known,
					 unsigned int nr)
{
	return known && known->used + 1 + nr <= KWATCH_DEDUP_WORDS;
}

/*
 * Add a stack that kwatch_dedup_find() has not found and that there is room for.  The
 * handler, one at a time for each CPU.  Return: its number; 0: no place in the index.
 */
u32 kwatch_dedup_add(struct kwatch_dedup *known, u32 hash, u8 parts,
		     const u64 *word, unsigned int nr);

/**
 * kwatch_dedup_stack() - what a number stands for
 * @known:  of the CPU in the record
 * @number: out of a record, not 0
 *
 * Context: any, until the module goes.
 */
static inline const struct kwatch_dedup_stack *
kwatch_dedup_stack(const struct kwatch_dedup *known, u32 number)
{
	return (const void *)&known->word[number - 1];
}

/*
 * Let no later hit find the stacks of some code; their numbers stay good.  Any context, one
 * at a time.
 */
void kwatch_dedup_withdraw(struct kwatch_dedup *known, const struct kwatch_range *range,
			   unsigned int nr);

/*
 * The number of the task that runs; 0: not known, and no room.  The handler, one at a time
 * for each CPU
 */
u16 kwatch_dedup_task_of_current(struct kwatch_dedup *known);

/* The task that a number out of a record stands for; any context, until the module goes */
static inline const struct kwatch_task *
kwatch_dedup_task(const struct kwatch_dedup *known, u16 number)
{
	return &known->task[number - 1];
}

#endif /* KWATCH_DEDUP_H */
