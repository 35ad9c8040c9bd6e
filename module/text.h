/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records as text: the only place that turns an address into a name.
 */
#ifndef KWATCH_TEXT_H
#define KWATCH_TEXT_H

#include <uapi/kwatch.h>

struct seq_file;

/**
 * kwatch_text_show() - print one record the way "hits" shows it
 * @m:      where to
 * @record: any record out of a ring, or one that reader.c made
 *
 * Context: may sleep.
 */
void kwatch_text_show(struct seq_file *m, const struct kwatch_record *record);

#endif /* KWATCH_TEXT_H */
