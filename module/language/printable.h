/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Text of unknown origin: which bytes of it a terminal only shows.
 *
 * A task may call itself anything, and root reads the name on a terminal.  The
 * module and the client share this one rule.
 */
#ifndef KWATCH_PRINTABLE_H
#define KWATCH_PRINTABLE_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stddef.h>
#endif

/* Bytes of the UTF-8 character at @s, by its first byte; 0 if none begins so. */
static inline size_t kwatch_utf8_len(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc2 || first > 0xf4)
		return 0;
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/**
 * kwatch_printable() - the character at the start of a text
 * @text: of unknown origin
 * @max:  its bytes, at least 1
 *
 * Return: its bytes; 0 for a control character (C0, DEL, C1), and for what is no
 * UTF-8.
 */
static inline size_t kwatch_printable(const char *text, size_t max)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t i, len = kwatch_utf8_len(s[0]);

	if (!len || len > max || s[0] < ' ' || s[0] == 0x7f)
		return 0;
	for (i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	}
	/* C1; too long a form, a surrogate, or behind the last code point. */
	if ((s[0] == 0xc2 && s[1] < 0xa0) ||
	    (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return len;
}

#endif /* KWATCH_PRINTABLE_H */
