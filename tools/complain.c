// SPDX-License-Identifier: GPL-2.0
/*
 * How the client complains.
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
