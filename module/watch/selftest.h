/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Does this machine deliver debug exceptions at all?
 */
#ifndef KWATCH_SELFTEST_H
#define KWATCH_SELFTEST_H

#include <linux/types.h>

/**
 * struct kwatch_selftest - what the self-test found
 * @done:   it ran; not so if no slot was free
 * @each:   an access to what two watches cover is reported for each of them;
 *          QEMU's TCG reports it for one
 * @hit_ns: what a hit that is kept takes, stack and all; a guess if not @done
 */
struct kwatch_selftest {
	bool	done;
	bool	each;
	u64	hit_ns;
};

/* Constant after kwatch_selftest_run(). */
extern struct kwatch_selftest kwatch_selftest;

/**
 * kwatch_selftest_run() - watch a variable of our own, store to it
 *
 * Also learns what the exception adds to preempt_count(), and what a hit
 * costs.
 *
 * Context: may sleep; called once, by init.
 * Return: 0, also if no slot was free for it; -ENODEV if a store was not
 * reported exactly once, after saying so; another error of kwatch_cover_arm().
 */
int kwatch_selftest_run(void);

#endif /* KWATCH_SELFTEST_H */
