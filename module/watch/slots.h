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

/**
 * kwatch_slots_split() - fill in a watch's breakpoints from its spec and symbol
 * @watch: to be armed
 *
 * Anything but the spec may have changed since it was armed last: what the name of a
 * module's symbol stands for is another variable after each load.
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int kwatch_slots_split(struct kwatch_watch *watch);

/**
 * kwatch_slots_split_fewer() - the same in fewer slots, without values
 * @watch: planned, and not armed
 *
 * Where a CPU has registers that watch more than eight bytes (AMD's BPEXT).
 *
 * Context: any.
 * Return: true if it takes fewer now.
 */
bool kwatch_slots_split_fewer(struct kwatch_watch *watch);

/**
 * kwatch_slots_check() - can that place be watched, in that length?
 * @watch:  planned
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

/**
 * kwatch_slots_clash() - would another watch take this one's hits?
 * @watch:  planned
 * @at:     where the words of the command are
 * @answer: filled on failure
 *
 * Only where the machine reports an access for one watch alone.
 *
 * Context: may sleep.
 * Return: 0 or -EOPNOTSUPP.
 */
int kwatch_slots_clash(const struct kwatch_watch *watch, const u16 *at,
		       struct kwatch_answer *answer);

/**
 * kwatch_slots_name_holders() - how many slots are free, and who has the others: of an ENOSPC
 * @wanting: the watch that found none
 * @cpu:    where, unless it watches a process
 * @answer: its @why is filled
 *
 * Context: may sleep.
 */
void kwatch_slots_name_holders(const struct kwatch_watch *wanting, unsigned int cpu,
			       struct kwatch_answer *answer);

#endif /* KWATCH_SLOTS_H */
