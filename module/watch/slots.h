/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a watch goes: the debug registers that it takes, whether that place
 * can be watched, and who is in the way.
 *
 * All of it with kwatch_lock() held.
 */
#ifndef KWATCH_SLOTS_H
#define KWATCH_SLOTS_H

#include <linux/types.h>

struct kwatch_answer;
struct kwatch_watch;

/*
 * Fill in a watch's breakpoints from its spec and symbol.  Anything but the spec may have changed
 * since it was armed last: a module's symbol is another variable after each load.  May sleep.
 * 0 or -ENOMEM.
 */
int kwatch_slots_split(struct kwatch_watch *watch);

/*
 * The same in fewer slots, without values, where a CPU has registers that watch more than eight
 * bytes (AMD's BPEXT).  Any context.  True if it takes fewer now.
 */
bool kwatch_slots_split_fewer(struct kwatch_watch *watch);

/**
 * kwatch_slots_check() - can that place be watched, in that length?
 * @watch:  split
 * @at:     where the words of the command are
 * @answer: filled on failure
 *
 * The kernel would silently take addresses where nothing can ever be seen.
 *
 * Context: may sleep.
 * Return: 0, -EINVAL misaligned or no such copy, -EFAULT nothing there or not
 * the kernel's.
 */
int kwatch_slots_check(const struct kwatch_watch *watch, const u16 *at,
		       struct kwatch_answer *answer);

/*
 * Would another watch take this one's hits?  Only where the machine reports an access for one
 * watch alone.  May sleep.  0 or -EOPNOTSUPP.
 */
int kwatch_slots_clash(const struct kwatch_watch *watch, const u16 *at,
		       struct kwatch_answer *answer);

/*
 * For an -ENOSPC: how many slots are free, and which watches hold the others.  @cpu: where,
 * unless @wanting watches a process.  Fills @answer->why.  May sleep.
 */
void kwatch_slots_name_holders(const struct kwatch_watch *wanting, unsigned int cpu,
			       struct kwatch_answer *answer);

#endif /* KWATCH_SLOTS_H */
