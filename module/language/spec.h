/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A watch as text, and as a struct.
 *
 * The one place that knows the command language: TYPE LEN TARGET [OPTION...].
 * Pure: no kernel state, no allocation, no locking, any context; the same files
 * (spec.c, target.c, option.c, filter.c, filter_compile.c) are compiled into
 * the module, the client, the unit tests and the fuzzer.  What a name stands
 * for is symbol.c's job, whether a watch can be armed is watch.c's and cpus.c's.
 */
#ifndef KWATCH_SPEC_H
#define KWATCH_SPEC_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include "user.h"
#endif

#include <uapi/kwatch.h>

#include "filter.h"

/* Bytes that a reader of ctl may append: "  # id=... state=... hits=...". */
#define KWATCH_SPEC_COMMENT_MAX	192

/*
 * Bytes that any spec fits in as text, with its NUL.  What ctl prints, comment
 * included, is within KWATCH_LINE_MAX, so that it can be written back.
 */
#define KWATCH_SPEC_TEXT_MAX	(KWATCH_LINE_MAX - KWATCH_SPEC_COMMENT_MAX + 1)

#define KWATCH_ALLOW_MAX	4	/* functions in allow= */
#define KWATCH_STACK_MAX	64	/* frames in stack=, ustack= */
#define KWATCH_UCOPY_MAX	8192	/* bytes in ucopy= */
#define KWATCH_LEN_MAX		32	/* bytes in one watch: four slots of eight */
#define KWATCH_NOTE_MAX		128	/* bytes of note=, NUL included */

enum kwatch_verb {
	KWATCH_VERB_NONE,	/* an empty line or a comment */
	KWATCH_VERB_ADD,
	KWATCH_VERB_REMOVE,
	KWATCH_VERB_OFF,
	KWATCH_VERB_ON,
	KWATCH_VERB_CLEAR,
	KWATCH_VERB_CLEAR_SUMMARIES,
	KWATCH_VERB_IGNORE,
};

enum kwatch_target {
	KWATCH_TARGET_SYMBOL,	/* [module:]symbol[@cpu][+off] */
	KWATCH_TARGET_ADDR,	/* hex */
	KWATCH_TARGET_TASK,	/* task(PID)[+off] */
	KWATCH_TARGET_PERCPU,	/* percpu:hex[@cpu][+off] */
};

enum kwatch_action {
	KWATCH_ACTION_LOG,
	KWATCH_ACTION_DUMP,
	KWATCH_ACTION_TRACEOFF,
	KWATCH_ACTION_SIGNAL,
	KWATCH_ACTION_PANIC,
};

enum kwatch_until {
	KWATCH_UNTIL_REMOVED,
	KWATCH_UNTIL_CLOSE,
	KWATCH_UNTIL_FREE,
};

enum kwatch_summary_key {
	KWATCH_SUMMARY_NONE,
	KWATCH_SUMMARY_STACK,
	KWATCH_SUMMARY_TASK,
};

/*
 * The words of a line that a refusal may point at.  struct kwatch_cmd.at[]
 * has where each began, so that watch.c can put the caret under the right one.
 */
enum kwatch_word {
	KWATCH_WORD_VERB,	/* TYPE, or the "-", "off", "on", "clear" */
	KWATCH_WORD_LEN,
	KWATCH_WORD_TARGET,
	KWATCH_WORD_OFFSET,	/* the "+off" of a target, else as TARGET */
	KWATCH_WORD_REF,	/* the ID or NAME of -, off, on */
	KWATCH_WORD_NAME,
	KWATCH_WORD_PID,
	KWATCH_WORD_CPU,
	KWATCH_WORD_COMM,
	KWATCH_WORD_LIMIT,
	KWATCH_WORD_RATE,
	KWATCH_WORD_STACK,
	KWATCH_WORD_USTACK,
	KWATCH_WORD_UCOPY,
	KWATCH_WORD_REGS,
	KWATCH_WORD_SUMMARY,
	KWATCH_WORD_CHANGED,
	KWATCH_WORD_ALLOW,
	KWATCH_WORD_ACTION,
	KWATCH_WORD_UNTIL,
	KWATCH_WORD_UNSEEN,
	KWATCH_WORD_CHILDREN,
	KWATCH_WORD_NOTE,
	KWATCH_WORD_IF,
	KWATCH_WORD_NR
};

/* Bits of struct kwatch_spec.given: an option was there, whatever its value. */
#define KWATCH_GIVEN(word)	(1ULL << KWATCH_WORD_##word)

/**
 * struct kwatch_spec - what a user asked for
 * @type:    KWATCH_TYPE_*
 * @target:  which of the next is meant
 * @len:     in bytes; 0 for an x watch whose length was left out
 * @symbol:  "symbol" or "module:symbol", without "@" and "+"; empty unless
 *           KWATCH_TARGET_SYMBOL.  A module as it was written: "-" is "_"
 * @copy:    CPU of "symbol@cpu" and "percpu:hex@cpu", -1 for none
 * @offset:  of "+off" or "-off", in bytes, signed
 * @addr:    KWATCH_TARGET_ADDR, and the pointer of KWATCH_TARGET_PERCPU
 * @task:    the PID of KWATCH_TARGET_TASK
 * @given:   KWATCH_GIVEN() of every option that was named
 * @name:    name=, empty for none
 * @pid:     pid=, 0 for none
 * @cpu:     cpu=, -1 for all
 * @comm:    comm= (a glob, as in filters), empty for none
 * @note:    note=, empty for none
 * @limit:   limit=, 0 for none
 * @rate:    rate=N/s, hits a second; 0 with RATE given means no governor
 * @stack:   stack=, kernel frames; 0 is "off"; module's default unless given
 * @ustack:  ustack=, likewise, user frames
 * @ucopy:   ucopy=, bytes of the user stack to copy; 0 for none
 * @regs:    regs
 * @children: children: with pid=, forked children too
 * @summary: summary, summary=stack, summary=task
 * @changed: changed
 * @nr_allow: functions in @allow
 * @allow:   allow=FUNC,FUNC
 * @action:  action=
 * @signo:   of action=signal=SIGNAL
 * @until:   until=
 * @unseen_ms: unseen=MS, 0 is off; unless given 1000, and 0 for an x watch
 * @filter:  if PREDICATE, compiled; @filter.nr == 0 for none
 * @filter_text: and as it was written, for printing
 */
struct kwatch_spec {
	u8	type;
	u8	target;
	u16	len;
	char	symbol[KWATCH_SYMBOL_MAX];
	s32	copy;
	s64	offset;
	u64	addr;
	s32	task;
	u64	given;
	char	name[KWATCH_NAME_MAX];
	s32	pid;
	s32	cpu;
	char	comm[KWATCH_COMM_MAX];
	char	note[KWATCH_NOTE_MAX];
	u64	limit;
	u32	rate;
	u8	stack;
	u8	ustack;
	u16	ucopy;
	bool	regs;
	bool	children;
	u8	summary;
	bool	changed;
	u8	nr_allow;
	char	allow[KWATCH_ALLOW_MAX][KWATCH_SYMBOL_MAX];
	u8	action;
	u8	signo;
	u8	until;
	u32	unseen_ms;
	struct kwatch_filter filter;
	char	filter_text[KWATCH_FILTER_TEXT_MAX];
};

/**
 * struct kwatch_cmd - one line of the command language
 * @verb: what to do
 * @spec: KWATCH_VERB_ADD: the watch
 * @id:   REMOVE, OFF, ON by number; 0 if by @name
 * @at:   where each word began in the line, in bytes; 0 for those not there
 */
struct kwatch_cmd {
	enum kwatch_verb verb;
	struct kwatch_spec spec;
	u32	id;
	char	name[KWATCH_NAME_MAX];
	u16	at[KWATCH_WORD_NR];
};

/**
 * struct kwatch_refusal - why a line was refused
 * @why: one static sentence without a full stop, for error_log
 * @at:  the byte of the line that the caret goes under: the first that is
 *       wrong, or where something is missing (so it may be the line's length)
 */
struct kwatch_refusal {
	const char *why;
	u16	at;
};

/**
 * kwatch_spec_parse() - read one line
 * @line:    the text, without its newline; need not end with NUL
 * @len:     its bytes
 * @cmd:     what it says, all set (also on failure, but then meaningless)
 * @refusal: filled on failure
 *
 * "#" starts a comment at the start of a word, so that what reading ctl
 * prints can be written back.  Numbers are as strtoull() base 0 takes them,
 * an address is hexadecimal with or without 0x, an ID and a LEN are decimal.
 * What is no printable ASCII is refused, but for tabs, and bytes from 0x80 in
 * quotes and comments.
 *
 * Context: any; no side effects.  About 3 KiB of @cmd is written, so callers
 * in the kernel allocate it.
 * Return: 0, -EINVAL malformed, -E2BIG longer than KWATCH_LINE_MAX, or than
 * KWATCH_SPEC_TEXT_MAX once it is printed.
 */
int kwatch_spec_parse(const char *line, size_t len, struct kwatch_cmd *cmd,
		      struct kwatch_refusal *refusal);

/**
 * kwatch_spec_print() - write a spec as a line that parses to the same spec
 * @buf:  KWATCH_SPEC_TEXT_MAX bytes always do
 * @size: of @buf, in bytes
 * @spec: from kwatch_spec_parse()
 *
 * The options that @spec->given names, in one order for all, as short as they can be said.
 *
 * Context: any.
 * Return: bytes that the whole text takes without its NUL, as snprintf().
 */
int kwatch_spec_print(char *buf, size_t size, const struct kwatch_spec *spec);

/*
 * The short name of a watch in a hit's line, "w8 trampolines+0x0": type, length and target, no
 * options.  KWATCH_SYMBOL_MAX + 48 bytes do.  Any context.  As snprintf().
 */
int kwatch_spec_label(char *buf, size_t size, const struct kwatch_spec *spec);

/*
 * Do two specs ask for the same watch?  What counts is what they mean: a default that was given is as
 * good as none, and a predicate is compared by its program.  name= and note= are not compared: they
 * name and explain a watch, and do not make another.  Any context.
 */
bool kwatch_spec_same(const struct kwatch_spec *a, const struct kwatch_spec *b);

#endif /* KWATCH_SPEC_H */
