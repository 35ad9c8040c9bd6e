// SPDX-License-Identifier: GPL-2.0
/*
 * How a hit gets from perf to the handler on x86: as the event's overflow handler.
 */
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>

#include "arch/arch.h"
#include "hit/hit.h"
#include "x86.h"

struct perf_event *kwatch_arch_create(struct perf_event_attr *attr, int cpu,
				      struct task_struct *task,
				      struct kwatch_bp *bp)
{
	return perf_event_create_kernel_counter(attr, cpu, task,
						task ? kwatch_hit_handle_task :
						       kwatch_hit_handle, bp);
}

struct perf_event *__percpu *kwatch_arch_create_wide(struct perf_event_attr *attr,
						     struct kwatch_bp *bp)
{
	return register_wide_hw_breakpoint(attr, kwatch_hit_handle, bp);
}

struct kwatch_bp *kwatch_arch_bp_of(const struct perf_event *event)
{
	/* An inherited event has its parent's. */
	return event->overflow_handler == kwatch_hit_handle_task ?
	       event->overflow_handler_context : NULL;
}

void kwatch_arch_release(struct perf_event *event)
{
	perf_event_release_kernel(event);
}

void kwatch_arch_release_wide(struct perf_event *__percpu *events)
{
	unregister_wide_hw_breakpoint(events);
}

int kwatch_arch_init(void)
{
	return kwatch_x86_sleep_init();
}

void kwatch_arch_exit(void)
{
	kwatch_x86_sleep_exit();
}
