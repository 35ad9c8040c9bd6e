// SPDX-License-Identifier: GPL-2.0
/*
 * How the client complains, also of numbers.
 *
 * Apart from main.c so that the unit tests can link it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "language/printable.h"

/* Linux's own limit of process numbers. */
#define PID_MAX		(4 * 1024 * 1024)

/* Paths and names of programs are in it: a terminal is only to show them. */
static void put_clean(const char *text)
{
	size_t len;

	for (; *text; text += len ? len : 1) {
		len = *text == '\n' ? 1 : kwatch_printable(text, strlen(text));
		fwrite(len ? text : ".", 1, len ? len : 1, stderr);
	}
}

void client_complain(const char *format, ...)
{
	char *text = NULL;
	va_list args;

	/* What was printed before the trouble comes first on a terminal. */
	fflush(stdout);
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		client_out_of_memory();
	va_end(args);
	fputs("kwatch: ", stderr);
	put_clean(text);
	fputc('\n', stderr);
	free(text);
}

void client_out_of_memory(void)
{
	fputs("kwatch: out of memory\n", stderr);
	_Exit(KWATCH_EXIT_FAILED);
}

uint64_t client_number(const char *text, uint64_t max)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || value > max || !value) {
		client_complain("%s: not a number from 1 to %llu", text,
				(unsigned long long)max);
		return 0;
	}
	return value;
}

pid_t client_pid(const char *text)
{
	return client_number(text, PID_MAX);
}
