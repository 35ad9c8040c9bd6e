/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The mutex that all watches are under, and the order of locks.
 */
#ifndef KWATCH_LOCK_H
#define KWATCH_LOCK_H

#include <linux/lockdep.h>
#include <linux/mutex.h>

/*
 * The order: cpus_read_lock(), then kwatch_mutex.  Looking a symbol up
 * takes cpus_read_lock() itself, so that is done before; kwatch_follow_gen
 * tells whether a module came or went in between.  A hotplug callback has the
 * first lock for writing already and takes the mutex alone.
 *
 * Functions with two underscores in front want both locks held.
 */
extern struct mutex kwatch_mutex;

/* kwatch_lock() - both locks; may sleep */
void kwatch_lock(void);
void kwatch_unlock(void);

/*
 * Outside of both: commands are done one at a time, and so is the end of watches with a
 * module or a file, because to arm a watch gives the other two back for a while.  What
 * ends a watch without it (deferred.c) leaves alone those that are not armed.
 */
extern struct mutex kwatch_command_mutex;

/* kwatch_command_lock() - all three; may sleep */
void kwatch_command_lock(void);
void kwatch_command_unlock(void);

#endif /* KWATCH_LOCK_H */
