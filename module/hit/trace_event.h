/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tracepoint kwatch:hit: a hit as perf, trace-cmd, bpftrace and ftrace see
 * it.  Include trace.h instead.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kwatch

#if !defined(KWATCH_TRACE_EVENT_H) || defined(TRACE_HEADER_MULTI_READ)
#define KWATCH_TRACE_EVENT_H

#include <linux/tracepoint.h>

#include <uapi/kwatch.h>

#include "hit.h"

#define KWATCH_TRACE_TYPES			\
	{ KWATCH_TYPE_R, "r" },			\
	{ KWATCH_TYPE_W, "w" },			\
	{ KWATCH_TYPE_RW, "rw" },		\
	{ KWATCH_TYPE_X, "x" }

#define KWATCH_TRACE_FLAGS			\
	{ KWATCH_FLAG_IRQS_OFF, "irqs-off" },	\
	{ KWATCH_FLAG_NEED_RESCHED, "need-resched" }, \
	{ KWATCH_FLAG_SOFTIRQ, "softirq" },	\
	{ KWATCH_FLAG_HARDIRQ, "hardirq" },	\
	{ KWATCH_FLAG_NMI, "nmi" },		\
	{ KWATCH_FLAG_USER, "user" },		\
	{ KWATCH_FLAG_OLD_UNKNOWN, "old-unknown" }, \
	{ KWATCH_FLAG_NEW_UNKNOWN, "new-unknown" }

TRACE_EVENT(hit,
	TP_PROTO(const struct kwatch_bp *bp, const struct kwatch_hit *hit, unsigned long ip),
	TP_ARGS(bp, hit, ip),
	TP_STRUCT__entry(
		__field(u64, seq)
		__field(u64, old_value)
		__field(u64, new_value)
		__field(u64, time_ns)
		__field(unsigned long, addr)
		__field(void *, ip)
		__field(u16, watch)
		__field(u16, flags)
		__field(u8, type)
		__field(u8, len)
	),
	TP_fast_assign(
		__entry->seq = hit->seq;
		__entry->old_value = hit->old_value;
		__entry->new_value = hit->new_value;
		__entry->time_ns = hit->rec.time_ns;
		__entry->addr = bp->addr;
		__entry->ip = (void *)ip;
		__entry->watch = bp->plan->id;
		__entry->flags = hit->rec.flags;
		__entry->type = bp->plan->type;
		__entry->len = bp->len;
	),
	/* For perf and trace-cmd; ftrace prints it by print_hit() in trace.c. */
	TP_printk("%s%u 0x%lx: 0x%llx -> 0x%llx watch=%u seq=%llu ip=%pS %s",
		  __print_symbolic(__entry->type, KWATCH_TRACE_TYPES), __entry->len,
		  __entry->addr, __entry->old_value, __entry->new_value,
		  __entry->watch, __entry->seq, __entry->ip,
		  __print_flags(__entry->flags & 0xff00, "|", KWATCH_TRACE_FLAGS))
);

#endif /* KWATCH_TRACE_EVENT_H */

/* Found by way of Kbuild's -I. */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH hit
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace_event
#include <trace/define_trace.h>
