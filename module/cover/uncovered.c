// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs and threads that should have a breakpoint and have none.  See
 * uncovered.h.
 */
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "cover.h"
#include "read/event.h"
#include "uncovered.h"

static void tell(const struct kwatch_bps *bps, const struct kwatch_uncovered *uncovered,
		 enum kwatch_cover_what what)
{
	struct kwatch_cover cover = {
		.rec.size = sizeof(cover),
		.rec.type = KWATCH_RECORD_COVER,
		.rec.watch = bps->plan->id,
		.from_ns = uncovered->from_ns,
		.count = uncovered->count,
		.cpu = uncovered->cpu,
		.what = what,
		.error = uncovered->why,
	};

	if (uncovered->task) {
		cover.task.tid = uncovered->task->pid;
		cover.task.tgid = uncovered->task->tgid;
		memcpy(cover.task.comm, uncovered->task->comm, sizeof(cover.task.comm));
	}
	kwatch_event_tell(bps->plan->own, &cover);
}

void kwatch_uncovered_begin(struct kwatch_bps *bps, struct kwatch_uncovered *uncovered,
			    int why, u64 from_ns)
{
	uncovered->why = -why;
	uncovered->from_ns = from_ns;
	bps->nr_uncovered += uncovered->count;
	tell(bps, uncovered, KWATCH_COVER_LOST);
}

void kwatch_uncovered_end(struct kwatch_bps *bps, struct kwatch_uncovered *uncovered,
			  enum kwatch_cover_what what)
{
	if (!uncovered->why)
		return;
	bps->nr_uncovered -= uncovered->count;
	bps->uncovered_ns += (ktime_get_mono_fast_ns() - uncovered->from_ns) * uncovered->count;
	tell(bps, uncovered, what);
	uncovered->why = 0;
}

void kwatch_uncovered_was(struct kwatch_bps *bps, struct task_struct *task, u64 from_ns)
{
	struct kwatch_uncovered uncovered = {
		.task = task,
		.cpu = KWATCH_CPU_NONE,
		.count = 1,
	};

	kwatch_uncovered_begin(bps, &uncovered, -EAGAIN, from_ns);
	kwatch_uncovered_end(bps, &uncovered, KWATCH_COVER_AGAIN);
}
