/* SPDX-License-Identifier: GPL-2.0 */
/*
 * CPUs and threads that should have a breakpoint and have none: since when,
 * why, and the records that tell so.
 *
 * cpus.c and threads.c find out and try again; deferred.c says when.
 */
#ifndef KWATCH_UNCOVERED_H
#define KWATCH_UNCOVERED_H

#include <linux/list.h>
#include <linux/types.h>

#include <uapi/kwatch.h>

/* How often to try again: twice in the second that is promised. */
#define KWATCH_UNCOVERED_RETRY_NS	(NSEC_PER_SEC / 2)

struct kwatch_bps;
struct task_struct;

/**
 * struct kwatch_uncovered - a CPU or thread without the breakpoint it should have
 * @node:    of a thread, in bps->uncovered
 * @task:    the thread, held by a reference; NULL for a CPU
 * @cpu:     the CPU; KWATCH_CPU_NONE for threads
 * @why:     errno; 0 while all is well
 * @count:   1, or how many threads
 * @scan:    the pass that found it last
 * @from_ns: since when
 */
struct kwatch_uncovered {
	struct list_head node;
	struct task_struct *task;
	u16	cpu;
	u8	why;
	u32	count;
	u32	scan;
	u64	from_ns;
};

/*
 * A CPU or thread has no breakpoint since @from_ns, for the -errno @why; @task, @cpu and @count of
 * @uncovered are filled in.  May sleep; the mutex held.
 */
void kwatch_uncovered_begin(struct kwatch_bps *bps, struct kwatch_uncovered *uncovered,
			    int why, u64 from_ns);

/* That has ended, if it had begun; KWATCH_COVER_AGAIN or KWATCH_COVER_OVER.  As above */
void kwatch_uncovered_end(struct kwatch_bps *bps, struct kwatch_uncovered *uncovered,
			  enum kwatch_cover_what what);

/* A thread that has a breakpoint now had none from @from_ns on.  As above */
void kwatch_uncovered_was(struct kwatch_bps *bps, struct task_struct *task, u64 from_ns);

#endif /* KWATCH_UNCOVERED_H */
