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

/**
 * kwatch_trace_wanted() - does anybody listen?
 *
 * An instruction that does nothing, until somebody does.
 *
 * Context: any.
 */
#define kwatch_trace_wanted()	tracepoint_enabled(hit)

/**
 * kwatch_trace_hit() - tell those who listen
 * @bp:   the breakpoint that triggered
 * @hit:  values, number and flags are there
 * @regs: of the trap
 *
 * Their buffers take events from any context; one that comes while the same
 * CPU is at work on them in the same context is not taken, by their own rules.
 *
 * Context: the debug exception.
 */
void kwatch_trace_hit(const struct kwatch_bp *bp, const struct kwatch_hit *hit,
		      struct pt_regs *regs);

/**
 * kwatch_trace_name_t - print an address as a name
 * @s:       where to
 * @ip:      the address
 * @time_ns: when it was current
 * @exact:   the address is of the instruction itself, not behind it
 */
typedef void (*kwatch_trace_name_t)(struct trace_seq *s, unsigned long ip, u64 time_ns,
				    bool exact);

/**
 * kwatch_trace_init() - have ftrace print the event as hits prints a hit
 * @name: prints addresses; it is above this file
 *
 * Context: any, before the first event.
 * Return: 0.
 */
int kwatch_trace_init(kwatch_trace_name_t name);

#endif /* KWATCH_TRACE_H */
