// SPDX-License-Identifier: GPL-2.0
/*
 * The walk up a stack by what this CPU knows of each address; see orc.h.
 *
 * It follows unwind_next_frame() of the kernel's arch/x86/kernel/unwind_orc.c
 * to the letter for the cases that it takes, and takes no others: a word is
 * read only from the stack that the walk is on, a stack is left only from the
 * interrupt stack to the task's, and an address without an entry ends the
 * attempt.
 */
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/ptrace.h>
#include <linux/sched/task_stack.h>

#include <asm/page.h>
#include <asm/processor.h>

#include <uapi/kwatch.h>

#include "arch/orc.h"

/**
 * struct walk - how far the walk has come
 * @ip:   where the frame's code is
 * @sp:   its stack pointer
 * @bp:   its frame pointer
 * @key:  the address to look up for it
 * @low:  the lowest place of a word on the stack that @sp is on
 * @span: from there to the highest
 */
struct walk {
	unsigned long ip, sp, bp;
	unsigned long key;
	unsigned long low, span;
};

/* KASAN must not mind: a frame's neighbours may be poisoned, and we know. */
static unsigned long word(unsigned long at)
{
	return READ_ONCE_NOCHECK(*(unsigned long *)at);
}

static bool on_stack(const struct walk *w, unsigned long at)
{
	return at - w->low <= w->span;
}

static void set_stack(struct walk *w, unsigned long begin, unsigned long size)
{
	w->low = begin;
	w->span = size - sizeof(long);
}

/* Be on the task's stack. */
static void task_stack(struct walk *w)
{
	set_stack(w, (unsigned long)task_stack_page(current), THREAD_SIZE);
}

static bool irq_stack(struct walk *w)
{
	unsigned long last;

	if (!kwatch_orc_tables.irq_stack)
		return false;
	last = *this_cpu_ptr(kwatch_orc_tables.irq_stack);
	if (!last)
		return false;
	set_stack(w, last + sizeof(long) - IRQ_STACK_SIZE, IRQ_STACK_SIZE);
	return true;
}

/* Make sure that @at is on the walk's stack; follow it to the task's. */
static bool may_read(struct walk *w, unsigned long at)
{
	if (on_stack(w, at))
		return true;
	task_stack(w);
	return on_stack(w, at);
}

static const struct kwatch_orc_step *look_up(struct kwatch_orc *orc, unsigned long key)
{
	struct kwatch_orc_step *step = &orc->step[(key ^ key >> 11) % KWATCH_ORC_STEPS];

	if (unlikely(step->key != key)) {
		step->key = key;
		kwatch_orc_find(step);
	}
	return step;
}

/* A frame that is not of the two plain kinds.  Return: false if it is not for us. */
static noinline bool step_other(struct walk *w, const struct kwatch_orc_step *step)
{
	unsigned long cfa, before = w->sp;

	if (step->indirect) {
		if (!may_read(w, w->sp))
			return false;
		cfa = word(w->sp) + step->sp_offset;
	} else {
		cfa = w->bp + step->sp_offset;
	}
	if (!IS_ALIGNED(cfa, sizeof(long)) || !may_read(w, cfa - sizeof(long)))
		return false;
	/* On one stack it goes one way. */
	if (on_stack(w, before) && cfa <= before)
		return false;
	if (step->load_bp) {
		if (!on_stack(w, cfa + step->bp_offset))
			return false;
		w->bp = word(cfa + step->bp_offset);
	}
	w->ip = word(cfa - sizeof(long));
	w->sp = cfa;
	w->key = w->ip - 1;
	return true;
}

enum regs_result { REGS_KERNEL, REGS_USER, REGS_UNKNOWN };

/* Where an exception or a system call came in. */
static noinline enum regs_result step_regs(struct walk *w,
					   const struct kwatch_orc_step *step)
{
	unsigned long at = w->sp + step->sp_offset, before = w->sp;
	const struct pt_regs *regs = (const struct pt_regs *)at;

	if (!may_read(w, at) || !on_stack(w, at + sizeof(*regs) - sizeof(long)))
		return REGS_UNKNOWN;
	if (word((unsigned long)&regs->cs) & 3)
		return REGS_USER;
	w->ip = word((unsigned long)&regs->ip);
	w->sp = word((unsigned long)&regs->sp);
	w->bp = word((unsigned long)&regs->bp);
	w->key = w->ip;
	if (!may_read(w, w->sp) || (on_stack(w, before) && w->sp <= before))
		return REGS_UNKNOWN;
	return REGS_KERNEL;
}

/* The stack that the trap was on: the task's, or this CPU's for interrupts. */
static bool first_stack(struct walk *w)
{
	task_stack(w);
	if (likely(on_stack(w, w->sp)))
		return true;
	return irq_stack(w) && on_stack(w, w->sp);
}

static noinline void forget(struct kwatch_orc *orc, unsigned int gen)
{
	unsigned int i;

	for (i = 0; i < KWATCH_ORC_STEPS; i++)
		orc->step[i].key = 0;
	for (i = 0; i < KWATCH_ORC_MEMOS; i++)
		orc->memo[i].ip = 0;
	orc->gen = gen;
}

/* Return: false if nothing is to be done here. */
static __always_inline bool ready(struct kwatch_orc *orc)
{
	/* Pairs with ranges_replace(). */
	unsigned int gen = smp_load_acquire(&kwatch_orc_tables.gen);

	if (unlikely(!orc || READ_ONCE(kwatch_orc_tables.off)))
		return false;
	if (unlikely(orc->gen != gen))
		forget(orc, gen);
	return true;
}

int kwatch_orc_unwind(struct kwatch_orc *orc, const struct pt_regs *regs,
		      u64 *ips, unsigned int max, u16 *flags)
{
	struct walk w = { regs->ip, regs->sp, regs->bp, regs->ip };
	const struct kwatch_orc_step *step;
	unsigned int nr;

	if (!ready(orc) || !first_stack(&w))
		return -1;

	step = look_up(orc, w.key);
	for (nr = 0; ; ) {
		unsigned long cfa;

		if (likely(step->kind <= KWATCH_ORC_SP_BP)) {
			cfa = w.sp + step->sp_offset;
			if (unlikely(!on_stack(&w, cfa - sizeof(long))))
				return -1;
			if (step->kind == KWATCH_ORC_SP_BP)
				w.bp = word(cfa + step->bp_offset);
			w.ip = word(cfa - sizeof(long));
			w.sp = cfa;
			w.key = w.ip - 1;
		} else if (step->kind == KWATCH_ORC_END) {
			return nr;
		} else if (step->kind == KWATCH_ORC_OTHER) {
			if (!step_other(&w, step))
				return -1;
		} else if (step->kind == KWATCH_ORC_REGS) {
			switch (step_regs(&w, step)) {
			case REGS_KERNEL:
				break;
			case REGS_USER:
				return nr;
			case REGS_UNKNOWN:
				return -1;
			}
		} else {
			return -1;
		}

		/* Only code that has a table counts as a frame. */
		step = look_up(orc, w.key);
		if (unlikely(step->kind == KWATCH_ORC_KERNEL))
			return -1;
		if (nr == max)
			break;
		ips[nr++] = w.ip;
	}
	*flags |= KWATCH_STACK_CUT;
	return nr;
}

static struct kwatch_orc_memo *memo_of(struct kwatch_orc *orc, const struct pt_regs *regs)
{
	unsigned long deep = regs->sp % THREAD_SIZE;

	return &orc->memo[((regs->ip ^ deep << 8) * 0x9e3779b97f4a7c15ul) >> 56];
}
static_assert(KWATCH_ORC_MEMOS == 1 << 8);

u32 kwatch_orc_recall(struct kwatch_orc *orc, const struct pt_regs *regs,
		      unsigned int depth)
{
	unsigned long sp = regs->sp, deep = sp - (unsigned long)task_stack_page(current);
	const struct kwatch_orc_memo *memo;
	unsigned int i, nr;

	if (!ready(orc))
		return 0;
	memo = memo_of(orc, regs);
	if (memo->ip != regs->ip || memo->depth != depth)
		return 0;
	if (deep >= THREAD_SIZE || deep + memo->span > THREAD_SIZE)
		return 0;
	for (i = 0, nr = memo->nr; i < nr; i += 2)
		if (word(sp + memo->at[i] * sizeof(long)) != memo->word[i] ||
		    word(sp + memo->at[i + 1] * sizeof(long)) != memo->word[i + 1])
			return 0;
	for (i = 0; i < memo->nr_frames; i++) {
		unsigned long bp = memo->frame[i].at < 0 ? regs->bp :
				   word(sp + memo->frame[i].at);

		if (bp - sp != memo->frame[i].distance)
			return 0;
	}
	return memo->number;
}

/* Note a word that the walk reads.  Return: false if there is no room. */
static bool note_word(struct kwatch_orc_memo *memo, unsigned long sp, unsigned long at)
{
	if (memo->nr == KWATCH_ORC_WORDS || (at - sp) % sizeof(long))
		return false;
	memo->at[memo->nr] = (at - sp) / sizeof(long);
	memo->word[memo->nr++] = word(at);
	memo->span = max_t(u32, memo->span, at - sp + sizeof(long));
	return true;
}

/* Note a frame pointer that the walk uses; it is at @at, or in a register if that is 0. */
static bool note_frame(struct kwatch_orc_memo *memo, unsigned long sp,
		       unsigned long at, unsigned long bp)
{
	if (memo->nr_frames == KWATCH_ORC_FRAMES || bp - sp >= THREAD_SIZE)
		return false;
	memo->frame[memo->nr_frames].at = at ? at - sp : -1;
	memo->frame[memo->nr_frames++].distance = bp - sp;
	return true;
}

/*
 * Walk once more, and note what is read.  Stays on the task's stack, and ends
 * where that does.  Return: false if this stack cannot be noted.
 */
static bool walk_noting(struct kwatch_orc *orc, struct kwatch_orc_memo *memo,
			const struct pt_regs *regs, const struct kwatch_stack *stack,
			unsigned int depth)
{
	struct walk w = { regs->ip, regs->sp, regs->bp, regs->ip };
	unsigned long sp = regs->sp, bp_at = 0, cfa;
	const struct kwatch_orc_step *step;
	const struct pt_regs *end;
	unsigned int nr = 1;

	task_stack(&w);
	if (!on_stack(&w, sp))
		return false;
	for (step = look_up(orc, w.key); ; step = look_up(orc, w.key)) {
		switch (step->kind) {
		case KWATCH_ORC_END:
			return nr == stack->nr;
		case KWATCH_ORC_REGS:
			end = (const struct pt_regs *)(w.sp + step->sp_offset);
			return step_regs(&w, step) == REGS_USER && nr == stack->nr &&
			       note_word(memo, sp, (unsigned long)&end->cs);
		case KWATCH_ORC_OTHER:
			if (step->indirect || !note_frame(memo, sp, bp_at, w.bp))
				return false;
			cfa = w.bp + step->sp_offset;
			if (!step_other(&w, step))
				return false;
			break;
		case KWATCH_ORC_SP:
		case KWATCH_ORC_SP_BP:
			cfa = w.sp + step->sp_offset;
			if (!on_stack(&w, cfa - sizeof(long)))
				return false;
			if (step->load_bp)
				w.bp = word(cfa + step->bp_offset);
			w.ip = word(cfa - sizeof(long));
			w.sp = cfa;
			w.key = w.ip - 1;
			break;
		default:
			return false;
		}
		if (step->load_bp)
			bp_at = cfa + step->bp_offset;
		if (!note_word(memo, sp, cfa - sizeof(long)))
			return false;
		/* A frame more than was asked for: that it is there is noted, too. */
		if (nr == depth)
			return nr == stack->nr;
		if (nr == stack->nr || stack->ip[nr++] != w.ip)
			return false;
	}
}

void kwatch_orc_learn(struct kwatch_orc *orc, const struct pt_regs *regs,
		      unsigned int depth, const struct kwatch_stack *stack, u32 number)
{
	struct kwatch_orc_memo *memo;

	if (!ready(orc))
		return;
	memo = memo_of(orc, regs);
	/* One that is half noted must not be recalled: its places may be anywhere. */
	memo->ip = 0;
	memo->depth = depth;
	memo->span = sizeof(long);
	memo->nr = 0;
	memo->nr_frames = 0;
	if (!walk_noting(orc, memo, regs, stack, depth))
		return;
	/* Two at a time are compared. */
	if (memo->nr % 2) {
		memo->at[memo->nr] = memo->at[memo->nr - 1];
		memo->word[memo->nr] = memo->word[memo->nr - 1];
		memo->nr++;
	}
	memo->number = number;
	memo->ip = regs->ip;
}

void kwatch_orc_give_up(const char *why)
{
	WRITE_ONCE(kwatch_orc_tables.off, why);
}

const char *kwatch_orc_state(void)
{
	return READ_ONCE(kwatch_orc_tables.off) ?: "orc-cache";
}
