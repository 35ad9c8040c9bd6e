// SPDX-License-Identifier: GPL-2.0
/*
 * What a binary reader must be told before a record: what its numbers stand
 * for.
 */
#include <linux/bitmap.h>
#include <linux/cpumask.h>
#include <linux/overflow.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "code.h"
#include "hit/cpu.h"
#include "define.h"
#include "hit/dedup.h"
#include "name.h"

/**
 * struct told - numbers of one CPU
 * @stack: bit by number
 * @task:  bit by number
 */
struct told {
	DECLARE_BITMAP(stack, KWATCH_DEDUP_WORDS + 1);
	DECLARE_BITMAP(task, KWATCH_DEDUP_TASKS + 1);
};

#define STACK_DEF_MAX \
	(sizeof(struct kwatch_stack_def) + \
	 2 * (sizeof(struct kwatch_stack) + KWATCH_STACK_MAX * sizeof(u64)))
#define DEF_MAX		(KWATCH_NAME_DEF_MAX + STACK_DEF_MAX + KWATCH_CODE_DEF_MAX)

/**
 * struct kwatch_define - see define.h
 * @kernel: the reader may know of the kernel's memory
 * @code:  what it knows of unloaded modules
 * @watch: bit by id
 * @names_gen: kwatch_name_gen when @watch was last emptied
 * @bitmap: where @number is to be set once the reader has the definition; NULL
 *         if that is one of @code
 * @number: see there
 * @def:   the definition
 * @cpu:   by CPU
 */
struct kwatch_define {
	bool	kernel;
	struct kwatch_code_told code;
	u32	names_gen;
	DECLARE_BITMAP(watch, KWATCH_WATCH_MAX + 1);
	unsigned long *bitmap;
	unsigned int number;
	u64	def[DEF_MAX / sizeof(u64)];
	struct told cpu[];
};

struct kwatch_define *kwatch_define_create(bool kernel)
{
	struct kwatch_define *define;

	define = kvzalloc(struct_size(define, cpu, nr_cpu_ids), GFP_KERNEL);
	if (!define)
		return NULL;
	define->kernel = kernel;
	kwatch_code_begin(&define->code);
	return define;
}

void kwatch_define_free(struct kwatch_define *define)
{
	kvfree(define);
}

static bool must_tell(struct kwatch_define *define, unsigned long *bitmap,
		      unsigned int number)
{
	if (!number || test_bit(number, bitmap))
		return false;
	define->bitmap = bitmap;
	define->number = number;
	return true;
}

static const struct kwatch_record *define_stack(struct kwatch_define *define,
						const struct kwatch_hit *hit)
{
	const struct kwatch_dedup_stack *stack;
	struct kwatch_stack_def *def = (void *)define->def;

	stack = kwatch_dedup_stack(kwatch_cpu_get(hit->cpu)->known, hit->stack);
	*def = (struct kwatch_stack_def) {
		.rec.size = sizeof(*def) + stack->nr * sizeof(u64),
		.rec.type = KWATCH_RECORD_STACK,
		.rec.parts = stack->parts,
		.rec.time_ns = hit->rec.time_ns,
		.number = hit->stack,
		.cpu = hit->cpu,
	};
	memcpy(def + 1, stack->word, stack->nr * sizeof(u64));
	return &def->rec;
}

static const struct kwatch_record *define_task(struct kwatch_define *define,
					       const struct kwatch_hit *hit)
{
	struct kwatch_task_def *def = (void *)define->def;

	*def = (struct kwatch_task_def) {
		.rec.size = sizeof(*def),
		.rec.type = KWATCH_RECORD_TASK,
		.rec.time_ns = hit->rec.time_ns,
		.number = hit->task,
		.cpu = hit->cpu,
		.task = *kwatch_dedup_task(kwatch_cpu_get(hit->cpu)->known, hit->task),
	};
	return &def->rec;
}

static const struct kwatch_record *define_watch(struct kwatch_define *define, u16 id)
{
	struct kwatch_watch_def *def = (void *)define->def;

	if (kwatch_name_def(id, def))
		return &def->rec;
	/* There is no name: do not ask for each record. */
	kwatch_define_told(define);
	return NULL;
}

/* Numbers that no record referred to were given out again, or will be. */
static void look_for_new_names(struct kwatch_define *define)
{
	u32 gen = READ_ONCE(kwatch_name_gen); /* stored by tidy() in name.c */

	if (likely(gen == define->names_gen))
		return;
	bitmap_zero(define->watch, KWATCH_WATCH_MAX + 1);
	define->names_gen = gen;
}

const struct kwatch_record *kwatch_define_next(struct kwatch_define *define,
					       const struct kwatch_record *record)
{
	const struct kwatch_record *def = NULL;
	const struct kwatch_hit *hit = (const struct kwatch_hit *)record;

	if (define->kernel && kwatch_code_next(&define->code, define->def)) {
		define->bitmap = NULL;
		return (const void *)define->def;
	}
	if (!record)
		return NULL;
	look_for_new_names(define);
	if (must_tell(define, define->watch, record->watch))
		def = define_watch(define, record->watch);
	if (def || record->type != KWATCH_RECORD_HIT)
		return def;
	if (must_tell(define, define->cpu[hit->cpu].task, hit->task))
		return define_task(define, hit);
	if (must_tell(define, define->cpu[hit->cpu].stack, hit->stack))
		return define_stack(define, hit);
	return NULL;
}

void kwatch_define_told(struct kwatch_define *define)
{
	if (define->bitmap)
		__set_bit(define->number, define->bitmap);
	else
		kwatch_code_told(&define->code, (const void *)define->def);
}

bool kwatch_define_waits(const struct kwatch_define *define)
{
	return define->kernel && kwatch_code_waits(&define->code);
}
