/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The governor: breakpoints whose budget is spent are off until there is some again.
 */
#ifndef KWATCH_GOVERNOR_H
#define KWATCH_GOVERNOR_H

#include <linux/types.h>

struct kwatch_watch;

/**
 * __kwatch_govern() - take breakpoints off whose budget is spent, or put them back
 * @watch: armed
 *
 * Context: may sleep; both locks held.
 * Return: when to look again, in ns from now; U64_MAX for never.
 */
u64 __kwatch_govern(struct kwatch_watch *watch);

/**
 * __kwatch_governor_settle() - account for a watch that is about to be disarmed
 * @watch: armed, or not armed any more
 *
 * Ends the windows in which it was off and tells of changes that no hit
 * explains.
 *
 * Context: may sleep; both locks held.
 */
void __kwatch_governor_settle(struct kwatch_watch *watch);

/**
 * __kwatch_governor_forget() - a CPU's breakpoints are new, nothing is off there
 * @watch: armed
 * @cpu:   which
 *
 * Context: may sleep; the mutex held.
 */
void __kwatch_governor_forget(struct kwatch_watch *watch, unsigned int cpu);

#endif /* KWATCH_GOVERNOR_H */
