/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel stores to watched memory when a thread ends: its thread ID is
 * cleared (CLONE_CHILD_CLEARTID, which pthread_join() waits for), robust futexes
 * are marked.
 *
 * Newer kernels, and newer stable ones, take a thread's perf events off before that
 * (6.1.192 does), so such a store is no hit.  A probe compares the bytes
 * before and after it: a change is told as an unseen writer, with the thread.
 */
#ifndef KWATCH_EXIT_STORES_H
#define KWATCH_EXIT_STORES_H

struct kwatch_watch;

/*
 * Place the probe.  Without it such changes are found later, and have no author.  May sleep; no
 * lock held.
 */
void kwatch_exit_stores_start(void);

/* Remove it; the probe does not run then.  May sleep */
void kwatch_exit_stores_stop(void);

/*
 * Write the records of what the probe has found; @watch of a process.  May sleep; both locks
 * held.
 */
void __kwatch_exit_stores_tell(const struct kwatch_watch *watch);

#endif /* KWATCH_EXIT_STORES_H */
