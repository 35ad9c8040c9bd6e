/* SPDX-License-Identifier: GPL-2.0 */
/*
 * "ignore self": processes whose own accesses are filtered.  See hit/ignored.h.
 */
#ifndef KWATCH_IGNORE_H
#define KWATCH_IGNORE_H

struct seq_file;

/**
 * kwatch_ignore_self() - ignore the current process from now on
 * @file: until this is closed
 *
 * Context: may sleep.
 * Return: 0, also if it is ignored by this file already; -ENOSPC.
 */
int kwatch_ignore_self(const void *file);

/**
 * kwatch_ignore_close() - a file of ctl is closed
 * @file: which
 *
 * Context: may sleep.
 */
void kwatch_ignore_close(const void *file);

/**
 * kwatch_ignore_show() - a comment line for each, as ctl has them
 * @m: where to
 *
 * Context: may sleep.
 */
void kwatch_ignore_show(struct seq_file *m);

#endif /* KWATCH_IGNORE_H */
