/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The list of all watches.
 */
#ifndef KWATCH_LIST_H
#define KWATCH_LIST_H

#include <linux/types.h>

struct kwatch_counts;
struct kwatch_watch;

/* All watches, oldest first; protected by kwatch_mutex. */
extern struct list_head kwatch_watches;

/* A watch by number, or by name if @id is 0; or NULL. */
struct kwatch_watch *__kwatch_watch_find(u32 id, const char *name);

/*
 * Look at every watch, oldest first; takes the mutex, so @look must not call back here.  May
 * sleep.
 */
void kwatch_watch_each(void (*look)(const struct kwatch_watch *watch, void *arg),
		       void *arg);

/* Hits of a watch on a CPU so far.  Any context */
void kwatch_watch_counts(const struct kwatch_watch *watch, unsigned int cpu,
			 struct kwatch_counts *counts);

#endif /* KWATCH_LIST_H */
