/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Summaries of watches that have ended: "clear summaries" takes them away once
 * they were read.
 */
#ifndef KWATCH_ENDED_H
#define KWATCH_ENDED_H

#include <linux/types.h>

struct kwatch_summary;
struct kwatch_watch;

/* Bytes of all of them; past that the oldest go.  The newest is always kept. */
#define KWATCH_ENDED_BYTES	(16 << 20)

/*
 * Keep the summary of a watch that is being removed and is disarmed, if it has hits; the watch
 * loses it.  Cannot fail.  May sleep; both locks held.
 */
void __kwatch_ended_keep(struct kwatch_watch *watch);

/*
 * Look at every one, oldest first; @look is false if it was not shown in full.  Takes the
 * mutex.
 */
void kwatch_ended_each(bool (*look)(const struct kwatch_summary *summary, void *arg),
		       void *arg);

/* Free those that were shown in full.  May sleep; takes the mutex */
void kwatch_ended_clear(void);

/* Free all.  May sleep; nobody else calls anything here any more */
void kwatch_ended_exit(void);

#endif /* KWATCH_ENDED_H */
