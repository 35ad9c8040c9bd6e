// SPDX-License-Identifier: GPL-2.0
/*
 * An event that lets others be made with locks held.  See pilot.h.
 */
#include <linux/perf_event.h>
#include <linux/sched.h>

#include "pilot.h"

/*
 * The first event of a task that perf has makes it patch the kernel, for which
 * it takes cpus_read_lock(), and the last one that goes undoes that.  Events
 * are made here with that lock held, so they must never be the first: the
 * pilot is made before, without locks, and counts nothing.
 */
struct perf_event *kwatch_pilot_get(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_TASK_CLOCK,
		.size = sizeof(attr),
		.disabled = 1,
	};

	return perf_event_create_kernel_counter(&attr, -1, current, NULL, NULL);
}

void kwatch_pilot_put(struct perf_event *pilot)
{
	perf_event_release_kernel(pilot);
}
