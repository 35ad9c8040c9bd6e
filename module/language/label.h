/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A watch's label with the offset of the bytes that were touched; for the module's
 * text and the client's.
 */
#ifndef KWATCH_LABEL_H
#define KWATCH_LABEL_H

#ifdef __KERNEL__
#include <linux/kernel.h>
#include <linux/string.h>
#else
#include <stdio.h>
#include <string.h>

#include "user.h"
#endif

/* The number that @text is, from "0x" to its end.  Return: false if it is none. */
static inline bool kwatch_label_number(const char *text, u64 *number)
{
	const char *digits = "0123456789abcdef", *digit;

	if (text[0] != '0' || text[1] != 'x' || !text[2])
		return false;
	*number = 0;
	for (text += 2; *text; text++) {
		digit = strchr(digits, *text);
		if (!digit)
			return false;
		*number = *number << 4 | (u64)(digit - digits);
	}
	return true;
}

/**
 * kwatch_label_at() - "w16 table+0x0" and 8 make "w16 table+0x8"
 * @buf:    filled
 * @size:   of it
 * @label:  of the watch: "TYPE TARGET", "TYPE TARGET+0xN" or "TYPE 0xADDR"
 * @offset: of the bytes in the watch
 *
 * Context: any.
 */
static inline void kwatch_label_at(char *buf, size_t size, const char *label, u32 offset)
{
	const char *target = strchr(label, ' '), *sign = NULL, *c;
	u64 number;

	target = target ? target + 1 : label;
	for (c = target; *c; c++)
		if (*c == '+' || *c == '-')
			sign = c;
	if (sign && kwatch_label_number(sign + 1, &number)) {
		number = (*sign == '-' ? 0 - number : number) + offset;
		if ((s64)number < 0)
			snprintf(buf, size, "%.*s-0x%llx", (int)(sign - label), label,
				 (unsigned long long)(0 - number));
		else
			snprintf(buf, size, "%.*s+0x%llx", (int)(sign - label), label,
				 (unsigned long long)number);
	} else if (kwatch_label_number(target, &number)) {
		snprintf(buf, size, "%.*s0x%llx", (int)(target - label), label,
			 (unsigned long long)(number + offset));
	} else {
		snprintf(buf, size, "%s+0x%x", label, offset);
	}
}

#endif /* KWATCH_LABEL_H */
