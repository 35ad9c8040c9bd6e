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

/*
 * May the memory at @addr be freed?  Not in the kernel's image, in a module or where nothing is
 * mapped.  May sleep.
 */
bool kwatch_until_free_may_be(unsigned long addr);

/*
 * Have the probes, for a watch that may want them, until kwatch_until_free_unready().  Placing
 * them takes cpus_read_lock().  May sleep; no lock held.
 */
void kwatch_until_free_ready(void);

/* The watch is armed, or is not.  May sleep; no lock held */
void kwatch_until_free_unready(void);

/* Take the probes off, in a while, if no watch needs them.  May sleep; no lock held */
void kwatch_until_free_tidy(void);

/* Take the probes off; all watches are gone.  May sleep; no lock held */
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

/* Learn nothing more; fine for any watch.  May sleep; both locks held */
void kwatch_until_free_unfollow(struct kwatch_watch *watch);

/* Does a watch end for this reason because its memory went? */
static inline bool kwatch_until_free_ends(enum kwatch_gone_why why)
{
	return why == KWATCH_GONE_FREED || why == KWATCH_GONE_FREED_RCU ||
	       why == KWATCH_GONE_MEMORY || why == KWATCH_GONE_UNMAPPED;
}

/* The last record of a watch that ended so.  May sleep; both locks held */
void kwatch_until_free_tell(const struct kwatch_watch *watch);

/*
 * Tell of memory that went.  May sleep; both locks held.  Return: when to look again, in ns from
 * now; U64_MAX for when work.h is asked.
 */
u64 __kwatch_until_free_look(struct kwatch_watch *watch);

#endif /* KWATCH_UNTIL_FREE_H */
