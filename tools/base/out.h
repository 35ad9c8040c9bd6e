/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Text on its way out: a large buffer in front of a file descriptor, or in
 * memory only.
 *
 * Not stdio, because a hit's line is made of a dozen small numbers and
 * printf() costs more than all the rest of a hit; and because a follower must
 * be able to give up on a reader that has stopped reading.
 */
#ifndef KWATCH_OUT_H
#define KWATCH_OUT_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/**
 * struct client_out - a buffer
 * @data:  what has been put and not written yet
 * @len:   bytes of it
 * @size:  bytes allocated
 * @fd:    where it goes, -1 for a buffer that only grows
 * @error: errno of the write that failed, 0 for none; nothing more is written
 *         then.  EPIPE: the reader went away.  EINTR: it did not read, and
 *         the user wanted to end
 * @stop:  set by a signal handler when the user wants to end, or NULL
 */
struct client_out {
	char *data;
	size_t len;
	size_t size;
	int fd;
	int error;
	const volatile sig_atomic_t *stop;
};

/**
 * client_out_init() - make a buffer ready
 * @out: it
 * @fd:  where it goes, -1 for memory
 */
void client_out_init(struct client_out *out, int fd);

/**
 * client_out_destroy() - free it; what has not been flushed is lost
 * @out: it
 */
void client_out_destroy(struct client_out *out);

/**
 * client_out_flush() - write all of it
 * @out: it
 *
 * Return: 0, or -1 with @out->error set.
 */
int client_out_flush(struct client_out *out);

/**
 * client_out_make_room() - flush, or grow
 * @out: buffer
 * @len: bytes that are needed
 *
 * Return: as client_out_room(), which calls this.
 */
char *client_out_make_room(struct client_out *out, size_t len);

/**
 * client_out_room() - a place for the next bytes
 * @out: buffer
 * @len: how many at most
 *
 * Return: where to write them; then add to @out->len how many they were.
 */
static inline char *client_out_room(struct client_out *out, size_t len)
{
	if (out->size - out->len >= len)
		return out->data + out->len;
	return client_out_make_room(out, len);
}

/**
 * client_out_dec() - a decimal number
 * @out:   buffer
 * @value: number
 * @width: columns at least
 * @fill:  what goes in front, ' ' or '0'
 */
void client_out_dec(struct client_out *out, uint64_t value, unsigned int width,
		    char fill);

/**
 * client_out_hex() - a hexadecimal number with its 0x
 * @out:   buffer
 * @value: number
 */
void client_out_hex(struct client_out *out, uint64_t value);

/**
 * client_out_printf() - for what is printed seldom
 * @out:    buffer
 * @format: as printf()'s
 */
void client_out_printf(struct client_out *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * client_out_clean() - text of unknown origin, with dots for what printable.h refuses
 * @out: buffer
 * @text: a task may call itself anything, and the terminal would obey
 * @len: of @text at most, in bytes; ends at a NUL, too
 *
 * Return: bytes put.
 */
size_t client_out_clean(struct client_out *out, const char *text, size_t len);

/**
 * client_out_cleaned() - the same, as a string of its own
 * @text: NUL-terminated, or NULL
 *
 * Return: to be freed; NULL for NULL.
 */
char *client_out_cleaned(const char *text);

/**
 * client_out_put() - bytes as they are
 * @out:  buffer
 * @data: bytes
 * @len:  how many
 */
static inline void client_out_put(struct client_out *out, const char *data,
				  size_t len)
{
	memcpy(client_out_room(out, len), data, len);
	out->len += len;
}

/**
 * client_out_str() - a string as it is
 * @out: buffer
 * @str: string
 */
static inline void client_out_str(struct client_out *out, const char *str)
{
	client_out_put(out, str, strlen(str));
}

/**
 * client_out_chr() - one byte
 * @out: buffer
 * @c:   byte
 */
static inline void client_out_chr(struct client_out *out, char c)
{
	*client_out_room(out, 1) = c;
	out->len++;
}

#endif /* KWATCH_OUT_H */
