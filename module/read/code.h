/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which code lay at an address at the time of a record.
 *
 * A module's memory goes to another module once it is unloaded, so an address
 * means nothing without a time.  For an address A in a record of time T:
 *
 * 1. A module held A from before T, and was unloaded after T: the address has
 *    the name that it had in that module.  The names are taken down when the
 *    module goes, for the addresses that records refer to.
 * 2. Else, a module holds A now and came after T: the code of then is unknown,
 *    and the address has no name.
 * 3. Else the kernel's symbol table, as it is now, has the name.
 *
 * A module comes before its first instruction runs, and is unloaded after its
 * exit function has returned, so both times lie outside of the module's own
 * hits.  Code of a module that still runs after that (a callback that nobody
 * waited for) falls under 2 or 3: without a name, or with that of the module's
 * own symbol table, which the kernel removes before it frees the memory.  What
 * init leaves behind is freed earlier and counts as a module of its own, whose
 * end is the end of init.
 *
 * Records refer to stacks by numbers, and summaries count by stack.  So a stack
 * with a frame in a module is taken out of use when the module goes, and again
 * when another module comes to the address: no number stands for the code of
 * two modules.
 */
#ifndef KWATCH_CODE_H
#define KWATCH_CODE_H

#include <linux/kallsyms.h>

#include <uapi/kwatch.h>

struct trace_seq;

/* Room for a name, in bytes. */
#define KWATCH_CODE_NAME_MAX	(KSYM_SYMBOL_LEN + 32)

/**
 * kwatch_code_name() - the name of an address in a record
 * @text: filled; KWATCH_CODE_NAME_MAX bytes
 * @addr: the address
 * @time_ns: of the record
 * @exact: @addr is the instruction itself, not the one behind it
 *
 * As printk's %pS and %pB print it.  Where the name was forgotten, the address
 * with the module's name and "unloaded".
 *
 * Context: any, NMI included.
 */
void kwatch_code_name(char *text, unsigned long addr, u64 time_ns, bool exact);

/* kwatch_code_trace() - kwatch_code_name() into an event that ftrace prints */
void kwatch_code_trace(struct trace_seq *s, unsigned long ip, u64 time_ns, bool exact);

struct kwatch_code_told {
	u32	gen;
	u32	module;
	u32	next;
	u32	symbol;
	u32	forgot;
	u32	stale;
	bool	begins;
};

/* Room for any definition of kwatch_code_next(), in bytes. */
#define KWATCH_CODE_DEF_MAX \
	(sizeof(struct kwatch_module_def) + sizeof(struct kwatch_symbol_def) + \
	 ALIGN(KSYM_NAME_LEN, 8))

extern u32 kwatch_code_gen;

/* For a new reader.  May sleep */
void kwatch_code_begin(struct kwatch_code_told *told);

/* kwatch_code_next() where there may be something.  May sleep */
bool kwatch_code_find_next(struct kwatch_code_told *told, void *def);

/* May there be something for the reader? */
static inline bool kwatch_code_waits(const struct kwatch_code_told *told)
{
	return READ_ONCE(kwatch_code_gen) != told->gen; /* stored by publish_end() */
}

/*
 * What a reader has to know before its next record, after that was read from its ring:
 * KWATCH_CODE_DEF_MAX bytes.  True if @def is for the reader; then kwatch_code_told() is to follow.
 * May sleep.
 */
static inline bool kwatch_code_next(struct kwatch_code_told *told, void *def)
{
	return kwatch_code_waits(told) && kwatch_code_find_next(told, def);
}

/**
 * kwatch_code_told() - the reader has got it
 * @told: what the reader knows
 * @def:  from kwatch_code_next()
 */
void kwatch_code_told(struct kwatch_code_told *told, const struct kwatch_record *def);

/*
 * Begin to follow modules; after kwatch_buffers_init(), before any watch.  0 or -errno.  May
 * sleep.
 */
int kwatch_code_init(void);

/**
 * kwatch_code_exit() - stop that, and forget all
 *
 * Context: may sleep; there is no reader any more.
 */
void kwatch_code_exit(void);

#endif /* KWATCH_CODE_H */
