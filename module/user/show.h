/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The state of things as text: what reading "ctl", "stats" and "summary" gives.
 */
#ifndef KWATCH_SHOW_H
#define KWATCH_SHOW_H

struct seq_file;

/**
 * kwatch_show_ctl() - every watch as a line that can be written back
 * @m: where to
 *
 * Context: may sleep.
 */
void kwatch_show_ctl(struct seq_file *m);

/**
 * kwatch_show_stats() - counters and state, as "name: value" lines
 * @m: where to
 *
 * Context: may sleep.
 */
void kwatch_show_stats(struct seq_file *m);

/**
 * kwatch_show_summary() - every watch with "summary": who touches it
 * @m: where to
 *
 * Context: may sleep.
 */
void kwatch_show_summary(struct seq_file *m);

#endif /* KWATCH_SHOW_H */
