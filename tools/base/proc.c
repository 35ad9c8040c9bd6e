// SPDX-License-Identifier: GPL-2.0
/*
 * Where /proc is.  See proc.h.
 */
#include <stdlib.h>

#include "proc.h"

const char *client_proc(void)
{
	const char *proc = getenv("KWATCH_PROC");

	return proc ? proc : "/proc";
}
