/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The cursor that spec.c and filter.c read text with.
 *
 * A line of the command language has a length and no NUL at its end, so
 * nothing from <linux/string.h> that looks for one may be used on it.  All
 * readers share one text and differ in where they begin and stop; so a position
 * is always an offset into the line, and ready to put a caret under.
 */
#ifndef KWATCH_LEX_H
#define KWATCH_LEX_H

#ifdef __KERNEL__
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/types.h>
#else
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "user.h"
#endif

/**
 * struct lex - a part of a text that is being read
 * @text: all of it
 * @pos:  the next byte
 * @end:  the first byte that is not ours
 */
struct lex {
	const char *text;
	size_t pos;
	size_t end;
};

/** lex_peek() - the next byte, or 0 at the end; a NUL byte is the end too. */
static inline unsigned char lex_peek(const struct lex *l)
{
	return l->pos < l->end ? l->text[l->pos] : 0;
}

static inline bool lex_is_blank(unsigned char c)
{
	return c == ' ' || c == '\t';
}

static inline bool lex_is_quote(unsigned char c)
{
	return c == '"' || c == '\'';
}

/* Not isalnum(), for which the kernel's Latin-1 table has letters past 0x7f. */
static inline bool lex_is_alnum(unsigned char c)
{
	return isdigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline void lex_skip_blanks(struct lex *l)
{
	while (lex_is_blank(lex_peek(l)))
		l->pos++;
}

/** lex_take() - if the text goes on with @s, step over it. */
static inline bool lex_take(struct lex *l, const char *s)
{
	size_t len = strlen(s);

	if (l->end - l->pos < len || memcmp(l->text + l->pos, s, len))
		return false;
	l->pos += len;
	return true;
}

/** lex_is() - is the text, to its end, exactly @s? */
static inline bool lex_is(const struct lex *l, const char *s)
{
	size_t len = strlen(s);

	return l->end - l->pos == len && !memcmp(l->text + l->pos, s, len);
}

static inline unsigned int lex_digit(unsigned char c)
{
	return isdigit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
}

/**
 * lex_digits() - read digits of one base
 * @l:    stands at the first; afterwards behind the last
 * @base: 8, 10 or 16
 * @val:  the number
 *
 * Return: 0; -EINVAL if there is no digit; -ERANGE if it does not fit, with @l
 * back at the first digit.
 */
static inline int lex_digits(struct lex *l, unsigned int base, u64 *val)
{
	size_t start = l->pos;
	unsigned int digit;

	for (*val = 0; isxdigit(lex_peek(l)); l->pos++) {
		digit = lex_digit(lex_peek(l));
		if (digit >= base)
			break;
		if (*val > (ULLONG_MAX - digit) / base) {
			l->pos = start;
			return -ERANGE;
		}
		*val = *val * base + digit;
	}
	return l->pos == start ? -EINVAL : 0;
}

/** lex_number() - as lex_digits(), with the base as strtoull() finds it. */
static inline int lex_number(struct lex *l, u64 *val)
{
	size_t start = l->pos;
	unsigned int base = 10;
	int err;

	if (lex_take(l, "0x") || lex_take(l, "0X"))
		base = 16;
	else if (lex_peek(l) == '0')
		base = 8;
	err = lex_digits(l, base, val);
	if (err == -ERANGE)
		l->pos = start;
	return err;
}

/**
 * lex_skip_quoted() - step over a quoted string
 * @l: stands at the opening quote; stays there if nothing closes it
 *
 * Either quote does, and ends at its like.  In between, a backslash takes the
 * next byte as it is.
 *
 * Return: false if the quote is not closed.
 */
static inline bool lex_skip_quoted(struct lex *l)
{
	size_t start = l->pos;
	unsigned char quote = lex_peek(l);

	for (l->pos++; l->pos < l->end; l->pos++) {
		if (l->text[l->pos] == '\\') {
			l->pos++;
		} else if (lex_peek(l) == quote) {
			l->pos++;
			return true;
		}
	}
	l->pos = start;
	return false;
}

/**
 * lex_string() - read a string, quoted or bare
 * @l:    afterwards behind it
 * @stop: what ends a bare string, besides blanks and quotes
 * @buf:  the string without its quotes and backslashes, padded with NUL
 * @size: of @buf, in bytes
 *
 * Return: false, and @l as it was, if the string is empty, has a NUL byte,
 * lacks its closing quote or does not fit in @size with a NUL.
 */
static inline bool lex_string(struct lex *l, const char *stop, char *buf, size_t size)
{
	bool quoted = lex_is_quote(lex_peek(l));
	struct lex after = *l;
	struct lex in = *l;
	unsigned char c;
	size_t n = 0;

	if (quoted) {
		if (!lex_skip_quoted(&after))
			return false;
		in.pos++;
		in.end = after.pos - 1;
	}

	memset(buf, 0, size);
	for (; in.pos < in.end; in.pos++) {
		if (quoted && lex_peek(&in) == '\\')
			in.pos++;
		c = lex_peek(&in);
		if (!quoted && (lex_is_blank(c) || lex_is_quote(c) || strchr(stop, c)))
			break;
		if (!c || n == size - 1)
			return false;
		buf[n++] = c;
	}
	if (!n)
		return false;
	l->pos = quoted ? after.pos : in.pos;
	return true;
}

#endif /* KWATCH_LEX_H */
