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

/* Have all watches looked after.  Any context but NMI */
void kwatch_work_soon(void);

/* kwatch_work_queue() - run something else on the same workqueue; any context but NMI */
void kwatch_work_queue(struct work_struct *work);

/*
 * Before any other call here.  @look looks after all watches, and returns when to be called
 * again at the latest, in ns from now, or U64_MAX.  May sleep.  0 or -ENOMEM.
 */
int kwatch_work_init(u64 (*look)(void));

/* Nobody is left who asks for anything.  May sleep */
void kwatch_work_exit(void);

#endif /* KWATCH_WORK_H */
