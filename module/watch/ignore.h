/* SPDX-License-Identifier: GPL-2.0 */
/*
 * "ignore self": processes whose own accesses are filtered.  See hit/ignored.h.
 */
#ifndef KWATCH_IGNORE_H
#define KWATCH_IGNORE_H

struct seq_file;

/* Ignore the current process until @file is closed; again is fine.  0 or -ENOSPC.  May sleep */
int kwatch_ignore_self(const void *file);

/* A file of ctl is closed.  May sleep */
void kwatch_ignore_close(const void *file);

/* A comment line for each process, as ctl has them.  May sleep */
void kwatch_ignore_show(struct seq_file *m);

#endif /* KWATCH_IGNORE_H */
