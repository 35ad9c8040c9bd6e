// SPDX-License-Identifier: GPL-2.0
/*
 * The tracepoint kwatch:hit, see trace.h.
 */
#include <linux/ptrace.h>

#include "arch/arch.h"
#include "hit.h"
#include "trace.h"

#define CREATE_TRACE_POINTS
#include "trace_event.h"

void kwatch_trace_hit(const struct kwatch_bp *bp, const struct kwatch_hit *hit,
		      struct pt_regs *regs)
{
	trace_hit(bp, hit, instruction_pointer(regs));
}

/*
 * Outside the exception from here on.  The event's format, which perf and
 * trace-cmd read, has %pS for the address.  ftrace would look the address up
 * when it prints the event, long after the hit.
 */

static const struct { unsigned int value; const char *name; } types[] = {
	KWATCH_TRACE_TYPES
}, flag_names[] = {
	KWATCH_TRACE_FLAGS
};

/* Constant after kwatch_trace_init(). */
static kwatch_trace_name_t put_name;

static const char *type_name(u8 type)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (types[i].value == type)
			return types[i].name;
	return "";
}

static enum print_line_t print_hit(struct trace_iterator *iter, int flags,
				   struct trace_event *event)
{
	const struct trace_event_raw_hit *hit = (const void *)iter->ent;
	struct trace_seq *s = &iter->seq;
	const char *between = " ";
	unsigned int i;
	int ret = trace_raw_output_prep(iter, event);

	if (ret != TRACE_TYPE_HANDLED)
		return ret;
	trace_seq_printf(s, "%s%u 0x%lx: 0x%llx -> 0x%llx watch=%u seq=%llu ip=",
			 type_name(hit->type), hit->len, hit->addr, hit->old_value,
			 hit->new_value, hit->watch, hit->seq);
	put_name(s, (unsigned long)hit->ip, hit->time_ns, !kwatch_arch_after(hit->type));
	for (i = 0; i < ARRAY_SIZE(flag_names); i++) {
		if (!(hit->flags & flag_names[i].value))
			continue;
		trace_seq_printf(s, "%s%s", between, flag_names[i].name);
		between = "|";
	}
	trace_seq_putc(s, '\n');
	return trace_handle_return(s);
}

static struct trace_event_functions functions = { .trace = print_hit };

int kwatch_trace_init(kwatch_trace_name_t name)
{
	put_name = name;
	event_hit.event.funcs = &functions;
	return 0;
}
