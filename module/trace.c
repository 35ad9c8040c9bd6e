// SPDX-License-Identifier: GPL-2.0
/*
 * The tracepoint kwatch:hit, see trace.h.
 */
#include <linux/ptrace.h>

#include "hit.h"
#include "trace.h"

#define CREATE_TRACE_POINTS
#include "trace_event.h"

void kwatch_trace_hit(const struct kwatch_bp *bp, const struct kwatch_hit *hit,
		      struct pt_regs *regs)
{
	trace_hit(bp, hit, instruction_pointer(regs));
}
