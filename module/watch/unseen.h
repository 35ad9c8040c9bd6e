/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writers that no debug register sees: DMA, another mapping, NMI handlers.
 */
#ifndef KWATCH_UNSEEN_H
#define KWATCH_UNSEEN_H

#include <linux/types.h>

struct kwatch_watch;

/*
 * Compare if it is time to.  May sleep; both locks held.  Return: when it will be time again, in
 * ns from now; U64_MAX for never.
 */
u64 __kwatch_unseen_look(struct kwatch_watch *watch);

/*
 * Compare now; the watch is armed, or paused everywhere.  A change that no hit explains is a
 * record, KWATCH_RECORD_UNSEEN.  May sleep; both locks held.
 */
void __kwatch_unseen_check(struct kwatch_watch *watch);

/*
 * Breakpoints were placed, perhaps not on all CPUs yet: a change before this is nobody's.  May
 * sleep; both locks held, or in a hotplug callback.
 */
void __kwatch_unseen_begin(struct kwatch_watch *watch);

#endif /* KWATCH_UNSEEN_H */
