/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Watched memory that the kernel allocated, and frees.
 *
 * A watch of an address in an object, a page, vmalloc or per-CPU memory tells when
 * that memory goes, who freed it and from where.  With until=free it ends then.
 */
#ifndef KWATCH_UNTIL_FREE_H
#define KWATCH_UNTIL_FREE_H

#include <linux/types.h>

#include <uapi/kwatch.h>

struct kwatch_watch;

/**
 * kwatch_until_free_may_be() - may the memory at an address be freed?
 * @addr: any kernel address
 *
 * Context: may sleep.
 * Return: false for what is in the kernel's image, in a module or not mapped.
 */
bool kwatch_until_free_may_be(unsigned long addr);

/**
 * kwatch_until_free_ready() - have the probes, for a watch that may want them
 *
 * Placing them takes cpus_read_lock(), so it is not done with it held; to be
 * paired with kwatch_until_free_unready() when the watch is armed, or is not.
 *
 * Context: may sleep; no lock held.
 */
void kwatch_until_free_ready(void);

/**
 * kwatch_until_free_unready() - end what kwatch_until_free_ready() began
 *
 * Context: as kwatch_until_free_ready().
 */
void kwatch_until_free_unready(void);

/**
 * kwatch_until_free_tidy() - take the probes off, in a while, if no watch needs them
 *
 * Context: as kwatch_until_free_ready().
 */
void kwatch_until_free_tidy(void);

/**
 * kwatch_until_free_exit() - take the probes off
 *
 * Context: may sleep; no lock held, and all watches are gone.
 */
void kwatch_until_free_exit(void);

/**
 * kwatch_until_free_follow() - learn when a watch's memory goes
 * @watch: about to be armed
 *
 * Context: may sleep; both locks held.
 * Return: 0; -EINVAL if it never does; -EOPNOTSUPP if the kernel has no
 * tracepoints for it, or kwatch_until_free_ready() was not called; -ENOMEM.
 */
int kwatch_until_free_follow(struct kwatch_watch *watch);

/**
 * kwatch_until_free_unfollow() - learn nothing more; fine for any watch
 * @watch: which; what is known of its memory stays
 *
 * Context: may sleep; both locks held.
 */
void kwatch_until_free_unfollow(struct kwatch_watch *watch);

/* kwatch_until_free_ends() - does a watch end for this reason because its memory went? */
static inline bool kwatch_until_free_ends(enum kwatch_gone_why why)
{
	return why == KWATCH_GONE_FREED || why == KWATCH_GONE_FREED_RCU ||
	       why == KWATCH_GONE_MEMORY || why == KWATCH_GONE_UNMAPPED;
}

/**
 * kwatch_until_free_tell() - the last record of a watch whose memory went
 * @watch: ended for a reason of kwatch_until_free_ends()
 *
 * Context: may sleep; both locks held.
 */
void kwatch_until_free_tell(const struct kwatch_watch *watch);

/**
 * __kwatch_until_free_look() - tell of memory that went
 * @watch: armed
 *
 * Context: may sleep; both locks held.
 * Return: when to look again, in ns from now; U64_MAX for when deferred.c is asked.
 */
u64 __kwatch_until_free_look(struct kwatch_watch *watch);

#endif /* KWATCH_UNTIL_FREE_H */
