/* SPDX-License-Identifier: GPL-2.0 */
/*
 * "ignore self": processes whose own accesses are filtered, in all watches of
 * ctl, as long as the file is open that they wrote it to.  A reader of hits would
 * otherwise fill the rings with what reading them does.
 */
#ifndef KWATCH_IGNORED_H
#define KWATCH_IGNORED_H

#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/types.h>

#define KWATCH_IGNORE_MAX	32

/**
 * struct kwatch_ignored - one open file
 * @file: of ctl; NULL: free
 * @pid:  the process, held by a reference: a number may be used again
 */
struct kwatch_ignored {
	const void *file;
	struct pid *pid;
};

/* Written under a mutex of watch/ignore.c; the handler compares @pid and no more. */
extern struct kwatch_ignored kwatch_ignored[KWATCH_IGNORE_MAX];
extern unsigned int kwatch_ignore_nr;

/* Is there anybody?  For the debug exception, which asks at every hit. */
static inline bool kwatch_ignore_any(void)
{
	return READ_ONCE(kwatch_ignore_nr); /* stored by kwatch_ignore_self() */
}

/* Is the current process one?  Context: the debug exception. */
static inline bool kwatch_ignore_is(void)
{
	const struct pid *pid = task_tgid(current);
	unsigned int i;

	for (i = 0; i < KWATCH_IGNORE_MAX; i++)
		if (READ_ONCE(kwatch_ignored[i].pid) == pid)
			return pid;
	return false;
}

#endif /* KWATCH_IGNORED_H */
