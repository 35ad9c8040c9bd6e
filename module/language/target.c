// SPDX-License-Identifier: GPL-2.0
/*
 * The target of a watch, as text: [module:]symbol[@cpu], an address in hex,
 * percpu:hex[@cpu] or task(PID), and a +offset or -offset.
 *
 * Only what it looks like: symbol.c finds out whether it exists.
 */
#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/string.h>
#else
#include <errno.h>
#include <limits.h>
#include <string.h>
#endif

#include "parse.h"

#define ADDR_DIGITS	16

static bool is_symbol_char(unsigned char c)
{
	return lex_is_alnum(c) || c == '_' || c == '.' || c == '$';
}

static size_t symbol_len(const struct lex *l)
{
	struct lex s = *l;

	while (is_symbol_char(lex_peek(&s)))
		s.pos++;
	return s.pos - l->pos;
}

/*
 * Of "module:", with the colon, or 0.  Users write a module's "_" as "-", as
 * modprobe has it, and "8021q" begins with a digit.
 */
static size_t module_len(const struct lex *l)
{
	struct lex m = *l;

	while (lex_is_alnum(lex_peek(&m)) || lex_peek(&m) == '_' || lex_peek(&m) == '-')
		m.pos++;
	if (m.pos == l->pos || !lex_take(&m, ":"))
		return 0;
	return m.pos - l->pos;
}

/* "symbol" or "module:symbol" */
bool kwatch_parse_symbol(struct kwatch_parse *p, struct lex *l, char *buf)
{
	size_t start = l->pos;
	size_t len;

	l->pos += module_len(l);
	len = symbol_len(l);
	if (!len || isdigit(lex_peek(l)))
		return false;
	l->pos += len;
	len = l->pos - start;
	if (len >= KWATCH_SYMBOL_MAX) {
		kwatch_parse_refuse(p, start, KWATCH_WHY_SYMBOL_LONG);
		return false;
	}
	memcpy(buf, l->text + start, len);
	return true;
}

/*
 * "face" is a symbol; "0xface", "1ace" and "ffffffff8100face" are addresses: no
 * symbol begins with a digit, and none is known that is 16 hex digits.
 */
static bool is_address(const struct lex *l)
{
	size_t len = symbol_len(l);
	size_t i;

	if (module_len(l))
		return false;
	if (isdigit(lex_peek(l)))
		return true;
	for (i = 0; i < len; i++) {
		if (!isxdigit((unsigned char)l->text[l->pos + i]))
			return false;
	}
	return len >= ADDR_DIGITS;
}

static int parse_address(struct kwatch_parse *p, struct lex *l)
{
	size_t start = l->pos;
	size_t digits;

	if (!lex_take(l, "0x"))
		lex_take(l, "0X");
	digits = l->pos;
	if (lex_digits(l, 16, &p->spec->addr) == -ERANGE || l->pos - digits > ADDR_DIGITS)
		return kwatch_parse_refuse(p, start, KWATCH_WHY_ADDR);
	if (l->pos == digits || is_symbol_char(lex_peek(l)))
		return kwatch_parse_refuse(p, l->pos, KWATCH_WHY_ADDR);
	return 0;
}

static int parse_plain_address(struct kwatch_parse *p, struct lex *l)
{
	p->spec->target = KWATCH_TARGET_ADDR;
	return parse_address(p, l);
}

/* What is behind "task(" */
static int parse_task(struct kwatch_parse *p, struct lex *l)
{
	u64 pid;

	p->spec->target = KWATCH_TARGET_TASK;
	if (!kwatch_parse_number(l, 1, INT_MAX, &pid) || !lex_take(l, ")"))
		return kwatch_parse_refuse(p, l->pos, KWATCH_WHY_TASK);
	p->spec->task = pid;
	return 0;
}

static int parse_copy(struct kwatch_parse *p, struct lex *l)
{
	u64 cpu;

	if (!lex_take(l, "@"))
		return 0;
	if (!kwatch_parse_number(l, 0, KWATCH_PARSE_CPU_MAX, &cpu))
		return kwatch_parse_refuse(p, l->pos, KWATCH_WHY_COPY);
	p->spec->copy = cpu;
	return 0;
}

static int parse_symbol(struct kwatch_parse *p, struct lex *l)
{
	p->spec->target = KWATCH_TARGET_SYMBOL;
	if (!kwatch_parse_symbol(p, l, p->spec->symbol))
		return kwatch_parse_refuse(p, l->pos, KWATCH_WHY_TARGET);
	return parse_copy(p, l);
}

/*
 * "percpu:" and a number: what a per-CPU pointer holds.  A module may be called
 * percpu, but none of its symbols begins with a digit.
 */
static bool is_percpu(const struct lex *l)
{
	struct lex copy = *l;

	return lex_take(&copy, "percpu:") && isdigit(lex_peek(&copy));
}

static int parse_percpu(struct kwatch_parse *p, struct lex *l)
{
	p->spec->target = KWATCH_TARGET_PERCPU;
	lex_take(l, "percpu:");
	return parse_address(p, l) ?: parse_copy(p, l);
}

static int parse_offset(struct kwatch_parse *p, struct lex *l)
{
	bool minus = lex_peek(l) == '-';
	u64 offset;

	if (!minus && lex_peek(l) != '+')
		return 0;
	p->cmd->at[KWATCH_WORD_OFFSET] = l->pos++;
	if (!kwatch_parse_number(l, 0, LLONG_MAX, &offset))
		return kwatch_parse_refuse(p, l->pos, KWATCH_WHY_OFFSET);
	p->spec->offset = minus ? -(s64)offset : (s64)offset;
	return 0;
}

int kwatch_target_parse(struct kwatch_parse *p, struct lex *word)
{
	int err;

	p->cmd->at[KWATCH_WORD_TARGET] = word->pos;
	p->cmd->at[KWATCH_WORD_OFFSET] = word->pos;

	if (lex_take(word, "task("))
		err = parse_task(p, word);
	else if (is_percpu(word))
		err = parse_percpu(p, word);
	else if (is_address(word))
		err = parse_plain_address(p, word);
	else
		err = parse_symbol(p, word);
	if (!err)
		err = parse_offset(p, word);
	if (!err && word->pos != word->end)
		err = kwatch_parse_refuse(p, word->pos, KWATCH_WHY_TARGET_END);
	return err;
}

void kwatch_target_print(struct kwatch_print *out, const struct kwatch_spec *spec,
			 bool plus_zero)
{
	/* Not -@offset, which for the smallest of all overflows. */
	u64 minus = 0 - (u64)spec->offset;
	bool number = spec->target == KWATCH_TARGET_ADDR || spec->target == KWATCH_TARGET_PERCPU;

	switch (spec->target) {
	case KWATCH_TARGET_ADDR:
		kwatch_print(out, "0x%llx", spec->addr);
		break;
	case KWATCH_TARGET_TASK:
		kwatch_print(out, "task(%d)", spec->task);
		break;
	case KWATCH_TARGET_PERCPU:
		kwatch_print(out, "percpu:0x%llx", spec->addr);
		break;
	default:
		kwatch_print(out, "%s", spec->symbol);
	}
	if (spec->copy >= 0)
		kwatch_print(out, "@%d", spec->copy);

	if (spec->offset < 0)
		kwatch_print(out, "-0x%llx", minus);
	else if (spec->offset || (plus_zero && !number))
		kwatch_print(out, "+0x%llx", spec->offset);
}
