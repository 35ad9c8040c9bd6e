/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The workqueue, and the one work that looks after all watches.
 *
 * Whoever finds something to be done asks for it here; watch/deferred.c, which is above
 * them, does it.
 */
#ifndef KWATCH_WORK_H
#define KWATCH_WORK_H

#include <linux/types.h>

struct work_struct;

/**
 * kwatch_work_soon() - have all watches looked after
 *
 * Context: any but NMI.
 */
void kwatch_work_soon(void);

/* kwatch_work_queue() - run something else on the same workqueue; any context but NMI */
void kwatch_work_queue(struct work_struct *work);

/**
 * kwatch_work_init() - before any other call here
 * @look: looks after all watches; returns when to be called again at the latest, in ns
 *        from now, or U64_MAX
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int kwatch_work_init(u64 (*look)(void));

/**
 * kwatch_work_exit() - do nothing any more
 *
 * Context: may sleep; nobody is left who asks for anything.
 */
void kwatch_work_exit(void);

#endif /* KWATCH_WORK_H */
