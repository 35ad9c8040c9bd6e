/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the rest of the kernel does to a watch: CPUs and modules that come and
 * go.
 */
#ifndef KWATCH_FOLLOW_H
#define KWATCH_FOLLOW_H

/*
 * Modules that came or went so far.  An address looked up before
 * kwatch_lock() is still good if this did not change.  Stored with
 * kwatch_mutex held.
 */
extern unsigned long kwatch_follow_gen;

/**
 * kwatch_follow_init() - begin; makes every online CPU ready for hits
 *
 * Context: may sleep; there are no watches yet.
 * Return: 0 or -errno.
 */
int kwatch_follow_init(void);

/**
 * kwatch_follow_exit() - end
 *
 * Context: may sleep; all watches are gone.
 */
void kwatch_follow_exit(void);

#endif /* KWATCH_FOLLOW_H */
