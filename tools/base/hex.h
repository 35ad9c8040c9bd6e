/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KWATCH_HEX_H
#define KWATCH_HEX_H

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>

static inline unsigned int client_hex_digit(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : (c | 0x20) - 'a' + 10;
}

/**
 * client_hex_byte() - read two hexadecimal digits
 * @text: where; its end is seen
 * @byte: filled
 *
 * Return: false if it does not begin with two.
 */
static inline bool client_hex_byte(const char *text, uint8_t *byte)
{
	if (!isxdigit((unsigned char)text[0]) || !isxdigit((unsigned char)text[1]))
		return false;
	*byte = client_hex_digit(text[0]) << 4 | client_hex_digit(text[1]);
	return true;
}

#endif /* KWATCH_HEX_H */
