/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What becomes of the process whose memory a watch is on: new threads and children,
 * exec, exit, memory that is unmapped.
 *
 * Told by the kernel's tracepoints for new tasks, exec and exit, which are placed only
 * while there is such a watch.
 */
#ifndef KWATCH_PROCESS_FOLLOW_H
#define KWATCH_PROCESS_FOLLOW_H

#include <linux/types.h>

struct kwatch_process;
struct kwatch_watch;

/**
 * kwatch_process_follow_ready() - place the tracepoints
 *
 * They stay while there is a struct kwatch_process, so make that before.
 *
 * Context: may sleep; no lock held.
 * Return: 0, or -errno if the kernel has no such tracepoints.
 */
int kwatch_process_follow_ready(void);

/**
 * __kwatch_process_follow_begin() - from here on, know what becomes of it
 * @watch: that has it
 *
 * Context: may sleep; both locks held.
 * Return: 0; -ENOMEM; -ESRCH if nobody has its memory any more.
 */
int __kwatch_process_follow_begin(struct kwatch_watch *watch);

/**
 * __kwatch_process_follow_end() - the watch goes
 * @process: of the watch, which no longer has its reference
 *
 * Context: may sleep; both locks held.
 */
void __kwatch_process_follow_end(struct kwatch_process *process);

/**
 * __kwatch_process_follow_look() - look after it
 * @watch: with a process
 *
 * Ends the watch, by kwatch_hit_end(), if the process did.  Tells of memory that was
 * unmapped.
 *
 * Context: may sleep; both locks held.
 * Return: when to look again, in ns from now; U64_MAX for when deferred.c is asked.
 */
u64 __kwatch_process_follow_look(struct kwatch_watch *watch);

/* __kwatch_process_follow_rearm() - tell of memory that is unmapped from here on; both locks held */
void __kwatch_process_follow_rearm(struct kwatch_process *process);

/* __kwatch_process_follow_is_over() - is nobody left to follow?  Both locks held */
bool __kwatch_process_follow_is_over(const struct kwatch_watch *watch);

/**
 * kwatch_process_follow_tidy() - take the tracepoints off, in a while, if nobody needs them
 *
 * Context: may sleep; no lock held.
 */
void kwatch_process_follow_tidy(void);

/**
 * kwatch_process_follow_exit() - wait until nothing of this file runs
 *
 * Context: may sleep; all watches are gone.
 */
void kwatch_process_follow_exit(void);

#endif /* KWATCH_PROCESS_FOLLOW_H */
