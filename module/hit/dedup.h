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

/**
 * struct kwatch_dedup_stack - one stack
 * @hash:  of what follows; another once it was withdrawn, so that the handler
 *         finds it no more
 * @nr:    words of it
 * @parts: KWATCH_PART_KSTACK and KWATCH_PART_USTACK, which of them
 * @reserved: 0
 * @word:  the parts as a hit's record has them
 */
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

/**
 * kwatch_dedup_hash() - of a stack
 * @parts: as in struct kwatch_dedup_stack
 * @word:  likewise
 * @nr:    words
 *
 * Context: any.
 */
u32 kwatch_dedup_hash(u8 parts, const u64 *word, unsigned int nr);

/**
 * kwatch_dedup_find() - a stack's number
 * @known: this CPU's, or NULL
 * @hash:  from kwatch_dedup_hash()
 * @parts: as there
 * @word:  as there
 * @nr:    as there
 *
 * Context: the handler.
 * Return: 0 if it is not known.
 */
u32 kwatch_dedup_find(const struct kwatch_dedup *known, u32 hash, u8 parts,
		      const u64 *word, unsigned int nr);

/**
 * kwatch_dedup_has_room() - may a stack be added?
 * @known: this CPU's, or NULL
 * @nr:    words of it
 *
 * Context: the handler.
 */
static inline bool kwatch_dedup_has_room(const struct kwatch_dedup *known,
					 unsigned int nr)
{
	return known && known->used + 1 + nr <= KWATCH_DEDUP_WORDS;
}

/**
 * kwatch_dedup_add() - make a stack known
 * @known: this CPU's, with room for it; kwatch_dedup_find() has not found it
 * @hash:  as there
 * @parts: as there
 * @word:  as there
 * @nr:    as there
 *
 * Context: the handler; one at a time for each CPU.
 * Return: its number, or 0 if there is no place in the index.
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

/**
 * kwatch_dedup_withdraw() - let no later hit find the stacks of some code
 * @known: of any CPU
 * @range: the code
 * @nr:    ranges
 *
 * Their numbers stay good.
 *
 * Context: any; one at a time.
 */
void kwatch_dedup_withdraw(struct kwatch_dedup *known, const struct kwatch_range *range,
			   unsigned int nr);

/**
 * kwatch_dedup_task_of_current() - the number of the task that runs
 * @known: this CPU's, or NULL
 *
 * Context: the handler; one at a time for each CPU.
 * Return: 0 if it is not known and there is no room.
 */
u16 kwatch_dedup_task_of_current(struct kwatch_dedup *known);

/**
 * kwatch_dedup_task() - what a number stands for
 * @known:  of the CPU in the record
 * @number: out of a record, not 0
 *
 * Context: any, until the module goes.
 */
static inline const struct kwatch_task *
kwatch_dedup_task(const struct kwatch_dedup *known, u16 number)
{
	return &known->task[number - 1];
}

#endif /* KWATCH_DEDUP_H */
