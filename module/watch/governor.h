/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The governor: breakpoints whose budget is spent are off until there is some again.
 */
#ifndef KWATCH_GOVERNOR_H
#define KWATCH_GOVERNOR_H

#include <linux/types.h>

struct kwatch_watch;

/*
 * Take breakpoints off whose budget is spent, or put them back.  May sleep; both locks held.
 * Return: when to look again, in ns from now; U64_MAX for never.
 */
u64 __kwatch_govern(struct kwatch_watch *watch);

/*
 * Account for a watch that is about to be disarmed, armed or not: end the windows in which it was
 * off, and tell of changes that no hit explains.  May sleep; both locks held.
 */
void __kwatch_governor_settle(struct kwatch_watch *watch);

/* A CPU's breakpoints are new, nothing is off there.  May sleep; the mutex held */
void __kwatch_governor_forget(struct kwatch_watch *watch, unsigned int cpu);

#endif /* KWATCH_GOVERNOR_H */
