/* SPDX-License-Identifier: GPL-2.0 */
/*
 * until=free: the watch goes when the slab object that holds its target does,
 * with a last record that says who freed it.
 */
#ifndef KWATCH_FREE_H
#define KWATCH_FREE_H

#include <linux/types.h>

struct kwatch_watch;

/**
 * kwatch_free_ready() - have the tracepoints, for a watch that may want them
 *
 * Placing them takes cpus_read_lock(), so it is not done with it held; to be
 * paired with kwatch_free_unready() when the watch is armed, or is not.
 *
 * Context: may sleep; no lock held.
 */
void kwatch_free_ready(void);

/**
 * kwatch_free_unready() - end what kwatch_free_ready() began
 *
 * Context: as kwatch_free_ready().
 */
void kwatch_free_unready(void);

/**
 * kwatch_free_tidy() - take the tracepoints off if no watch waits any more
 *
 * Context: as kwatch_free_ready().
 */
void kwatch_free_tidy(void);

/**
 * kwatch_free_follow() - begin to wait for the object to be freed
 * @watch: about to be armed
 *
 * Context: may sleep; both locks held.
 * Return: 0; -EINVAL if the target is not in a slab object; -EOPNOTSUPP if the
 * kernel has no tracepoints for it, or kwatch_free_ready() was not called;
 * -ENOMEM.
 */
int kwatch_free_follow(struct kwatch_watch *watch);

/**
 * kwatch_free_unfollow() - stop to wait; fine for any watch
 * @watch: whichever
 *
 * Context: may sleep; both locks held.
 */
void kwatch_free_unfollow(struct kwatch_watch *watch);

/**
 * kwatch_free_tell() - the last record of a watch whose object was freed
 * @watch: ended with KWATCH_GONE_FREED
 *
 * Context: may sleep; both locks held.
 */
void kwatch_free_tell(const struct kwatch_watch *watch);

#endif /* KWATCH_FREE_H */
