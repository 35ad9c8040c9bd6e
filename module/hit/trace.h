/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tracepoint kwatch:hit, for the tools that the machine has already.
 */
#ifndef KWATCH_TRACE_H
#define KWATCH_TRACE_H

#include <linux/tracepoint-defs.h>
#include <linux/types.h>

struct kwatch_bp;
struct kwatch_hit;
struct pt_regs;
struct trace_seq;

DECLARE_TRACEPOINT(hit);

/* Does anybody listen?  An instruction that does nothing, until somebody does.  Any context */
#define kwatch_trace_wanted()	tracepoint_enabled(hit)

/*
 * Tell the listeners.  Their buffers take events from any context; an event that comes
 * while the same CPU is at work on them in the same context is lost, by their own rules.
 * The debug exception.
 */
void kwatch_trace_hit(const struct kwatch_bp *bp, const struct kwatch_hit *hit,
		      struct pt_regs *regs);

/*
 * Print @ip as it was named at @time_ns; @exact: @ip is the instruction itself, not the one
 * behind it.
 */
typedef void (*kwatch_trace_name_t)(struct trace_seq *s, unsigned long ip, u64 time_ns,
				    bool exact);

/* Have ftrace print the event as hits prints a hit; @name is above this file.  0 */
int kwatch_trace_init(kwatch_trace_name_t name);

#endif /* KWATCH_TRACE_H */
