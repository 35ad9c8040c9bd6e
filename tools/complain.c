// SPDX-License-Identifier: GPL-2.0
/*
 * How the client complains, and memory that does not run out.
 *
 * Apart from main.c so that the unit tests can link it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "client.h"

void kwatch_complain(const char *format, ...)
{
	va_list args;

	/* What was printed before the trouble comes first on a terminal. */
	fflush(stdout);
	fputs("kwatch: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

void kwatch_out_of_memory(void)
{
	fputs("kwatch: out of memory\n", stderr);
	_Exit(KWATCH_EXIT_FAILED);
}

void *kwatch_alloc(size_t nr, size_t size)
{
	void *memory = calloc(nr, size);

	if (!memory)
		kwatch_out_of_memory();
	return memory;
}

void *kwatch_realloc(void *old, size_t size)
{
	void *memory = realloc(old, size);

	if (!memory)
		kwatch_out_of_memory();
	return memory;
}
