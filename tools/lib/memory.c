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
