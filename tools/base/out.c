// SPDX-License-Identifier: GPL-2.0
/*
 * The client's output buffer, see out.h.
 *
 * Written when it is full and when the caller has nothing more to say for
 * now.  A pipe whose reader has gone is an error like any other here; that it
 * is a quiet one is for the caller to know.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "client.h"
#include "out.h"
#include "language/printable.h"

#define DIGITS_MAX	20	/* of UINT64_MAX */

#define OUT_SIZE	(256 * 1024)

/* How long a reader may stand still after the user wanted to end. */
#define OUT_PATIENCE_MS	1000

void client_out_init(struct client_out *out, int fd)
{
	memset(out, 0, sizeof(*out));
	out->fd = fd;
	out->size = fd < 0 ? 1024 : OUT_SIZE;
	out->data = client_alloc(1, out->size);
}

void client_out_destroy(struct client_out *out)
{
	free(out->data);
	memset(out, 0, sizeof(*out));
	out->fd = -1;
}

/*
 * May the next write be tried, and how much of it?  A signal may come between
 * this look and the write; then a full pipe lasts until the next signal.
 */
static size_t may_write(struct client_out *out, size_t len)
{
	struct pollfd pfd = { .fd = out->fd, .events = POLLOUT };

	if (!out->stop || !*out->stop)
		return len;
	if (poll(&pfd, 1, OUT_PATIENCE_MS) <= 0) {
		out->error = EINTR;
		return 0;
	}
	/* That much a pipe takes without blocking. */
	return len < PIPE_BUF ? len : PIPE_BUF;
}

/* For descriptors that somebody else has made non-blocking. */
static void wait_for_room(struct client_out *out)
{
	struct pollfd pfd = { .fd = out->fd, .events = POLLOUT };

	poll(&pfd, 1, -1);
}

int client_out_flush(struct client_out *out)
{
	size_t done = 0, len;

	while (done < out->len && !out->error && out->fd >= 0) {
		ssize_t n;

		len = may_write(out, out->len - done);
		if (!len)
			break;
		n = write(out->fd, out->data + done, len);
		if (n >= 0)
			done += n;
		else if (errno == EAGAIN)
			wait_for_room(out);
		else if (errno != EINTR)
			out->error = errno;
	}
	out->len = 0;
	return out->error ? -1 : 0;
}

char *client_out_make_room(struct client_out *out, size_t len)
{
	if (out->fd >= 0)
		client_out_flush(out);
	if (out->size - out->len < len) {
		while (out->size - out->len < len)
			out->size *= 2;
		out->data = client_realloc(out->data, out->size);
	}
	return out->data + out->len;
}

void client_out_dec(struct client_out *out, uint64_t value, unsigned int width,
		    char fill)
{
	static const char pairs[] =
		"0001020304050607080910111213141516171819"
		"2021222324252627282930313233343536373839"
		"4041424344454647484950515253545556575859"
		"6061626364656667686970717273747576777879"
		"8081828384858687888990919293949596979899";
	/* Twice the room, so that DIGITS_MAX bytes from any digit on can be copied. */
	char digits[2 * DIGITS_MAX] = "", *end = digits + DIGITS_MAX, *p = end;
	unsigned int nr;
	uint32_t low;
	char *room;

	/* Most numbers are small, and dividing those is cheaper. */
	for (; value > UINT32_MAX; value /= 10)
		*--p = '0' + value % 10;
	for (low = value; low >= 100; low /= 100) {
		p -= 2;
		memcpy(p, pairs + low % 100 * 2, 2);
	}
	*--p = pairs[low * 2 + 1];
	if (low >= 10)
		*--p = pairs[low * 2];

	nr = end - p;
	room = client_out_room(out, width + DIGITS_MAX);
	for (; width > nr; width--, out->len++)
		*room++ = fill;
	memcpy(room, p, DIGITS_MAX);
	out->len += nr;
}

void client_out_hex(struct client_out *out, uint64_t value)
{
	unsigned int nr = 1;
	char *p;

	while (nr < 16 && value >> (4 * nr))
		nr++;
	p = client_out_room(out, nr + 2);
	out->len += nr + 2;
	*p++ = '0';
	*p++ = 'x';
	while (nr)
		*p++ = "0123456789abcdef"[(value >> (4 * --nr)) & 0xf];
}

void client_out_printf(struct client_out *out, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		return;
	va_start(args, format);
	vsnprintf(client_out_room(out, len + 1), len + 1, format, args);
	va_end(args);
	out->len += len;
}

size_t client_out_clean(struct client_out *out, const char *text, size_t len)
{
	char *p = client_out_room(out, len);
	size_t i, n;

	len = strnlen(text, len);
	for (i = 0; i < len; i += n) {
		n = kwatch_printable(text + i, len - i);
		memcpy(p + i, n ? text + i : ".", n ? n : 1);
		n += !n;
	}
	out->len += i;
	return i;
}

char *client_out_cleaned(const char *text)
{
	struct client_out out;

	if (!text)
		return NULL;
	client_out_init(&out, -1);
	client_out_clean(&out, text, strlen(text));
	client_out_chr(&out, '\0');
	return out.data;
}
