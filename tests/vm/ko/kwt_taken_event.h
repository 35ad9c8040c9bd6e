/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An event in the trace system kwatch, of kwt_taken.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kwatch

#if !defined(KWT_TAKEN_EVENT_H) || defined(TRACE_HEADER_MULTI_READ)
#define KWT_TAKEN_EVENT_H

#include <linux/tracepoint.h>

TRACE_EVENT(kwt_taken,
	TP_PROTO(int value),
	TP_ARGS(value),
	TP_STRUCT__entry(
		__field(int, value)
	),
	TP_fast_assign(
		__entry->value = value;
	),
	TP_printk("%d", __entry->value)
);

#endif /* KWT_TAKEN_EVENT_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE kwt_taken_event
#include <trace/define_trace.h>
