/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Kernel stacks from the ORC tables, a tenth as dear as the kernel's unwinder.
 *
 * Nine tenths of what recording a stack costs is that unwinder's search for
 * what an address means, and it makes it anew for every frame of every hit.
 * Here each CPU keeps what it found (orc.c), and the tables are searched only
 * for addresses seen for the first time (orc_find.c).
 *
 * What is not a plain call, a return from an exception or the end of a stack
 * is left to the kernel's unwinder, and with it the whole stack: so the frames
 * are always those that the kernel would give.  A stack that is seen for the
 * first time is compared with the kernel's; a difference ends the use of all
 * this for good and is told in "stats".
 *
 * On kernels without ORC everything here is nothing.
 */
#ifndef KWATCH_ORC_H
#define KWATCH_ORC_H

#include <linux/types.h>

#include <uapi/kwatch.h>

struct kwatch_orc;
struct orc_entry;
struct pt_regs;

/**
 * enum kwatch_orc_kind - how to get from a frame to its caller's
 * @KWATCH_ORC_SP: from the stack pointer; the frame pointer stays
 * @KWATCH_ORC_SP_BP: as SP, and the caller's frame pointer is in the frame
 * @KWATCH_ORC_OTHER: another way of struct kwatch_orc_step
 * @KWATCH_ORC_REGS: the frame ends in a struct pt_regs
 * @KWATCH_ORC_END: there is no caller
 * @KWATCH_ORC_KERNEL: only the kernel's unwinder can tell
 */
enum kwatch_orc_kind {
	KWATCH_ORC_SP,
	KWATCH_ORC_SP_BP,
	KWATCH_ORC_OTHER,
	KWATCH_ORC_REGS,
	KWATCH_ORC_END,
	KWATCH_ORC_KERNEL,
};

/**
 * struct kwatch_orc_step - what an address means
 * @key:  the address, 0 in a cache slot that is free
 * @sp_offset: from the base register to where the caller's stack begins
 * @bp_offset: from there to the caller's frame pointer
 * @kind: enum kwatch_orc_kind
 * @from_bp: the base register is the frame pointer
 * @indirect: the base register points to the caller's stack pointer
 * @load_bp: the caller's frame pointer is in the frame
 */
struct kwatch_orc_step {
	unsigned long key;
	s16	sp_offset;
	s16	bp_offset;
	u8	kind;
	u8	from_bp:1;
	u8	indirect:1;
	u8	load_bp:1;
};

#if defined(CONFIG_X86_64) && defined(CONFIG_UNWINDER_ORC)

/*
 * kwatch_arch_unwind() by the tables; negative if only the kernel's unwinder can tell.  The handler,
 * one at a time for each CPU.
 */
int kwatch_orc_unwind(struct kwatch_orc *orc, const struct pt_regs *regs,
		      u64 *ips, unsigned int max, u16 *flags);

/*
 * The number that kwatch_orc_learn() was told of a stack of @depth frames, the trap's own among
 * them, without unwinding it; 0: not recognised.  The handler.
 */
u32 kwatch_orc_recall(struct kwatch_orc *orc, const struct pt_regs *regs,
		      unsigned int depth);

/* Remember how a stack looks, and its number.  The handler */
void kwatch_orc_learn(struct kwatch_orc *orc, const struct pt_regs *regs,
		      unsigned int depth, const struct kwatch_stack *stack, u32 number);

/*
 * Leave all stacks to the kernel's unwinder from now on; @why: for stats.  Any context, NMI
 * included.
 */
void kwatch_orc_give_up(const char *why);

/* For stats: "orc-cache", or "kernel" with the reason.  Any context */
const char *kwatch_orc_state(void);

/* A CPU's cache; NULL without memory, which kwatch_orc_unwind() takes.  May sleep */
struct kwatch_orc *kwatch_orc_create(unsigned int cpu);

/* No handler runs any more. */
void kwatch_orc_free(struct kwatch_orc *orc);

/*
 * Find the tables; after kwatch_symbol_init().  0, also without tables: then the kernel's unwinder
 * does it all.  May sleep.
 */
int kwatch_orc_init(void);

/* Forget the tables; no handler runs any more.  May sleep */
void kwatch_orc_exit(void);

/* The three files' own: the walk, the search, and what finds the tables. */

#define KWATCH_ORC_STEPS	2048	/* 32 KiB a CPU; a busy kernel's hits need some hundreds */

#define KWATCH_ORC_MEMOS	256	/* 114 KiB a CPU */
#define KWATCH_ORC_WORDS	40
#define KWATCH_ORC_FRAMES	4

/**
 * struct kwatch_orc_memo - how a known stack looks in memory
 * @ip:     where the trap was, 0: this memo is free
 * @number: of the stack that it then is
 * @span:   from the stack pointer to behind the last word
 * @depth:  frames asked for
 * @nr:     words that must be the same, an even number
 * @nr_frames: frame pointers that must be as far from the stack pointer
 * @at:     where the words are, in words from the stack pointer
 * @word:   what they are
 * @frame:  where the frame pointers are, in bytes from there, -1 in the
 *          register; and how far they point from there
 *
 * Each step of a walk follows from the address it is at and from the words it
 * read before.  So where all words that a walk read are the same, and the
 * frame pointers that it used point as far, the walk would be the same.
 */
struct kwatch_orc_memo {
	unsigned long ip;
	u32	number;
	u32	span;
	u8	depth;
	u8	nr;
	u8	nr_frames;
	u16	at[KWATCH_ORC_WORDS];
	u64	word[KWATCH_ORC_WORDS];
	struct {
		s32	at;
		s32	distance;
	} frame[KWATCH_ORC_FRAMES];
};

/**
 * struct kwatch_orc - what one CPU knows
 * @gen:  kwatch_orc_tables.gen at the time when the rest was last emptied
 * @step: by a hash of the address
 * @memo: by a hash of where the trap was, and how deep in the stack
 *
 * Written by the handler on its CPU alone.
 */
struct kwatch_orc {
	unsigned int gen;
	struct kwatch_orc_step step[KWATCH_ORC_STEPS];
	struct kwatch_orc_memo memo[KWATCH_ORC_MEMOS];
};

/* Some code from @start to before @end, and its table of @nr addresses and entries. */
struct kwatch_orc_range {
	unsigned long start, end;
	const int *ips;
	const struct orc_entry *entries;
	unsigned int nr;
};

struct kwatch_orc_ranges {
	unsigned int nr;
	struct kwatch_orc_range range[];
};

/**
 * struct kwatch_orc_tables - where everything is
 * @off:     NULL while the walk is to be used; else why not
 * @kernel:  the kernel's own code; constant after init
 * @init:    and that of its init: long freed, but the boot CPU's idle task
 *           still has return addresses there
 * @modules: the modules' code, replaced when one comes or goes
 * @gen:     goes up then, because of what caches know of it
 * @trampolines: where a function returns to that a tracer has its fingers in:
 *           the kernel's unwinder looks the true address up in the tracer's
 *           books; constant after init
 * @irq_stack: the kernel's per-CPU pointer to the last word of the interrupt
 *           stack, or NULL; constant after init
 */
struct kwatch_orc_tables {
	const char *off;
	struct kwatch_orc_range kernel, init;
	struct kwatch_orc_ranges __rcu *modules;
	unsigned int gen;
	unsigned long trampolines[4];
	unsigned long __percpu *irq_stack;
};

extern struct kwatch_orc_tables kwatch_orc_tables;

/* Fill in what the address @step->key means.  The handler */
void kwatch_orc_find(struct kwatch_orc_step *step);

#else

#ifdef CONFIG_ARM64
#include "arch/arm64/arm64.h"
#endif

/* arm64's stacks take no tables. */
static inline int kwatch_orc_unwind(struct kwatch_orc *orc, const struct pt_regs *regs,
				    u64 *ips, unsigned int max, u16 *flags)
{
#ifdef CONFIG_ARM64
	return kwatch_frames_unwind(regs, ips, max, flags);
#else
	return -1;
#endif
}

static inline u32 kwatch_orc_recall(struct kwatch_orc *orc, const struct pt_regs *regs,
				    unsigned int depth)
{
	return 0;
}

static inline void kwatch_orc_learn(struct kwatch_orc *orc, const struct pt_regs *regs,
				    unsigned int depth,
				    const struct kwatch_stack *stack, u32 number)
{
}

#ifdef CONFIG_ARM64
static inline void kwatch_orc_give_up(const char *why) { kwatch_frames_give_up(why); }
static inline const char *kwatch_orc_state(void) { return kwatch_frames_state(); }
#else
static inline void kwatch_orc_give_up(const char *why) { }
static inline const char *kwatch_orc_state(void) { return "kernel (it has no ORC tables)"; }
#endif
static inline struct kwatch_orc *kwatch_orc_create(unsigned int cpu) { return NULL; }
static inline void kwatch_orc_free(struct kwatch_orc *orc) { }
static inline int kwatch_orc_init(void) { return 0; }
static inline void kwatch_orc_exit(void) { }

#endif
#endif /* KWATCH_ORC_H */
