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

/**
 * kwatch_threads_cover() - give a new task its breakpoints, before it runs
 * @bps:  of a watch of a process; nothing is done if it is off or not armed
 * @task: which
 *
 * If that fails the task is uncovered, until kwatch_cover_retry().
 *
 * Context: as kwatch_cover_retry().
 */
void kwatch_threads_cover(struct kwatch_bps *bps, struct task_struct *task);

/**
 * kwatch_threads_reap() - release breakpoints of tasks that have ended
 * @bps: of a watch of a process
 *
 * Context: as kwatch_cover_retry().
 */
void kwatch_threads_reap(struct kwatch_bps *bps);

/**
 * kwatch_threads_covers() - has a task breakpoints?
 * @process: whose
 * @task:    any
 *
 * Context: any but NMI; in an RCU read-side section.
 */
bool kwatch_threads_covers(const struct kwatch_process *process, struct task_struct *task);

#endif /* KWATCH_THREADS_H */
