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

/*
 * Place the tracepoints; they stay while there is a struct kwatch_process, so make that before.
 * May sleep; no lock held.  0, or -errno if the kernel has no such tracepoints.
 */
int kwatch_process_follow_ready(void);

/*
 * From here on, know what becomes of it.  0, -ENOMEM, -ESRCH nobody has its memory.  Both
 * locks held.
 */
int __kwatch_process_follow_begin(struct kwatch_watch *watch);

/* The watch goes, and no longer has its reference.  May sleep; both locks held */
void __kwatch_process_follow_end(struct kwatch_process *process);

/*
 * End the watch, by kwatch_hit_end(), if the process has ended; tell of memory that was unmapped.
 * May sleep; both locks held.  Return: when to look again, in ns from now; U64_MAX for when
 * work.h is asked.
 */
u64 __kwatch_process_follow_look(struct kwatch_watch *watch);

/* Tell of memory that is unmapped from here on; both locks held */
void __kwatch_process_follow_rearm(struct kwatch_process *process);

/* Is nobody left to follow?  Both locks held */
bool __kwatch_process_follow_is_over(const struct kwatch_watch *watch);

/* Take the tracepoints off, in a while, if nobody needs them.  May sleep; no lock held */
void kwatch_process_follow_tidy(void);

/* Wait until nothing of this file runs; all watches are gone.  May sleep */
void kwatch_process_follow_exit(void);

#endif /* KWATCH_PROCESS_FOLLOW_H */
