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
 * struct kwatch_out - a buffer
 * @data:  what has been put and not written yet
 * @len:   bytes of it
 * @size:  bytes allocated
 * @fd:    where it goes, -1 for a buffer that only grows
 * @error: errno of the write that failed, 0 for none; nothing more is written
 *         then.  EPIPE: the reader went away.  EINTR: it did not read, and
 *         the user wanted to end
 * @stop:  set by a signal handler when the user wants to end, or NULL
 */
struct kwatch_out {
	char *data;
	size_t len;
	size_t size;
	int fd;
	int error;
	const volatile sig_atomic_t *stop;
};

/**
 * kwatch_out_init() - make a buffer ready
 * @out: it
 * @fd:  where it goes, -1 for memory
 */
void kwatch_out_init(struct kwatch_out *out, int fd);

/**
 * kwatch_out_destroy() - free it; what has not been flushed is lost
 * @out: it
 */
void kwatch_out_destroy(struct kwatch_out *out);

/**
 * kwatch_out_flush() - write all of it
 * @out: it
 *
 * Return: 0, or -1 with @out->error set.
 */
int kwatch_out_flush(struct kwatch_out *out);

/**
 * kwatch_out_make_room() - flush, or grow
 * @out: buffer
 * @len: bytes that are needed
 *
 * Return: as kwatch_out_room(), which calls this.
 */
char *kwatch_out_make_room(struct kwatch_out *out, size_t len);

/**
 * kwatch_out_room() - a place for the next bytes
 * @out: buffer
 * @len: how many at most
 *
 * Return: where to write them; then add to @out->len how many they were.
 */
static inline char *kwatch_out_room(struct kwatch_out *out, size_t len)
{
	if (out->size - out->len >= len)
		return out->data + out->len;
	return kwatch_out_make_room(out, len);
}

/**
 * kwatch_out_dec() - a decimal number
 * @out:   buffer
 * @value: number
 * @width: columns at least
 * @fill:  what goes in front, ' ' or '0'
 */
void kwatch_out_dec(struct kwatch_out *out, uint64_t value, unsigned int width,
		    char fill);

/**
 * kwatch_out_hex() - a hexadecimal number with its 0x
 * @out:   buffer
 * @value: number
 */
void kwatch_out_hex(struct kwatch_out *out, uint64_t value);

/**
 * kwatch_out_printf() - for what is printed seldom
 * @out:    buffer
 * @format: as printf()'s
 */
void kwatch_out_printf(struct kwatch_out *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * kwatch_out_clean() - text of unknown origin, with dots for what printable.h refuses
 * @out: buffer
 * @text: a task may call itself anything, and the terminal would obey
 * @len: of @text at most, in bytes; ends at a NUL, too
 *
 * Return: bytes put.
 */
size_t kwatch_out_clean(struct kwatch_out *out, const char *text, size_t len);

/**
 * kwatch_out_cleaned() - the same, as a string of its own
 * @text: NUL-terminated, or NULL
 *
 * Return: to be freed; NULL for NULL.
 */
char *kwatch_out_cleaned(const char *text);

/**
 * kwatch_out_put() - bytes as they are
 * @out:  buffer
 * @data: bytes
 * @len:  how many
 */
static inline void kwatch_out_put(struct kwatch_out *out, const char *data,
				  size_t len)
{
	memcpy(kwatch_out_room(out, len), data, len);
	out->len += len;
}

/**
 * kwatch_out_str() - a string as it is
 * @out: buffer
 * @str: string
 */
static inline void kwatch_out_str(struct kwatch_out *out, const char *str)
{
	kwatch_out_put(out, str, strlen(str));
}

/**
 * kwatch_out_chr() - one byte
 * @out: buffer
 * @c:   byte
 */
static inline void kwatch_out_chr(struct kwatch_out *out, char c)
{
	*kwatch_out_room(out, 1) = c;
	out->len++;
}

#endif /* KWATCH_OUT_H */
