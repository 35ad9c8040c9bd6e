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

/**
 * __kwatch_watch_find() - a watch by number or name
 * @id:   the number, 0 if by name
 * @name: the name, if @id is 0
 *
 * Return: the watch or NULL.
 */
struct kwatch_watch *__kwatch_watch_find(u32 id, const char *name);

/**
 * kwatch_watch_each() - look at every watch, oldest first
 * @look: called for each; must not call back here
 * @arg:  passed to @look
 *
 * Context: may sleep; takes the mutex around all calls of @look.
 */
void kwatch_watch_each(void (*look)(const struct kwatch_watch *watch, void *arg),
		       void *arg);

/**
 * kwatch_watch_counts() - a watch's hits on one CPU so far
 * @watch:  which; from kwatch_watch_each()
 * @cpu:    any possible CPU
 * @counts: filled
 *
 * Context: any.
 */
void kwatch_watch_counts(const struct kwatch_watch *watch, unsigned int cpu,
			 struct kwatch_counts *counts);

#endif /* KWATCH_LIST_H */
