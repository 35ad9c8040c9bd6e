// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that does not run out: whoever links this says in
 * client_out_of_memory() what comes of it when it does.
 */
#include <stdlib.h>

#include "client.h"

void *client_alloc(size_t nr, size_t size)
{
	void *memory = calloc(nr, size);

	if (!memory)
		client_out_of_memory();
	return memory;
}

void *client_realloc(void *old, size_t size)
{
	void *memory = realloc(old, size);

	if (!memory)
		client_out_of_memory();
	return memory;
}
