// SPDX-License-Identifier: GPL-2.0
/*
 * What the readers of a line share: refusals, numbers and names.  See parse.h.
 */
#ifdef __KERNEL__
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#else
#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#endif

#include "parse.h"

static const char *const reasons[] = {
	[KWATCH_WHY_LONG]	= "a line has at most 1024 bytes",
	[KWATCH_WHY_LONG_PRINTED] = "the names are too long to be listed in one line of ctl",
	[KWATCH_WHY_CONTROL]	= "a control character, or a byte that is not UTF-8",
	[KWATCH_WHY_ASCII]	= "only a quoted name may have bytes that are not ASCII",
	[KWATCH_WHY_QUOTE]	= "this quote is not closed",
	[KWATCH_WHY_VERB]	= "expected r, w, rw or x with a length, or -ID, off, on, clear, ignore",
	[KWATCH_WHY_EXTRA]	= "nothing may follow here",
	[KWATCH_WHY_IGNORE]	= "only self can be ignored: the process that says so",
	[KWATCH_WHY_REF_MISSING] = "expected the ID or NAME of a watch",
	[KWATCH_WHY_REF]	= "neither an ID from 1 to 65535 nor a NAME of [A-Za-z0-9_.-]",
	[KWATCH_WHY_LEN_MISSING] = "length missing: w1, w2, w4 or w8",
	[KWATCH_WHY_LEN]	= "a length is 1 to 32 bytes",
	[KWATCH_WHY_LEN_X]	= "x takes no length, or 1, 2, 4 or 8",
	[KWATCH_WHY_TARGET_MISSING] = "target missing: a symbol, a hex address or task(PID)",
	[KWATCH_WHY_TARGET]	= "expected a symbol, a hex address or task(PID)",
	[KWATCH_WHY_TARGET_END]	= "after a target come only @cpu, for a per-CPU variable, and +offset",
	[KWATCH_WHY_SYMBOL_LONG] = "a symbol has at most 255 bytes",
	[KWATCH_WHY_ADDR]	= "an address has 1 to 16 hex digits",
	[KWATCH_WHY_TASK]	= "task(PID) takes a process ID above 0",
	[KWATCH_WHY_COPY]	= "symbol@cpu takes the number of a CPU",
	[KWATCH_WHY_OFFSET]	= "an offset is a number of bytes, below 2 to the 63rd",
	[KWATCH_WHY_OPTION]	= "no such option",
	[KWATCH_WHY_TWICE]	= "this option was given before",
	[KWATCH_WHY_NO_VALUE]	= "this option takes no value",
	[KWATCH_WHY_GLOB]	= "a [ in the pattern has no ]",
	[KWATCH_WHY_X_VALUE]	= "x watches code that runs, and knows no values",
	[KWATCH_WHY_X_WRITER]	= "x watches code that runs, which has no writer to allow",
	[KWATCH_WHY_X_FREE]	= "x watches code, which no slab object holds",
	[KWATCH_WHY_R_CHANGED]	= "r is for accesses that leave the value as it was",
	[KWATCH_WHY_CHILDREN]	= "children needs pid=",
	[KWATCH_WHY_CPU_TWICE]	= "symbol@cpu names the CPU already",
};

static_assert(KWATCH_LINE_MAX == 1024, "as the sentences say");
static_assert(KWATCH_SYMBOL_MAX == 256, "as the sentences say");
static_assert(KWATCH_WATCH_MAX == 65535, "as the sentences say");
static_assert(KWATCH_LEN_MAX == 32, "as the sentences say");

int kwatch_parse_refuse_with(struct kwatch_parse *p, size_t at, const char *why)
{
	if (!p->refusal->why) {
		p->refusal->why = why;
		p->refusal->at = at;
	}
	return -EINVAL;
}

int kwatch_parse_refuse(struct kwatch_parse *p, size_t at, enum kwatch_why why)
{
	return kwatch_parse_refuse_with(p, at, reasons[why]);
}

bool kwatch_parse_number(struct lex *l, u64 min, u64 max, u64 *val)
{
	size_t start = l->pos;

	if (lex_number(l, val))
		return false;
	if (*val >= min && *val <= max)
		return true;
	l->pos = start;
	return false;
}

/* Not only digits, which would be an ID, and no "-" first, which removes. */
bool kwatch_parse_name(struct lex *l, char *buf)
{
	size_t start = l->pos;
	bool digits = true;
	unsigned char c;

	if (lex_peek(l) == '-')
		return false;
	for (;; l->pos++) {
		c = lex_peek(l);
		if (!lex_is_alnum(c) && c != '_' && c != '.' && c != '-')
			break;
		digits = digits && isdigit(c);
	}
	/* The byte that stopped it is the one at fault, if one did. */
	if (l->pos == l->end && (digits || l->pos - start >= KWATCH_NAME_MAX))
		l->pos = start;
	if (l->pos != l->end || l->pos == start)
		return false;
	memcpy(buf, l->text + start, l->pos - start);
	return true;
}

void kwatch_print(struct kwatch_print *out, const char *fmt, ...)
{
	size_t room = out->len < out->size ? out->size - out->len : 0;
	va_list ap;

	va_start(ap, fmt);
	out->len += vsnprintf(room ? out->buf + out->len : NULL, room, fmt, ap);
	va_end(ap);
}
