/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writers that no debug register sees: DMA, another mapping, NMI handlers.
 */
#ifndef KWATCH_UNSEEN_H
#define KWATCH_UNSEEN_H

#include <linux/types.h>

struct kwatch_watch;

/**
 * __kwatch_unseen_look() - compare if it is time to
 * @watch: armed
 *
 * Context: may sleep; both locks held.
 * Return: when it will be time again, in ns from now; U64_MAX for never.
 */
u64 __kwatch_unseen_look(struct kwatch_watch *watch);

/**
 * __kwatch_unseen_check() - compare now
 * @watch: armed, or paused everywhere
 *
 * A change that no hit explains is a record, KWATCH_RECORD_UNSEEN.
 *
 * Context: may sleep; both locks held.
 */
void __kwatch_unseen_check(struct kwatch_watch *watch);

/**
 * __kwatch_unseen_begin() - breakpoints were placed: what came before is nobody's
 * @watch: armed, perhaps not on all CPUs yet
 *
 * Context: may sleep; both locks held, or in a hotplug callback.
 */
void __kwatch_unseen_begin(struct kwatch_watch *watch);

#endif /* KWATCH_UNSEEN_H */
