// SPDX-License-Identifier: GPL-2.0
/*
 * What the client's code calls when it has something to say, or no memory.
 *
 * In somebody's program it says nothing, and ends nothing: without memory a
 * report is not printed, see print.c, which is the only caller of that code.
 */

#include "base/client.h"
#include "report.h"

__thread jmp_buf *client_memory_escape;

void client_complain(const char *format, ...)
{
	(void)format;
}

void client_out_of_memory(void)
{
	longjmp(*client_memory_escape, 1);
}
