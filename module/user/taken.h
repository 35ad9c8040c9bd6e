/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Others who have kwatch's names.  An unmerged series of patches is called kwatch, too.
 */
#ifndef KWATCH_TAKEN_H
#define KWATCH_TAKEN_H

#include <linux/types.h>

/**
 * kwatch_taken_debugfs() - has debugfs a folder kwatch already?
 *
 * Tells in the kernel log whose it is, as far as the kernel knows.
 *
 * Context: may sleep.
 * Return: true if it has.
 */
bool kwatch_taken_debugfs(void);

/**
 * kwatch_taken_trace() - tell in the kernel log which modules have events in the trace
 * system kwatch
 *
 * The kernel does not tell which events are built in.
 *
 * Context: may sleep.
 */
void kwatch_taken_trace(void);

#endif /* KWATCH_TAKEN_H */
