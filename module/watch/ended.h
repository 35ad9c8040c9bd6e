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

/**
 * __kwatch_ended_keep() - keep a watch's summary, if it has one with hits
 * @watch: is being removed, and disarmed; loses its summary
 *
 * Context: may sleep; both locks of watch.h held.  Cannot fail.
 */
void __kwatch_ended_keep(struct kwatch_watch *watch);

/**
 * kwatch_ended_each() - look at every one, oldest first
 * @look: called for each; false: it was not shown in full
 * @arg:  passed to @look
 *
 * Context: may sleep; takes the mutex of watch.h around all calls of @look.
 */
void kwatch_ended_each(bool (*look)(const struct kwatch_summary *summary, void *arg),
		       void *arg);

/**
 * kwatch_ended_clear() - free those that were shown in full
 *
 * Context: may sleep; takes the mutex of watch.h.
 */
void kwatch_ended_clear(void);

/**
 * kwatch_ended_exit() - free all
 *
 * Context: may sleep; nobody else calls anything here any more.
 */
void kwatch_ended_exit(void);

#endif /* KWATCH_ENDED_H */
