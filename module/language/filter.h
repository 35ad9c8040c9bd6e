/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Predicates: "if new == 0 && comm ~ kworker*".
 *
 * ftrace's filter syntax over the fields of a hit, compiled once when a watch
 * is made into a flat program that the handler runs with a bound and without
 * a stack.  Pure, like spec.h: compiled into the unit tests and the fuzzer.
 */
#ifndef KWATCH_FILTER_H
#define KWATCH_FILTER_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include "user.h"
#endif

#include <uapi/kwatch.h>

#define KWATCH_FILTER_MAX	16	/* predicates in one filter */
#define KWATCH_FILTER_TEXT_MAX	256	/* bytes of its text, NUL included */

enum kwatch_filter_field {
	KWATCH_FIELD_OLD,
	KWATCH_FIELD_NEW,
	KWATCH_FIELD_PID,	/* the thread, as ftrace's common_pid */
	KWATCH_FIELD_TGID,
	KWATCH_FIELD_CPU,
	KWATCH_FIELD_COMM,
};

enum kwatch_filter_op {
	KWATCH_OP_EQ,
	KWATCH_OP_NE,
	KWATCH_OP_LT,
	KWATCH_OP_LE,
	KWATCH_OP_GT,
	KWATCH_OP_GE,
	KWATCH_OP_AND,		/* field & value is not 0 */
	KWATCH_OP_GLOB,		/* comm ~ pattern, "*" "?" "[...]" */
	KWATCH_OP_NOT_GLOB,
};

/**
 * struct kwatch_filter_insn - one predicate and where to go from it
 * @field: enum kwatch_filter_field
 * @op:    enum kwatch_filter_op
 * @on_true:  the next instruction's index, always a later one, or
 *            KWATCH_FILTER_ACCEPT or KWATCH_FILTER_REJECT
 * @on_false: the same
 * @value: to compare with; unsigned
 * @pattern: for comm, instead of @value
 */
struct kwatch_filter_insn {
	u8	field;
	u8	op;
	u8	on_true;
	u8	on_false;
	u64	value;
	char	pattern[KWATCH_COMM_MAX];
};

#define KWATCH_FILTER_ACCEPT	0xfe
#define KWATCH_FILTER_REJECT	0xff

/*
 * A compiled predicate; @nr 0 accepts everything.  The program only jumps forward, so it ends within
 * @nr steps.
 */
struct kwatch_filter {
	u8	nr;
	struct kwatch_filter_insn insn[KWATCH_FILTER_MAX];
};

/*
 * What a program looks at.  Values are in the low bytes; @comm: KWATCH_COMM_MAX bytes with a NUL;
 * @unknown: bit by enum kwatch_filter_field: the number is not known.
 */
struct kwatch_filter_input {
	u64	old;
	u64	new;
	u32	pid;
	u32	tgid;
	u32	cpu;
	const char *comm;
	u8	unknown;
};

/**
 * kwatch_filter_compile() - text to program
 * @filter: filled; accepts everything on failure
 * @text:   the predicate, without "if"; need not end with NUL
 * @len:    its bytes
 * @why:    on failure, one static sentence
 * @at:     on failure, the byte of @text at fault; @len if something is missing
 *
 * "field op value", joined by "&&" (binds tighter) and "||", with "!" before
 * one or before a group in parentheses.  Numbers are unsigned, as strtoull()
 * base 0 takes them.  A name is bare or in either kind of quotes; there, a
 * backslash takes the next byte as it is.
 *
 * Context: any; no side effects.
 * Return: 0, or -EINVAL.
 */
int kwatch_filter_compile(struct kwatch_filter *filter, const char *text,
			  size_t len, const char **why, u16 *at);

/**
 * kwatch_filter_match() - run a program
 *
 * A comparison with an unknown number may be true or false, and a hit that passes one way
 * passes.
 *
 * Context: any, NMI included: at most KWATCH_FILTER_MAX steps, no memory but its
 * arguments.
 * Return: true if the hit passes.
 */
bool kwatch_filter_match(const struct kwatch_filter *filter,
			 const struct kwatch_filter_input *in);

/**
 * kwatch_filter_class() - does a byte match one "[...]" of a pattern?
 * @class: "!" first inverts, "]" first is itself, "-" makes a range, as in the kernel's
 *         glob_match() and in shells
 * @c:     the byte
 * @match: filled
 *
 * Context: any, NMI included.
 * Return: the length of the class in bytes, 0 if it does not end.
 */
static inline unsigned int kwatch_filter_class(const char *class, unsigned char c,
					       bool *match)
{
	unsigned int i = 1;
	bool inverted = class[i] == '!';
	unsigned char from, to;
	bool found = false;

	if (inverted)
		i++;
	do {
		from = class[i];
		to = from;
		if (!from)
			return 0;
		if (class[i + 1] == '-' && class[i + 2] && class[i + 2] != ']') {
			to = class[i + 2];
			i += 2;
		}
		if (from <= c && c <= to)
			found = true;
		i++;
	} while (class[i] != ']');

	*match = found != inverted;
	return i + 1;
}

/*
 * Does all of @comm, KWATCH_COMM_MAX bytes or a NUL before, match a pattern of "*", "?", "[a-z]" and
 * "[!a-z]"?  Any context, NMI included: bounded, no memory but its arguments.
 */
bool kwatch_filter_glob(const char *pattern, const char *comm);

/*
 * Has every "[" of a pattern its "]"?  Else kwatch_filter_glob() matches nothing.  Any
 * context.
 */
bool kwatch_filter_glob_valid(const char *pattern);

#endif /* KWATCH_FILTER_H */
