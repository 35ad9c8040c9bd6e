/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Breakpoints on the memory of a process, in each of its threads.
 */
#ifndef KWATCH_THREADS_H
#define KWATCH_THREADS_H

#include <linux/types.h>

struct kwatch_bps;
struct kwatch_process;
struct task_struct;

/*
 * Give a new task its breakpoints, before it runs, unless the watch is off.  If that fails the
 * task is uncovered, until kwatch_cover_retry().  May sleep; both locks held.
 */
void kwatch_threads_cover(struct kwatch_bps *bps, struct task_struct *task);

/* Release breakpoints of tasks that have ended.  May sleep; both locks held */
void kwatch_threads_reap(struct kwatch_bps *bps);

/* Has a task breakpoints on @process?  Any context but NMI, in an RCU read-side section */
bool kwatch_threads_covers(const struct kwatch_process *process, struct task_struct *task);

#endif /* KWATCH_THREADS_H */
