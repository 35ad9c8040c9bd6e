// SPDX-License-Identifier: GPL-2.0
/*
 * What the client's code calls when it has something to say, or no memory.
 *
 * In somebody's program it says nothing; and without the few kilobytes that a
 * report takes it ends as the C++ library would.
 */
#include <stdlib.h>

#include "client.h"

void kwatch_complain(const char *format, ...)
{
	(void)format;
}

void kwatch_out_of_memory(void)
{
	abort();
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
